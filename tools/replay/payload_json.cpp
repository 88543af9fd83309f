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

std::optional<store::Payload> payload_of_value(Service service, PayloadKind kind,
                                               std::string_view name, const nlohmann::json& json,
                                               std::string& why) {
  using Result = std::optional<store::Payload>;
  const auto tag = payload_tag(service, kind, name);
  if (!tag) {
    why = unknown_name(service, kind, name);
    return std::nullopt;
  }
  return for_payload(
      service, kind, *tag,
      [&]<class T>(Type<T>) -> Result {
        thread_local T value;
        JsonFault fault;
        if (!read_json(json, value, fault)) {
          why = fault.sentence("it");
          return std::nullopt;
        }
        store::Payload payload{*tag, {}};
        codec::encode(value, payload.bytes);
        return payload;
      },
      Result());
}

std::optional<store::Payload> payload_of_json(Service service, PayloadKind kind,
                                              std::string_view name, std::string_view json,
                                              std::string& why) {
  const auto parsed = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_discarded()) return payload_of_value(service, kind, name, parsed, why);
  why = "it is no JSON";
  return std::nullopt;
}

}  // namespace souk::replay
