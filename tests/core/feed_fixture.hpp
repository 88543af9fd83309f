// A log with its writer, loaders and feed, and nobody else: what the feed's tests talk to.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include "actors/core/feed.hpp"
#include "actors/core/threads.hpp"
#include "actors/core/writer.hpp"
#include "store/memory_kv.hpp"

namespace souk::core {

inline constexpr PartitionId kStock0{Service::stock, 0};
inline constexpr PartitionId kStock1{Service::stock, 1};
inline constexpr PartitionId kWallet0{Service::wallet, 0};

// Appends through the writer, as an actor would. One thread's.
class Appender {
 public:
  Appender(caf::actor_system& system, const Runtime& runtime) : self_(system), runtime_(runtime) {}

  struct Line {
    PartitionId partition;
    std::string text;
  };

  // All of it in flight at once; returns when it is durable. False if it failed.
  bool append(const std::vector<Line>& lines) {
    for (const Line& line : lines) send(line);
    std::size_t durable = 0;
    bool ok = true;
    while (ok && durable < lines.size())
      self_->receive([&](const Committed& news) {
        durable += news.count;
        ok = news.failure == nullptr;
      });
    return ok;
  }

 private:
  void send(const Line& line) {
    auto& [stream, sequence] = streams_[line.partition];
    if (!stream) {
      stream = *runtime_.log.open_stream(line.partition, "tea");
      sequence = runtime_.log.head(line.partition, "tea")->sequence;
    }
    store::Record record;
    record.stream = "tea";
    record.sequence = ++sequence;
    record.events = {{1, line.text}};
    AppendRequest request{caf::actor_cast<caf::actor>(self_), {stream, sequence, false, {}}, {}};
    store::encode_record(record, request.append.bytes);
    self_->send(runtime_.writer, std::move(request));
  }

  caf::scoped_actor self_;
  const Runtime& runtime_;
  std::map<PartitionId, std::pair<std::shared_ptr<store::Stream>, store::Sequence>> streams_;
};

// Pulls, and waits for the page. One thread's.
class Consumer {
 public:
  Consumer(caf::actor_system& system, const Runtime& runtime) : self_(system), runtime_(runtime) {}

  using Wanted = std::vector<std::pair<PartitionId, store::Offset>>;

  void send(Wanted wanted, Duration wait = Duration{0}, std::size_t bytes_max = 1u << 20) {
    self_->send(runtime_.feed, Pull{std::move(wanted), bytes_max, wait, ++token_,
                                    caf::actor_cast<caf::actor>(self_)});
  }
  // Nothing if there is no page in time.
  std::optional<Page> receive(std::chrono::milliseconds within = std::chrono::seconds(20)) {
    std::optional<Page> got;
    self_->receive([&](Page& page) { got = std::move(page); }, caf::after(within) >> [] {});
    return got;
  }
  Page pull(Wanted wanted, Duration wait = Duration{0}, std::size_t bytes_max = 1u << 20) {
    send(std::move(wanted), wait, bytes_max);
    auto page = receive();
    if (!page) throw std::runtime_error("no page within 20 s");
    EXPECT_EQ(page->token, token_);
    return std::move(*page);
  }
  std::uint64_t token() const { return token_; }

 private:
  caf::scoped_actor self_;
  const Runtime& runtime_;
  std::uint64_t token_ = 0;
};

inline std::vector<std::string> texts_of(const store::Slice& slice) {
  std::vector<std::string> texts;
  store::Offset expected = slice.from;
  const store::Status status = slice.for_each([&](const store::RecordView& record) {
    EXPECT_EQ(record.offset, expected++);
    texts.emplace_back(record.events.at(0).bytes);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return texts;
}

class FeedFixture : public ::testing::Test {
 protected:
  FeedFixture() { start(); }
  ~FeedFixture() override { stop(); }

  void start(std::size_t tail_bytes_max = 32u << 20) {
    store::LogOptions options;
    options.tail_bytes_max = tail_bytes_max;
    auto log = store::Log::open(std::make_unique<store::MemoryKv>(disk_),
                                {"test", {{Service::stock, 2}, {Service::wallet, 1}}}, options);
    ASSERT_TRUE(log.ok()) << log.status().message();
    log_ = std::move(*log);
    config_ = std::make_unique<caf::actor_system_config>();
    config_->set("scheduler.max-threads", std::size_t{2});
    system_ = std::make_unique<caf::actor_system>(*config_);
    runtime_ = std::unique_ptr<Runtime>(new Runtime{*log_, clock_, {}, {}, {}, {}, {}});
    runtime_->loaders.push_back(spawn_loader(*system_));
    runtime_->feed = system_->spawn<Feed>(std::cref(*runtime_));
    runtime_->writer = system_->spawn<Writer, caf::detached>(std::cref(*runtime_));
    appender_ = std::make_unique<Appender>(*system_, *runtime_);
    consumer_ = std::make_unique<Consumer>(*system_, *runtime_);
  }
  void stop() {
    end(runtime_->loaders.front());
    end(runtime_->writer);
    end(runtime_->feed);
    consumer_.reset();
    appender_.reset();
    runtime_.reset();
    system_.reset();
    log_.reset();
  }
  void restart(std::size_t tail_bytes_max = 32u << 20) {
    stop();
    start(tail_bytes_max);
  }
  void end(const caf::actor& actor) {
    caf::scoped_actor self{*system_};
    self->send_exit(actor, caf::exit_reason::user_shutdown);
    self->wait_for(actor);
  }

  void until_somebody_waits() const {
    while (!runtime_->feed_waits) std::this_thread::yield();
  }

  bool append(PartitionId partition, const std::string& text) {
    return appender_->append({{partition, text}});
  }

  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  SystemClock clock_;
  std::unique_ptr<store::Log> log_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<Appender> appender_;
  std::unique_ptr<Consumer> consumer_;
};

}  // namespace souk::core
