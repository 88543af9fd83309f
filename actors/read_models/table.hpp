// One table, as a projection sees it inside a transaction: rows by key, kept in memory until they
// are written together.
//
// A row that is changed a hundred times between two commits is written once. Rows stay in memory
// after a commit until `shrink`, so that a hot row is not read again. What is in memory always
// equals what the database would say after the next commit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/read_models/row_index.hpp"
#include "events/columns.hpp"

namespace souk::read_models {

// Thrown by a projection for a record that does not fit to what came before; and by Table. The
// record is then parked, and nothing of it is kept.
struct Unprojectable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where rows come from that are not in memory. Throws whatever it likes if reading fails; that is
// not the record's fault, so it must not be an Unprojectable.
template <RowType Row>
class RowSource {
 public:
  virtual ~RowSource() = default;
  // Reads the row of `key` into `row`; false if there is none.
  virtual bool load(const KeyOf<Row>& key, Row& row) = 0;
};

enum class Change : std::uint8_t { none, inserted, updated, erased };

// Whether a row that is not in memory may be in the database. `no` spares the question.
enum class Stored : std::uint8_t { maybe, no };

// Belongs to one thread. References to rows hold until `shrink`, `discard` or the row's `erase`.
template <RowType Row>
class Table {
 public:
  using Key = KeyOf<Row>;

  explicit Table(RowSource<Row>& source) : source_(&source) {}

  // A new row. It must not exist: the caller knows that from the stream's sequence, and the
  // database says so at the latest when it is written.
  Row& insert(Row row) {
    const std::uint64_t hash = Index::hash_of(key_of(row));
    Entry* entry = index_.find(hash, key_of(row));
    if (entry != nullptr && entry->present) throw Unprojectable(existing(row));
    if (entry == nullptr)
      entry = &index_.add(hash, std::move(row));
    else
      entry->row = std::move(row);
    entry->present = true;
    return changed(*entry);
  }

  // A new row that nobody will ask for before it is written: `find` and `look` do not see it until
  // then. Cheaper than `insert`, as its key is neither hashed nor kept after the commit.
  void append(Row row) { appended_.push_back(std::move(row)); }

  // The row, to be changed; null if there is none.
  Row* find(const Key& key, Stored stored = Stored::maybe) {
    Entry* entry = lookup(Index::hash_of(key), key, stored);
    return entry == nullptr || !entry->present ? nullptr : &changed(*entry);
  }

  // The row, to be read; null if there is none.
  const Row* look(const Key& key) {
    Entry* entry = lookup(Index::hash_of(key), key, Stored::maybe);
    return entry == nullptr || !entry->present ? nullptr : &entry->row;
  }

  // The row, to be changed; a new one, made by `make`, if there is none.
  template <class Make>
  Row& find_or_insert(const Key& key, Make&& make, Stored stored = Stored::maybe) {
    const std::uint64_t hash = Index::hash_of(key);
    Entry* entry = lookup(hash, key, stored);
    if (entry == nullptr)
      entry = &index_.add(hash, make());
    else if (!entry->present)
      entry->row = make();
    entry->present = true;
    return changed(*entry);
  }

  void erase(const Key& key) {
    Entry* entry = lookup(Index::hash_of(key), key, Stored::maybe);
    if (entry == nullptr || !entry->present) return;
    entry->present = false;
    changed(*entry);
  }

  // --- for whoever commits ----------------------------------------------------------------------

  // Calls `f(change, row)` for each row that differs from the database, in the order of their keys.
  // Of an erased one only the key counts.
  template <class F>
  void for_each_change(F&& f) {
    std::vector<Listed> changes;
    changes.reserve(dirty_.size() + appended_.size());
    for (const Entry* entry : dirty_)
      if (entry->change != Change::none)
        changes.push_back({key_of(entry->row), entry->change, &entry->row});
    for (const Row& row : appended_) changes.push_back({key_of(row), Change::inserted, &row});
    std::sort(changes.begin(), changes.end(),
              [](const Listed& a, const Listed& b) { return a.key < b.key; });
    for (const Listed& one : changes) f(one.change, *one.row);
  }
  // At most so many rows differ.
  std::size_t changes() const { return dirty_.size() + appended_.size(); }

  // Calls `f(row)` for each row that is there, in no order, and forgets all. For whoever has no
  // database.
  template <class F>
  void drain(F&& f) {
    for (const Entry* entry : dirty_)
      if (entry->present) f(entry->row);
    drain_appended(f);
    discard();
  }
  template <class F>
  void drain_appended(F&& f) {
    for (const Row& row : appended_) f(row);
    appended_.clear();
  }

  // The changes are in the database now.
  void committed() {
    for (Entry* entry : dirty_) {
      entry->stored = entry->present;
      entry->change = Change::none;
      entry->listed = false;
    }
    dirty_.clear();
    appended_.clear();
  }

  // Forgets everything that is not in the database, and the rest of what is in memory.
  void discard() {
    dirty_.clear();
    appended_.clear();
    index_.clear();
  }

  // Forgets all rows if there are more than `rows_max`. Nothing may be uncommitted.
  void shrink(std::size_t rows_max) {
    if (index_.size() > rows_max) discard();
  }
  std::size_t rows_in_memory() const { return index_.size() + appended_.size(); }

 private:
  struct Entry {
    Row row;
    Change change = Change::none;
    bool present = false;  // false: erased
    bool stored = false;   // the database has it
    bool listed = false;   // in dirty_
  };
  using Index = RowIndex<Row, Entry>;
  struct Listed {
    Key key;
    Change change;
    const Row* row;
  };

  Entry* lookup(std::uint64_t hash, const Key& key, Stored stored) {
    if (Entry* entry = index_.find(hash, key)) return entry;
    Row row;
    if (stored == Stored::no || !source_->load(key, row)) return nullptr;
    Entry& entry = index_.add(hash, std::move(row));
    entry.present = entry.stored = true;
    return &entry;
  }

  // Notes how the entry differs from the database now.
  Row& changed(Entry& entry) {
    if (entry.present)
      entry.change = entry.stored ? Change::updated : Change::inserted;
    else
      entry.change = entry.stored ? Change::erased : Change::none;
    if (!entry.listed) dirty_.push_back(&entry);
    entry.listed = true;
    return entry.row;
  }

  static std::string existing(const Row& row) {
    std::string text(Row::kTable.name);
    std::apply([&](const auto&... part) { ((text += ' ', write(text, part)), ...); }, key_of(row));
    return text + " exists already";
  }
  static void write(std::string& text, std::string_view part) { text += part; }
  static void write(std::string& text, std::int64_t part) { text += std::to_string(part); }

  RowSource<Row>* source_;
  Index index_;
  std::vector<Entry*> dirty_;  // each once
  std::vector<Row> appended_;
};

}  // namespace souk::read_models
