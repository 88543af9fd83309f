// What a command found out, before anybody thinks of how it is shown.
#pragma once

#include <string>
#include <vector>

#include "events/sql_rows.hpp"
#include "tools/query/failure.hpp"

namespace souk::query {

// One table of an answer.
struct Section {
  std::string name;  // "lines": the member in JSON, the title above the table
  SqlRows rows;
  bool single = false;  // one row, shown as a field a line; an object in JSON
  bool plain = false;   // shown as it is: no money, no times for people
};

struct Answer {
  std::vector<Section> sections;
  std::size_t main = 0;            // the section that CSV shows
  std::vector<std::string> notes;  // lines for stderr
  std::string failure;             // why this is not all that was asked for; empty: it is
};

}  // namespace souk::query
