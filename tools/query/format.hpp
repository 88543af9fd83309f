// Answers as text: a table for people, JSON, CSV (RFC 4180) or a JSON object a line for programs.
#pragma once

#include <string>

#include "tools/query/answer.hpp"

namespace souk::query {

enum class Format { table, json, csv, ndjson };

// The text for stdout. JSON, CSV and NDJSON have the columns' own values: amounts in minor units,
// times as they are stored.
//   table   a table a section, or nothing where there are no rows; `colours` adds escapes
//   json    the rows of the only section, or an object with a member a section
//   csv     the main section alone
//   ndjson  a row a line; with several sections each says which by "section"
std::string format_answer(const Answer& answer, Format format, bool colours);

std::string table_text(const Answer& answer, bool colours);
std::string json_text(const Answer& answer);
std::string csv_text(const Answer& answer);
std::string ndjson_text(const Answer& answer);

}  // namespace souk::query
