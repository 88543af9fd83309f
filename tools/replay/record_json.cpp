#include "tools/replay/record_json.hpp"

#include "store/keys.hpp"
#include "tools/replay/base64.hpp"
#include "tools/replay/json_text.hpp"
#include "tools/replay/payload_json.hpp"

namespace souk::replay {
namespace {

using detail::append_number;

// Puts members after those that are there. A name is given with its quotes and colon.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }

  std::string& add(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    return out_.append(name);
  }
  void number(std::string_view name, std::uint64_t number) { append_number(number, add(name)); }
  void text(std::string_view name, std::string_view text) {
    if (!text.empty()) append_json_string(text, add(name));
  }
  void time(std::string_view name, Time time) {
    if (time.is_set()) detail::append_scalar(time, add(name));
  }
  void base64(std::string_view name, std::string_view bytes) {
    add(name) += '"';
    append_base64(bytes, out_);
    out_ += '"';
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_hex(std::uint64_t number, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (int shift = 60; shift >= 0; shift -= 4) out += kHex[number >> shift & 15];
  out += '"';
}

void append_payload(Service service, PayloadKind kind, const store::PayloadView& payload,
                    std::string& out) {
  Members members(out);
  const std::string_view name = payload_name(service, kind, payload.tag);
  if (name.empty())
    members.number(R"("tag":)", payload.tag);
  else
    members.text(R"("name":)", name);
  constexpr std::string_view kBody = R"("body":)";
  const std::size_t before = out.size();
  out.append(1, ',').append(kBody);
  const Written written = write_payload_json(service, kind, payload.tag, payload.bytes, out);
  if (written == Written::nothing) out.resize(before);
  if (written != Written::exactly) members.base64(R"("raw":)", payload.bytes);
  members.end();
}

void append_outcome(const store::RecordView& record, Service service, Members& members) {
  const std::string_view intent = intent_name(record.intent);
  if (intent.empty())
    members.number(R"("intent":)", record.intent);
  else
    members.text(R"("intent":)", intent);
  const bool open = (record.flags & store::kRecordOpen) != 0;
  if (open) members.add(R"("open":true)");
  if (record.refusal != 0) {
    std::string& out = members.add(R"("refusal":)");
    Members refusal(out);
    refusal.number(R"("number":)", record.refusal);
    refusal.text(R"("name":)", refusal_text(service, record.refusal));
    refusal.end();
  }
  const int usual =
      (open ? store::kRecordOpen : 0) | (record.refusal != 0 ? store::kRecordRefused : 0);
  if (record.flags != usual) members.number(R"("flags":)", record.flags);
}

void append_payloads(const store::RecordView& record, Service service, Members& members) {
  if (record.command)
    append_payload(service, PayloadKind::command, *record.command, members.add(R"("command":)"));
  if (record.events.empty()) return;
  std::string& out = members.add(R"("events":)");
  char before = '[';
  for (const store::PayloadView& event : record.events) {
    out += before;
    append_payload(service, PayloadKind::event, event, out);
    before = ',';
  }
  out += ']';
}

}  // namespace

void append_record_json(const store::RecordView& record, const store::Place& place,
                        std::string& out, const std::optional<PartitionId>& next) {
  const Service service = place.partition.service;
  Members members(out);
  members.time(R"("time":)", record.time);
  members.text(R"("service":)", name_of(service));
  members.number(R"("partition":)", place.partition.number);
  members.number(R"("offset":)", record.offset);
  members.number(R"("group":)", place.group);
  if (next) members.text(R"("next":)", store::display(*next));
  members.text(R"("stream":)", record.stream);
  members.number(R"("sequence":)", record.sequence);
  if (record.previous != store::kNoOffset) members.number(R"("previous":)", record.previous);
  append_outcome(record, service, members);
  members.text(R"("command_id":)", record.command_id);
  members.text(R"("correlation_id":)", record.correlation_id);
  members.text(R"("causation_id":)", record.causation_id);
  members.text(R"("trace":)", record.trace);
  members.time(R"("deadline":)", record.deadline);
  members.time(R"("receipt_until":)", record.receipt_until);
  if (record.fingerprint != 0) append_hex(record.fingerprint, members.add(R"("fingerprint":)"));
  append_payloads(record, service, members);
  members.end();
}

}  // namespace souk::replay
