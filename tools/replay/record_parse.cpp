// Records read back from their JSON.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "events/positions.hpp"
#include "tools/replay/base64.hpp"
#include "tools/replay/json_value.hpp"
#include "tools/replay/payload_json.hpp"
#include "tools/replay/record_json.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::replay {
namespace {

using nlohmann::json;

// Takes members out of one object, and remembers the first thing that is wrong.
class Taker {
 public:
  Taker(const json& object, std::string path, std::string& why)
      : object_(object), path_(std::move(path)), why_(why) {
    if (!object.is_object()) fault("", {"", "is to be an object"});
  }

  bool ok() const { return why_.empty(); }

  // The member; null if there is none, or if something was wrong before.
  const json* find(std::string_view name) {
    if (!ok()) return nullptr;
    const auto at = object_.find(name);
    if (at == object_.end()) return nullptr;
    ++found_;
    return &*at;
  }
  const json* require(std::string_view name) {
    const json* member = find(name);
    if (ok() && member == nullptr) fault(name, {"", "is missing"});
    return member;
  }

  template <class Number>
  void number(const json* member, std::string_view name, Number& number) {
    if (member == nullptr) return;
    if (!member->is_number_unsigned() ||
        member->get<std::uint64_t>() > std::numeric_limits<Number>::max())
      fault(name, {"", fmt::format("is to be a number from 0 to {}, not {}",
                                   std::numeric_limits<Number>::max(), shown_json(*member))});
    else
      number = member->get<Number>();
  }
  void text(std::string_view name, std::string& text) {
    JsonFault what;
    const json* member = find(name);
    if (member != nullptr && !detail::read_text(*member, text, what)) fault(name, what);
  }
  void time(std::string_view name, Time& time) {
    JsonFault what;
    const json* member = find(name);
    if (member != nullptr && !detail::read_scalar(*member, time, what)) fault(name, what);
  }
  bool flag(std::string_view name) {
    JsonFault what;
    bool value = false;
    const json* member = find(name);
    if (member != nullptr && !detail::read_scalar(*member, value, what)) fault(name, what);
    return value;
  }

  // Whatever was not asked for is an error. Call when everything else has been taken.
  void end(const std::vector<std::string>& known) {
    if (!ok() || found_ == object_.size()) return;
    for (const auto& [name, value] : object_.items())
      if (std::ranges::find(known, name) == known.end())
        return fault(name, {"", "is not known here" + cli::did_you_mean(name, known)});
  }

  std::string path_of(std::string_view name) const {
    return fmt::format("{}{}{}", path_, path_.empty() || name.empty() ? "" : ".", name);
  }
  void fault(std::string_view name, const JsonFault& what) {
    if (!ok()) return;
    const std::string path = path_of(name);
    why_ = fmt::format("{} {}", path.empty() ? "it" : path, what.what);
  }

 private:
  const json& object_;
  std::string path_;
  std::string& why_;
  std::size_t found_ = 0;
};

const std::vector<std::string> kRecordMembers = {
    "time",          "service",     "partition",      "offset",       "group", "next",
    "stream",        "sequence",    "previous",       "intent",       "open",  "refusal",
    "flags",         "command_id",  "correlation_id", "causation_id", "trace", "deadline",
    "receipt_until", "fingerprint", "command",        "events"};
const std::vector<std::string> kPayloadMembers = {"name", "tag", "body", "raw"};
const std::vector<std::string> kRefusalMembers = {"number", "name"};

std::optional<PartitionId> parse_partition(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto service = parse_service(text.substr(0, slash));
  PartitionId partition;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + slash + 1, end, partition.number);
  if (!service || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  partition.service = *service;
  return partition;
}

void take_place(Taker& taker, RecordLine& line) {
  std::string text;
  taker.text("service", text);
  if (const auto service = parse_service(text))
    line.place.partition.service = *service;
  else
    taker.fault("service", {"", fmt::format("is to be one of souk's services, not '{}'", text)});
  taker.number(taker.require("partition"), "partition", line.place.partition.number);
  taker.number(taker.require("offset"), "offset", line.offset);
  taker.number(taker.require("group"), "group", line.place.group);
  taker.number(taker.find("previous"), "previous", line.previous);
  if (const json* next = taker.find("next")) {
    if (const auto* name = next->get_ptr<const std::string*>()) line.next = parse_partition(*name);
    if (!line.next) taker.fault("next", {"", "is to be a partition such as stock/3"});
  }
}

void take_intent(Taker& taker, store::Record& record) {
  const json* member = taker.require("intent");
  if (member == nullptr) return;
  const auto* name = member->get_ptr<const std::string*>();
  if (name == nullptr) return taker.number(member, "intent", record.intent);
  if (const auto intent = parse_intent(*name))
    record.intent = *intent;
  else
    taker.fault("intent",
                {"", fmt::format("is to be request, attempt, settle or undo, not '{}'", *name)});
}

void take_refusal(Taker& taker, Service service, store::Record& record, std::string& why) {
  const json* member = taker.find("refusal");
  if (member == nullptr) return;
  Taker refusal(*member, "refusal", why);
  refusal.number(refusal.require("number"), "number", record.refusal);
  std::string name;
  refusal.text("name", name);
  refusal.end(kRefusalMembers);
  const std::string_view known = refusal_text(service, record.refusal);
  if (refusal.ok() && !name.empty() && known != "unknown" && name != known)
    refusal.fault("name", {"", fmt::format("is not that of {}'s refusal {}, which is '{}'",
                                           name_of(service), record.refusal, known)});
}

void take_flags(Taker& taker, store::Record& record) {
  if (taker.flag("open")) record.flags |= store::kRecordOpen;
  if (record.refusal != 0) record.flags |= store::kRecordRefused;
  taker.number(taker.find("flags"), "flags", record.flags);
}

void take_fingerprint(Taker& taker, store::Record& record) {
  std::string digits;
  taker.text("fingerprint", digits);
  if (digits.empty()) return;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, record.fingerprint, 16);
  if (digits.size() != 16 || parsed.ec != std::errc() || parsed.ptr != end)
    taker.fault("fingerprint", {"", "is to be sixteen hexadecimal digits"});
}

