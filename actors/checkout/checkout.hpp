// The checkout saga: place the order, hold stock and coupon, hold the money, confirm (the pivot),
// settle; or undo.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/coupon/coupon.hpp"
#include "actors/model/saga.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"
#include "events/checkout.hpp"

namespace souk {

struct Checkout {
  static constexpr Service kService = Service::checkout;
  static constexpr int kSnapshotVersion = 2;  // 2: ordered_at

  using State = checkout::State;
  using Command = checkout::Command;
  using Event = checkout::Event;
  using Reply = checkout::Reply;

  // In the order in which they are checked. stored: never reuse
  enum class Refusal : std::uint16_t {
    invalid_customer = 1,  // empty
    no_lines = 2,
    too_many_lines = 3,   // more than order::kLinesMax
    invalid_line = 4,     // as for an order
    already_started = 5,  // with other contents
    not_running = 6,      // an answer for a saga that is not under way
  };

  static Decision<Event, Refusal> decide(const State& state, const Command& command,
                                         const Context& context);
  static State evolve(State state, const Event& event);
  static Reply reply(std::span<const Event> events);
  static std::string_view refusal_name(Refusal refusal);

  // The state as it is shown to people: without the parts whose size grows with use.
  static State view(const State& state);

  using Calls = std::variant<Call<Order>, Call<Stock>, Call<Coupon>, Call<Wallet>>;
  using Answer = checkout::Answer;
  static constexpr bool kWave = true;
  static constexpr RetryPolicy kRetry{};
  static std::vector<Outgoing<Calls>> pending(const State& state);

  // The order, its SKUs, coupon and wallet. Views of `state`.
  static std::vector<Participant> participants(const State& state);

  // When the steps in flight turn into unknown outcomes. None from the pivot on, and while undoing.
  static std::optional<Time> deadline(const State& state);

  // What the attempts in flight carry: their receivers refuse them after it. The pivot's too, so
  // that it gets a definite answer however late it is asked.
  static std::optional<Time> attempt_deadline(const State& state);

  static bool open(const State& state);
  static Command advance(std::vector<Answer> answers, bool timed_out);
  static std::optional<Command> give_up(std::vector<StepRef> steps, std::int64_t tries);

  // A participant's answer, as the saga keeps it. `refusal` is the code ("stock.out_of_stock"),
  // empty if accepted.
  static Answer answer(StepRef step, std::string refusal, const Order::Reply& reply);
  static Answer answer(StepRef step, std::string refusal, const Stock::Reply& reply);
  static Answer answer(StepRef step, std::string refusal, const Coupon::Reply& reply);
  static Answer answer(StepRef step, std::string refusal, const Wallet::Reply& reply);

  // Start is answered once the saga has ended.
  static std::optional<std::string> wait_key(const Command& command);
  static bool settled(const State& state, const std::string& key);
  static std::optional<std::string> released_by(const State& after, const Event& event);
};

static_assert(Saga<Checkout>);

}  // namespace souk
