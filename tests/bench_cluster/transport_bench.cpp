// What the transport carries over loopback, with both ends in this process: each has an actor
// system of one thread and an io thread. Wall time, because the work is spread over four threads.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "cluster/frame.hpp"
#include "cluster/tcp_transport.hpp"

namespace {

using namespace souk;
using namespace souk::cluster;

constexpr std::size_t kQueuedMax = 1u << 20;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "souk_cluster_bench: %s\n", why.c_str());
  std::exit(1);
}

struct End {
  std::atomic<std::uint64_t> frames = 0;
  std::atomic<bool> connected = false;
  ConnectionPtr connection;  // good once connected
  bool echoes = false;
};

caf::behavior owner_of(caf::event_based_actor* self, TcpTransport* transport, End* end) {
  const auto keep = [=](const ConnectionPtr& connection) {
    end->connection = connection;
    end->connected = true;
    end->connected.notify_all();
  };
  return {
      [=](const Accepted& accepted) {
        keep(accepted.connection);
        transport->own(accepted.connection, self);
      },
      [=](const Dialled& dialled) {
        if (!dialled.connection) fail(dialled.why);
        keep(dialled.connection);
      },
      [=](Received& received) {
        end->connection->consumed(received.frame.size());
        if (end->echoes) end->connection->send(std::move(received.frame));
        ++end->frames;
        end->frames.notify_all();
      },
      [](const Closed&) {},
  };
}

// A system, a transport, and the owner of its one connection.
struct Side {
  explicit Side(bool echoes) {
    end.echoes = echoes;
    config.set("scheduler.max-threads", std::size_t{1});
    system = std::make_unique<caf::actor_system>(config);
    owner = system->spawn(owner_of, &transport, &end);
  }
  ~Side() {
    transport.stop();
    caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
    owner = {};
    system.reset();
  }

  caf::actor_system_config config;
  End end;
  TcpTransport transport;
  std::unique_ptr<caf::actor_system> system;
  caf::actor owner;
};

std::string frame_of(std::size_t bytes) {
  const std::string part(bytes - kFrameHeaderBytes - kItemHeaderBytes - sizeof(std::uint32_t), 'x');
  FrameWriter writer;
  if (!writer.add({.kind = Kind::command, .parts = {part}})) fail("the frame is too large");
  return writer.take();
}

struct Pair {
  explicit Pair(bool echoes) : near(false), far(echoes) {
    const auto at = far.transport.listen({"127.0.0.1", 0}, far.owner);
    if (!at.ok()) fail(at.status().message());
    near.transport.dial(*at, seconds(5), near.owner, 1);
    near.end.connected.wait(false);
    far.end.connected.wait(false);
  }
  Side near, far;
};

void report(benchmark::State& state, std::size_t frames, std::size_t bytes) {
  const auto all = static_cast<double>(state.iterations()) * static_cast<double>(frames);
  state.counters["frames/s"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["MB/s"] =
      benchmark::Counter(all * static_cast<double>(bytes) / 1e6, benchmark::Counter::kIsRate);
}

// A stream in one direction; its sender heeds what is queued.
void stream(benchmark::State& state) {
  Pair pair(false);
  const std::string frame = frame_of(static_cast<std::size_t>(state.range(0)));
  const std::uint64_t lot = std::max<std::uint64_t>(200, (16u << 20) / frame.size());
  std::uint64_t sent = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < lot; ++i) {
      while (pair.near.end.connection->queued_bytes() > kQueuedMax) std::this_thread::yield();
      pair.near.end.connection->send(frame);
    }
    sent += lot;
    for (std::uint64_t seen; (seen = pair.far.end.frames) < sent;) pair.far.end.frames.wait(seen);
  }
  report(state, lot, frame.size());
}

// There and back, one at a time: how long an answer from another node takes at least.
void round_trip(benchmark::State& state) {
  Pair pair(true);
  const std::string frame = frame_of(static_cast<std::size_t>(state.range(0)));
  std::uint64_t sent = 0;
  for (auto _ : state) {
    pair.near.end.connection->send(frame);
    ++sent;
    for (std::uint64_t seen; (seen = pair.near.end.frames) < sent;) pair.near.end.frames.wait(seen);
  }
  report(state, 1, frame.size());
}

BENCHMARK(stream)->Arg(200)->Arg(4 << 10)->Arg(64 << 10)->UseRealTime();
BENCHMARK(round_trip)->Arg(200)->Arg(4 << 10)->Arg(64 << 10)->UseRealTime();

}  // namespace
