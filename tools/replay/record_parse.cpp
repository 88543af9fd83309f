// Records read back from their JSON.
#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "events/positions.hpp"
#include "store/keys.hpp"
#include "tools/replay/base64.hpp"
#include "tools/replay/json_value.hpp"
#include "tools/replay/payload_json.hpp"
#include "tools/replay/record_json.hpp"

namespace souk::replay {
namespace {

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

// An object whose members an X reads one by one, in any order, each by its own function. As they
// are written they come in the table's order, some left out.
template <class X>
struct Member {
  std::string_view name;
  bool (X::*read)();
  bool required = false;
};

template <class X, std::size_t N>
bool read_members(JsonReader& json, X& reader, const std::array<Member<X>, N>& members,
                  JsonFault& fault) {
  std::bitset<N> seen;
  std::size_t expected = 0;
  std::string_view name;
  for (json.enter(); json.next_member(name); ++expected) {
    const auto is_it = [&name](const Member<X>& member) { return member.name == name; };
    auto at = std::find_if(members.begin() + expected, members.end(), is_it);
    if (at == members.end()) at = std::find_if(members.begin(), members.end(), is_it);
    if (at == members.end()) {
      std::vector<std::string_view> known;
      for (const auto& member : members) known.push_back(member.name);
      return detail::unknown_member(name, known, fault);
    }
    expected = static_cast<std::size_t>(at - members.begin());
    if (seen[expected]) return detail::twice(name, fault);
    seen.set(expected);
    if (!(reader.*at->read)()) return detail::inside(at->name, fault);
  }
  if (!json.ok()) return false;
  for (std::size_t i = 0; i < N; ++i)
    if (members[i].required && !seen[i]) {
      fault.what = "is missing";
      return detail::inside(members[i].name, fault);
    }
  return true;
}

template <class Number>
bool read_unsigned(JsonReader& json, Number& number, JsonFault& fault) {
  std::uint64_t read = 0;
  if (!detail::read_number(json, std::numeric_limits<Number>::max(), read, fault)) return false;
  number = static_cast<Number>(read);
  return true;
}

bool wrong(std::string what, JsonFault& fault) {
  fault.what = std::move(what);
  return false;
}

// --- a payload -------------------------------------------------------------------------------

class PayloadReader {
 public:
  PayloadReader(JsonReader& json, Service service, PayloadKind kind, store::Payload& payload,
                JsonFault& fault)
      : json_(json), service_(service), kind_(kind), payload_(payload), fault_(fault) {}

  bool read() {
    if (json_.kind() != JsonReader::Kind::object)
      return detail::not_expected("an object", json_, fault_);
    return read_members(json_, *this, kMembers, fault_) && complete();
  }

 private:
  bool name() {
    std::string text;
    if (!detail::read_text(json_, text, fault_)) return false;
    const auto tag = payload_tag(service_, kind_, text);
    if (tag) payload_.tag = *tag;
    has_tag_ = tag.has_value();
    return has_tag_ ||
           wrong(fmt::format("is to be one of {}'s {}, not '{}'", name_of(service_),
                             kind_ == PayloadKind::command ? "commands" : "events", text),
                 fault_);
  }
  bool tag() {
    has_tag_ = read_unsigned(json_, payload_.tag, fault_);
    return has_tag_;
  }
  bool body() {
    has_body_ = true;
    if (has_tag_) return body_from(json_);
    late_body_ = json_.skip();  // of what, comes later
    return json_.ok();
  }
  bool raw() {
    if (json_.kind() != JsonReader::Kind::text)
      return detail::not_expected("base64", json_, fault_);
    const auto text = json_.text();
    if (!text) return false;
    raw_ = parse_base64(*text);
    return raw_.has_value() || wrong("is to be base64", fault_);
  }

  bool body_from(JsonReader& json) {
    if (payload_name(service_, kind_, payload_.tag).empty())
      return wrong("is not known of this tag; only raw is", fault_);
    return read_payload_json(service_, kind_, json, payload_, fault_);
  }

  bool complete() {
    if (!has_tag_) return wrong("is missing", fault_) || detail::inside("tag", fault_);
    if (!late_body_.empty()) {
      JsonReader late(late_body_);
      if (!body_from(late)) return detail::inside("body", fault_);
    }
    if (!has_body_ && !raw_) return wrong("is missing", fault_) || detail::inside("body", fault_);
    if (!raw_) return true;
    if (has_body_ && !agrees())
      return wrong("is not what raw says; leave raw as it is", fault_) ||
             detail::inside("body", fault_);
    payload_.bytes = std::move(*raw_);
    return true;
  }

