// The formats for programs.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/query/format.hpp"

namespace souk::query {
namespace {

using nlohmann::json;

std::string json_string(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

// 1.0 stays a number with a point; the shortest text that gives the same number.
std::string real_text(double number) { return json(number).dump(); }

std::string json_value(const SqlValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return real_text(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return json_string(*text);
  return "null";
}

// Members of an object must differ: a second "id" becomes "id_2".
std::vector<std::string> member_names(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  std::set<std::string> taken(columns.begin(), columns.end());
  std::set<std::string> used;
  for (const std::string& column : columns) {
    std::string name = column;
    for (int n = 2; used.contains(name) || (name != column && taken.contains(name)); ++n)
      name = fmt::format("{}_{}", column, n);
    used.insert(name);
    names.push_back(json_string(name));
  }
  return names;
}

// `first` is put before the row's own members: "" or "\"section\":\"lines\",".
std::string object_text(const std::vector<std::string>& names, const std::vector<SqlValue>& row,
                        std::string_view first = "") {
  std::string text = "{";
  text += first;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) text += ',';
    text += names[i];
    text += ':';
    text += json_value(row[i]);
  }
  return text + '}';
}

std::string section_json(const Section& section, std::string_view indent) {
  const auto names = member_names(section.rows.columns);
  if (section.single)
    return section.rows.rows.empty() ? "null" : object_text(names, section.rows.rows[0]);
  if (section.rows.rows.empty()) return "[]";
  std::string text = "[";
  for (std::size_t i = 0; i < section.rows.rows.size(); ++i) {
    text += i == 0 ? "\n" : ",\n";
    text.append(indent).append("  ").append(object_text(names, section.rows.rows[i]));
  }
  return text.append("\n").append(indent).append("]");
}

// RFC 4180: quoted if the text holds a quote, a comma or the end of a line.
std::string csv_field(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

std::string csv_value(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return csv_field(*text);
  return std::holds_alternative<std::monostate>(value) ? "" : json_value(value);
}

}  // namespace

std::string json_text(const Answer& answer) {
  if (answer.sections.size() == 1) return section_json(answer.sections[0], "") + '\n';
  std::string text = "{";
  for (std::size_t i = 0; i < answer.sections.size(); ++i) {
    const Section& section = answer.sections[i];
    text += fmt::format("{}\n  {}: {}", i == 0 ? "" : ",", json_string(section.name),
                        section_json(section, "  "));
  }
  return text + "\n}\n";
}

std::string csv_text(const Answer& answer) {
  const SqlRows& rows = answer.sections.at(answer.main).rows;
  std::string text;
  const auto line = [&](const auto& cells, const auto& field) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text += ',';
      text += field(cells[i]);
    }
    text += "\r\n";
  };
  line(rows.columns, csv_field);
  for (const auto& row : rows.rows) line(row, csv_value);
  return text;
}

std::string ndjson_text(const Answer& answer) {
  std::string text;
  for (const Section& section : answer.sections) {
    const auto names = member_names(section.rows.columns);
    const std::string first = answer.sections.size() == 1
                                  ? ""
                                  : fmt::format("\"section\":{},", json_string(section.name));
    for (const auto& row : section.rows.rows) text += object_text(names, row, first) + '\n';
  }
  return text;
}

std::string format_answer(const Answer& answer, Format format, bool colours) {
  switch (format) {
    case Format::table: return table_text(answer, colours);
    case Format::json: return json_text(answer);
    case Format::csv: return csv_text(answer);
    case Format::ndjson: return ndjson_text(answer);
  }
  return {};
}

}  // namespace souk::query
