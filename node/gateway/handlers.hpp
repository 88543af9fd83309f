// What each route does. A handler reads the request, asks the backend and sees to it that the
// exchange is answered; it may throw a Problem until it has asked. The path's ids are checked,
// and so are the query's names.
#pragma once

#include "node/gateway/exchange.hpp"
#include "node/gateway/listing.hpp"

namespace souk::gateway {

using Handler = void (*)(const Exchange::Ptr& exchange);

// stock_handlers.cpp
void put_stock(const Exchange::Ptr& exchange);
void get_stock(const Exchange::Ptr& exchange);
void post_receipt(const Exchange::Ptr& exchange);
void post_return(const Exchange::Ptr& exchange);

// wallet_handlers.cpp
void get_wallet(const Exchange::Ptr& exchange);
void post_charge(const Exchange::Ptr& exchange);
void post_refund(const Exchange::Ptr& exchange);

// coupon_handlers.cpp
void put_campaign(const Exchange::Ptr& exchange);
void get_campaign(const Exchange::Ptr& exchange);
void post_campaign_coupon(const Exchange::Ptr& exchange);
void post_coupon(const Exchange::Ptr& exchange);
void get_coupon(const Exchange::Ptr& exchange);

// order_handlers.cpp
void post_order(const Exchange::Ptr& exchange);
void get_order(const Exchange::Ptr& exchange);

// list_handlers.cpp
void get_list(const Exchange::Ptr& exchange, const Listing& listing);  // one page of it

// sales_handlers.cpp
void get_best_sellers(const Exchange::Ptr& exchange);

// read_model_handlers.cpp
void get_read_models(const Exchange::Ptr& exchange);
void post_rebuild(const Exchange::Ptr& exchange);
void post_parked_retry(const Exchange::Ptr& exchange);
void post_parked_skip(const Exchange::Ptr& exchange);
void post_sql(const Exchange::Ptr& exchange);

// log_handlers.cpp
void get_log(const Exchange::Ptr& exchange);
void get_log_batches(const Exchange::Ptr& exchange);
void get_log_next_batch(const Exchange::Ptr& exchange);
void get_log_stream(const Exchange::Ptr& exchange);
void get_log_snapshot(const Exchange::Ptr& exchange);

// backup_handlers.cpp
void post_backup(const Exchange::Ptr& exchange);

// cluster_handlers.cpp
void get_cluster(const Exchange::Ptr& exchange);
void post_drain(const Exchange::Ptr& exchange);
void post_undrain(const Exchange::Ptr& exchange);

// health_handlers.cpp
void get_health(const Exchange::Ptr& exchange);  // 200 while the process lives
void get_ready(const Exchange::Ptr& exchange);   // 200 once it takes orders, else 503

}  // namespace souk::gateway
