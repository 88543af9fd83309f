#include "node/gateway/asking.hpp"
#include "node/gateway/handlers.hpp"
#include "node/gateway/render.hpp"
#include "node/gateway/requests.hpp"

namespace souk::gateway {
namespace {

void command_wallet(const Exchange::Ptr& x, Wallet::Command command, std::string command_id) {
  x->default_correlation_id(x->id());
  ask<Wallet>(x, command_for<Wallet>(*x, x->id(), std::move(command), std::move(command_id)),
              [id = x->id()](const Answer<Wallet>& answer) {
                return Reply{.status = 201, .body = render_wallet(id, answer.view)};
              });
}

}  // namespace

void post_charge(const Exchange::Ptr& x) {
  wallet::Charge command = read_charge(x->in().body);
  std::string command_id = "charge/" + command.charge_id.str();
  command_wallet(x, std::move(command), std::move(command_id));
}

void post_refund(const Exchange::Ptr& x) {
  wallet::Refund command = read_refund(x->in().body);
  std::string command_id = "refund/" + command.refund_id.str();
  command_wallet(x, std::move(command), std::move(command_id));
}

void get_wallet(const Exchange::Ptr& x) {
  x->default_correlation_id(x->id());
  ask<Wallet>(x, read_of<Wallet>(*x, x->id()), [id = x->id()](const Answer<Wallet>& answer) {
    if (!answer.view.currency.is_set())
      throw problem_of(Outcome::refused, Service::wallet, "unknown_wallet", {});
    return Reply{.body = render_wallet(id, answer.view)};
  });
}

}  // namespace souk::gateway
