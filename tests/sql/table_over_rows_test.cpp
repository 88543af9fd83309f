// The projections' table over SQLite against a plain map: random operations, commits, rollbacks,
// rows forgotten from memory, the file closed and opened again.
#include <map>

#include <rapidcheck.h>

#include "actors/read_models/table.hpp"
#include "tests/sql/support.hpp"

namespace souk::store::sql {
namespace {

using read_models::Change;
using Model = std::map<std::pair<std::string, std::int64_t>, EveryRow>;

class Source : public read_models::RowSource<EveryRow> {
 public:
  explicit Source(Database& database) : rows_(database) {}
  bool load(const KeyOf<EveryRow>& key, EveryRow& row) override {
    const auto found = rows_.load(key, row);
    if (!found.ok()) throw std::logic_error(found.status().message());
    return *found;
  }
  RowStore<EveryRow>& rows() { return rows_; }

 private:
  RowStore<EveryRow> rows_;
};

// A file with one table, and the model of what was committed and of what is in the table now.
class World {
 public:
  World() { reopen(); }

  void change() {
    const std::string name = *rc::gen::element<std::string>("", "rye", "tea");
    const std::int64_t number = *rc::gen::inRange(-2, 3);
    auto& model = model_;
    const std::pair key(name, number);
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        if (model.contains(key)) break;
        table_->insert(row_of(name, number, "new"));
        model[key] = row_of(name, number, "new");
        break;
      case 1:
        if (EveryRow* row = table_->find({name, number})) {
          RC_ASSERT(*row == model.at(key));
          row->amount_minor += 1;
          model[key].amount_minor += 1;
        } else {
          RC_ASSERT(!model.contains(key));
        }
        break;
      case 2:
        table_->find_or_insert({name, number}, [&] { return row_of(name, number); }).text += "x";
        model.try_emplace(key, row_of(name, number)).first->second.text += "x";
        break;
      case 3:
        table_->erase({name, number});
        model.erase(key);
        break;
    }
  }

  void commit() {
    RC_ASSERT(database_.execute("BEGIN IMMEDIATE").ok());
    write_changes();
    RC_ASSERT(database_.execute("COMMIT").ok());
    table_->committed();
    committed_ = model_;
  }

  void roll_back() {
    RC_ASSERT(database_.execute("BEGIN IMMEDIATE").ok());
    write_changes();
    RC_ASSERT(database_.execute("ROLLBACK").ok());
    table_->discard();
    model_ = committed_;
  }

  void forget() {
    commit();
    table_->shrink(0);
  }

  // What was not committed is gone.
  void reopen() {
    table_.reset();
    source_.reset();
    database_ = {};
    database_ = database_exists_ ? must_open(path_, Mode::read_write) : make_database(path_);
    database_exists_ = true;
    source_.emplace(database_);
    table_.emplace(*source_);
    model_ = committed_;
  }

  void check() {
    auto count = database_.prepare("SELECT count(*) FROM every_kind");
    RC_ASSERT(count.ok());
    RC_ASSERT(*count->step());
    RC_ASSERT(count->integer(0) == static_cast<std::int64_t>(committed_.size()));
    count->reset();
    for (const auto& [key, expected] : committed_) {
      EveryRow row;
      RC_ASSERT(source_->load({key.first, key.second}, row));
      RC_ASSERT(row == expected);
    }
    for (const auto& [key, expected] : model_)
      RC_ASSERT(*table_->look({key.first, key.second}) == expected);
  }

 private:
  void write_changes() {
    table_->for_each_change([&](Change change, const EveryRow& row) {
      RowStore<EveryRow>& rows = source_->rows();
      const Status status = change == Change::inserted  ? rows.insert(row)
                            : change == Change::updated ? rows.update(row)
                                                        : rows.erase(key_of(row));
      RC_ASSERT(status.ok());
    });
  }

  Directory directory_;
  std::string path_ = directory_.file("a.db");
  bool database_exists_ = false;
  Database database_;
  std::optional<Source> source_;
  std::optional<read_models::Table<EveryRow>> table_;
  Model model_, committed_;
};

TEST(TableOverRows, AgreesWithAMap) {
  EXPECT_TRUE(rc::check([] {
    World world;
    const int steps = *rc::gen::inRange(1, 80);
    for (int i = 0; i < steps; ++i) {
      const int what = *rc::gen::inRange(0, 40);
      if (what < 30)
        world.change();
      else if (what < 34)
        world.commit();
      else if (what < 36)
        world.roll_back();
      else if (what < 38)
        world.forget();
      else
        world.reopen();
    }
    world.check();
    world.commit();
    world.check();
  }));
}

}  // namespace
}  // namespace souk::store::sql