  // The body must be what the bytes say, so that nobody edits the one and believes the other.
  bool agrees() const {
    std::string again, why;
    if (write_payload_json(service_, kind_, payload_.tag, *raw_, again) == Written::nothing)
      return false;
    const auto said =
        payload_of_json(service_, kind_, payload_name(service_, kind_, payload_.tag), again, why);
    return said && said->bytes == payload_.bytes;
  }

  static constexpr std::array<Member<PayloadReader>, 4> kMembers{{
      {"name", &PayloadReader::name},
      {"tag", &PayloadReader::tag},
      {"body", &PayloadReader::body},
      {"raw", &PayloadReader::raw},
  }};

  JsonReader& json_;
  Service service_;
  PayloadKind kind_;
  store::Payload& payload_;
  JsonFault& fault_;
  bool has_tag_ = false;
  bool has_body_ = false;
  std::string_view late_body_;
  std::optional<std::string> raw_;
};

// --- a record --------------------------------------------------------------------------------

class RecordReader {
 public:
  RecordReader(std::string_view text, RecordLine& line) : json_(text), line_(line) {}

  bool read() {
    if (json_.kind() != JsonReader::Kind::object)
      return detail::not_expected("an object", json_, fault_);
    if (!read_members(json_, *this, kMembers, fault_)) return false;
    return json_.finished() && complete();
  }
  const JsonFault& fault() const { return fault_; }

 private:
  store::Record& record() { return line_.record; }
  PartitionId& partition() { return line_.place.partition; }

  bool text(std::string& to) { return detail::read_text(json_, to, fault_); }
  bool time(Time& to) { return detail::read_scalar(json_, to, fault_); }

  bool decided() { return time(record().time); }
  bool deadline() { return time(record().deadline); }
  bool receipt_until() { return time(record().receipt_until); }
  bool command_id() { return text(record().command_id); }
  bool correlation_id() { return text(record().correlation_id); }
  bool causation_id() { return text(record().causation_id); }
  bool trace() { return text(record().trace); }
  bool number() { return read_unsigned(json_, partition().number, fault_); }
  bool offset() { return read_unsigned(json_, line_.offset, fault_); }
  bool group() { return read_unsigned(json_, line_.place.group, fault_); }
  bool previous() { return read_unsigned(json_, line_.previous, fault_); }

  bool service() {
    if (!text(scratch_)) return false;
    const auto service = parse_service(scratch_);
    if (service) partition().service = *service;
    has_service_ = service.has_value();
    return has_service_ ||
           wrong(fmt::format("is to be one of souk's services, not '{}'", scratch_), fault_);
  }
  bool next() {
    if (!text(scratch_)) return false;
    line_.next = parse_partition(scratch_);
    return line_.next.has_value() || wrong("is to be a partition such as stock/3", fault_);
  }
  bool stream() {
    return text(record().stream) &&
           (!record().stream.empty() || wrong("must not be empty", fault_));
  }
  bool sequence() {
    return read_unsigned(json_, record().sequence, fault_) &&
           (record().sequence > 0 || wrong("begins with 1", fault_));
  }
  bool intent() {
    if (json_.kind() == JsonReader::Kind::number)
      return read_unsigned(json_, record().intent, fault_);
    if (!text(scratch_)) return false;
    const auto intent = parse_intent(scratch_);
    if (intent) record().intent = *intent;
    return intent.has_value() ||
           wrong(fmt::format("is to be request, attempt, settle or undo, not '{}'", scratch_),
                 fault_);
  }
  bool open() { return detail::read_scalar(json_, open_, fault_); }
  bool flags() { return read_unsigned(json_, flags_.emplace(), fault_); }
  bool fingerprint() {
    if (!text(scratch_)) return false;
    const char* const end = scratch_.data() + scratch_.size();
    const auto parsed = std::from_chars(scratch_.data(), end, record().fingerprint, 16);
    return (scratch_.size() == 16 && parsed.ec == std::errc() && parsed.ptr == end) ||
           wrong("is to be sixteen hexadecimal digits", fault_);
  }
  // What these mean depends on the service: if it comes later, so do they.
  bool refusal() { return has_service_ ? refusal_from(json_) : later(late_refusal_); }
  bool command() { return has_service_ ? command_from(json_) : later(late_command_); }
  bool events() { return has_service_ ? events_from(json_) : later(late_events_); }
  bool later(std::string_view& text) {
    text = json_.skip();
    return json_.ok();
  }

