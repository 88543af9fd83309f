// Reads a request's JSON strictly, straight into the caller's values, and says helpfully what is
// wrong. No tree is built and nothing recurses, so that neither depth nor size can hurt.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "events/ids.hpp"
#include "events/sql_rows.hpp"
#include "node/gateway/problem.hpp"

namespace souk::gateway {

// A member that an object may have.
struct Member {
  std::string_view name;
  bool required = true;  // one that is not may also be null, which is the same as left out
};

// A pull reader over one JSON text (RFC 8259) that must outlive it. Each function reads one value
// and throws a Problem that names the field (or line and column) if it does not fit: 400 for text,
// type and structure, 422 for a value out of range. Objects nest at most kDepthMax deep.
class JsonReader {
 public:
  static constexpr std::size_t kDepthMax = 8;

  explicit JsonReader(std::string_view text);

  // An object with these members and no others, each at most once. Calls `read(i)` at the value of
  // members[i], which must read exactly that value. At most 32 members.
  template <class Read>
  void object(std::span<const Member> members, Read&& read) {
    begin_object(members);
    std::uint32_t seen = 0;
    for (int i = next_member(members, seen); i >= 0; i = next_member(members, seen)) {
      push(members[static_cast<std::size_t>(i)].name);
      if (members[static_cast<std::size_t>(i)].required || !skip_null()) read(i);
      pop();
    }
    require(members, seen);
  }

  // An object whose members the client names, each once. Calls `read(name)` at the value of each,
  // which must read exactly that value. A name is an identifier of at most 64 characters.
  template <class Read>
  void named_members(std::size_t count_max, Read&& read) {
    begin_object({});
    std::set<std::string, std::less<>> names;
    while (auto name = next_identifier(names)) {
      if (names.size() > count_max) too_many(count_max);
      push(*name);
      read(*name);
      pop();
    }
  }

  // An array. Calls `read(i)` at element i.
  template <class Read>
  void array(std::size_t size_max, Read&& read) {
    begin_array();
    for (std::size_t i = 0; next_element(i); ++i) {
      if (i == size_max) too_many(size_max);
      push_index(i);
      read(i);
      pop();
    }
  }

  // A whole number.
  std::int64_t integer(std::int64_t min, std::int64_t max);
  // A string without control characters, of 1 to `bytes_max` bytes.
  std::string text(std::size_t bytes_max);
  // A string of at most `bytes_max` bytes, with any characters.
  std::string any_text(std::size_t bytes_max);
  // What SQL can be given: a string (see any_text), a number of 64 bits, null, true or false (1,
  // 0).
  SqlValue scalar(std::size_t bytes_max);
  // An id (see valid_id), as a string or as a whole number.
  std::string id();
  // A time from 1970 on, as text (RFC 3339).
  Time time();
  // A number as it is written.
  std::string_view number();
  // Nothing but white space may follow the value that was read.
  void end();

  // What is wrong with the value that is being read, or was read last.
  [[noreturn]] void fail(int status, std::string code, std::string_view sentence) const;
  // The field that is being read: "lines[3].quantity".
  std::string path() const;

 private:
  struct Frame {
    std::string_view name;  // of a member; empty: an element
    std::size_t index = 0;
  };

  void begin_object(std::span<const Member> members);
  std::optional<std::string_view> next_name(std::string& decoded);
  std::optional<std::string_view> next_identifier(std::set<std::string, std::less<>>& names);
  int next_member(std::span<const Member> members, std::uint32_t& seen);
  void require(std::span<const Member> members, std::uint32_t seen) const;
  void begin_array();
  bool next_element(std::size_t index);
  [[noreturn]] void too_many(std::size_t size_max) const;
  [[noreturn]] void unknown_member(std::span<const Member> members, std::string_view name) const;

  void push(std::string_view name) { frames_[depth_++] = {name, 0}; }
  void push_index(std::size_t index) { frames_[depth_++] = {{}, index}; }
  void pop() { --depth_; }

  SqlValue numeric(std::string_view token) const;
  char peek();  // the next character that is not white space; 0 at the end
  bool skip_null();
  std::string_view string(std::string& decoded);  // valid until `decoded` or the text goes
  void decode_escape(std::string& decoded);
  std::uint32_t hex4();
  std::string_view found();  // the kind of what stands here: "a string"
  [[noreturn]] void wrong_type(std::string_view wanted);
  [[noreturn]] void not_json(std::string_view wanted) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool first_ = false;  // the object or array that was entered last has had no member yet
  Frame frames_[kDepthMax];
};

}  // namespace souk::gateway
