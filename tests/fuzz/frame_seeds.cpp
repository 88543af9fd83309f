#include "actors/core/remote.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"
#include "cluster/frame.hpp"
#include "cluster/pages.hpp"
#include "store/batch.hpp"
#include "tests/fuzz/frame_input.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/support/values.hpp"

namespace souk::fuzz {
namespace {

using cluster::ItemView;
using cluster::Kind;
using cluster::saved;
using test::gbp;
using test::kNow;

// An item that owns its parts.
struct Item {
  Kind kind;
  std::vector<std::string> parts;
  Service service = Service{};  // of a command or an answer

  ItemView view() const {
    return {kind,
            static_cast<std::uint8_t>(service),
            77,
            kNow + seconds(5),
            {parts.begin(), parts.end()}};
  }
};

std::string frame_of(const std::vector<Item>& items) {
  cluster::FrameWriter writer;
  for (const Item& item : items) (void)writer.add(item.view());
  return writer.take();
}

std::string to_seal(const std::vector<Item>& items) {
  return std::string(1, static_cast<char>(FrameInput::sealed)) +
         frame_of(items).substr(cluster::kFrameHeaderBytes);
}

wire::Hello greeting() {
  return {.cluster = "fuzz",
          .node = "gateway-1",
          .to = "stock-1",
          .version = "0.1.0",
          .oldest = wire::kOldest,
          .newest = wire::kNewest,
          .partitions = {{1, 4}, {2, 4}},
          .placement = "placed",
          .started = kNow - seconds(60),
          .at = kNow};
}

Item status() {
  return {Kind::status,
          {saved(wire::Status{.orders_open = 3,
                              .live = 4,
                              .http = "127.0.0.1:8080",
                              .ends = {{2, 0, 5}, {2, 1, 9}},
                              .memory_bytes = 1 << 20,
                              .at = kNow + milliseconds(700)})}};
}

template <class A>
Item command(const core::Envelope<A>& envelope) {
  const auto remote = to_remote({A::kService, 0}, envelope);
  return {Kind::command, {remote.head, remote.command}, A::kService};
}

Item hold() {
  core::Envelope<Wallet> envelope;
  envelope.target = "ann";
  envelope.header = {"checkout:o-1/2/0", Intent::attempt, kNow + seconds(30), "o-1", "o-1", ""};
  envelope.command = wallet::Hold{HoldId("o-1"), gbp(500)};
  return command(envelope);
}

Item read_order() {
  core::Envelope<Order> envelope;
  envelope.target = "o-1";
  envelope.reply_to.want_view = true;
  return command(envelope);
}

Item answer() {
  core::Answer<Stock> answer;
  answer.based_on = {{Service::stock, 1},
                     41,
                     std::make_shared<const Positions>(Positions{{{Service::order, 1}, 7}})};
  stock::State view;
  view.title = "Mug";
  answer.view = std::make_shared<const stock::State>(view);
  return {Kind::answer, answer_to_parts(answer), Service::stock};
}

store::Slice slice() {
  store::Slice slice;
  slice.partition = {Service::stock, 1};
  slice.from = slice.next = 3;
  store::Record record;
  record.stream = "mug";
  for (store::Sequence sequence : {1, 2}) {
    record.sequence = sequence;
    std::string bytes, key, value;
    encode_record(record, bytes);
    store::BatchBuilder builder;
    builder.expect(bytes.size());
    builder.begin(slice.partition, slice.next, {sequence, slice.partition});
    builder.add(bytes);
    builder.finish(key, value);
    slice.add(std::make_shared<const std::string>(std::move(value)), slice.next + 1);
  }
  slice.end = 9;
  return slice;
}

Item page() {
  core::Page page;
  page.slices = {slice()};
  page.more = true;
  return {Kind::page, cluster::page_parts(page)};
}

Item failed_page() {
  core::Page page;
  page.status = {store::Code::corruption, "Partition stock/1 is damaged."};
  page.failed = PartitionId{Service::stock, 1};
  return {Kind::page, cluster::page_parts(page)};
}

// Two pieces of one batch.
std::vector<Item> pieces() {
  store::Slice whole = slice();
  const std::string batch = *whole.batches.front();
  std::vector<Item> items;
  for (const bool second : {false, true}) {
    const std::size_t half = batch.size() / 2;
    const wire::Page said{.slices = {{2, 1, 3, 4, 9, 1}},
                          .piece_at = static_cast<std::int64_t>(second ? half : 0),
                          .piece_of = static_cast<std::int64_t>(batch.size())};
    items.push_back(
        {Kind::page, {saved(said), second ? batch.substr(half) : batch.substr(0, half)}});
  }
  return items;
}

}  // namespace

Seeds frame_seeds() {
  const Item hello{Kind::hello, {saved(greeting())}};
  const Item welcome{Kind::welcome, {saved(greeting())}};
  Seeds seeds;
  seeds["hello"] = to_seal({hello, status()});
  seeds["welcome"] = to_seal({welcome, status(), status(), status(), status()});
  seeds["goodbye"] = to_seal({{Kind::goodbye, {saved(wire::Goodbye{"it is stopping", true})}}});
  seeds["commands"] = to_seal({status(), hold(), read_order()});
  seeds["answer"] = to_seal({answer()});
  seeds["failure"] = to_seal({{Kind::failure, {saved(wire::Failure{5, "It is draining."})}}});
  seeds["pull"] =
      to_seal({{Kind::pull, {saved(wire::Pull{{{2, 1, 3}, {1, 0, 1}}, 1 << 20, seconds(1)})}}});
  seeds["read-log"] = to_seal({{Kind::read_log, {saved(wire::ReadLog{{2, 1, 3}, 1 << 20, 0})}}});
  seeds["page"] = to_seal({page()});
  seeds["page-failed"] = to_seal({failed_page()});
  seeds["page-in-pieces"] = to_seal(pieces());
  seeds["unknown-kind"] = to_seal({{static_cast<Kind>(99), {"", "later", ""}}});
  seeds["stream"] = std::string(1, static_cast<char>(FrameInput::stream)) + '\x10' +
                    frame_of({hello}) + frame_of({status(), hold()}) + frame_of({page()});
  return seeds;
}

}  // namespace souk::fuzz
