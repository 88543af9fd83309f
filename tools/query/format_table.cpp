// The format for people.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "events/money.hpp"
#include "events/rfc3339.hpp"
#include "tools/query/format.hpp"
#include "tools/shared/amounts.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/table.hpp"

namespace souk::query {
namespace {

constexpr std::string_view kMinor = "_minor";
constexpr std::string_view kCurrency = "currency";

std::string plain_cell(const SqlValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* text = std::get_if<std::string>(&value)) return cli::printable(*text);
  return {};
}

// "2010-12-01 08:26:00", with milliseconds if there are any.
std::string time_cell(Time time) {
  const std::int64_t millis = time.micros / 1'000 % 1'000;
  std::string text = to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return millis == 0 ? text : fmt::format("{}.{:03}", text, millis);
}

std::string text_cell(const std::string& text) {
  const bool may_be_time = text.size() >= 20 && text[10] == 'T' && text.back() == 'Z';
  if (may_be_time)
    if (const auto time = parse_rfc3339(text)) return time_cell(*time);
  return cli::printable(text);
}

// How the columns of one section are shown.
class Layout {
 public:
  explicit Layout(const Section& section) : rows_(section.rows), plain_(section.plain) {
    const auto currency = std::ranges::find(rows_.columns, kCurrency);
    if (!plain_ && currency != rows_.columns.end()) currency_at_ = currency - rows_.columns.begin();
    for (std::size_t i = 0; i < rows_.columns.size(); ++i)
      if (is_shown(i)) shown_.push_back(i);
  }

  const std::vector<std::size_t>& shown() const { return shown_; }

  std::string title(std::size_t at) const {
    std::string name = rows_.columns[at];
    if (is_amount(at)) name.resize(name.size() - kMinor.size());
    return cli::printable(name);
  }

  // Numbers stand at the right; so does a column of them with gaps.
  cli::Align align(std::size_t at) const {
    bool any = false;
    for (const auto& row : rows_.rows) {
      if (std::holds_alternative<std::string>(row[at])) return cli::Align::left;
      any = any || !std::holds_alternative<std::monostate>(row[at]);
    }
    return any ? cli::Align::right : cli::Align::left;
  }

  std::string cell(const std::vector<SqlValue>& row, std::size_t at) const {
    if (plain_) return plain_cell(row[at]);
    if (const auto* whole = std::get_if<std::int64_t>(&row[at])) {
      const auto currency = is_amount(at) ? currency_of(row) : std::nullopt;
      if (!currency) return cli::grouped(*whole);
      return fmt::format("{} {}", cli::major_text(*whole, *currency), currency->code());
    }
    if (const auto* text = std::get_if<std::string>(&row[at])) return text_cell(*text);
    return plain_cell(row[at]);
  }

 private:
  bool is_amount(std::size_t at) const {
    return currency_at_ >= 0 && rows_.columns[at].ends_with(kMinor);
  }

  // A currency stands behind the amounts; a column without any value says nothing.
  bool is_shown(std::size_t at) const {
    if (plain_) return true;
    if (static_cast<std::ptrdiff_t>(at) == currency_at_)
      return std::ranges::none_of(rows_.columns, [](const auto& c) { return c.ends_with(kMinor); });
    return std::ranges::any_of(rows_.rows, [at](const auto& row) {
      return !std::holds_alternative<std::monostate>(row[at]);
    });
  }

  std::optional<Currency> currency_of(const std::vector<SqlValue>& row) const {
    const auto* code = std::get_if<std::string>(&row[static_cast<std::size_t>(currency_at_)]);
    return code == nullptr ? std::nullopt : Currency::parse(*code);
  }

  const SqlRows& rows_;
  bool plain_;
  std::ptrdiff_t currency_at_ = -1;
  std::vector<std::size_t> shown_;
};

// Words that stand out, by the SGR codes of green, yellow and red.
std::string_view colour_of(std::string_view cell) {
  constexpr std::array<std::string_view, 3> kGood{"CONFIRMED", "USED", "LIVE"};
  constexpr std::array<std::string_view, 4> kUnderWay{"PLACED", "HELD", "BUILDING", "UNDOING"};
  constexpr std::array<std::string_view, 3> kBad{"CANCELLED", "LAPSED", "FAILED"};
  if (std::ranges::find(kGood, cell) != kGood.end()) return "32";
  if (std::ranges::find(kUnderWay, cell) != kUnderWay.end()) return "33";
  if (std::ranges::find(kBad, cell) != kBad.end()) return "31";
  return {};
}

std::string laid_out(const cli::Table& table, bool colours) {
  if (!colours) return table.text();
  return table.text([](std::size_t row, std::string_view cell) {
    return row == 0 ? std::string_view("1") : colour_of(cell);
  });
}

std::string fields_text(const Section& section, bool colours) {
  const Layout layout(section);
  cli::Table table({{"field"}, {"value"}});
  for (const std::size_t at : layout.shown())
    table.add({layout.title(at), layout.cell(section.rows.rows[0], at)});
  return laid_out(table, colours);
}

std::string rows_text(const Section& section, bool colours) {
  const Layout layout(section);
  std::vector<cli::Table::Column> columns;
  for (const std::size_t at : layout.shown())
    columns.push_back({layout.title(at), layout.align(at)});
  cli::Table table(columns);
  for (const auto& row : section.rows.rows) {
    std::vector<std::string> cells;
    for (const std::size_t at : layout.shown()) cells.push_back(layout.cell(row, at));
    table.add(std::move(cells));
  }
  return laid_out(table, colours);
}

}  // namespace

std::string table_text(const Answer& answer, bool colours) {
  std::string text;
  for (const Section& section : answer.sections) {
    if (section.rows.rows.empty()) continue;
    if (!text.empty()) text += '\n';
    if (answer.sections.size() > 1 && !section.single) text += section.name + '\n';
    text += section.single ? fields_text(section, colours) : rows_text(section, colours);
  }
  return text;
}

}  // namespace souk::query
