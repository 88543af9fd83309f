// Matches C++ structs with Cap'n Proto schemas and fills in their plans. The only header of events/
// that speaks of Cap'n Proto; for codec_schemas.cpp and the codec's tests.
#pragma once

#include <capnp/schema.h>

#include "events/codec_shape.hpp"

namespace souk::codec::detail {

// Links the struct and, with the types of the schema's fields, everything that it contains. Throws
// std::logic_error with a sentence that names the struct, the field and the mismatch; also if the
// struct has been linked with another schema. Not to be called from two threads at once.
void link(const StructShape& shape, capnp::StructSchema schema);

// Links every alternative with the member of the schema's union that has its tag and its name.
void link(const VariantShape& shape, capnp::StructSchema schema);

// "unit_price" -> "unitPrice"
std::string camel_case(std::string_view snake_case);

}  // namespace souk::codec::detail
