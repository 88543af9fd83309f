// Saved forms: whatever the bytes are, decoding ends, takes little memory and gives false or a
// value like any other, which survives being encoded and decoded.
//
//   input   u8 service, 0: nodes' messages | u8 role: an ASCII letter | u16 tag | the saved form
//
// The saved form is read where it lies, four bytes off, and ends where the input ends: so the
// sanitizers see a read beyond it, and one that needs alignment.
#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/codec.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/service.hpp"
#include "events/stock.hpp"
#include "events/upcast.hpp"
#include "events/wallet.hpp"
#include "events/wire.hpp"
#include "tests/fuzz/codec_input.hpp"
#include "tests/fuzz/heap_watch.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace souk::fuzz {
namespace {

// What codec.hpp calls a small multiple: a map's entry that takes a word in the message is a node
// with key and value in memory.
constexpr std::size_t kHeapPerByte = 64;
constexpr std::size_t kHeapAlways = 4'096;

// A canonical form may be longer than what it was read from: a struct inside of another one always
// gets its pointer.
constexpr std::size_t kGrowth = 8;

template <class T>
std::string encoded(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

template <class T>
bool check(std::string_view bytes) {
  T value;
  (void)codec::detail::plan_of<T>();  // the first use links the schemas, which is not decoding
  const HeapWatch heap;
  const bool decoded = codec::decode(bytes, value);
  require(heap.bytes() <= kHeapPerByte * bytes.size() + kHeapAlways,
          "decoding takes more memory than a small multiple of the bytes");

  T over;  // keeps what a decoding that failed half-way may have left
  (void)codec::decode(bytes.substr(0, bytes.size() / 16 * 8), over);
  require(codec::decode(bytes, over) == decoded, "decoding depends on what the value was before");
  if (!decoded) return false;
  require(over == value, "decoding leaves some of what the value was before");

  const std::string saved = encoded(value);
  require(saved.size() % 8 == 0 && !saved.empty(), "a saved form has whole words");
  require(saved.size() <= kGrowth * bytes.size() + 64 * 8, "a value grows by being read");
  T again;
  require(codec::decode(saved, again), "what was encoded cannot be decoded");
  require(again == value, "what was encoded is decoded as something else");
  require(encoded(again) == saved, "equal values have different saved forms");
  return true;
}

// Commands and events: the tag says which alternative the bytes are.
template <class Variant>
void check_variant(codec::Tag tag, std::string_view bytes) {
  Variant value;
  const bool decoded = codec::decode_variant(tag, bytes, value);
  if (tag >= std::variant_size_v<Variant>) {
    require(!decoded, "a tag that nobody has is decoded");
    return;
  }
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto one = [&]<std::size_t N>(std::integral_constant<std::size_t, N>) {
      if (tag != N) return;
      require(check<std::variant_alternative_t<N, Variant>>(bytes) == decoded,
              "an alternative decodes in another way by its tag");
    };
    (one(std::integral_constant<std::size_t, I>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Variant>>{});
  if (!decoded) return;
  std::string saved;
  require(codec::encode_variant(value, saved) == tag, "an alternative changes its tag");
  Variant again;
  require(codec::decode_variant(tag, saved, again) && again == value,
          "a variant is decoded as something else");
}

template <class Event>
void check_event(codec::Tag tag, std::string_view bytes) {
  check_variant<Event>(tag, bytes);
  Event event;
  const bool known = codec::decode_variant(tag, bytes, event);
  std::vector<Event> today;
  const bool read = codec::read_event(tag, bytes, today);
  if constexpr (!codec::HasUpcast<Event>) {
    require(read == known, "an event can be decoded and not be read, or the other way round");
    require(!read || today == std::vector<Event>{event}, "an event is read as something else");
  }
}

template <class Command, class Event, class State, class Reply>
void check_service(Role role, codec::Tag tag, std::string_view bytes) {
  switch (role) {
    case Role::command: check_variant<Command>(tag, bytes); break;
    case Role::event: check_event<Event>(tag, bytes); break;
    case Role::state: check<State>(bytes); break;
    case Role::reply: check<Reply>(bytes); break;
  }
}

void check_message(codec::Tag tag, std::string_view bytes) {
  switch (tag) {  // in the order of events/wire.hpp
    case 0: check<wire::Hello>(bytes); break;
    case 1: check<wire::Goodbye>(bytes); break;
    case 2: check<wire::Status>(bytes); break;
    case 3: check<wire::Command>(bytes); break;
    case 4: check<wire::Answer>(bytes); break;
    case 5: check<wire::Failure>(bytes); break;
    case 6: check<wire::Pull>(bytes); break;
    case 7: check<wire::Page>(bytes); break;
    case 8: check<wire::ReadLog>(bytes); break;
    default: break;
  }
}

}  // namespace

void codec(std::string_view input) {
  Input in(input);
  const auto service = in.number<std::uint8_t>();
  const auto role = static_cast<Role>(in.number<std::uint8_t>());
  const auto tag = in.number<codec::Tag>();
  const std::string_view bytes = in.rest();
  if (service == 0) return check_message(tag, bytes);
  switch (static_cast<Service>(service)) {
    case Service::order:
      return check_service<order::Command, order::Event, order::State, order::Reply>(role, tag,
                                                                                     bytes);
    case Service::stock:
      return check_service<stock::Command, stock::Event, stock::State, stock::Reply>(role, tag,
                                                                                     bytes);
    case Service::wallet:
      return check_service<wallet::Command, wallet::Event, wallet::State, wallet::Reply>(role, tag,
                                                                                         bytes);
    case Service::coupon:
      return check_service<coupon::Command, coupon::Event, coupon::State, coupon::Reply>(role, tag,
                                                                                         bytes);
    case Service::campaign:
      return check_service<campaign::Command, campaign::Event, campaign::State, campaign::Reply>(
          role, tag, bytes);
    case Service::checkout:
      return check_service<checkout::Command, checkout::Event, checkout::State, checkout::Reply>(
          role, tag, bytes);
  }
}

}  // namespace souk::fuzz
