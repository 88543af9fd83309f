// Commands and events as JSON, by name: what they are called in the log's exports and on screens.
// json_text.hpp says how values are written.
//
// All functions may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/service.hpp"
#include "store/record.hpp"
#include "tools/replay/json_string.hpp"
#include "tools/replay/payload_names.hpp"

namespace souk::replay {

class JsonReader;
struct JsonFault;

// What became of a payload as JSON.
enum class Written : std::uint8_t {
  exactly,  // payload_of_json gives the same bytes again
  loosely,  // it does not: the bytes are not the codec's own (of a newer or an older souk), or the
            // alternative is not written any more
  nothing,  // the bytes are none of the service's; nothing was appended
};

// Appends the payload as a JSON object.
Written write_payload_json(Service service, PayloadKind kind, std::uint16_t tag,
                           std::string_view bytes, std::string& out);

// The same for those who only show it. False if nothing was appended.
inline bool append_payload_json(Service service, PayloadKind kind, std::uint16_t tag,
                                std::string_view bytes, std::string& out) {
  return write_payload_json(service, kind, tag, bytes, out) != Written::nothing;
}

// The payload of a name and a JSON object as above. Members that are missing are zero, empty or
// none, as they are to the codec. Nothing, and one sentence in `why` without a full stop, if the
// text is no JSON, has a member that the alternative does not have, or a value of a wrong type or
// out of range.
std::optional<store::Payload> payload_of_json(Service service, PayloadKind kind,
                                              std::string_view name, std::string_view json,
                                              std::string& why);

// The same, in parts: reads the object that comes next into the bytes of `payload`, whose tag is
// set. False, and the fault, if it does not fit; also, and without one, if today's code has no such
// tag.
[[nodiscard]] bool read_payload_json(Service service, PayloadKind kind, JsonReader& json,
                                     store::Payload& payload, JsonFault& fault);

}  // namespace souk::replay
