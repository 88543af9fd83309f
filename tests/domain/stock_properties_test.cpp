#include "actors/stock/stock.hpp"
#include "tests/support/random_commands.hpp"

namespace souk::test {
namespace {

using namespace souk::stock;
using Command = Stock::Command;
using Event = Stock::Event;

rc::Gen<Units> any_units() {
  return rc::gen::map(edgy_number(kUnitsMax), [](std::int64_t n) { return Units{n}; });
}

rc::Gen<RandomStep<Stock>> any_step() {
  const auto hold_id = few_ids<HoldId>("o", 4);
  const auto title = rc::gen::element<std::string>("A mug", "A cup", "");
  const auto to_command = [](const auto& command) { return Command(command); };
  std::vector<rc::Gen<Command>> commands = {
      rc::gen::map(rc::gen::construct<Register>(title, edgy_money()), to_command),
      rc::gen::map(rc::gen::construct<SetPrice>(edgy_money()), to_command),
      rc::gen::map(rc::gen::construct<Receive>(few_ids<ReceiptId>("r", 9), any_units()),
                   to_command),
      rc::gen::map(rc::gen::construct<Return>(few_ids<ReturnId>("b", 9), any_units()), to_command),
      rc::gen::map(rc::gen::construct<Settle>(hold_id), to_command),
      rc::gen::map(rc::gen::construct<Release>(hold_id), to_command)};
  // Holds as often as their ends.
  for (int i = 0; i < 2; ++i)
    commands.push_back(rc::gen::map(rc::gen::construct<Hold>(hold_id, any_units()), to_command));
  return step_of<Stock>(std::move(commands), seconds(1));
}

// The sums of all events, kept beside the state.
struct Ledger {
  Units received, sold, returned;

  std::string operator()(const Observed<Stock>& seen) {
    if (const auto broken = of_ends(seen); !broken.empty()) return broken;
    if (!seen.decision.accepted()) return {};
    for (const Event& event : seen.decision.events()) {
      if (const auto* e = std::get_if<Received>(&event)) received += e->units;
      if (const auto* e = std::get_if<Settled>(&event)) sold += e->units;
      if (const auto* e = std::get_if<Returned>(&event)) returned += e->units;
      if (const auto* e = std::get_if<Held>(&event))
        if (e->unit_price != seen.before.unit_price) return "Held at another price.";
    }
    const State& after = seen.after;
    if (after.received != received || after.sold != sold || after.returned != returned)
      return "The state's sums are not the events' sums.";
    return {};
  }

  // Settles and releases are never refused, and act on a hold that is there only.
  static std::string of_ends(const Observed<Stock>& seen) {
    const HoldId* hold_id = nullptr;
    if (const auto* c = std::get_if<Settle>(&seen.command)) hold_id = &c->hold_id;
    if (const auto* c = std::get_if<Release>(&seen.command)) hold_id = &c->hold_id;
    if (hold_id == nullptr) return {};
    if (!seen.decision.accepted()) return "An end of a hold was refused.";
    if (seen.decision.events().size() != seen.before.holds.count(*hold_id))
      return "An end acts on a hold that is there, once.";
    if (seen.after.holds.contains(*hold_id)) return "A hold outlives its end.";
    return {};
  }
};

TEST(StockProperties, UnitsAreConserved) {
  check_random_commands<Stock>("units are conserved", any_step(), [] { return Ledger{}; });
}

}  // namespace
}  // namespace souk::test
