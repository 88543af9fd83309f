#include "tests/fuzz/item_check.hpp"

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/core/remote.hpp"
#include "actors/coupon/coupon.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"
#include "cluster/greeting.hpp"
#include "tests/fuzz/require.hpp"

namespace souk::fuzz {
namespace {

using cluster::ItemView;
using cluster::Kind;
using store::Code;

wire::Hello own_greeting() {
  return {.cluster = "fuzz",
          .node = "stock-1",
          .to = "gateway-1",
          .version = "0.1.0",
          .oldest = wire::kOldest,
          .newest = wire::kNewest,
          .partitions = {{1, 4}, {2, 4}},
          .placement = "placed",
          .started = Time{1},
          .at = Time{2}};
}

// Calls `f.operator()<A>()` for the A whose service has this number; false if there is none.
template <class F>
bool for_service(std::uint8_t number, F f) {
  switch (static_cast<Service>(number)) {
    case Service::order: f.template operator()<Order>(); return true;
    case Service::stock: f.template operator()<Stock>(); return true;
    case Service::wallet: f.template operator()<Wallet>(); return true;
    case Service::coupon: f.template operator()<Coupon>(); return true;
    case Service::campaign: f.template operator()<Campaign>(); return true;
    case Service::checkout: f.template operator()<Checkout>(); return true;
  }
  return false;
}

template <class A>
void check_command(const wire::Command& head, std::string_view command) {
  core::Envelope<A> envelope;
  if (!core::from_remote(head, command, envelope)) return;
  const core::RemoteCommand sent = core::to_remote({A::kService, 0}, envelope);
  wire::Command head_again;
  require(codec::decode(sent.head, head_again), "a command that came cannot be sent on");
  wire::Command expected = head;
  if (!head.has_command) expected.tag = 0;
  require(head_again == expected, "a command is sent on under another head");
  core::Envelope<A> again;
  require(core::from_remote(head_again, sent.command, again), "a command is not sent on whole");
  require(again.command == envelope.command, "another command is sent on");
}

template <class A>
void check_answer(const ItemView& item) {
  core::Answer<A> answer;
  if (!core::answer_from_parts(item.parts, answer)) return;
  const std::vector<std::string> parts = core::answer_to_parts(answer);
  core::Answer<A> again;
  require(core::answer_from_parts({parts.begin(), parts.end()}, again),
          "an answer that came cannot be sent on");
  require(again.final == answer.final && again.verdict == answer.verdict &&
              again.refusal == answer.refusal && again.detail == answer.detail &&
              again.reply == answer.reply &&
              again.based_on.positions() == answer.based_on.positions(),
          "another answer is sent on");
  require((again.view == nullptr) == (answer.view == nullptr) &&
              (again.view == nullptr || *again.view == *answer.view),
          "an answer is sent on with another view");
}

// The pages that are taken in are what was sent: the same parts are made of them again.
void check_page(const core::Page& page) {
  require(page.failed == std::nullopt || !page.status.ok(), "a page has failed without a reason");
  for (const store::Slice& slice : page.slices) {
    require(!slice.empty() && slice.next <= slice.end, "a page has a slice of nothing");
    store::Offset at = slice.from;
    const auto status = slice.for_each([&](const store::RecordView& record) {
      require(record.offset == at++, "a page's records are not in order");
      return true;
    });
    require(status.ok() ? at == slice.next : at <= slice.next, "a slice has more than it says");
    if (!status.ok()) require_told(status, Code::corruption, Code::newer_format);
  }
  cluster::PageReader reader;
  require(reader.take(cluster::page_parts(page)).ok() && !reader.wanted(),
          "a page cannot be sent on");
  const core::Page again = reader.page();
  require(again.more == page.more && again.status == page.status && again.failed == page.failed &&
              again.slices.size() == page.slices.size(),
          "another page is sent on");
  for (std::size_t i = 0; i < page.slices.size(); ++i) {
    const store::Slice &a = again.slices[i], &b = page.slices[i];
    require(a.partition == b.partition && a.from == b.from && a.next == b.next && a.end == b.end &&
                a.bytes == b.bytes && a.batches.size() == b.batches.size(),
            "a page is sent on with another slice");
    for (std::size_t k = 0; k < a.batches.size(); ++k)
      require(*a.batches[k] == *b.batches[k], "a page is sent on with another batch");
  }
}

}  // namespace

void Conversation::hear(const ItemView& item) {
  now_ = now_ + milliseconds(500);
  (void)clock_gap_.here(item.until);
  const std::string_view head = item.parts.empty() ? std::string_view() : item.parts[0];
  const std::vector<std::string> parts(item.parts.begin(), item.parts.end());
  switch (item.kind) {
    case Kind::hello:
    case Kind::welcome: return greeting(head);
    case Kind::status: return status(head);
    case Kind::command: return command(item);
    case Kind::answer: return answer(item);
    case Kind::failure: return failure(parts);
    case Kind::pull:
    case Kind::read_log: return pull(head);
    case Kind::page: return page(parts);
    case Kind::goodbye: break;
  }
}

// Both sides find the same: the one that is turned away hears why.
void Conversation::greeting(std::string_view head) {
  wire::Hello hello;
  if (!codec::decode(head, hello)) return;
  clock_gap_.heard(hello.at, now_);
  const wire::Hello self = own_greeting();
  const std::string why = cluster::disagreement(self, hello);
  if (why.empty())
    require(hello.cluster == self.cluster && hello.to == self.node, "a stranger is welcome");
}

void Conversation::status(std::string_view head) {
  wire::Status status;
  if (!codec::decode(head, status)) return;
  clock_gap_.heard(status.at, now_);
  core::Ends ends({{Service::order, 4}, {Service::stock, 4}});
  core::take_ends(status.ends, ends);
}

void Conversation::command(const ItemView& item) {
  wire::Command head;
  if (item.parts.size() < 2 || !codec::decode(item.parts[0], head)) return;
  const Time deadline = clock_gap_.here(head.deadline);
  require(deadline.is_set() || !head.deadline.is_set(), "a command loses its deadline");
  for_service(item.service, [&]<class A>() { check_command<A>(head, item.parts[1]); });
}

void Conversation::answer(const ItemView& item) {
  for_service(item.service, [&]<class A>() { check_answer<A>(item); });
}

void Conversation::failure(const std::vector<std::string>& parts) {
  require(!cluster::failure_of(parts).ok(), "a failure is none");
}

void Conversation::pull(std::string_view head) {
  wire::Pull pull;
  if (!codec::decode(head, pull)) return;
  for (const wire::Position& one : pull.wanted) {
    const auto partition = cluster::partition_of(one.service, one.number);
    require(
        !partition || cluster::to_wire(*partition, static_cast<store::Offset>(one.offset)) == one,
        "a partition is another one");
  }
}

void Conversation::page(const std::vector<std::string>& parts) {
  const auto status = pages_.take(parts);
  if (!status.ok()) {
    require_told(status, Code::corruption);
    return require(!pages_.wanted(), "a page that was refused leaves something behind");
  }
  if (!pages_.wanted()) check_page(pages_.page());
}

}  // namespace souk::fuzz
