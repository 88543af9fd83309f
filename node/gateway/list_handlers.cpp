#include "node/gateway/handlers.hpp"
#include "node/gateway/listing_query.hpp"
#include "node/gateway/read_asking.hpp"
#include "node/gateway/render_rows.hpp"
#include "node/gateway/wall_clock.hpp"

namespace souk::gateway {

void get_list(const Exchange::Ptr& x, const Listing& listing) {
  x->default_correlation_id(x->id().empty() ? fresh_correlation_id() : x->id());
  const Query query(split_target(x->in().target).query, listing.parameters);
  Freshness freshness = read_freshness(query);
  PageQuery page = page_query(listing, x->id(), query, now_by_wall_clock());
  ReadRequest request;
  request.sql = std::move(page.sql);
  request.parameters = std::move(page.parameters);
  request.rows_max = page.limit + 1;
  request.at_least = std::move(freshness.at_least);
  request.wait = freshness.wait;
  ask_read(x, std::move(request),
           [&listing, id = x->id(), limit = page.limit,
            everything = page.everything](const ReadAnswer& answer) {
             if (answer.rows.rows.empty() && everything && !listing.of.empty())
               throw Problem{.status = 404,
                             .code = std::string(listing.unknown_code),
                             .detail = std::string(listing.unknown_detail)};
             return Reply{.body = render_page(listing, id, answer.rows, limit)};
           });
}

}  // namespace souk::gateway
