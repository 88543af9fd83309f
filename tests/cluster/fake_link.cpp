#include "tests/cluster/fake_link.hpp"

#include <chrono>
#include <utility>

#include <gtest/gtest.h>

#include "cluster/frame.hpp"

namespace souk::test {

using cluster::ItemView;
using cluster::Request;
using cluster::Told;

void FakeConnection::send(std::string frame) {
  const store::Status status = cluster::for_each_item(frame, [&](const ItemView& item) {
    const std::size_t bytes = cluster::item_bytes(item.parts);
    if (bytes > largest_item_) largest_item_ = bytes;
    caf::anon_send(to_,
                   Arrived{id_, item.kind, item.number, {item.parts.begin(), item.parts.end()}});
  });
  EXPECT_TRUE(status.ok()) << status.message();
}

FakeLink::FakeLink(caf::actor_config& config, std::uint64_t seed, LinkFaults faults)
    : caf::event_based_actor(config), random_(seed), faults_(faults) {}

caf::behavior FakeLink::make_behavior() {
  return {
      [this](Request& request) { asked(request); },
      [this](const Connect& news) { connect(news); },
      [this](Arrived& answer) { arrived(answer); },
  };
}

void FakeLink::on_exit() { connect({}); }

void FakeLink::asked(Request& request) {
  if (!giver_)
    return send(request.reply_to,
                Told{request.token, {store::Code::stopped, "The peer is away."}, {}, {}});
  pending_[++numbers_] = {request.reply_to, request.token};
  send(giver_, cluster::Asked{connection_, request.kind, numbers_, request.until,
                              std::move(request.parts)});
}

// What was under way is not answered any more.
void FakeLink::connect(const Connect& news) {
  for (const auto& [number, pending] : std::exchange(pending_, {}))
    send(pending.reply_to,
         Told{pending.token, {store::Code::stopped, "The connection ended."}, {}, {}});
  giver_ = news.giver;
  connection_ = news.connection;
}

void FakeLink::arrived(Arrived& answer) {
  const auto found = pending_.find(answer.number);
  if (answer.connection != connection_ || found == pending_.end()) return;
  const Pending pending = found->second;
  pending_.erase(found);
  std::size_t bytes = 0;
  for (const std::string& part : answer.parts) bytes += part.size();
  if (happens(faults_.lost) || bytes > faults_.bytes_max) return;
  const Told told{pending.token, {}, answer.kind, std::move(answer.parts)};
  if (happens(faults_.twice)) send(pending.reply_to, told);
  if (happens(faults_.late))
    delayed_send(pending.reply_to, std::chrono::microseconds(random_() % 20'000), told);
  else
    send(pending.reply_to, told);
}

}  // namespace souk::test
