// GET /v1/orders against a plain filter over the same rows: any filters, any page size, and orders
// that come in meanwhile.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <rapidcheck.h>

#include "events/rfc3339.hpp"
#include "tests/gateway/reading_fixture.hpp"

namespace souk::testing {
namespace {

using nlohmann::json;
using read_models::OrderLineRow;
using read_models::OrderRow;

constexpr Time kBegin{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z
constexpr std::int64_t kHour = 3'600'000'000;

struct Made {
  OrderRow row;
  std::vector<std::string> skus;
};

// Few customers, SKUs and times, so that filters overlap and times tie.
Made make_order(std::mt19937& random, int number) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Made made;
  OrderRow& row = made.row;
  row.order_id = "o-" + std::to_string(number * 7919 % 100'003);
  row.customer_id = "c" + std::to_string(below(5));
  row.ordered_at = {kBegin.micros + below(60) * kHour + (below(4) == 0 ? 250'000 : 0)};
  row.placed_at = row.ordered_at;
  row.line_count = 1 + below(3);
  std::set<std::string> skus;
  for (int i = 0; i < row.line_count; ++i) skus.insert("sku" + std::to_string(below(6)));
  made.skus.assign(skus.begin(), skus.end());
  row.line_count = static_cast<std::int64_t>(made.skus.size());
  row.units = row.line_count * 2;
  switch (below(3)) {
    case 0: row.status = read_models::kPlaced; break;
    case 1:
      row.status = read_models::kConfirmed;
      row.confirmed_at = row.placed_at;
      row.currency = "GBP";
      row.subtotal_minor = 100 * row.units;
      row.discount_minor = 5;
      row.total_minor = *row.subtotal_minor - 5;
      break;
    default:
      row.status = read_models::kCancelled;
      row.cancelled_at = {row.placed_at.micros + 1};
      row.reason_code = "stock.out_of_stock";
      row.reason_subject = made.skus.front();
  }
  return made;
}

struct Wanted {
  std::string customer;
  std::string status;
  std::string since;
  std::string until;
  std::string sku;

  std::string query() const {
    std::string text;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) text += (text.empty() ? "" : "&") + std::string(name) + "=" + value;
    };
    add("customer", customer);
    add("status", status);
    add("since", since);
    add("until", until);
    add("sku", sku);
    return text;
  }
};

bool fits(const Made& made, const Wanted& wanted) {
  const OrderRow& row = made.row;
  const std::string status = row.status == read_models::kPlaced ? "PENDING" : row.status;
  const auto time = [](const std::string& text) {
    return *parse_rfc3339(text.size() == 10 ? text + "T00:00:00Z" : text);
  };
  return (wanted.customer.empty() || row.customer_id == wanted.customer) &&
         (wanted.status.empty() || status == wanted.status) &&
         (wanted.since.empty() || row.ordered_at >= time(wanted.since)) &&
         (wanted.until.empty() || row.ordered_at < time(wanted.until)) &&
         (wanted.sku.empty() || std::ranges::count(made.skus, wanted.sku) > 0);
}

rc::Gen<std::string> maybe(rc::Gen<std::string> some) {
  return rc::gen::oneOf(rc::gen::just(std::string()), std::move(some));
}

rc::Gen<std::string> time_text() {
  return rc::gen::map(rc::gen::inRange(-2, 62), [](int hours) {
    const std::string text = to_rfc3339({kBegin.micros + hours * kHour});
    return hours % 24 == 0 ? text.substr(0, 10) : text;
  });
}

rc::Gen<Wanted> wanted_orders() {
  const auto numbered = [](const char* prefix, int count) {
    return rc::gen::map(rc::gen::inRange(0, count + 1), [prefix](int n) {
      return prefix + std::to_string(n);  // the last one does not exist
    });
  };
  return rc::gen::build<Wanted>(
      rc::gen::set(&Wanted::customer, maybe(numbered("c", 5))),
      rc::gen::set(&Wanted::status,
                   maybe(rc::gen::element<std::string>("PENDING", "CONFIRMED", "CANCELLED"))),
      rc::gen::set(&Wanted::since, maybe(time_text())),
      rc::gen::set(&Wanted::until, maybe(time_text())),
      rc::gen::set(&Wanted::sku, maybe(numbered("sku", 6))));
}

class OrderList : public ReadingTest {
 protected:
  OrderList() { add(300); }

  void add(int count) {
    file_.begin();
    for (int i = 0; i < count; ++i) {
      orders_.push_back(make_order(random_, ++number_));
      const Made& made = orders_.back();
      file_.insert(made.row);
      for (std::size_t line = 0; line < made.skus.size(); ++line)
        file_.insert(OrderLineRow{
            made.row.order_id, static_cast<std::int64_t>(line + 1), made.skus[line], 2, {}, {}});
    }
    file_.commit();
  }

  // Ids of the orders that fit, newest first.
  std::vector<std::string> expected(const Wanted& wanted) const {
    std::vector<std::pair<Time, std::string>> found;
    for (const Made& made : orders_)
      if (fits(made, wanted)) found.emplace_back(made.row.ordered_at, made.row.order_id);
    std::ranges::sort(found, std::greater());
    std::vector<std::string> ids;
    for (auto& [time, id] : found) ids.push_back(id);
    return ids;
  }

  static std::vector<std::string> ids_of(const std::vector<json>& rows) {
    std::vector<std::string> ids;
    for (const json& row : rows) ids.push_back(row["order_id"]);
    return ids;
  }

  std::vector<Made> orders_;
  std::mt19937 random_{7};
  int number_ = 0;
};

TEST_F(OrderList, AnyFiltersAndPageSizesGiveWhatAPlainFilterGives) {
  EXPECT_TRUE(rc::check([&] {
    const Wanted wanted = *wanted_orders();
    const auto limit = *rc::gen::inRange<std::size_t>(1, 60);
    RC_LOG() << wanted.query() << " limit " << limit;
    RC_ASSERT(ids_of(all_pages("/v1/orders", wanted.query(), limit, "orders")) == expected(wanted));
  }));
}

TEST_F(OrderList, PagesNeitherRepeatNorLoseAnOrderWhileOthersComeIn) {
  EXPECT_TRUE(rc::check([&] {
    const Wanted wanted = *wanted_orders();
    const auto limit = *rc::gen::inRange<std::size_t>(5, 60);
    const std::vector<std::string> before = expected(wanted);
    const auto seen =
        ids_of(all_pages("/v1/orders", wanted.query(), limit, "orders", [&] { add(1); }));
    const std::set<std::string> once(seen.begin(), seen.end());
    RC_ASSERT(once.size() == seen.size());
    for (const std::string& id : before) RC_ASSERT(once.contains(id));
  }));
}

TEST_F(OrderList, ShowsAnOrderAsItsRowHasIt) {
  for (const Made& made : orders_) {
    const OrderRow& row = made.row;
    json expected = {{"order_id", row.order_id},
                     {"customer_id", row.customer_id},
                     {"status", row.status == "PLACED" ? "PENDING" : row.status},
                     {"ordered_at", to_rfc3339(row.ordered_at)},
                     {"placed_at", to_rfc3339(row.placed_at)},
                     {"line_count", row.line_count},
                     {"units", row.units}};
    if (row.status == read_models::kConfirmed) {
      expected["confirmed_at"] = to_rfc3339(row.confirmed_at);
      expected["currency"] = "GBP";
      expected["subtotal_minor"] = *row.subtotal_minor;
      expected["discount_minor"] = 5;
      expected["total_minor"] = *row.total_minor;
    } else if (row.status == read_models::kCancelled) {
      expected["cancelled_at"] = to_rfc3339(row.cancelled_at);
      expected["reason"] = {{"code", "stock.out_of_stock"}, {"subject", row.reason_subject}};
    }
    const std::string since = to_rfc3339(row.ordered_at);
    const std::string until = to_rfc3339({row.ordered_at.micros + 1});
    const json found = get("/v1/orders?limit=1000&since=" + since + "&until=" + until).json();
    EXPECT_TRUE(std::ranges::count(found["orders"], expected) == 1) << expected << "\n" << found;
  }
}

TEST_F(OrderList, UnderWayIsPendingOrPlaced) {
  EXPECT_EQ(get("/v1/orders?status=PLACED").body, get("/v1/orders?status=PENDING").body);
}

TEST_F(OrderList, LastPageHasNoNext) {
  const json all = get("/v1/orders?limit=300").json();
  EXPECT_EQ(all["orders"].size(), 300u);
  EXPECT_FALSE(all.contains("next"));
  EXPECT_TRUE(get("/v1/orders?limit=299").json().contains("next"));
  EXPECT_EQ(get("/v1/orders").json()["orders"].size(), 100u);
}

// No page costs more than its rows: nothing is read from end to end, and nothing is sorted. (With
// `sku` it costs the orders that are looked through.)
TEST_F(OrderList, FiltersUseIndexes) {
  const std::string cursor = get("/v1/orders?limit=1").json()["next"];
  for (const std::string filters :
       {"customer=c1", "status=CONFIRMED", "since=2026-01-02", "until=2026-01-02",
        "since=2026-01-01&until=2026-01-02", "customer=c1&since=2026-01-02",
        "status=PENDING&until=2026-01-02", ""}) {
    for (const std::string& page : {std::string(), "&cursor=" + cursor}) {
      ASSERT_EQ(get("/v1/orders?" + filters + page).status, 200);
      const std::string plan = backend_.last_plan();
      EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << filters << page << "\n" << plan;
      EXPECT_NE(plan.find("INDEX"), std::string::npos) << filters << page << "\n" << plan;
      if (!filters.empty() || !page.empty()) {
        EXPECT_EQ(plan.find("SCAN"), std::string::npos) << filters << page << "\n" << plan;
      }
    }
  }
  ASSERT_EQ(get("/v1/orders?sku=sku1").status, 200);
  const std::string plan = backend_.last_plan();
  EXPECT_NE(plan.find("SEARCH l USING PRIMARY KEY (order_id=?)"), std::string::npos) << plan;
  EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
}

TEST_F(OrderList, HistoryTellsWhatAnOrderWentThrough) {
  for (const Made& made : orders_) {
    const OrderRow& row = made.row;
    json expected = {{{"at", to_rfc3339(row.placed_at)}, {"status", "PLACED"}}};
    if (row.status == read_models::kConfirmed)
      expected.push_back({{"at", to_rfc3339(row.confirmed_at)}, {"status", "CONFIRMED"}});
    if (row.status == read_models::kCancelled)
      expected.push_back(
          {{"at", to_rfc3339(row.cancelled_at)},
           {"status", "CANCELLED"},
           {"reason", {{"code", "stock.out_of_stock"}, {"subject", row.reason_subject}}}});
    EXPECT_EQ(get("/v1/orders/" + row.order_id + "/history").json(),
              json({{"order_id", row.order_id}, {"history", expected}}));
  }
  EXPECT_EQ(backend_.last_plan().find("SCAN orders"), std::string::npos) << backend_.last_plan();
  const Response unknown = get("/v1/orders/nobody/history");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.code(), "unknown_order");
}

}  // namespace
}  // namespace souk::testing
