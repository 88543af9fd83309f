#include "tools/query/file_source.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "store/log_ends.hpp"
#include "store/sql/read_query.hpp"
#include "tools/query/behind.hpp"
#include "tools/query/failure.hpp"

namespace souk::query {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPollEvery{20};

// It is the person's own machine: they may ask for much, and stop it with Ctrl-C.
constexpr std::size_t kBytesMax = std::size_t{1} << 30;
constexpr std::chrono::hours kTimeMax{24};

constexpr const char* kPositions = "SELECT service, partition, position FROM positions";
constexpr const char* kParked =
    "SELECT service, partition, stream, min(record_offset), count(*), max(reason), min(at)"
    " FROM parked_records GROUP BY service, partition, stream ORDER BY 7, 1, 2, 3";
constexpr const char* kVersion = "SELECT value FROM about WHERE name = 'version'";

int exit_code_of(store::Code code) {
  switch (code) {
    case store::Code::invalid:
    case store::Code::timed_out: return kExitSomeFailed;
    default: return kExitUnreachable;
  }
}

[[noreturn]] void fail(const store::Status& status) {
  throw Failure(exit_code_of(status.code()), status.message());
}

[[noreturn]] void fail_foreign(const std::string& path) {
  throw Failure(kExitUnreachable, fmt::format("{} holds no souk read models", path));
}

std::int64_t number(const SqlValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole == nullptr ? 0 : *whole;
}

std::string text(const SqlValue& value) {
  const auto* words = std::get_if<std::string>(&value);
  return words == nullptr ? "" : *words;
}

std::optional<PartitionId> partition_of(const std::vector<SqlValue>& row) {
  const auto service = parse_service(text(row[0]));
  if (!service) return std::nullopt;
  return PartitionId{*service, static_cast<std::uint16_t>(number(row[1]))};
}

// Whether the database has what all read models have.
bool has_tables(store::sql::Database& database) {
  const auto found = store::sql::run_read_query(
      database, "SELECT count(*) FROM sqlite_schema WHERE name IN ('about', 'orders', 'positions')",
      {});
  return found.ok() && found->rows[0][0] == SqlValue(std::int64_t{3});
}

// What is read during its life is of one moment.
class Snapshot {
 public:
  explicit Snapshot(store::sql::Database& database) : database_(database) {
    if (const auto status = database_.execute("BEGIN"); !status.ok()) fail(status);
  }
  ~Snapshot() { (void)database_.execute("COMMIT"); }  // or the connection ends it
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  store::sql::Database& database_;
};

double age_seconds(Time time) {
  if (!time.is_set()) return 0;
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return std::max(0.0, std::round(static_cast<double>(now.count() - time.micros) / 1e3) / 1e3);
}

}  // namespace

FileSource::FileSource(std::string directory) : directory_(std::move(directory)) {}

store::sql::Database& FileSource::database() {
  if (database_.is_open()) return database_;
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory_, ignored))
    throw Failure(kExitUnreachable,
                  fmt::format("there is no directory {}; give a node's --data", directory_));
  const std::string path = directory_ + "/" + kReadModelsFile;
  if (!std::filesystem::exists(path, ignored))
    throw Failure(
        kExitUnreachable,
        fmt::format("there are no read models in {}: no node has built any there yet", directory_));
  if (!std::filesystem::is_regular_file(path, ignored)) fail_foreign(path);
  auto opened = store::sql::Database::open(path, store::sql::Mode::read_only);
  if (!opened.ok() && opened.status().code() == store::Code::corruption) fail_foreign(path);
  if (!opened.ok()) fail(opened.status());
  if (!has_tables(*opened)) fail_foreign(path);
  database_ = std::move(*opened);
  return database_;
}

SqlRows FileSource::run(const Query& query, std::size_t rows_max) {
  const store::sql::ReadLimits limits{
      .rows_max = rows_max, .bytes_max = kBytesMax, .time_max = kTimeMax, .cancelled = stop_};
  auto rows = store::sql::run_read_query(database(), query.sql, query.parameters, limits);
  if (!rows.ok() && stop_ != nullptr && *stop_) throw Failure(kExitInterrupted, "stopped");
  if (!rows.ok() && rows.status().code() == store::Code::corruption)
    fail_foreign(directory_ + "/" + kReadModelsFile);
  if (!rows.ok()) fail(rows.status());
  return std::move(*rows);
}

Positions FileSource::positions() {
  Positions reached;
  for (const auto& row : run({kPositions, {}}, kAllRows).rows)
    if (const auto partition = partition_of(row))
      reached[*partition] = static_cast<std::uint64_t>(number(row[2]));
  return reached;
}

void FileSource::wait_for(const Positions& position, Duration timeout) {
  const auto until = Clock::now() + std::chrono::microseconds(timeout.micros);
  while (true) {
    const Positions reached = positions();
    if (covers(reached, position)) return;
    if (Clock::now() >= until) throw Failure(kExitBehind, behind_text(reached, position));
    std::this_thread::sleep_for(kPollEvery);
    refresh();
  }
}

bool FileSource::at_one_moment(const std::function<bool()>& ask) {
  const Snapshot snapshot(database());
  return ask();
}

Lag FileSource::lag() {
  Lag lag;
  lag.state = "FILE";
  lag.file = std::filesystem::weakly_canonical(directory_ + "/" + kReadModelsFile);
  const SqlRows version = run({kVersion, {}}, 1);
  if (!version.rows.empty()) lag.version = std::atoll(text(version.rows[0][0]).c_str());
  for (const auto& row : run({kParked, {}}, kAllRows).rows)
    if (const auto partition = partition_of(row))
      lag.parked.push_back({*partition, text(row[2]), static_cast<std::uint64_t>(number(row[3])),
                            static_cast<std::uint64_t>(number(row[4])), text(row[5]),
                            text(row[6])});
  const Positions reached = positions();  // before the ends, so that none is beyond its end
  auto ends = store::log_ends(directory_, reached);
  if (!ends.ok()) throw Failure(kExitUnreachable, ends.status().message());
  for (const auto& [partition, end] : *ends) {
    const auto at = reached.find(partition);
    lag.partitions.push_back(
        {partition, at == reached.end() ? 0 : at->second, end.end, age_seconds(end.next_at)});
  }
  return lag;
}

}  // namespace souk::query
