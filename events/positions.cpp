#include "events/positions.hpp"

#include <algorithm>
#include <charconv>

namespace souk {
namespace {

// Reads a whole decimal number from the front of `text`.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

void merge(Positions& into, const Positions& from) {
  for (const auto& [partition, offset] : from) {
    std::uint64_t& reached = into[partition];
    reached = std::max(reached, offset);
  }
}

bool covers(const Positions& reached, const Positions& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& one) {
    const auto found = reached.find(one.first);
    return one.second == 0 || (found != reached.end() && found->second >= one.second);
  });
}

std::string to_string(const Positions& positions) {
  std::string text;
  for (const auto& [partition, offset] : positions) {
    if (!text.empty()) text += ',';
    text.append(name_of(partition.service)).append(1, '/');
    text.append(std::to_string(partition.number)).append(1, '@').append(std::to_string(offset));
  }
  return text;
}

std::optional<Service> parse_service(std::string_view name) {
  for (const Service service : kServices)
    if (name == name_of(service)) return service;
  return std::nullopt;
}

std::optional<Positions> parse_positions(std::string_view text) {
  Positions positions;
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto service = parse_service(text.substr(0, slash));
    if (!service) return std::nullopt;
    text.remove_prefix(slash + 1);
    PartitionId partition{*service, 0};
    std::uint64_t offset = 0;
    if (!take_number(text, partition.number) || !take(text, '@') || !take_number(text, offset))
      return std::nullopt;
    merge(positions, {{partition, offset}});
    if (!text.empty() && (!take(text, ',') || text.empty())) return std::nullopt;
  }
  return positions;
}

}  // namespace souk
