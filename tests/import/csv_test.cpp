// Reading CSV: what RFC 4180 allows, what spreadsheets add, and what is refused with its place.
#include "tools/souk/import/csv.hpp"

#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace souk::cli {
namespace {

using Record = std::vector<std::string>;

std::vector<Record> read_all(const std::string& text) {
  std::istringstream input(text);
  CsvReader reader(input);
  std::vector<Record> records;
  for (std::vector<CsvField> fields; reader.next(fields);) {
    Record& record = records.emplace_back();
    for (const CsvField& field : fields) record.push_back(field.text);
  }
  return records;
}

std::string error_of(const std::string& text) {
  try {
    read_all(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Csv, SplitsFieldsAndRecords) {
  EXPECT_EQ(read_all("a,b\nc,d\n"), (std::vector<Record>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read_all("a,b\r\nc,d"), (std::vector<Record>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read_all(",\n"), (std::vector<Record>{{"", ""}}));
  EXPECT_TRUE(read_all("").empty());
}

TEST(Csv, QuotedFieldsHoldCommasQuotesAndLineEnds) {
  EXPECT_EQ(read_all("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\nx,\"\",y\n"),
            (std::vector<Record>{{"a,b", "say \"hi\"", "two\r\nlines"}, {"x", "", "y"}}));
}

TEST(Csv, AQuoteInsideAnUnquotedFieldStandsForItself) {
  EXPECT_EQ(read_all("PLATE 12\" BLUE,1\n"), (std::vector<Record>{{"PLATE 12\" BLUE", "1"}}));
}

TEST(Csv, SkipsTheByteOrderMarkAndBlankLines) {
  EXPECT_EQ(read_all("\xEF\xBB\xBF"
                     "a\n\n\r\nb\n\n"),
            (std::vector<Record>{{"a"}, {"b"}}));
}

TEST(Csv, ALoneCarriageReturnIsText) {
  EXPECT_EQ(read_all("a\rb,c\n"), (std::vector<Record>{{"a\rb", "c"}}));
}

TEST(Csv, KnowsWhereEveryFieldBegins) {
  std::istringstream input("ab,\"c\nd\",e\nf\n");
  CsvReader reader(input);
  std::vector<CsvField> fields;
  ASSERT_TRUE(reader.next(fields));
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[0].at, (Position{1, 1}));
  EXPECT_EQ(fields[1].at, (Position{1, 4}));
  EXPECT_EQ(fields[2].at, (Position{2, 4}));
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(fields[0].at, (Position{3, 1}));
}

TEST(Csv, RefusesWhatCannotBeReadAndNamesThePlace) {
  EXPECT_EQ(error_of("a,b\nc,\"open\nand on"),
            "line 2, column 3: the quote that opens here is never closed");
  EXPECT_EQ(error_of("\"a\"b,c\n"),
            "line 1, column 4: text after a closing quote; a quote inside a quoted field is "
            "written twice");
  EXPECT_EQ(error_of(std::string("a,b\0c\n", 6)),
            "line 1, column 5: a zero byte: this is not a text file in CSV layout");
  EXPECT_EQ(error_of("a,\"" + std::string(CsvReader::kFieldMax + 1, 'x') + "\"\n"),
            "line 1, column 3: this field has more than 65536 bytes; is its closing quote "
            "missing?");
  EXPECT_EQ(error_of("\xFF\xFE"
                     "a"),
            "this file is UTF-16 text; save it as CSV in UTF-8 and try again");
}

TEST(Csv, ALineEndAcrossTheBufferIsOne) {
  // The buffer has 64 KiB; the CRLF is tried at every place around its end.
  for (std::size_t length = (1 << 16) - 4; length < (1 << 16) + 4; ++length) {
    std::string line;
    while (line.size() + 101 < length) line += std::string(100, 'x') + ",";
    line += std::string(length - line.size(), 'y');
    const std::vector<Record> records = read_all(line + "\r\nnext\r\n");
    ASSERT_EQ(records.size(), 2u) << length;
    EXPECT_EQ(records[0].back().back(), 'y');
    EXPECT_EQ(records[1], Record{"next"});
  }
}

// Whatever the texts are, quoting all of them and reading them again gives the same texts.
TEST(Csv, QuotedTextsComeBackAsTheyWere) {
  EXPECT_TRUE(rc::check([] {
    const auto size = *rc::gen::inRange<std::size_t>(1, 6);
    const auto records = *rc::gen::container<std::vector<Record>>(rc::gen::container<Record>(
        size, rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' '))));
    std::string text;
    for (const Record& record : records) {
      for (std::size_t i = 0; i < record.size(); ++i) {
        text += i > 0 ? ",\"" : "\"";
        for (const char c : record[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
      }
      text += *rc::gen::element(std::string("\n"), std::string("\r\n"));
    }
    RC_ASSERT(read_all(text) == records);
  }));
}

// Any bytes at all: records or one InputError, never anything else.
TEST(Csv, AnyBytesAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    try {
      read_all(bytes);
    } catch (const InputError&) {
    }
  }));
}

}  // namespace
}  // namespace souk::cli
