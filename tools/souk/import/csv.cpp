#include "tools/souk/import/csv.hpp"

namespace souk::cli {

CsvReader::CsvReader(std::istream& input) : input_(input) { skip_byte_order_mark(); }

bool CsvReader::next(std::vector<CsvField>& fields) {
  while (at_line_end()) take_line_end();
  if (peek() == kEnd) return false;
  for (std::size_t count = 0;; ++count) {
    if (fields.size() == count) fields.emplace_back();
    if (read_field(fields[count]) == After::field) continue;
    fields.resize(count + 1);
    return true;
  }
}

CsvReader::After CsvReader::read_field(CsvField& field) {
  field.text.clear();
  field.at = here_;
  if (peek() == '"') read_quoted(field);
  while (peek() != kEnd && peek() != ',' && !at_line_end()) append(field, take());
  if (peek() == ',') {
    take();
    return After::field;
  }
  take_line_end();
  return After::record;
}

void CsvReader::read_quoted(CsvField& field) {
  take();
  for (;;) {
    const int byte = peek();
    if (byte == kEnd) throw InputError(field.at, "the quote that opens here is never closed");
    take();
    if (byte != '"') {
      append(field, byte);
    } else if (peek() == '"') {
      append(field, take());
    } else {
      break;
    }
  }
  if (peek() != kEnd && peek() != ',' && !at_line_end())
    throw InputError(here_,
                     "text after a closing quote; a quote inside a quoted field is written twice");
}

void CsvReader::append(CsvField& field, int byte) {
  if (byte == 0) throw InputError(here_, "a zero byte: this is not a text file in CSV layout");
  if (field.text.size() == kFieldMax)
    throw InputError(field.at, "this field has more than " + std::to_string(kFieldMax) +
                                   " bytes; is its closing quote missing?");
  field.text.push_back(static_cast<char>(byte));
}

bool CsvReader::at_line_end() {
  if (peek() == '\n') return true;
  if (peek() != '\r') return false;
  // A lone CR is a byte like any other: only CRLF ends a line.
  if (begin_ + 1 == end_) {
    // The pair may lie across two buffers: keep the CR and read on behind it.
    buffer_[0] = '\r';
    input_.read(buffer_.data() + 1, static_cast<std::streamsize>(buffer_.size() - 1));
    begin_ = 0;
    end_ = 1 + static_cast<std::size_t>(input_.gcount());
  }
  return begin_ + 1 < end_ && buffer_[begin_ + 1] == '\n';
}

void CsvReader::take_line_end() {
  if (peek() == '\r') take();
  if (peek() == '\n') take();
}

int CsvReader::peek() {
  if (begin_ == end_) {
    input_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    begin_ = 0;
    end_ = static_cast<std::size_t>(input_.gcount());
    if (end_ == 0) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[begin_]);
}

int CsvReader::take() {
  const int byte = peek();
  if (byte == kEnd) return kEnd;
  ++begin_;
  if (byte == '\n') {
    ++here_.line;
    here_.column = 1;
  } else {
    ++here_.column;
  }
  return byte;
}

void CsvReader::skip_byte_order_mark() {
  peek();
  const auto starts_with = [this](std::string_view mark) {
    return std::string_view(buffer_.data(), end_).starts_with(mark);
  };
  if (starts_with("\xEF\xBB\xBF")) begin_ = 3;
  if (starts_with("\xFF\xFE") || starts_with("\xFE\xFF"))
    throw InputError("this file is UTF-16 text; save it as CSV in UTF-8 and try again");
  if (starts_with("PK\x03\x04"))
    throw InputError("this is a ZIP archive or an Excel workbook; save the sheet as CSV first");
}

}  // namespace souk::cli
