// Bits flipped anywhere in the files.
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/replay/verify_fixture.hpp"

namespace souk::replay {
namespace {

namespace fs = std::filesystem;

class Flipping : public Verifying {
 protected:
  static void flip(const fs::path& file, std::uint64_t bit) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(bit / 8));
    const auto byte = static_cast<char>(stream.get());
    stream.seekp(static_cast<std::streamoff>(bit / 8));
    stream.put(static_cast<char>(byte ^ (1 << (bit % 8))));
  }

  std::vector<fs::path> files_with_data() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path())) {
      const std::string name = entry.path().filename();
      if (!entry.is_regular_file() || entry.file_size() == 0) continue;
      if (name.ends_with(".sst") || name.ends_with(".log") || name == "CURRENT" ||
          name.starts_with("MANIFEST"))
        files.push_back(entry.path());
    }
    return files;
  }
};

TEST_F(Flipping, EveryFlippedBitIsFoundAndItsFileNamed) {
  make_shop(seed_with_sales(31));
  std::mt19937_64 random(31);
  for (const fs::path& file : files_with_data())
    for (int i = 0; i < 5; ++i) {
      const std::uint64_t bit = random() % (fs::file_size(file) * 8);
      flip(file, bit);
      const auto found = findings();
      int named = 0;
      for (const Finding& one : found)
        named += one.check == Check::files && one.subject.starts_with(file.filename().string());
      EXPECT_EQ(named, 1) << file << " bit " << bit << "\n" << texts(found);
      flip(file, bit);
    }
  EXPECT_EQ(texts(findings()), "");
}

// A bit of a row is a wrong row, a bit of the structure a damaged one; what is in no row and no
// structure changes nothing that anybody can read.
TEST_F(Flipping, ABitOfTheReadModelsIsFoundIfItChangesWhatIsRead) {
  make_shop(seed_with_sales(32));
  make_models();
  ASSERT_EQ(texts(findings()), "");
  const auto everything_in = [&] {
    std::string all;
    auto database = store::sql::Database::open(models_path(), store::sql::Mode::read_only);
    if (!database.ok()) return std::string("cannot be opened");
    for (const char* table :
         {"orders", "order_lines", "wallets", "wallet_movements", "stock_levels", "sales_by_hour",
          "daily_revenue", "campaigns", "coupons", "sagas", "positions"}) {
      auto rows = database->prepare(std::string("SELECT * FROM ") + table);
      if (!rows.ok()) return std::string("cannot be read");
      for (auto more = rows->step();; more = rows->step()) {
        if (!more.ok()) return std::string("cannot be read");
        if (!*more) break;
        for (int i = 0; i < rows->columns(); ++i) all.append(rows->text(i)).append("|");
      }
    }
    return all;
  };
  const std::string before = everything_in();
  std::mt19937_64 random(32);
  int found_any = 0;
  for (int i = 0; i < 25; ++i) {
    const std::uint64_t bit = random() % (fs::file_size(models_path()) * 8);
    flip(models_path(), bit);
    const bool changed = everything_in() != before;
    const bool found = !verify()->clean();
    found_any += found;
    if (changed) {
      EXPECT_TRUE(found) << "bit " << bit;
    }
    flip(models_path(), bit);
  }
  EXPECT_GT(found_any, 3);
  EXPECT_EQ(texts(findings()), "");
}

}  // namespace
}  // namespace souk::replay
