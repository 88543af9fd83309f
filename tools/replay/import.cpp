#include "tools/replay/import.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "store/keys.hpp"
#include "store/log_restore.hpp"
#include "store/rocks_kv.hpp"
#include "tools/replay/export_frame.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/import_directory.hpp"
#include "tools/replay/import_piece.hpp"
#include "tools/replay/line_blocks.hpp"
#include "tools/replay/ordered_pool.hpp"

namespace souk::replay {
namespace {

// Larger than a node's: what is written at once need not be merged so often later.
constexpr std::size_t kBufferBytes = 128u << 20;

constexpr std::string_view kAdvice = "nothing was imported; mend that line or export again";

// The file of an import, or the stream.
class Input {
 public:
  Input(const std::string& path, std::FILE* in) : in_(in), name_("the input") {
    if (path.empty() || path == "-") return;
    name_ = path;
    file_.reset(std::fopen(path.c_str(), "rb"));
    if (file_ == nullptr)
      throw Failure(kExitBadInput,
                    fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
    in_ = file_.get();
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (!error) bytes_ = size;
  }
  std::FILE* stream() const { return in_; }
  const std::string& name() const { return name_; }
  std::uint64_t bytes() const { return bytes_; }  // 0: nobody knows

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::FILE* in_;
  std::string name_;
  std::uint64_t bytes_ = 0;
};

[[noreturn]] void fail_at(const std::string& name, std::uint64_t line, std::string_view what) {
  throw Failure(kExitBadInput, fmt::format("{}, line {}: {}; {}", name, line, what, kAdvice));
}

ExportHeader read_header(LineBlocks& blocks, const std::string& name) {
  std::string line;
  if (!blocks.line(line)) throw Failure(kExitBadInput, fmt::format("{} is empty", name));
  std::string why;
  auto header = parse_header_line(line, why);
  if (!header) throw Failure(kExitBadInput, fmt::format("{}, line 1: {}", name, why));
  if (header->filtered)
    throw Failure(kExitBadInput,
                  fmt::format("{} was exported with a filter, so it is not the whole log; export "
                              "without one to import it",
                              name));
  return std::move(*header);
}

std::string without_stop(std::string sentence) {
  while (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

// One run: from the text through the pool into the log.
class Run {
 public:
  Run(const std::string& name, const store::Identity& identity, store::LogRestore& log,
      unsigned threads, cli::Progress& progress)
      : name_(name),
        log_(log),
        progress_(progress),
        pool_(threads, [&identity](ImportPiece& piece) { piece.parse(identity); }) {}

  // False if it was stopped.
  bool go(LineBlocks& blocks, const std::atomic<bool>* stop) {
    while (true) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) return false;
      std::string text = blocks.block();
      if (text.empty()) break;
      if (pool_.full()) deliver();
      pool_.put(std::make_unique<ImportPiece>(std::move(text)));
    }
    while (!pool_.empty()) deliver();
    if (!end_)
      throw Failure(kExitBadInput,
                    fmt::format("{} is cut short: its end line is missing; nothing was imported, "
                                "let the export go on to its end",
                                name_));
    return true;
  }

  std::uint64_t records() const { return records_; }

 private:
  void deliver() {
    const auto piece = pool_.take();
    const auto& entries = piece->entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (end_) fail_at(name_, line_ + i, "it comes after the end of the export");
      const auto& entry = entries[i];
      const store::Status status =
          log_.add(entry.partition, entry.group, entry.next, entry.offset, piece->bytes(entry));
      if (status.ok()) continue;
      if (status.code() != store::Code::invalid) check(status);
      fail_at(name_, line_ + i, without_stop(status.message()));
    }
    records_ += entries.size();
    if (piece->end()) check_end(*piece->end(), line_ + entries.size());
    line_ += piece->good_lines();
    if (!piece->fault().empty()) fail_at(name_, line_, piece->fault());
    draw(*piece);
  }

  void check_end(const ExportEnd& end, std::uint64_t line) {
    if (end_) fail_at(name_, line, "there is a second end of the export");
    end_ = true;
    if (end.records != records_)
      fail_at(name_, line,
              fmt::format("the export had {} records, and there are {}: lines are "
                          "missing before it",
                          end.records, records_));
    for (const auto& [partition, last] : end.reached)
      if (log_.last(partition) != last)
        fail_at(name_, line,
                fmt::format("partition {} ended with offset {}, and the lines end with {}",
                            store::display(partition), last, log_.last(partition)));
  }

  void draw(const ImportPiece& piece) {
    bytes_ += piece.text_bytes();
    const std::uint64_t megabytes = bytes_ / 1'000'000;
    progress_.advance(megabytes - drawn_);
    drawn_ = megabytes;
    progress_.draw();
  }

  const std::string& name_;
  store::LogRestore& log_;
  cli::Progress& progress_;
  OrderedPool<ImportPiece> pool_;
  std::uint64_t line_ = 2;  // the next piece's first
  std::uint64_t records_ = 0;
  bool end_ = false;
  std::uint64_t bytes_ = 0;
  std::uint64_t drawn_ = 0;  // megabytes
};

}  // namespace

Imported import_log(const ImportOptions& options, std::FILE* in, cli::Progress& progress,
                    const std::atomic<bool>* stop) {
  const Input input(options.path, in);
  LineBlocks blocks(input.stream(), input.name());
  const ExportHeader header = read_header(blocks, input.name());
  ImportDirectory directory(options.directory);
  Imported imported;
  imported.identity = header.identity;
  {
    auto kv = value_of(
        store::open_rocks_kv({.path = directory.partial(), .log_buffer_bytes = kBufferBytes}));
    const auto log = value_of(store::LogRestore::begin(std::move(kv), header.identity));
    progress.start("import MB", input.bytes() / 1'000'000);
    Run run(input.name(), header.identity, *log, options.threads, progress);
    if (!run.go(blocks, stop)) {
      imported.interrupted = true;
      return imported;
    }
    check(log->finish());
    imported.records = run.records();
    imported.last_group = log->group();
  }
  directory.commit();
  return imported;
}

}  // namespace souk::replay