  bool refusal_from(JsonReader& json);
  bool command_from(JsonReader& json) {
    return PayloadReader(json, partition().service, PayloadKind::command,
                         record().command.emplace(), fault_)
        .read();
  }
  bool events_from(JsonReader& json) {
    if (json.kind() != JsonReader::Kind::list) return detail::not_expected("a list", json, fault_);
    auto& events = record().events;
    for (json.enter(); json.next_element();)
      if (!PayloadReader(json, partition().service, PayloadKind::event, events.emplace_back(),
                         fault_)
               .read())
        return detail::inside(events.size() - 1, fault_);
    return json.ok();
  }
  bool read_late(std::string_view name, std::string_view text,
                 bool (RecordReader::*from)(JsonReader&)) {
    if (text.empty()) return true;
    JsonReader json(text);
    return (this->*from)(json) || detail::inside(name, fault_);
  }

  bool complete() {
    if (!read_late("refusal", late_refusal_, &RecordReader::refusal_from) ||
        !read_late("command", late_command_, &RecordReader::command_from) ||
        !read_late("events", late_events_, &RecordReader::events_from))
      return false;
    if (open_) record().flags |= store::kRecordOpen;
    if (record().refusal != 0) record().flags |= store::kRecordRefused;
    if (flags_) record().flags = *flags_;
    return true;
  }

  static const std::array<Member<RecordReader>, 22> kMembers;

  JsonReader json_;
  RecordLine& line_;
  JsonFault fault_;
  bool has_service_ = false;
  bool open_ = false;
  std::optional<std::uint8_t> flags_;
  std::string_view late_refusal_, late_command_, late_events_;
  std::string scratch_;
};

// In the order of append_record_json.
constexpr std::array<Member<RecordReader>, 22> RecordReader::kMembers{{
    {"time", &RecordReader::decided},
    {"service", &RecordReader::service, true},
    {"partition", &RecordReader::number, true},
    {"offset", &RecordReader::offset, true},
    {"group", &RecordReader::group, true},
    {"next", &RecordReader::next},
    {"stream", &RecordReader::stream, true},
    {"sequence", &RecordReader::sequence, true},
    {"previous", &RecordReader::previous},
    {"intent", &RecordReader::intent, true},
    {"open", &RecordReader::open},
    {"refusal", &RecordReader::refusal},
    {"flags", &RecordReader::flags},
    {"command_id", &RecordReader::command_id},
    {"correlation_id", &RecordReader::correlation_id},
    {"causation_id", &RecordReader::causation_id},
    {"trace", &RecordReader::trace},
    {"deadline", &RecordReader::deadline},
    {"receipt_until", &RecordReader::receipt_until},
    {"fingerprint", &RecordReader::fingerprint},
    {"command", &RecordReader::command},
    {"events", &RecordReader::events},
}};

// {"number":7,"name":"out_of_stock"}: the number counts, and the name must be its own.
class RefusalReader {
 public:
  RefusalReader(JsonReader& json, Service service, std::uint16_t& refusal, JsonFault& fault)
      : json_(json), service_(service), refusal_(refusal), fault_(fault) {}

  bool read() {
    if (json_.kind() != JsonReader::Kind::object)
      return detail::not_expected("an object", json_, fault_);
    if (!read_members(json_, *this, kMembers, fault_)) return false;
    const std::string_view known = refusal_text(service_, refusal_);
    if (name_.empty() || known == "unknown" || name_ == known) return true;
    return wrong(fmt::format("is not that of {}'s refusal {}, which is '{}'", name_of(service_),
                             refusal_, known),
                 fault_) ||
           detail::inside("name", fault_);
  }

 private:
  bool number() { return read_unsigned(json_, refusal_, fault_); }
  bool name() { return detail::read_text(json_, name_, fault_); }

  static constexpr std::array<Member<RefusalReader>, 2> kMembers{{
      {"number", &RefusalReader::number, true},
      {"name", &RefusalReader::name},
  }};

  JsonReader& json_;
  Service service_;
  std::uint16_t& refusal_;
  JsonFault& fault_;
  std::string name_;
};

bool RecordReader::refusal_from(JsonReader& json) {
  return RefusalReader(json, partition().service, record().refusal, fault_).read();
}

// Makes it as new, and keeps its memory.
void clear(RecordLine& line) {
  store::Record& record = line.record;
  for (std::string* text : {&record.stream, &record.command_id, &record.causation_id,
                            &record.correlation_id, &record.trace})
    text->clear();
  record.sequence = 0;
  record.time = record.receipt_until = record.deadline = {};
  record.flags = record.intent = 0;
  record.refusal = 0;
  record.fingerprint = 0;
  record.command.reset();
  record.events.clear();
  line.place = {};
  line.offset = line.previous = store::kNoOffset;
  line.next.reset();
}

}  // namespace

bool parse_record_json(std::string_view text, RecordLine& line, std::string& why) {
  clear(line);
  RecordReader reader(text, line);
  if (reader.read()) return true;
  why = is_json(text) ? reader.fault().sentence("it") : "it is no JSON";
  return false;
}

}  // namespace souk::replay
