// What the commands share: conditions, limits, times from the command line, sentences.
#pragma once

#include <string>
#include <string_view>

#include "tools/query/commands.hpp"
#include "tools/shared/when.hpp"

namespace souk::query {

using cli::Edge;

// Conditions of a SELECT, joined by AND, and their parameters.
class Where {
 public:
  void add(std::string_view condition);
  void add(std::string_view condition, std::string_view parameter, SqlValue value);

  // `column` equals `value`, unless that is empty.
  void equals(std::string_view column, std::string_view parameter, const std::string& value);

  // " WHERE a AND b", or "".
  std::string text() const { return text_; }
  const SqlParameters& parameters() const { return parameters_; }

 private:
  std::string text_;
  SqlParameters parameters_;
};

inline constexpr std::size_t kRowsShown = 50;  // of a list, unless --limit or --all says otherwise

// Runs a query for as many rows as --limit or --all says, else for `otherwise`. Where the source
// gives fewer although there are more, `answer.failure` says so.
SqlRows rows_asked_for(const Context& context, Answer& answer, const Query& query,
                       std::size_t otherwise);

// Likewise for a list of one of the commands. The limit becomes a part of its SQL, so that SQLite
// need not sort what nobody sees.
SqlRows listed(const Context& context, Answer& answer, Query query,
               std::size_t otherwise = kRowsShown);

// The time of an option that is not empty. Throws Failure.
Time time_of(std::string_view option, const std::string& text, Edge edge, Time now);

// A time that compares rightly, as text, with the ones in the tables: those of the moment itself
// and later are greater, earlier ones less.
std::string bound_text(Time time);

// The day: "2010-12-01"; a prefix of what the tables hold, so it compares rightly as well.
std::string day_text(Time time);

// Adds `column` >= --since and `column` < --until, as far as they are given.
void add_window(Where& where, const Context& context, std::string_view column);

// For the notes, where answers do not fit together.
inline constexpr const char* kOfTwoMoments =
    "it changes faster than it can be read: parts of this may be of different moments";

// A text in a row, or "".
std::string text_at(const SqlRows& rows, std::size_t row, std::size_t column);

// "1 order", "1,400 orders".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

// How many there are, and how to see the rest.
std::string footer(const SqlRows& rows, std::string_view one, std::string_view many,
                   std::string_view which = "");

// Throws Failure unless `id` can be one.
void check_id(const std::string& id, std::string_view what);

}  // namespace souk::query
