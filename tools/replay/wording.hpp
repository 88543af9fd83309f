// What a record says, in words.
#pragma once

#include <string>
#include <string_view>

#include "events/order.hpp"
#include "events/service.hpp"
#include "store/record.hpp"

namespace souk::replay {

// What came of the command: "held 15.30 GBP for 536365", "refused to hold 6 for 536365: out of
// stock", "nothing to release for 536365". `own` is an id that goes without saying. Payloads that
// today's code cannot read are named as such.
std::string record_words(Service service, const store::RecordView& record,
                         std::string_view own = {});

// One stored event or command.
std::string event_words(Service service, const store::PayloadView& event,
                        std::string_view own = {});
std::string command_words(Service service, const store::PayloadView& command,
                          std::string_view own = {});

// "out of stock", "it came after its deadline".
std::string refusal_words(Service service, std::uint16_t refusal);

// Who asked for it: "checkout 536365", "a client (charge/top-up-1)", "the clock".
std::string cause_words(Service service, const store::RecordView& record);

// "wallet 17850: insufficient funds", from a reason's code and subject.
std::string reason_words(const order::Reason& reason);

// The parts of a saga's command id, "checkout:536365/3/0"; saga is empty if it is none.
struct StepId {
  std::string_view service;  // "checkout"
  std::string_view saga;     // its id
  unsigned step = 0;
  unsigned index = 0;
};
StepId parse_step_id(std::string_view command_id);

}  // namespace souk::replay
