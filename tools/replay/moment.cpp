#include "tools/replay/moment.hpp"

#include <charconv>

#include <fmt/format.h>

#include "events/positions.hpp"
#include "tools/replay/failure.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

bool is_day(std::string_view text) { return text.size() == 10 && text[4] == '-'; }

// How much time the last digit of a fraction stands for, in microseconds; 1 without a fraction.
std::int64_t fraction_micros(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return 1;
  std::int64_t micros = 1'000'000;
  for (std::size_t at = point + 1; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
    micros /= 10;
  return micros == 0 ? 1 : micros;
}

// "88", or "wallet/3@88" in the stream's own partition.
std::optional<store::Offset> parse_offset(const StreamRef& stream, const std::string& text,
                                          std::string_view option) {
  store::Offset offset = 0;
  const char* end = text.data() + text.size();
  if (const auto result = std::from_chars(text.data(), end, offset);
      result.ec == std::errc() && result.ptr == end)
    return offset;
  if (text.find('@') == std::string::npos) return std::nullopt;
  const auto positions = parse_positions(text);
  if (!positions || positions->size() != 1) return std::nullopt;
  const auto& [partition, at] = *positions->begin();
  if (partition != stream.partition)
    throw Failure(
        kExitBadInput,
        fmt::format("{}: {} has its records in partition {}/{}, not in {}/{}", option,
                    cli::printable(stream.name()), name_of(stream.service()),
                    stream.partition.number, name_of(partition.service), partition.number));
  return at;
}

// A year looks like an offset.
void check_offset(const store::LogView& view, const StreamRef& stream, store::Offset offset,
                  std::string_view option) {
  const store::Offset last = value_of(view.last(stream.partition));
  if (offset <= last) return;
  throw Failure(
      kExitBadInput,
      fmt::format("{}: there is no record {}/{}@{}, the last one is {}; a time is "
                  "written like 2010-12-01",
                  option, name_of(stream.service()), stream.partition.number, offset, last));
}

}  // namespace

Moment parse_moment(const store::LogView& view, const StreamRef& stream, const std::string& text,
                    cli::Edge edge, Time now, std::string_view option) {
  if (text == "start") return {.time = Time{INT64_MAX}, .offset = store::kNoOffset};
  if (text == "now") return {};
  if (const auto offset = parse_offset(stream, text, option)) {
    check_offset(view, stream, *offset, option);
    return {.time = Time{INT64_MAX}, .offset = *offset};
  }
  const auto time = cli::parse_when(text, edge, now);
  if (!time)
    throw Failure(kExitBadInput,
                  fmt::format("{}: '{}' is no moment; write 2010-12-01, 2010-12-01T08:30:00Z, an "
                              "age such as 3d or 2h, or a record like {}/{}@{}",
                              option, cli::printable(text), name_of(stream.service()),
                              stream.partition.number, stream.head.offset));
  if (edge == cli::Edge::since || is_day(text)) return {.time = *time - Duration{1}};
  return {.time = *time + Duration{fraction_micros(text) - 1}};
}

}  // namespace souk::replay
