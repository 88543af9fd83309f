// `stock`.
#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {
namespace {

std::string_view order_by(std::string_view sort) {
  if (sort == "available") return "available, sku";
  if (sort == "held") return "held DESC, sku";
  if (sort == "sold") return "sold DESC, sku";
  if (sort == "price") return "unit_price_minor DESC, sku";
  return "sku";
}

}  // namespace

Answer show_stock(const Context& context) {
  const Options& options = context.options;
  Where where;
  if (!options.id.empty()) {
    check_id(options.id, "a SKU");
    // '~' is the greatest character that an id may have.
    where.add("sku >= :prefix AND sku <= :prefix || :beyond", "prefix", options.id);
    where.add("substr(sku, 1, length(:prefix)) = :prefix", "beyond",
              std::string(kIdLengthMax, '~'));
  }
  if (options.below) where.add("available < :below", "below", *options.below);
  Answer answer;
  SqlRows rows = listed(
      context, answer,
      {fmt::format("SELECT sku, title, unit_price_minor, currency, on_hand, available, held, sold,"
                   " received, returned, updated_at FROM stock_levels{} ORDER BY {}",
                   where.text(), order_by(options.sort)),
       where.parameters()});
  if (rows.rows.empty() && !options.id.empty() && !options.below)
    throw Failure(kExitSomeFailed,
                  fmt::format("no SKU in the read models begins with '{}'", options.id));
  answer.notes.push_back(footer(rows, "SKU", "SKUs"));
  answer.sections.push_back({"stock", std::move(rows)});
  return answer;
}

}  // namespace souk::query
