#include "tools/replay/verify/redecide.hpp"

namespace souk::replay {

std::string outcome_text(Service service, std::uint16_t refusal,
                         const std::vector<std::uint16_t>& event_tags) {
  if (refusal != 0) return "refused: " + std::string(refusal_text(service, refusal));
  if (event_tags.empty()) return "nothing changed";
  std::string text;
  for (const std::uint16_t tag : event_tags) {
    if (!text.empty()) text += ", ";
    text += payload_name(service, PayloadKind::event, tag);
  }
  return text;
}

}  // namespace souk::replay
