#include "tools/replay/holds.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/upcast.hpp"
#include "tools/replay/services.hpp"
#include "tools/replay/texts.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

class Holds {
 public:
  explicit Holds(std::string_view order_id) : order_id_(order_id) {}

  void add(const Entry& entry) {
    const Service service = entry.partition.service;
    if (service == Service::stock) each<Stock>(entry);
    if (service == Service::coupon) each<Coupon>(entry);
    if (service == Service::wallet) each<Wallet>(entry);
  }
  std::vector<HoldSeen> take() { return std::move(holds_); }

 private:
  template <class A>
  void each(const Entry& entry) {
    std::vector<typename A::Event> events;
    for (const store::Payload& stored : entry.record.events)
      if (!codec::read_event(stored.tag, stored.bytes, events)) return;
    for (const auto& event : events)
      std::visit(
          [&](const auto& one) {
            if constexpr (requires { one.hold_id; })
              if (one.hold_id.str() == order_id_) note(of(A::kService, entry.record.stream), one);
          },
          event);
  }

  HoldSeen& of(Service service, const std::string& id) {
    const auto found = std::ranges::find_if(
        holds_, [&](const HoldSeen& one) { return one.service == service && one.id == id; });
    if (found != holds_.end()) return *found;
    return holds_.emplace_back(HoldSeen{.service = service, .id = id});
  }

  static void note(HoldSeen& hold, const stock::Held& held) {
    hold.held = true;
    hold.units = held.units.value;
  }
  static void note(HoldSeen& hold, const wallet::Held& held) {
    hold.held = true;
    hold.amount = held.amount;
  }
  static void note(HoldSeen& hold, const coupon::Held&) { hold.held = true; }
  static void note(HoldSeen& hold, const stock::Settled&) { hold.settled = true; }
  static void note(HoldSeen& hold, const wallet::Settled&) { hold.settled = true; }
  static void note(HoldSeen& hold, const coupon::Settled&) { hold.settled = true; }
  static void note(HoldSeen& hold, const stock::Released&) { hold.released = true; }
  static void note(HoldSeen& hold, const wallet::Released&) { hold.released = true; }
  static void note(HoldSeen& hold, const coupon::Released&) { hold.released = true; }

  std::string_view order_id_;
  std::vector<HoldSeen> holds_;
};

}  // namespace

std::vector<HoldSeen> holds_in(const std::vector<Entry>& entries, std::string_view order_id) {
  Holds holds(order_id);
  for (const Entry& entry : entries) holds.add(entry);
  return holds.take();
}

std::string hold_words(const HoldSeen& hold) {
  const std::string id = cli::printable(hold.id);
  if (hold.service == Service::stock)
    return fmt::format("{} of SKU {}", counted(hold.units, "unit", "units"), id);
  if (hold.service == Service::wallet)
    return fmt::format("{} of wallet {}", money_text(hold.amount), id);
  return fmt::format("{} {}", name_of(hold.service), id);
}

}  // namespace souk::replay
