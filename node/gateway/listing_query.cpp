#include "node/gateway/listing_query.hpp"

#include <algorithm>
#include <charconv>

#include "events/nearest.hpp"
#include "events/rfc3339.hpp"
#include "node/gateway/problem.hpp"

namespace souk::gateway {
namespace {

constexpr std::size_t kDateSize = 10;  // of 2026-03-01

Problem invalid_parameter(std::string_view name, std::string sentence) {
  return {.status = 400,
          .code = "invalid_parameter",
          .detail = "The query parameter " + std::string(name) + ' ' + std::move(sentence),
          .field = std::string(name)};
}

std::string shortened(std::string_view text) {
  return "\"" + std::string(text.substr(0, 64)) + "\"";
}

SqlValue read_day(const Filter& filter, const std::string& text) {
  if (text.size() != kDateSize || !parse_rfc3339(text + "T00:00:00Z"))
    throw invalid_parameter(filter.name,
                            "must be a date such as 2026-03-01, and not " + shortened(text) + ".");
  return text;
}

SqlValue value_of(const Filter& filter, const Query& query, const std::string& text, Time now) {
  switch (filter.kind) {
    case FilterKind::id:
      if (!valid_id(text))
        throw invalid_parameter(
            filter.name,
            "must have 1 to 128 of these characters: letters A-Z a-z, digits, and - _ . ~ : @ +");
      return text;
    case FilterKind::word: return std::string(read_word(filter.words, text, filter.name));
    case FilterKind::time: return to_table_time(read_time(text, filter.name));
    case FilterKind::day: return read_day(filter, text);
    case FilterKind::integer: return query.integer(filter.name, filter.min, filter.max, 0);
    case FilterKind::age:
      return to_table_time(now - seconds(query.integer(filter.name, filter.min, filter.max, 0)));
    case FilterKind::yes:
      if (text != "true") throw invalid_parameter(filter.name, "must be true, or left out.");
      return to_table_time(now);
  }
  return {};
}

// The WHERE so far.
class Conditions {
 public:
  void add(std::string_view condition) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += condition;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string selected(const Listing& listing) {
  std::string list;
  for (const ListColumn& column : listing.columns) {
    if (!list.empty()) list += ", ";
    list += column.sql.empty() ? column.name : column.sql;
  }
  return list;
}

// "ordered_at DESC, order_id DESC"
std::string order_of(const Listing& listing) {
  std::string order;
  for (const KeyColumn& column : listing.key) {
    if (!order.empty()) order += ", ";
    order += column.name;
    if (listing.descending) order += " DESC";
  }
  return order;
}

// "(ordered_at, order_id) < (:after_0, :after_1)"; binds the values.
std::string after(const Listing& listing, std::vector<SqlValue> key, SqlParameters& parameters) {
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string name = "after_" + std::to_string(i);
    names += (i == 0 ? "" : ", ") + std::string(listing.key[i].name);
    values += (i == 0 ? ":" : ", :") + name;
    parameters.emplace_back(name, std::move(key[i]));
  }
  return "(" + names + (listing.descending ? ") < (" : ") > (") + values + ")";
}

}  // namespace

std::string to_table_time(Time time) {
  const IsoTime text = to_iso(time);
  return {text.data(), text.size()};
}

Time read_time(const std::string& text, std::string_view parameter) {
  const auto time = parse_rfc3339(text.size() == kDateSize ? text + "T00:00:00Z" : text);
  if (time) return *time;
  throw invalid_parameter(parameter,
                          "must be a time such as 2026-03-01T08:30:00Z (RFC 3339), or a "
                          "date such as 2026-03-01, and not " +
                              shortened(text) + ".");
}

std::string_view read_word(std::span<const Word> words, const std::string& text,
                           std::string_view parameter) {
  std::string list;
  std::vector<std::string_view> known;
  for (const Word& word : words) {
    if (word.word == text) return word.stored;
    known.push_back(word.word);
    list += (list.empty() ? "" : ", ") + std::string(word.word);
  }
  const std::string_view meant = nearest(std::string_view(text).substr(0, 64), known);
  throw invalid_parameter(parameter,
                          "must be one of " + list + ", and not " + shortened(text) +
                              (meant.empty() ? "." : "; did you mean " + std::string(meant) + "?"));
}

PageQuery page_query(const Listing& listing, const std::string& id, const Query& query, Time now) {
  PageQuery page;
  page.everything = true;
  page.limit =
      static_cast<std::size_t>(query.integer("limit", 1, kListLimitMax, kListLimitDefault));
  Conditions conditions;
  if (!listing.of.empty()) {
    conditions.add(std::string(listing.of) + " = :id");
    page.parameters.emplace_back("id", id);
  }
  for (const Filter& filter : listing.filters) {
    const std::string* text = query.text(filter.name);
    if (text == nullptr) continue;
    SqlValue value = value_of(filter, query, *text, now);
    conditions.add(filter.condition);
    page.parameters.emplace_back(filter.name, std::move(value));
    page.everything = false;
  }
  if (const std::string* cursor = query.text("cursor")) {
    conditions.add(
        after(listing, read_cursor(*cursor, listing.name, listing.key), page.parameters));
    page.everything = false;
  }
  page.parameters.emplace_back("rows", static_cast<std::int64_t>(page.limit + 1));
  page.sql = "SELECT " + selected(listing) + " FROM " + std::string(listing.from) +
             conditions.text() + " ORDER BY " + order_of(listing) + " LIMIT :rows";
  return page;
}

}  // namespace souk::gateway
