// What projections do when an event does not fit to the rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/read_models/project.hpp"

namespace souk::read_models {

// Throws Unprojectable: "wallet bob: <what>".
[[noreturn]] void unfit(const RecordInfo& record, std::string_view what);

// `sentence` says what is wrong if `holds` is not.
inline void expect(bool holds, const RecordInfo& record, std::string_view sentence) {
  if (!holds) [[unlikely]]
    unfit(record, sentence);
}

// sum += amount (negative ones too); Unprojectable if it leaves 64 bits.
inline void add(std::int64_t& sum, std::int64_t amount, const RecordInfo& record) {
  expect(!__builtin_add_overflow(sum, amount, &sum), record, "a sum leaves 64 bits");
}

// Only what wrote the stream's first record can have made rows before it, so nothing of it is in
// the database.
inline Stored stored_before(const RecordInfo& record) {
  return record.sequence == 1 ? Stored::no : Stored::maybe;
}

// The row of the record's stream, which must be there. `missing` is the sentence if it is not.
template <class Row>
Row& existing(const RecordInfo& record, Tables& tables, std::string_view missing) {
  Row* row = tables.of<Row>().find({record.stream});
  expect(row != nullptr, record, missing);
  return *row;
}

// Inserts the first row of the record's stream, which must not be there.
template <class Row>
Row& begin(const RecordInfo& record, Tables& tables, Row row, std::string_view present) {
  if (stored_before(record) == Stored::maybe)
    expect(tables.of<Row>().look({record.stream}) == nullptr, record, present);
  return tables.of<Row>().insert(std::move(row));
}

}  // namespace souk::read_models
