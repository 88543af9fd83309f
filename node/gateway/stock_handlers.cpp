#include "node/gateway/asking.hpp"
#include "node/gateway/handlers.hpp"
#include "node/gateway/render.hpp"
#include "node/gateway/requests.hpp"

namespace souk::gateway {
namespace {

void command_stock(const Exchange::Ptr& x, Stock::Command command, std::string command_id,
                   int status) {
  x->default_correlation_id(x->id());
  ask<Stock>(x, command_for<Stock>(*x, x->id(), std::move(command), std::move(command_id)),
             [sku = x->id(), status](const Answer<Stock>& answer) {
               return Reply{.status = status, .body = render_stock(sku, answer.view)};
             });
}

}  // namespace

// Without a command id: registering again corrects name and price, as often as it is asked.
void put_stock(const Exchange::Ptr& x) { command_stock(x, read_register(x->in().body), "", 200); }

void post_receipt(const Exchange::Ptr& x) {
  stock::Receive command = read_receive(x->in().body);
  std::string command_id = "receipt/" + command.receipt_id.str();
  command_stock(x, std::move(command), std::move(command_id), 201);
}

void post_return(const Exchange::Ptr& x) {
  stock::Return command = read_return(x->in().body);
  std::string command_id = "return/" + command.return_id.str();
  command_stock(x, std::move(command), std::move(command_id), 201);
}

void get_stock(const Exchange::Ptr& x) {
  x->default_correlation_id(x->id());
  ask<Stock>(x, read_of<Stock>(*x, x->id()), [sku = x->id()](const Answer<Stock>& answer) {
    if (!answer.view.registered)
      throw problem_of(Outcome::refused, Service::stock, "unknown_sku", {});
    return Reply{.body = render_stock(sku, answer.view)};
  });
}

}  // namespace souk::gateway
