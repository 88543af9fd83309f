// A record for spreadsheets: one row an event, and one a refusal. RFC 4180, UTF-8.
//
// A record without either (a command that changed nothing, a receipt) has no row, and what a row
// leaves out of its record is in no other: a log cannot be made of it again.
#pragma once

#include <string>

#include "store/log_walk.hpp"
#include "store/record.hpp"
#include "tools/replay/filter.hpp"

namespace souk::replay {

// The row of titles, with its end of line.
std::string csv_titles();

// Appends the record's rows, of its events those that the filter wants. Returns how many.
std::size_t append_csv_rows(const store::RecordView& record, const store::Place& place,
                            const Matcher& matcher, std::string& out);

}  // namespace souk::replay
