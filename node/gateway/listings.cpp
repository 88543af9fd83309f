// Every listing. Where the single resource has a word for something, the listing has the same one.
#include <array>

#include "node/gateway/freshness.hpp"
#include "node/gateway/listing.hpp"

namespace souk::gateway {
namespace {

// What a listing that can be paged takes: its filters, and what all of them take.
template <std::size_t N>
constexpr std::array<std::string_view, N + 4> with_paging(const Filter (&filters)[N]) {
  std::array<std::string_view, N + 4> names;
  for (std::size_t i = 0; i < N; ++i) names[i] = filters[i].name;
  names[N] = "limit";
  names[N + 1] = "cursor";
  names[N + 2] = kFreshnessParameters[0];
  names[N + 3] = kFreshnessParameters[1];
  return names;
}

constexpr ListColumn moment(std::string_view name, std::string_view sql = {}) {
  return {.name = name, .sql = sql, .time = true};
}

constexpr std::string_view kPagingOnly[] = {"limit", "cursor", kFreshnessParameters[0],
                                            kFreshnessParameters[1]};

// --- orders ------------------------------------------------------------------------------------

// An order under way is PENDING to clients and PLACED in the tables; either is taken.
constexpr Word kOrderWords[] = {{"PENDING", "PLACED"},
                                {"CONFIRMED", "CONFIRMED"},
                                {"CANCELLED", "CANCELLED"},
                                {"PLACED", "PLACED"}};

constexpr ListColumn kOrderColumns[] = {
    {"order_id"},
    {"customer_id"},
    {"status", "CASE status WHEN 'PLACED' THEN 'PENDING' ELSE status END"},
    moment("ordered_at"),
    moment("placed_at"),
    moment("confirmed_at"),
    moment("cancelled_at"),
    {"code", "reason_code", "reason"},
    {"subject", "reason_subject", "reason"},
    {"coupon_id"},
    {"line_count"},
    {"units"},
    {"currency"},
    {"subtotal_minor"},
    {"discount_minor"},
    {"total_minor"}};

// Lines have no index by SKU: those of an order are looked at when its turn comes, so that a page
// of what sells is full soon, and other filters leave fewer orders to look at.
constexpr Filter kOrderFilters[] = {{"customer", FilterKind::id, "customer_id = :customer"},
                                    {"status", FilterKind::word, "status = :status", kOrderWords},
                                    {"since", FilterKind::time, "ordered_at >= :since"},
                                    {"until", FilterKind::time, "ordered_at < :until"},
                                    {"sku", FilterKind::id,
                                     "EXISTS (SELECT 1 FROM order_lines AS l WHERE l.order_id = "
                                     "orders.order_id AND l.sku = :sku)"}};

constexpr KeyColumn kOrderKey[] = {{"ordered_at"}, {"order_id"}};
constexpr auto kOrderParameters = with_paging(kOrderFilters);

constexpr ListColumn kHistoryColumns[] = {
    moment("at"),
    {"status"},
    {"code",
     "(SELECT reason_code FROM orders AS o WHERE o.order_id = order_history.order_id"
     " AND order_history.status = o.status)",
     "reason"},
    {"subject",
     "(SELECT reason_subject FROM orders AS o WHERE o.order_id = order_history.order_id"
     " AND order_history.status = o.status)",
     "reason"}};

// An order is placed once and ends once.
constexpr KeyColumn kHistoryKey[] = {{"status <> 'PLACED'", true}};

// --- wallets -----------------------------------------------------------------------------------

constexpr ListColumn kWalletColumns[] = {
    {"wallet_id"},   {"currency"},       {"balance_minor"}, {"held_minor"},      {"charged_minor"},
    {"spent_minor"}, {"refunded_minor"}, {"movements"},     moment("updated_at")};

constexpr KeyColumn kWalletKey[] = {{"wallet_id"}};

constexpr ListColumn kMovementColumns[] = {{"movement"},     moment("at"),      {"kind"},
                                           {"amount_minor"}, {"balance_minor"}, {"held_minor"},
                                           {"currency"},     {"cause"},         {"correlation_id"}};

constexpr Filter kMovementFilters[] = {{"since", FilterKind::time, "at >= :since"},
                                       {"until", FilterKind::time, "at < :until"}};

constexpr KeyColumn kMovementKey[] = {{"movement", true}};
constexpr auto kMovementParameters = with_paging(kMovementFilters);

// --- stock and sales ---------------------------------------------------------------------------

constexpr ListColumn kStockColumns[] = {{"sku"},
                                        {"name", "title"},
                                        {"unit_price_minor"},
                                        {"currency"},
                                        {"on_hand_units", "on_hand"},
                                        {"available_units", "available"},
                                        {"held_units", "held"},
                                        {"sold_units", "sold"},
                                        {"received_units", "received"},
                                        {"returned_units", "returned"},
                                        moment("updated_at")};

// 127 comes after all characters of an id.
constexpr Filter kStockFilters[] = {
    {"prefix", FilterKind::id, "sku >= :prefix AND sku < :prefix || char(127)"},
    {"available_below", FilterKind::integer, "available < :available_below", {}, 1, kUnitsMax}};

constexpr KeyColumn kStockKey[] = {{"sku"}};
constexpr auto kStockParameters = with_paging(kStockFilters);

constexpr ListColumn kRevenueColumns[] = {{"day"},          {"currency"},       {"orders"},
                                          {"units"},        {"subtotal_minor"}, {"discount_minor"},
                                          {"revenue_minor"}};

constexpr Filter kRevenueFilters[] = {{"since", FilterKind::day, "day >= :since"},
                                      {"until", FilterKind::day, "day < :until"}};

constexpr KeyColumn kRevenueKey[] = {{"day"}, {"currency"}};
constexpr auto kRevenueParameters = with_paging(kRevenueFilters);

// --- coupons and campaigns ---------------------------------------------------------------------

constexpr Word kCouponWords[] = {
    {"GRANTED", "GRANTED"}, {"HELD", "HELD"}, {"USED", "USED"}, {"LAPSED", "LAPSED"}};

constexpr ListColumn kCouponColumns[] = {{"coupon_id"},         {"status"},
                                         {"owner", "owner_id"}, {"campaign_id"},
                                         {"order_id"},          {"discount_text", "discount"},
                                         {"currency"},          {"minimum_total_minor"},
                                         moment("valid_from"),  moment("valid_until"),
                                         moment("granted_at"),  moment("used_at"),
                                         moment("updated_at")};

constexpr Filter kCouponFilters[] = {{"owner", FilterKind::id, "owner_id = :owner"},
                                     {"campaign", FilterKind::id, "campaign_id = :campaign"},
                                     {"status", FilterKind::word, "status = :status", kCouponWords},
                                     {"unused", FilterKind::yes,
                                      "status = 'GRANTED' AND valid_until > :unused"
                                      " AND (valid_from IS NULL OR valid_from <= :unused)"}};

constexpr KeyColumn kCouponKey[] = {{"coupon_id"}};
constexpr auto kCouponParameters = with_paging(kCouponFilters);

constexpr ListColumn kCampaignColumns[] = {{"campaign_id"},
                                           {"quantity"},
                                           {"issued"},
                                           {"left", "quantity - issued"},
                                           {"delivered"},
                                           {"failed"},
                                           {"discount_text", "discount"},
                                           moment("valid_from"),
                                           moment("valid_until"),
                                           moment("opened_at"),
                                           moment("updated_at")};

constexpr KeyColumn kCampaignKey[] = {{"campaign_id"}};

// --- sagas -------------------------------------------------------------------------------------

constexpr Word kSagaWords[] = {{"checkout", "checkout"}, {"campaign", "campaign"}};
constexpr Word kSagaStates[] = {{"RESERVING", "RESERVING"},   {"PAYING", "PAYING"},
                                {"CONFIRMING", "CONFIRMING"}, {"SETTLING", "SETTLING"},
                                {"UNDOING", "UNDOING"},       {"DELIVERING", "DELIVERING"}};

constexpr ListColumn kSagaColumns[] = {
    {"saga"},
    {"saga_id"},
    {"state"},
    {"step"},
    {"waits_for"},
    moment("started_at"),
    moment("since"),
    moment("next_try",
           "(SELECT o.next_try FROM open_sagas AS o WHERE o.saga = sagas.saga"
           " AND o.saga_id = sagas.saga_id)"),
    moment("deadline"),
    {"last_error"},
    {"dead_letters"},
    {"unanswered"},
    {"tries"},
    {"customer_id"},
    {"coupon_id"},
    {"skus"},
    {"currency"},
    {"total_minor"},
    {"to_undo"}};

constexpr std::int64_t kAgeSecondsMax = 10LL * 366 * 86'400;
constexpr Filter kSagaFilters[] = {
    {"saga", FilterKind::word, "saga = :saga", kSagaWords},
    {"state", FilterKind::word, "state = :state", kSagaStates},
    {"older_than_s", FilterKind::age, "started_at <= :older_than_s", {}, 0, kAgeSecondsMax}};

// The oldest first; when it began never changes, unlike its step.
constexpr KeyColumn kSagaKey[] = {{"started_at"}, {"saga"}, {"saga_id"}};
constexpr auto kSagaParameters = with_paging(kSagaFilters);

}  // namespace

const Listing kOrderList{.name = "orders",
                         .from = "orders",
                         .columns = kOrderColumns,
                         .filters = kOrderFilters,
                         .key = kOrderKey,
                         .descending = true,
                         .parameters = kOrderParameters};

const Listing kOrderHistory{
    .name = "history",
    .from = "order_history",
    .columns = kHistoryColumns,
    .filters = {},
    .key = kHistoryKey,
    .parameters = kFreshnessParameters,
    .of = "order_id",
    .unknown_code = "unknown_order",
    .unknown_detail =
        "The read models have no order of this id, or not yet; GET /v1/orders/{id} "
        "asks the order itself."};

const Listing kWalletList{.name = "wallets",
                          .from = "wallets",
                          .columns = kWalletColumns,
                          .filters = {},
                          .key = kWalletKey,
                          .parameters = kPagingOnly};

const Listing kWalletStatement{.name = "movements",
                               .from = "wallet_movements",
                               .columns = kMovementColumns,
                               .filters = kMovementFilters,
                               .key = kMovementKey,
                               .descending = true,
                               .parameters = kMovementParameters,
                               .of = "wallet_id",
                               .unknown_code = "unknown_wallet",
                               .unknown_detail =
                                   "The read models have no wallet of this id, or not yet; GET "
                                   "/v1/wallets/{id} asks the wallet itself."};

const Listing kStockList{.name = "stock",
                         .from = "stock_levels",
                         .columns = kStockColumns,
                         .filters = kStockFilters,
                         .key = kStockKey,
                         .parameters = kStockParameters};

const Listing kRevenueList{.name = "revenue",
                           .from = "daily_revenue",
                           .columns = kRevenueColumns,
                           .filters = kRevenueFilters,
                           .key = kRevenueKey,
                           .descending = true,
                           .parameters = kRevenueParameters};

const Listing kCouponList{.name = "coupons",
                          .from = "coupons",
                          .columns = kCouponColumns,
                          .filters = kCouponFilters,
                          .key = kCouponKey,
                          .parameters = kCouponParameters};

const Listing kCampaignList{.name = "campaigns",
                            .from = "campaigns",
                            .columns = kCampaignColumns,
                            .filters = {},
                            .key = kCampaignKey,
                            .parameters = kPagingOnly};

const Listing kSagaList{.name = "sagas",
                        .from = "sagas",
                        .columns = kSagaColumns,
                        .filters = kSagaFilters,
                        .key = kSagaKey,
                        .parameters = kSagaParameters};

}  // namespace souk::gateway
