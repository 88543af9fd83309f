#include "node/gateway/asking.hpp"
#include "node/gateway/handlers.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/render.hpp"
#include "node/gateway/requests.hpp"
#include "node/gateway/routes.hpp"
#include "node/gateway/target.hpp"
#include "node/gateway/wall_clock.hpp"

namespace souk::gateway {
namespace {

constexpr std::int64_t kWaitMillisecondsDefault = 5'000;
constexpr std::int64_t kWaitMillisecondsMax = 60'000;

bool ended(const checkout::State& saga) {
  return saga.phase == checkout::Phase::confirmed || saga.phase == checkout::Phase::cancelled;
}

// It is not known yet how the order ends: the client may ask for it under `location`.
Reply pending(const std::string& order_id) {
  Reply reply{.status = 202, .location = "/v1/orders/" + order_id};
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("order_id", order_id);
  out.field("status", "PENDING");
  out.end_object();
  return reply;
}

Reply order_reply(const std::string& order_id, const Answer<Checkout>& answer) {
  if (answer.outcome == Outcome::pending) return pending(order_id);
  if (answer.outcome != Outcome::accepted)
    throw problem_of(answer.outcome, Checkout::kService, answer.refusal, answer.detail);
  if (!ended(answer.view)) return pending(order_id);
  return {.status = 201, .body = render_order(answer.view), .location = "/v1/orders/" + order_id};
}

// An order that has not been placed yet, or never will be, is known to its saga only.
void get_order_from_saga(const Exchange::Ptr& x) {
  ask<Checkout>(x, read_of<Checkout>(*x, x->id()), [](const Answer<Checkout>& answer) {
    if (answer.view.phase == checkout::Phase::none)
      throw problem_of(Outcome::refused, Service::order, "unknown_order", {});
    return Reply{.body = render_order(answer.view)};
  });
}

}  // namespace

void post_order(const Exchange::Ptr& x) {
  const Query query(split_target(x->in().target).query, kOrderParameters);
  const std::int64_t wait_ms =
      query.integer("wait_ms", 0, kWaitMillisecondsMax, kWaitMillisecondsDefault);
  checkout::Start start = read_order(x->in().body, now_by_wall_clock());
  const std::string order_id = start.order_id.str();
  x->set_correlation_id(order_id);
  auto request = command_for<Checkout>(*x, order_id, std::move(start), "start");
  request.wait = milliseconds(wait_ms);
  ask_any<Checkout>(x, std::move(request),
                    [order_id](const Exchange::Ptr& exchange, const Answer<Checkout>& answer) {
                      Reply reply = order_reply(order_id, answer);
                      reply.position = to_string(answer.positions);
                      exchange->send(std::move(reply));
                    });
}

void get_order(const Exchange::Ptr& x) {
  x->set_correlation_id(x->id());
  ask_any<Order>(x, read_of<Order>(*x, x->id()),
                 [](const Exchange::Ptr& exchange, const Answer<Order>& answer) {
                   if (answer.outcome != Outcome::accepted)
                     throw problem_of(answer.outcome, Order::kService, answer.refusal,
                                      answer.detail);
                   if (answer.view.status == order::Status::unknown || answer.view.lines.empty())
                     return get_order_from_saga(exchange);
                   exchange->send(Reply{.body = render_order(exchange->id(), answer.view),
                                        .position = to_string(answer.positions)});
                 });
}

}  // namespace souk::gateway
