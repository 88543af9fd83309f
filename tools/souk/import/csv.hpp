// Comma-separated values as RFC 4180 has them, read as a stream.
#pragma once

#include <array>
#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "tools/souk/import/input_error.hpp"

namespace souk::cli {

struct CsvField {
  std::string text;  // the bytes, unquoted
  Position at;       // of its first byte, the opening quote included
};

// Fields are separated by commas and records by LF or CRLF; a field in quotes may hold commas, line
// ends and doubled quotes. Beyond the RFC: a UTF-8 byte order mark is skipped, blank lines are no
// records, and a quote inside an unquoted field (12" PLATE) stands for itself.
//
// Holds one buffer and the current record, whatever the size of the file. One thread.
class CsvReader {
 public:
  // `input` must outlive the reader, and be opened in binary mode.
  explicit CsvReader(std::istream& input);
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Reads the next record; `fields` is overwritten (its memory is used again). False at the end.
  // Throws InputError on a quote that never closes, on text after a closing quote, on a field of
  // more than kFieldMax bytes and on a file that is not text.
  bool next(std::vector<CsvField>& fields);

  static constexpr std::size_t kFieldMax = 64 * 1024;

 private:
  static constexpr int kEnd = -1;
  enum class After { field, record };  // what follows the field that was read

  int peek();
  int take();
  void skip_byte_order_mark();
  bool at_line_end();
  void take_line_end();
  void append(CsvField& field, int byte);
  After read_field(CsvField& field);
  void read_quoted(CsvField& field);

  std::istream& input_;
  std::array<char, 1 << 16> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Position here_;
};

}  // namespace souk::cli
