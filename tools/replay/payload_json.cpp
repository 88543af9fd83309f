#include "tools/replay/payload_json.hpp"

#include <fmt/format.h>

#include "events/codec.hpp"
#include "tools/replay/json_text.hpp"
#include "tools/replay/json_value.hpp"
#include "tools/replay/payload_types.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::replay {
namespace {

template <class Alternative>
Written write_alternative(std::string_view bytes, std::string& out) {
  thread_local Alternative value;  // keeps its memory from one payload to the next
  thread_local std::string again;
  if (!codec::decode(bytes, value)) return Written::nothing;
  append_json(value, out);
  again.clear();
  codec::encode(value, again);
  return again == bytes ? Written::exactly : Written::loosely;
}

std::string unknown_name(Service service, PayloadKind kind, std::string_view name) {
  const auto names = payload_names(service, kind);
  return fmt::format("{} has no {} '{}'{}", name_of(service),
                     kind == PayloadKind::command ? "command" : "event", name,
                     cli::did_you_mean(name, {names.begin(), names.end()}));
}

}  // namespace

Written write_payload_json(Service service, PayloadKind kind, std::uint16_t tag,
                           std::string_view bytes, std::string& out) {
  return for_payload(
      service, kind, tag, [&]<class T>(Type<T>) { return write_alternative<T>(bytes, out); },
      Written::nothing);
}

bool read_payload_json(Service service, PayloadKind kind, JsonReader& json, store::Payload& payload,
                       JsonFault& fault) {
  return for_payload(
      service, kind, payload.tag,
      [&]<class T>(Type<T>) {
        thread_local T value;
        if (!read_json(json, value, fault)) return false;
        payload.bytes.clear();
        codec::encode(value, payload.bytes);
        return true;
      },
      false);
}

std::optional<store::Payload> payload_of_json(Service service, PayloadKind kind,
                                              std::string_view name, std::string_view json,
                                              std::string& why) {
  const auto tag = payload_tag(service, kind, name);
  if (!tag) {
    why = unknown_name(service, kind, name);
    return std::nullopt;
  }
  JsonReader reader(json);
  JsonFault fault;
  store::Payload payload{*tag, {}};
  if (read_payload_json(service, kind, reader, payload, fault) && reader.finished()) return payload;
  why = is_json(json) ? fault.sentence("it") : "it is no JSON";
  return std::nullopt;
}

}  // namespace souk::replay
