#include "tools/replay/wording.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "actors/checkout/steps.hpp"
#include "actors/model/refusals.hpp"
#include "actors/model/saga.hpp"
#include "tools/replay/payload_names.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording_parts.hpp"

namespace souk::replay {
namespace wording {

std::string units_text(Units units) { return counted(units.value, "unit", "units"); }

std::string lines_text(const std::vector<order::Line>& lines) {
  std::int64_t units = 0;
  for (const order::Line& line : lines) units += line.quantity.value;
  return fmt::format("{}, {}", counted(static_cast<std::int64_t>(lines.size()), "line", "lines"),
                     units_text({units}));
}

std::string total_text(const order::Totals& totals) {
  std::string text = money_text({totals.total_minor, totals.currency});
  if (totals.discount_minor != 0)
    text += fmt::format(" ({} less {})", money_text({totals.subtotal_minor, totals.currency}),
                        money_text({totals.discount_minor, totals.currency}));
  return text;
}

std::string steps_text(const std::vector<StepRef>& steps) {
  std::string text;
  for (const checkout::StepRow& row : checkout::kSteps) {
    const auto count = std::ranges::count_if(steps, [&](const StepRef& one) {
      return one.step == static_cast<std::uint16_t>(row.step);
    });
    if (count == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", row.name);
    if (count > 1) text += fmt::format(" of {} SKUs", count);
  }
  return text.empty() ? "no step" : text;
}

}  // namespace wording

namespace {

std::string with_blanks(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

// An undo or a settlement of what is not held.
std::string nothing_to(Service service, const store::RecordView& record, std::string_view own) {
  if (!record.command) return "nothing changed";
  const std::string asked = command_words(service, *record.command, own);
  const auto intent = static_cast<Intent>(record.intent);
  if (intent == Intent::undo || intent == Intent::settle) return "nothing to " + asked;
  return fmt::format("nothing changed ({})", asked);
}

unsigned number(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string refusal_words(Service service, std::uint16_t refusal) {
  if (refusal == kRefusalDeadlinePassed) return "it came after its deadline";
  if (refusal == kRefusalUndone) return "it came after it had been undone";
  return with_blanks(refusal_text(service, refusal));
}

std::string reason_words(const order::Reason& reason) {
  const std::size_t dot = reason.code.find('.');
  const std::string who = dot == std::string::npos ? "" : reason.code.substr(0, dot) + " ";
  const std::string what = with_blanks(reason.code.substr(dot == std::string::npos ? 0 : dot + 1));
  if (reason.subject.empty()) return cli::printable(who + what);
  if (who.empty()) return cli::printable(fmt::format("{} ({})", what, reason.subject));
  return cli::printable(fmt::format("{}{}: {}", who, reason.subject, what));
}

std::string record_words(Service service, const store::RecordView& record, std::string_view own) {
  if (record.refusal != 0) {
    const std::string asked =
        record.command ? "refused to " + command_words(service, *record.command, own) : "refused";
    return fmt::format("{}: {}", asked, refusal_words(service, record.refusal));
  }
  if (record.events.empty()) return nothing_to(service, record, own);
  std::string text;
  for (const store::PayloadView& event : record.events)
    text += (text.empty() ? "" : "; ") + event_words(service, event, own);
  return text;
}

StepId parse_step_id(std::string_view id) {
  const std::size_t colon = id.find(':');
  const std::size_t last = id.rfind('/');
  if (colon == std::string_view::npos || last == std::string_view::npos || last == 0) return {};
  const std::size_t middle = id.rfind('/', last - 1);
  if (middle == std::string_view::npos || middle <= colon + 1) return {};
  const std::string_view service = id.substr(0, colon);
  if (service != name_of(Service::checkout) && service != name_of(Service::campaign)) return {};
  return {service, id.substr(colon + 1, middle - colon - 1),
          number(id.substr(middle + 1, last - middle - 1)), number(id.substr(last + 1))};
}

std::string cause_words(Service service, const store::RecordView& record) {
  if (const StepId step = parse_step_id(record.command_id); !step.saga.empty())
    return fmt::format("{} {}", step.service, cli::printable(step.saga));
  if (!record.command_id.empty())
    return fmt::format("a client ({})", cli::printable(record.command_id));
  const bool is_saga = service == Service::checkout || service == Service::campaign;
  if (is_saga && !record.causation_id.empty()) return "itself";
  if (!record.causation_id.empty()) return cli::printable(record.causation_id);
  return service == Service::coupon ? "the clock" : "a client";
}

}  // namespace souk::replay
