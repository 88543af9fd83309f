#include "node/gateway/render_rows.hpp"

#include <algorithm>
#include <variant>

#include "node/gateway/utf8.hpp"

namespace souk::gateway {
namespace {

bool is_null(const SqlValue& value) { return std::holds_alternative<std::monostate>(value); }

// "2026-03-01T08:30:00.250000Z" -> "2026-03-01T08:30:00.25Z"
std::string without_trailing_zeros(std::string_view time) {
  if (!time.ends_with('Z') || time.find('.') == std::string_view::npos) return std::string(time);
  time.remove_suffix(1);
  time = time.substr(0, time.find_last_not_of('0') + 1);
  if (time.ends_with('.')) time.remove_suffix(1);
  return std::string(time) + 'Z';
}

// The last row's key, as the next page's cursor.
std::string cursor_after(const Listing& listing, const std::vector<SqlValue>& row) {
  std::vector<SqlValue> key;
  for (const KeyColumn& part : listing.key) {
    const auto at = std::ranges::find(listing.columns, part.name, &ListColumn::name);
    key.push_back(row.at(static_cast<std::size_t>(at - listing.columns.begin())));
  }
  return write_cursor(listing.name, key);
}

void write_rows(JsonWriter& out, const Listing& listing, const SqlRows& rows, std::size_t count) {
  out.key(listing.name);
  out.begin_array();
  for (std::size_t i = 0; i < count; ++i) write_row(out, listing.columns, rows.rows[i]);
  out.end_array();
}

}  // namespace

void write_value(JsonWriter& out, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return out.value(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return out.value(to_utf8(*text));
  if (const auto* real = std::get_if<double>(&value)) return out.value(*real);
  out.raw("null");
}

void write_row(JsonWriter& out, std::span<const ListColumn> columns,
               const std::vector<SqlValue>& row) {
  std::string_view group;
  out.begin_object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (is_null(row.at(i))) continue;
    if (columns[i].group != group) {
      if (!group.empty()) out.end_object();
      group = columns[i].group;
      if (!group.empty()) {
        out.key(group);
        out.begin_object();
      }
    }
    out.key(columns[i].name);
    const auto* text = std::get_if<std::string>(&row[i]);
    if (columns[i].time && text != nullptr)
      out.value(without_trailing_zeros(*text));
    else
      write_value(out, row[i]);
  }
  if (!group.empty()) out.end_object();
  out.end_object();
}

std::string render_page(const Listing& listing, const std::string& id, const SqlRows& rows,
                        std::size_t limit) {
  const std::size_t count = std::min(limit, rows.rows.size());
  const bool more = rows.rows.size() > limit || (rows.truncated && count > 0);
  std::string body;
  body.reserve(64 + count * 320);
  JsonWriter out(body);
  out.begin_object();
  if (!listing.of.empty()) out.field(listing.of, id);
  write_rows(out, listing, rows, count);
  if (more) out.field("next", cursor_after(listing, rows.rows[count - 1]));
  out.end_object();
  return body;
}

}  // namespace souk::gateway
