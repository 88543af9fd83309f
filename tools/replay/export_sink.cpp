#include "tools/replay/export_sink.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/replay/failure.hpp"
#include "tools/replay/file_io.hpp"

namespace souk::replay {
namespace {

class StreamSink final : public ExportSink {
 public:
  StreamSink(std::FILE* out, std::string first) : out_(out), first_(std::move(first)) {}

  ExportState begin() override {
    write(first_);
    return {};
  }
  void write(std::string_view text) override {
    if (std::fwrite(text.data(), 1, text.size(), out_) != text.size()) fail();
  }
  void reached(const ExportState&) override {}
  void stop() override { finish(); }
  void finish() override {
    if (std::fflush(out_) != 0) fail();
  }

 private:
  [[noreturn]] static void fail() {
    throw Failure(kExitSomeFailed, fmt::format("the export cannot be written to where its output "
                                               "goes: {}",
                                               std::strerror(errno)));
  }

  std::FILE* out_;
  std::string first_;
};

// What a FILE.cursor says.
struct Cursor {
  std::string what;  // which export it is of
  std::uint64_t bytes = 0;
  ExportState state;
};

std::string cursor_text(const Cursor& cursor) {
  nlohmann::ordered_json json;
  json["what"] = cursor.what;
  json["bytes"] = cursor.bytes;
  json["records"] = cursor.state.records;
  json["lines"] = cursor.state.lines;
  json["reached"] = to_string(cursor.state.reached);
  return json.dump(2) + '\n';
}

std::optional<Cursor> parse_cursor(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    Cursor cursor;
    json.at("what").get_to(cursor.what);
    json.at("bytes").get_to(cursor.bytes);
    json.at("records").get_to(cursor.state.records);
    json.at("lines").get_to(cursor.state.lines);
    auto reached = parse_positions(json.at("reached").get<std::string>());
    if (!reached) return std::nullopt;
    cursor.state.reached = std::move(*reached);
    return cursor;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

class FileSink final : public ExportSink {
 public:
  FileSink(const std::string& path, std::string first, std::string what, bool restart,
           std::chrono::milliseconds vouch_every)
      : path_(path),
        partial_(path + ".partial"),
        cursor_(path + ".cursor"),
        first_(std::move(first)),
        what_(std::move(what)),
        restart_(restart),
        vouch_every_(vouch_every) {}

  ExportState begin() override {
    refuse_existing();
    file_ = OutFile::open(partial_);
    if (!file_.lock())
      throw Failure(kExitSomeFailed,
                    fmt::format("another export writes to {} just now; wait for it", partial_));
    const std::uint64_t there = file_.size();
    const auto cursor = there > 0 && !restart_ ? read_cursor() : std::nullopt;
    if (cursor && cursor->bytes <= there) {
      file_.truncate(cursor->bytes);
      vouched_ = cursor->bytes;
      return state_ = cursor->state;
    }
    file_.truncate(0);
    remove_file(cursor_);
    write(first_);
    reached({});
    return {};
  }

  void write(std::string_view text) override { file_.write(text); }

  void reached(const ExportState& state) override {
    state_ = state;
    const auto now = std::chrono::steady_clock::now();
    if (vouched_ > 0 && now - vouched_at_ < vouch_every_) return;
    vouch();
    vouched_at_ = now;
  }

  void stop() override { vouch(); }

  void finish() override {
    file_.sync();
    refuse_existing();
    rename_file(partial_, path_);
    remove_file(cursor_);
  }

 private:
  void refuse_existing() const {
    if (std::filesystem::exists(path_))
      throw Failure(kExitBadInput,
                    fmt::format("{} exists already; give another name or remove it", path_));
  }

  std::optional<Cursor> read_cursor() const {
    const auto text = read_file(cursor_);
    if (!text) return std::nullopt;
    auto cursor = parse_cursor(*text);
    if (!cursor) return std::nullopt;
    if (cursor->what == what_) return cursor;
    throw Failure(kExitBadInput,
                  fmt::format("{} was begun by another export than this one; give the same "
                              "conditions as then, another name, or --restart",
                              partial_));
  }

  void vouch() {
    file_.sync();
    vouched_ = file_.size();
    replace_file(cursor_, cursor_text({what_, vouched_, state_}));
  }

  std::string path_, partial_, cursor_, first_, what_;
  bool restart_;
  std::chrono::milliseconds vouch_every_;
  OutFile file_;
  ExportState state_;
  std::uint64_t vouched_ = 0;
  std::chrono::steady_clock::time_point vouched_at_;
};

}  // namespace

std::unique_ptr<ExportSink> sink_to(std::FILE* out, std::string first) {
  return std::make_unique<StreamSink>(out, std::move(first));
}

std::unique_ptr<ExportSink> sink_to(const std::string& path, std::string first, std::string what,
                                    bool restart, std::chrono::milliseconds vouch_every) {
  return std::make_unique<FileSink>(path, std::move(first), std::move(what), restart, vouch_every);
}

}  // namespace souk::replay
