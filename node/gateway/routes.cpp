#include "node/gateway/routes.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "events/nearest.hpp"
#include "node/gateway/asking.hpp"
#include "node/gateway/freshness.hpp"
#include "node/gateway/target.hpp"

namespace souk::gateway {
namespace {

// Answers that come from the resource itself are as fresh as can be, and take these all the same.
constexpr auto& kFresh = kFreshnessParameters;

// The hot ones first.
constexpr Route kRoutes[] = {
    {.pattern = "/v1/orders",
     .post = post_order,
     .list = &kOrderList,
     .post_parameters = kOrderParameters},
    {.pattern = "/v1/orders/{id}", .get = get_order, .get_parameters = kFresh},
    {.pattern = "/v1/stock/{id}", .get = get_stock, .put = put_stock, .get_parameters = kFresh},
    {.pattern = "/v1/stock/{id}/receipts", .post = post_receipt},
    {.pattern = "/v1/stock/{id}/returns", .post = post_return},
    {.pattern = "/v1/wallets/{id}", .get = get_wallet, .get_parameters = kFresh},
    {.pattern = "/v1/wallets/{id}/charges", .post = post_charge},
    {.pattern = "/v1/wallets/{id}/refunds", .post = post_refund},
    {.pattern = "/v1/campaigns/{id}",
     .get = get_campaign,
     .put = put_campaign,
     .get_parameters = kFresh},
    {.pattern = "/v1/campaigns/{id}/coupons", .post = post_campaign_coupon},
    {.pattern = "/v1/coupons", .post = post_coupon, .list = &kCouponList},
    {.pattern = "/v1/coupons/{id}", .get = get_coupon, .get_parameters = kFresh},
    {.pattern = "/v1/orders/{id}/history", .list = &kOrderHistory},
    {.pattern = "/v1/wallets", .list = &kWalletList},
    {.pattern = "/v1/wallets/{id}/statement", .list = &kWalletStatement},
    {.pattern = "/v1/stock", .list = &kStockList},
    {.pattern = "/v1/campaigns", .list = &kCampaignList},
    {.pattern = "/v1/best-sellers",
     .get = get_best_sellers,
     .get_parameters = kBestSellersParameters},
    {.pattern = "/v1/revenue", .list = &kRevenueList},
    {.pattern = "/v1/sagas", .list = &kSagaList},
    {.pattern = "/v1/read-models", .get = get_read_models},
    {.pattern = "/v1/read-models/sql", .post = post_sql, .post_reads = true},
    {.pattern = "/v1/read-models/rebuild", .post = post_rebuild},
    {.pattern = "/v1/read-models/parked/{service}/{partition}/{stream}/retry",
     .post = post_parked_retry},
    {.pattern = "/v1/read-models/parked/{service}/{partition}/{stream}/skip",
     .post = post_parked_skip},
    {.pattern = "/v1/log", .get = get_log},
    {.pattern = "/v1/log/{service}/{number}/batches",
     .get = get_log_batches,
     .get_parameters = kBatchesParameters},
    {.pattern = "/v1/log/{service}/{number}/batches/next",
     .get = get_log_next_batch,
     .get_parameters = kNextBatchParameters},
    {.pattern = "/v1/log/{service}/{number}/streams/{id}", .get = get_log_stream},
    {.pattern = "/v1/log/{service}/{number}/streams/{id}/snapshot", .get = get_log_snapshot},
    {.pattern = "/v1/backups", .post = post_backup},
    {.pattern = "/v1/cluster", .get = get_cluster, .asks = false},
    {.pattern = "/v1/cluster/drain", .post = post_drain, .asks = false, .post_reads = true},
    {.pattern = "/v1/cluster/undrain", .post = post_undrain, .asks = false, .post_reads = true},
    {.pattern = "/healthz", .get = get_health, .asks = false},
    {.pattern = "/readyz", .get = get_ready, .asks = false},
};

// The segments that stand where a pattern has ids; empty beyond those that it has.
using Ids = std::array<std::string_view, kPathIdsMax>;

// Nothing if the path is another one. A segment for an id is not empty.
std::optional<Ids> match(std::string_view pattern, std::string_view path) {
  Ids ids;
  for (std::size_t n = 0;; ++n) {
    const std::size_t hole = std::min(pattern.find('{'), pattern.size());
    if (!path.starts_with(pattern.substr(0, hole))) return std::nullopt;
    path.remove_prefix(hole);
    if (hole == pattern.size()) return path.empty() ? std::optional(ids) : std::nullopt;
    pattern.remove_prefix(pattern.find('}', hole) + 1);
    const std::size_t size = std::min(path.find('/'), path.size());
    if (size == 0) return std::nullopt;
    ids[n] = path.substr(0, size);
    path.remove_prefix(size);
  }
}

std::string allowed(const Route& route) {
  std::string methods = "OPTIONS";
  if (route.get != nullptr || route.list != nullptr) methods += ", GET, HEAD";
  if (route.post != nullptr) methods += ", POST";
  if (route.put != nullptr) methods += ", PUT";
  return methods;
}

// The patterns with the smallest distance to the path, ids set aside.
Problem unknown_path(std::string_view path) {
  path = path.substr(0, 96);
  const std::vector<std::string_view> segments = path_segments(path);
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const Route& route : kRoutes) {
    const std::vector<std::string_view> wanted = path_segments(route.pattern);
    std::size_t distance = 0;
    for (std::size_t i = 0; i < std::max(wanted.size(), segments.size()); ++i) {
      const std::string_view want = i < wanted.size() ? wanted[i] : std::string_view();
      const std::string_view have = i < segments.size() ? segments[i] : std::string_view();
      if (!want.starts_with('{') || have.empty()) distance += edit_distance(have, want);
    }
    ranked.emplace_back(distance, route.pattern);
  }
  std::ranges::sort(ranked);
  return {.status = 404,
          .code = "unknown_path",
          .detail = "There is nothing at this path; the nearest paths are " +
                    std::string(ranked[0].second) + " and " + std::string(ranked[1].second) + "."};
}

void check_frame(const Incoming& in) {
  if (in.target_too_long)
    throw Problem{.status = 414,
                  .code = "target_too_long",
                  .detail = "The request's path and query are longer than 4096 bytes.",
                  .close = true};
  if (in.too_many_headers)
    throw Problem{.status = 431,
                  .code = "too_many_headers",
                  .detail = "The request has more than 100 header fields; send fewer.",
                  .close = true};
}

void check_body(const Incoming& in) {
  if (in.body_too_large)
    throw Problem{.status = 413,
                  .code = "body_too_large",
                  .detail = "The body is larger than 1 MiB (1048576 bytes); send less at once.",
                  .close = true};
  std::string type(in.content_type.substr(0, in.content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  // What curl says of -d unless it is told otherwise is taken for JSON, too.
  const bool json = type.empty() || type == "application/json" || type.ends_with("+json") ||
                    type == "application/x-www-form-urlencoded";
  if (!json)
    throw Problem{.status = 415,
                  .code = "unsupported_media_type",
                  .detail = "The body must be JSON; send Content-Type: application/json."};
}

void check_load(Load load, const Route& route, bool changes) {
  if (load == Load::full && route.asks) throw problem_of(Outcome::overloaded, {}, {}, {});
  if (load == Load::draining && changes)
    throw Problem{.status = 503,
                  .code = "draining",
                  .detail =
                      "The node is draining and takes no new work; send it to another node, "
                      "or again when this one is back.",
                  .retry_after_seconds = 1,
                  .close = true};
}

bool reads(Method method) { return method == Method::get || method == Method::head; }

// The query's names that a request may have.
std::span<const std::string_view> parameters_of(const Route& route, Method method) {
  if (method == Method::post) return route.post_parameters;
  if (!reads(method)) return {};
  return route.list != nullptr ? route.list->parameters : route.get_parameters;
}

// Checks the names, and of a read how fresh it must be; everything else is the handler's.
void check_query(std::string_view query, std::span<const std::string_view> known, Method method) {
  if (query.empty()) return;
  if (method == Method::post && !known.empty()) return;  // the handler reads it once and for all
  const Query parameters(query, known);
  if (reads(method)) read_freshness(parameters);
}

Handler handler_of(const Route& route, Method method) {
  switch (method) {
    case Method::get:
    case Method::head: return route.get;
    case Method::post: return route.post;
    case Method::put: return route.put;
    case Method::options:
    case Method::other: return nullptr;
  }
  return nullptr;
}

std::string decode_id(std::string_view segment) {
  std::optional<std::string> id = percent_decode(segment);
  if (!id)
    throw Problem{.status = 400,
                  .code = "bad_escape",
                  .detail =
                      "The path holds a broken percent escape; write % and two hexadecimal "
                      "digits."};
  if (!valid_id(*id))
    throw Problem{.status = 400,
                  .code = "invalid_id",
                  .detail =
                      "The id in the path must have 1 to 128 of these characters: letters "
                      "A-Z a-z, digits, and - _ . ~ : @ +"};
  return std::move(*id);
}

void run(const Exchange::Ptr& x, const Route& route, const Ids& ids, std::string_view query) {
  const Method method = x->in().method;
  if (method == Method::options) return x->send(Reply{.status = 204, .allow = allowed(route)});
  const bool list = route.list != nullptr && reads(method);
  const Handler handler = handler_of(route, method);
  if (handler == nullptr && !list)
    throw Problem{.status = 405,
                  .code = "method_not_allowed",
                  .detail = "This path takes " + allowed(route) + ".",
                  .allow = allowed(route)};
  check_load(x->load(), route, !reads(method) && !route.post_reads);
  check_query(query, parameters_of(route, method), method);
  for (std::size_t i = 0; i < ids.size() && !ids[i].empty(); ++i) x->set_id(i, decode_id(ids[i]));
  if (!reads(method)) check_body(x->in());
  if (list) return get_list(x, *route.list);
  handler(x);
}

void dispatch_or_throw(const Exchange::Ptr& x) {
  check_frame(x->in());
  const Target target = split_target(x->in().target);
  if (target.path == "*" && x->in().method == Method::options)
    return x->send(Reply{.status = 204, .allow = "OPTIONS, GET, HEAD, POST, PUT"});
  for (const Route& route : kRoutes)
    if (const auto ids = match(route.pattern, target.path))
      return run(x, route, *ids, target.query);
  throw unknown_path(target.path);
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

void dispatch(const Exchange::Ptr& exchange) noexcept {
  try {
    dispatch_or_throw(exchange);
  } catch (const Problem& problem) {
    exchange->send(problem);
  } catch (const std::exception&) {
    exchange->send(Problem{.status = 500,
                           .code = "internal_error",
                           .detail = "The request could not be handled; send it again."});
  }
}

}  // namespace souk::gateway
