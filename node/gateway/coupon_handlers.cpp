// Coupons, and the campaigns that issue them.
#include "node/gateway/asking.hpp"
#include "node/gateway/handlers.hpp"
#include "node/gateway/render.hpp"
#include "node/gateway/requests.hpp"

namespace souk::gateway {

// Without a command id: opening it again in the same way changes nothing.
void put_campaign(const Exchange::Ptr& x) {
  campaign::Open command = read_open(x->in().body, CampaignId(x->id()));
  x->default_correlation_id(x->id());
  ask<Campaign>(x, command_for<Campaign>(*x, x->id(), std::move(command), ""),
                [id = x->id()](const Answer<Campaign>& answer) {
                  return Reply{.body = render_campaign(id, answer.view)};
                });
}

void get_campaign(const Exchange::Ptr& x) {
  x->default_correlation_id(x->id());
  ask<Campaign>(x, read_of<Campaign>(*x, x->id()), [id = x->id()](const Answer<Campaign>& answer) {
    if (!answer.view.opened)
      throw problem_of(Outcome::refused, Service::campaign, "unknown_campaign", {});
    return Reply{.body = render_campaign(id, answer.view)};
  });
}

void post_campaign_coupon(const Exchange::Ptr& x) {
  campaign::Issue command = read_issue(x->in().body);
  std::string customer = command.customer_id.str();
  x->default_correlation_id(x->id());
  ask<Campaign>(x, command_for<Campaign>(*x, x->id(), std::move(command), "issue/" + customer),
                [id = x->id(), customer](const Answer<Campaign>& answer) {
                  return Reply{.status = 201,
                               .body = render_issued(id, customer, answer.reply),
                               .location = "/v1/coupons/" + answer.reply.coupon_id.str()};
                });
}

void post_coupon(const Exchange::Ptr& x) {
  GrantRequest granted = read_grant(x->in().body);
  const std::string id = granted.coupon_id.str();
  x->default_correlation_id(id);
  ask<Coupon>(x, command_for<Coupon>(*x, id, std::move(granted.grant), "grant"),
              [id](const Answer<Coupon>& answer) {
                return Reply{.status = 201,
                             .body = render_coupon(id, answer.view),
                             .location = "/v1/coupons/" + id};
              });
}

void get_coupon(const Exchange::Ptr& x) {
  x->default_correlation_id(x->id());
  ask<Coupon>(x, read_of<Coupon>(*x, x->id()), [id = x->id()](const Answer<Coupon>& answer) {
    if (answer.view.status == coupon::Status::unknown)
      throw problem_of(Outcome::refused, Service::coupon, "unknown_coupon", {});
    return Reply{.body = render_coupon(id, answer.view)};
  });
}

}  // namespace souk::gateway