// The body must be what the bytes say, so that nobody edits the one and believes the other.
bool agrees(Service service, PayloadKind kind, const store::Payload& payload, const json& body) {
  std::string again;
  return write_payload_json(service, kind, payload.tag, payload.bytes, again) != Written::nothing &&
         json::parse(again) == body;
}

void take_payload(const json& member, const std::string& path, Service service, PayloadKind kind,
                  store::Payload& payload, std::string& why) {
  Taker taker(member, path, why);
  std::string name;
  taker.text("name", name);
  if (name.empty())
    taker.number(taker.require("tag"), "tag", payload.tag);
  else if (const auto tag = payload_tag(service, kind, name))
    payload.tag = *tag;
  else
    taker.fault("name",
                {"", fmt::format("is to be one of {}'s {}, not '{}'", name_of(service),
                                 kind == PayloadKind::command ? "commands" : "events", name)});
  const json* body = taker.find("body");
  const json* raw = taker.find("raw");
  taker.end(kPayloadMembers);
  if (!taker.ok()) return;
  if (raw != nullptr) {
    const auto* digits = raw->get_ptr<const std::string*>();
    auto bytes = digits == nullptr ? std::nullopt : parse_base64(*digits);
    if (!bytes) return taker.fault("raw", {"", "is to be base64"});
    payload.bytes = std::move(*bytes);
    if (body != nullptr && !agrees(service, kind, payload, *body))
      taker.fault("body", {"", "is not what raw says; leave raw as it is"});
  } else if (body == nullptr) {
    taker.fault("body", {"", "is missing"});
  } else if (std::string what; auto made = payload_of_value(service, kind, name, *body, what)) {
    payload = std::move(*made);
  } else {
    why = fmt::format("{}.body: {}", path, what);
  }
}

void take_payloads(Taker& taker, Service service, store::Record& record, std::string& why) {
  if (const json* command = taker.find("command"))
    take_payload(*command, "command", service, PayloadKind::command, record.command.emplace(), why);
  const json* events = taker.find("events");
  if (events == nullptr) return;
  if (!events->is_array()) return taker.fault("events", {"", "is to be a list"});
  for (std::size_t i = 0; i < events->size() && taker.ok(); ++i)
    take_payload((*events)[i], fmt::format("events[{}]", i), service, PayloadKind::event,
                 record.events.emplace_back(), why);
}

}  // namespace

bool parse_record_json(std::string_view text, RecordLine& line, std::string& why) {
  line = {};
  why.clear();
  const auto object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) {
    why = "it is no JSON";
    return false;
  }
  Taker taker(object, "", why);
  take_place(taker, line);
  const Service service = line.place.partition.service;
  store::Record& record = line.record;
  taker.text("stream", record.stream);
  taker.number(taker.require("sequence"), "sequence", record.sequence);
  taker.time("time", record.time);
  take_intent(taker, record);
  take_refusal(taker, service, record, why);
  take_flags(taker, record);
  taker.text("command_id", record.command_id);
  taker.text("correlation_id", record.correlation_id);
  taker.text("causation_id", record.causation_id);
  taker.text("trace", record.trace);
  taker.time("deadline", record.deadline);
  taker.time("receipt_until", record.receipt_until);
  take_fingerprint(taker, record);
  take_payloads(taker, service, record, why);
  taker.end(kRecordMembers);
  if (taker.ok() && record.stream.empty()) taker.fault("stream", {"", "is missing"});
  if (taker.ok() && record.sequence == 0) taker.fault("sequence", {"", "begins with 1"});
  return why.empty();
}

}  // namespace souk::replay
