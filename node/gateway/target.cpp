#include "node/gateway/target.hpp"

#include <algorithm>
#include <charconv>

#include "events/nearest.hpp"
#include "node/gateway/problem.hpp"

namespace souk::gateway {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Problem bad_escape(std::string_view where) {
  return {.status = 400,
          .code = "bad_escape",
          .detail = "The " + std::string(where) +
                    " holds a broken percent escape; write % and two hexadecimal digits."};
}

Problem unknown_parameter(std::string_view name, std::span<const std::string_view> known) {
  std::string detail =
      "There is no query parameter \"" + std::string(name.substr(0, 64)) + "\" here";
  if (known.empty()) {
    detail += "; this path takes none.";
  } else {
    if (const std::string_view meant = nearest(name.substr(0, 64), known); !meant.empty())
      detail += "; did you mean " + std::string(meant) + "? This path takes ";
    else
      detail += "; it takes ";
    for (std::size_t i = 0; i < known.size(); ++i)
      detail += (i == 0 ? "" : ", ") + std::string(known[i]);
    detail += ".";
  }
  return {.status = 400,
          .code = "unknown_parameter",
          .detail = std::move(detail),
          .field = std::string(name.substr(0, 64))};
}

}  // namespace

Target split_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    break;
  }
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(4);
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t size = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, size));
    path.remove_prefix(size);
  }
  return segments;
}

Query::Query(std::string_view query, std::span<const std::string_view> known) {
  while (!query.empty()) {
    const std::size_t size = std::min(query.find('&'), query.size());
    if (size > 0) add(query.substr(0, size), known);
    query.remove_prefix(std::min(size + 1, query.size()));
  }
}

void Query::add(std::string_view pair, std::span<const std::string_view> known) {
  const std::size_t equals = std::min(pair.find('='), pair.size());
  const auto name = percent_decode(pair.substr(0, equals));
  const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
  if (!name || !value) throw bad_escape("query");
  if (std::find(known.begin(), known.end(), *name) == known.end())
    throw unknown_parameter(*name, known);
  if (find(*name) != nullptr)
    throw Problem{.status = 400,
                  .code = "duplicate_parameter",
                  .detail = "The query parameter " + *name + " stands there twice; keep one.",
                  .field = *name};
  parameters_.push_back({*name, *value});
}

const std::string* Query::text(std::string_view name) const {
  const Parameter* parameter = find(name);
  return parameter == nullptr ? nullptr : &parameter->value;
}

const Query::Parameter* Query::find(std::string_view name) const {
  for (const Parameter& parameter : parameters_)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

std::int64_t Query::integer(std::string_view name, std::int64_t min, std::int64_t max,
                            std::int64_t absent) const {
  const Parameter* parameter = find(name);
  if (parameter == nullptr) return absent;
  const std::string& text = parameter->value;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max)
    throw Problem{.status = 400,
                  .code = "invalid_parameter",
                  .detail = "The query parameter " + std::string(name) +
                            " must be a whole number of " + std::to_string(min) + " to " +
                            std::to_string(max) + ".",
                  .field = std::string(name)};
  return value;
}

}  // namespace souk::gateway
