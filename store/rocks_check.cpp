#include "store/rocks_check.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>
#include <utility>

#include "store/open_file.hpp"
#include "store/rocks_file_checks.hpp"
#include "store/rocks_files.hpp"
#include "store/rocks_manifest.hpp"

namespace souk::store {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kMissingFor{1};  // until then a node may have replaced it just now
constexpr std::chrono::milliseconds kPause{50};

// One file that is checked: when the directory was looked at, it was open or already found wanting.
struct Entry {
  enum class Kind { known, write_ahead_log, table };
  Kind kind = Kind::known;
  std::optional<FileFinding> finding;  // of a known one: what was found at once
  std::unique_ptr<OpenFile> file;
  RocksTable table;  // what the manifest says of it
};

// What `CURRENT` says: the manifest's name and a new line.
std::optional<std::string> manifest_in(const std::string& current) {
  constexpr std::string_view kPrefix = "MANIFEST-";
  if (!current.starts_with(kPrefix) || !current.ends_with('\n')) return std::nullopt;
  const std::string name = current.substr(0, current.size() - 1);
  const std::string_view digits = std::string_view(name).substr(kPrefix.size());
  const bool is_number =
      !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? std::optional(name) : std::nullopt;
}

class Check final : public RocksCheck {
 public:
  explicit Check(std::string path) : path_(std::move(path)) {}

  const std::vector<File>& files() const override { return files_; }
  const std::vector<std::string>& unchecked() const override { return unchecked_; }
  std::optional<FileFinding> check(std::size_t index, const Progress& progress) const override;

  // Looks at the directory. Adds to `missing` what should be there.
  Status look(std::set<std::string>& missing);

 private:
  void add(std::string name, std::uint64_t bytes, Entry entry);
  void add_known(std::string name, std::uint64_t bytes, std::optional<FileFinding> finding);
  Result<std::string> look_at_current(std::set<std::string>& missing);
  Status look_at_manifest(const std::string& name, std::set<std::string>& missing);
  Status add_tables(const RocksTables& tables, bool all_known, std::set<std::string>& missing);
  void add_write_ahead_logs();
  void list_unchecked();

  std::optional<FileFinding> check_write_ahead_log(std::size_t index,
                                                   const Progress& progress) const;

  std::string path_;
  std::vector<std::string> names_;  // of the directory's files
  std::vector<File> files_;
  std::vector<Entry> entries_;  // of each of the files
  std::vector<std::string> unchecked_;
};

void Check::add(std::string name, std::uint64_t bytes, Entry entry) {
  files_.push_back({std::move(name), bytes});
  entries_.push_back(std::move(entry));
}

void Check::add_known(std::string name, std::uint64_t bytes, std::optional<FileFinding> finding) {
  Entry entry;
  entry.finding = std::move(finding);
  add(std::move(name), bytes, std::move(entry));
}

Status Check::look(std::set<std::string>& missing) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_, error))
    if (entry.is_regular_file()) names_.push_back(entry.path().filename());
  std::ranges::sort(names_);
  const bool any = std::ranges::any_of(names_, [](const std::string& name) {
    return name == "CURRENT" || name.starts_with("MANIFEST-") || name.ends_with(".sst");
  });
  if (error || !any)
    return {Code::not_found, "There is no data in " + path_ + "; check the path of --data."};
  auto manifest = look_at_current(missing);
  if (!manifest.ok()) return manifest.status();
  if (!manifest->empty())
    if (Status status = look_at_manifest(*manifest, missing); !status.ok()) return status;
  add_write_ahead_logs();
  list_unchecked();
  return {};
}

// The name of the manifest to go by; "" if there is none.
Result<std::string> Check::look_at_current(std::set<std::string>& missing) {
  std::string newest;
  for (const std::string& name : names_)
    if (name.starts_with("MANIFEST-")) newest = name;  // they are in order
  auto file = OpenFile::open(path_ + "/CURRENT");
  if (file.status().code() == Code::not_found) {
    missing.insert("CURRENT");
    add_known("CURRENT", 0, damage("CURRENT", {}, "it is missing"));
    return newest;
  }
  auto current = file.ok() ? (*file)->read_all() : Result<std::string>(file.status());
  if (!current.ok()) {
    add_known("CURRENT", 0, unreadable("CURRENT", current.status()));
    return newest;
  }
  auto named = manifest_in(*current);
  if (named && std::ranges::binary_search(names_, *named)) {
    add_known("CURRENT", current->size(), {});
    return *named;
  }
  if (named && newest.empty()) {
    missing.insert(*named);
    add_known("CURRENT", current->size(), {});
    add_known(*named, 0, damage(*named, {}, "it is missing, and CURRENT names it"));
    return newest;
  }
  if (named) missing.insert(*named);
  add_known("CURRENT", current->size(),
            damage("CURRENT", named ? 9 : 0,
                   named ? "it names " + *named + ", which is not there" : "it names no manifest"));
  return newest;
}

