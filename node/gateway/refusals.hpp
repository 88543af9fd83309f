// What each refusal means over HTTP, and to a person.
#pragma once

#include <string_view>

#include "events/service.hpp"

namespace souk::gateway {

struct RefusalText {
  Service service;
  std::string_view code;  // refusal_name
  int status;             // of an answer to a command of that aggregate
  std::string_view sentence;
};

// The row of a refusal; one that says little, but fits, if there is none.
RefusalText refusal_text(Service service, std::string_view code);

// The same for an order's reason, "stock.out_of_stock" or "deadline_passed".
std::string_view reason_sentence(std::string_view code);

// False if `refusal_text` would have to make do.
bool has_refusal_text(Service service, std::string_view code);

}  // namespace souk::gateway
