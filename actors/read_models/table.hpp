// One table, as a projection sees it inside a transaction: rows by key, kept in memory until they
// are written together.
//
// A row that is changed a hundred times between two commits is written once. Rows stay in memory
// after a commit until `shrink`, so that a hot row is not read again. What is in memory always
// equals what the database would say after the next commit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

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

// Belongs to one thread. References to rows hold until `shrink`, `discard` or the row's `erase`.
template <RowType Row>
class Table {
 public:
  using Key = KeyOf<Row>;

  explicit Table(RowSource<Row>& source) : source_(&source) {}

  // A new row. It must not exist: the caller knows that from the stream's sequence, and the
  // database says so at the latest when it is written.
  Row& insert(Row row) {
    const auto found = entries_.find(key_of(row));
    if (found == entries_.end()) {
      Entry& entry = add(std::move(row), Change::inserted);
      return entry.row;
    }
    Entry& entry = mutable_entry(found);
    if (entry.present) throw Unprojectable(existing(row));
    entry.row = std::move(row);
    entry.present = true;
    mark(entry, entry.stored ? Change::updated : Change::inserted);
    return entry.row;
  }

  // The row, to be changed; null if there is none.
  Row* find(const Key& key) {
    Entry* entry = lookup(key);
    if (entry == nullptr || !entry->present) return nullptr;
    mark(*entry, entry->stored ? Change::updated : Change::inserted);
    return &entry->row;
  }

  // The row, to be read; null if there is none.
  const Row* look(const Key& key) {
    Entry* entry = lookup(key);
    return entry == nullptr || !entry->present ? nullptr : &entry->row;
  }

  // The row, to be changed; a new one, made by `make`, if there is none.
  template <class Make>
  Row& find_or_insert(const Key& key, Make&& make) {
    if (Row* row = find(key)) return *row;
    return insert(make());
  }

  void erase(const Key& key) {
    Entry* entry = lookup(key);
    if (entry == nullptr || !entry->present) return;
    entry->present = false;
    mark(*entry, entry->stored ? Change::erased : Change::none);
  }

  // --- for whoever commits ----------------------------------------------------------------------

  // Calls `f(change, row)` for each row that differs from the database, in the order of their keys.
  // Of an erased one only the key counts.
  template <class F>
  void for_each_change(F&& f) {
    std::sort(dirty_.begin(), dirty_.end(),
              [](const Entry* a, const Entry* b) { return key_of(a->row) < key_of(b->row); });
    for (const Entry* entry : dirty_)
      if (entry->change != Change::none) f(entry->change, entry->row);
  }
  std::size_t changes() const { return dirty_.size(); }

  // The changes are in the database now.
  void committed() {
    for (Entry* entry : dirty_) {
      entry->stored = entry->present;
      entry->change = Change::none;
      entry->listed = false;
    }
    dirty_.clear();
  }

  // Forgets everything that is not in the database, and the rest of what is in memory.
  void discard() {
    dirty_.clear();
    entries_.clear();
  }

  // Forgets all rows if there are more than `rows_max`. Nothing may be uncommitted.
  void shrink(std::size_t rows_max) {
    if (entries_.size() > rows_max) discard();
  }
  std::size_t rows_in_memory() const { return entries_.size(); }

 private:
  struct Entry {
    Row row;
    Change change = Change::none;
    bool present = false;  // false: erased, or known not to exist
    bool stored = false;   // the database has it
    bool listed = false;   // in dirty_
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Entry& entry) const { return (*this)(key_of(entry.row)); }
    std::size_t operator()(const Key& key) const {
      std::size_t seed = 0;
      std::apply([&](const auto&... part) { ((seed = mix(seed, part)), ...); }, key);
      return seed;
    }
    template <class Part>
    static std::size_t mix(std::size_t seed, const Part& part) {
      return (seed * 0x9e3779b97f4a7c15ULL) ^ std::hash<Part>{}(part);
    }
  };
  struct Equal {
    using is_transparent = void;
    static const auto key(const Entry& entry) { return key_of(entry.row); }
    static const Key& key(const Key& key) { return key; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return key(a) == key(b);
    }
  };
  using Entries = std::unordered_set<Entry, Hash, Equal>;

  // The key is never changed through this.
  static Entry& mutable_entry(typename Entries::const_iterator at) {
    return const_cast<Entry&>(*at);
  }

  Entry* lookup(const Key& key) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return &mutable_entry(found);
    Row row;
    if (!source_->load(key, row)) return nullptr;
    Entry entry;
    entry.row = std::move(row);
    entry.present = entry.stored = true;
    return &mutable_entry(entries_.insert(std::move(entry)).first);
  }

  Entry& add(Row row, Change change) {
    Entry fresh;
    fresh.row = std::move(row);
    fresh.present = true;
    Entry& entry = mutable_entry(entries_.insert(std::move(fresh)).first);
    mark(entry, change);
    return entry;
  }

  void mark(Entry& entry, Change change) {
    entry.change = change;
    if (entry.listed) return;
    entry.listed = true;
    dirty_.push_back(&entry);
  }

  static std::string existing(const Row& row) {
    std::string text(Row::kTable.name);
    std::apply([&](const auto&... part) { ((text += ' ', append(text, part)), ...); }, key_of(row));
    return text + " exists already";
  }
  static void append(std::string& text, std::string_view part) { text += part; }
  static void append(std::string& text, std::int64_t part) { text += std::to_string(part); }

  RowSource<Row>* source_;
  Entries entries_;
  std::vector<Entry*> dirty_;  // each once
};

}  // namespace souk::read_models