Status Check::look_at_manifest(const std::string& name, std::set<std::string>& missing) {
  auto file = OpenFile::open(path_ + '/' + name);
  if (file.status().code() == Code::not_found) {
    missing.insert(name);
    return {};
  }
  auto bytes = file.ok() ? (*file)->read_all() : Result<std::string>(file.status());
  if (!bytes.ok()) {
    add_known(name, 0, unreadable(name, bytes.status()));
    return {};
  }
  auto finding = check_manifest_bytes(name, *bytes);
  const bool is_damaged = finding && finding->is_damage;
  add_known(name, bytes->size(), std::move(finding));
  auto tables = tables_of_manifest(*bytes);
  if (!tables.ok()) return tables.status();
  return add_tables(*tables, !is_damaged, missing);
}

// Without all of the manifest, a table that is not there may have been replaced.
Status Check::add_tables(const RocksTables& tables, bool all_known,
                         std::set<std::string>& missing) {
  for (const auto& [number, table] : tables) {
    const std::string name = rocks_table_name(number);
    auto file = OpenFile::open(path_ + '/' + name);
    if (file.ok()) {
      Entry entry;
      entry.kind = Entry::Kind::table;
      entry.file = std::move(*file);
      entry.table = table;
      add(name, table.bytes, std::move(entry));
    } else if (file.status().code() != Code::not_found) {
      add_known(name, table.bytes, unreadable(name, file.status()));
    } else if (all_known) {
      missing.insert(name);
      add_known(
          name, table.bytes,
          damage(name, {}, "it is missing, " + std::to_string(table.bytes) + " bytes of data"));
    }
  }
  return {};
}

void Check::add_write_ahead_logs() {
  for (std::uint64_t number : rocks_log_numbers(names_)) {
    const std::string name = rocks_log_name(number);
    auto file = OpenFile::open(path_ + '/' + name);
    if (file.status().code() == Code::not_found) continue;  // its data is in a table now
    auto size = file.ok() ? (*file)->size() : Result<std::uint64_t>(file.status());
    if (!size.ok()) {
      add_known(name, 0, unreadable(name, size.status()));
      continue;
    }
    Entry entry;
    entry.kind = Entry::Kind::write_ahead_log;
    entry.file = std::move(*file);
    add(name, *size, std::move(entry));
  }
}

void Check::list_unchecked() {
  std::set<std::string> checked;
  for (const File& file : files_) checked.insert(file.name);
  std::ranges::copy_if(names_, std::back_inserter(unchecked_),
                       [&](const std::string& name) { return !checked.contains(name); });
}

std::optional<FileFinding> Check::check(std::size_t index, const Progress& progress) const {
  const Entry& entry = entries_[index];
  switch (entry.kind) {
    case Entry::Kind::table:
      return check_table(path_, files_[index].name, *entry.file, entry.table, progress);
    case Entry::Kind::write_ahead_log: return check_write_ahead_log(index, progress);
    case Entry::Kind::known: break;
  }
  progress(files_[index].bytes);
  return entry.finding;
}

// The later logs are looked at before this one is read: a node may be writing them.
std::optional<FileFinding> Check::check_write_ahead_log(std::size_t index,
                                                        const Progress& progress) const {
  bool is_newest = true;
  for (std::size_t later = index + 1; later < entries_.size(); ++later) {
    if (entries_[later].kind != Entry::Kind::write_ahead_log) continue;
    auto size = entries_[later].file->size();
    is_newest = is_newest && size.ok() && *size == 0;
  }
  const std::string& name = files_[index].name;
  auto bytes = entries_[index].file->read_all();
  if (!bytes.ok()) return unreadable(name, bytes.status());
  if (!progress(bytes->size())) return std::nullopt;
  return check_write_ahead_log_bytes(name, *bytes, is_newest);
}

}  // namespace

// A file that is not there may have been replaced since its name was read: look again, until the
// same ones have been missing for long enough.
Result<std::unique_ptr<RocksCheck>> RocksCheck::open(const std::string& path) {
  const auto begin = std::chrono::steady_clock::now();
  auto same_since = begin;
  std::set<std::string> missing_before;
  while (true) {
    auto check = std::make_unique<Check>(path);
    std::set<std::string> missing;
    if (Status status = check->look(missing); !status.ok()) return status;
    const auto now = std::chrono::steady_clock::now();
    if (missing != missing_before) same_since = now;
    if (missing.empty() || now - same_since >= kMissingFor)
      return std::unique_ptr<RocksCheck>(std::move(check));
    missing_before = std::move(missing);
    std::this_thread::sleep_for(kPause);
  }
}

Result<std::vector<FileFinding>> check_rocks_directory(const std::string& path,
                                                       const RocksCheck::Progress& progress) {
  auto check = RocksCheck::open(path);
  if (!check.ok()) return check.status();
  std::vector<FileFinding> findings;
  for (std::size_t i = 0; i < (*check)->files().size(); ++i)
    if (auto finding = (*check)->check(i, progress)) findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace souk::store
