// What the command line may say.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/query/command_line.hpp"
#include "tools/shared/words.hpp"

namespace souk::query {
namespace {

using cli::choice;
using cli::id_only;
using cli::not_empty;

constexpr const char* kExamples = R"(Examples:
  souk-query orders --customer 17850 --since 30d
  souk-query order 536365
  souk-query best-sellers --days 3 --until 2010-12-23 --by revenue
  souk-query revenue --by month --format csv > revenue.csv
  souk-query sagas --older-than 30s --watch
  souk-query orders --status cancelled --format json | jq '.[].reason_code'
  souk-query sql "SELECT status, count(*) FROM orders GROUP BY 1"
  souk-query --data /var/lib/souk lag

Times are in UTC: 2010-12-01 (as --until: with that day), 2010-12-01T08:30:00Z, or an age such as
3d, 2h, 30m. Tables show money as 12.34 GBP; json, csv and ndjson have the columns' own values.

Exit codes: 0 done; 1 there is no such order, wallet ..., or the query failed; 2 the command line or
the input is wrong; 3 the node or the file cannot be reached or opened; 4 the models did not get as
far as --at-least in time; 130 stopped by Ctrl-C.)";

// PENDING is what commands are answered while an order is PLACED.
void order_status(CLI::Option* option) {
  choice(option, {"PLACED", "CONFIRMED", "CANCELLED"});
  option->transform(CLI::Validator(
      [](std::string& given) -> std::string {
        if (cli::in_case_of({"A"}, given) == "PENDING") given = "PLACED";
        return "";
      },
      ""));
}

void add_source(CLI::App& app, Options& to) {
  not_empty(app.add_option("--data", to.data,
                           "Reads the files in a node's data directory, also while it runs"))
      ->type_name("DIR");
  app.add_option("--url", to.url, "Asks this node (default: SOUK_URL, else http://127.0.0.1:8080)")
      ->type_name("URL");
  app.add_option_function<std::string>(
         "--at-least",
         [&to](const std::string& text) {
           const auto position = parse_positions(text);
           if (!position)
             throw CLI::ValidationError(
                 "--at-least", fmt::format("'{}' is no position such as order/3@88", text));
           to.at_least = *position;
         },
         "Waits until the read models have come to this position, which a command's answer carries")
      ->type_name("POSITION");
  app.add_option_function<double>(
         "--wait", [&to](double s) { to.wait = {static_cast<std::int64_t>(s * 1e6)}; },
         "How long --at-least waits (default: 5)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 60.0, "0 to 60"));
}

void add_output(CLI::App& app, Options& to) {
  choice(app.add_option_function<std::string>(
             "--format",
             [&to](const std::string& word) {
               to.format = word == "json"     ? Format::json
                           : word == "csv"    ? Format::csv
                           : word == "ndjson" ? Format::ndjson
                                              : Format::table;
             },
             "How the answer is written (default: table)"),
         {"table", "json", "csv", "ndjson"});
  app.add_option("--watch", to.watch_s, "Looks again and again, every 2 seconds or as given")
      ->type_name("[SECONDS]")
      ->check(CLI::Range(0.1, 86'400.0, "0.1 to 86400"));
  app.add_flag("--no-pager", to.no_pager, "Never starts $PAGER (it is started on a terminal only)");
}

CLI::App* add(CLI::App& app, const char* name, const char* about, const char* examples) {
  CLI::App* command = app.add_subcommand(name, about);
  command->footer(std::string("Examples:\n") + examples +
                  "\nOptions of every command (--data, --url, --format, --watch, --at-least ...): "
                  "souk-query --help");
  return command;
}

void add_limit(CLI::App* command, Options& to) {
  auto* limit = command->add_option("--limit", to.limit, "Shows so many rows at most")
                    ->type_name("N")
                    ->check(CLI::Range(1, 1'000'000, "1 to 1000000"));
  command->add_flag("--all", to.all, "Shows all rows")->excludes(limit);
}

void add_window(CLI::App* command, Options& to) {
  not_empty(command->add_option("--since", to.since, "From this time on"))->type_name("TIME");
  not_empty(command->add_option("--until", to.until, "Before this time; of a day: to its end"))
      ->type_name("TIME");
}

void add_order_commands(CLI::App& app, Options& to) {
  CLI::App* orders =
      add(app, "orders", "Lists orders, the newest first",
          "  souk-query orders --customer 17850\n"
          "  souk-query orders --status placed --since 2h --watch\n"
          "  souk-query orders --sku 85123A --since 2010-12-01 --until 2010-12-01\n");
  id_only(orders->add_option("--customer", to.customer, "Of this customer"))->type_name("ID");
  order_status(orders->add_option("--status", to.status, "In this state"));
  add_window(orders, to);
  id_only(orders->add_option("--sku", to.sku, "With a line of this SKU"))->type_name("SKU");
  add_limit(orders, to);

  CLI::App* order =
      add(app, "order", "Shows an order: its lines, its history, what it waits for",
          "  souk-query order 536365\n  souk-query order 536365 --format json | jq .lines\n");
  id_only(order->add_option("ID", to.id, "The order's id"))->required();

  CLI::App* wallet = add(app, "wallet", "Shows a wallet: its balances and its statement",
                         "  souk-query wallet 17850 --since 2010-12-01\n"
                         "  souk-query wallet 17850 --all --format csv\n");
  id_only(wallet->add_option("ID", to.id, "The customer's id"))->required();
  add_window(wallet, to);
  add_limit(wallet, to);
}

void add_stock_commands(CLI::App& app, Options& to) {
  CLI::App* stock = add(app, "stock", "Lists what is in stock",
                        "  souk-query stock 85123\n"
                        "  souk-query stock --below 10 --sort available\n");
  id_only(stock->add_option("SKU", to.id, "Those that begin like this"));
  stock->add_option("--below", to.below, "With fewer units available")->type_name("UNITS");
  choice(stock->add_option("--sort", to.sort, "By what (default: sku)"),
         {"sku", "available", "held", "sold", "price"});
  add_limit(stock, to);

  CLI::App* coupons = add(app, "coupons", "Lists coupons, the newest first",
                          "  souk-query coupons --owner 17850 --unused\n"
                          "  souk-query coupons --campaign spring --status used --all\n");
  id_only(coupons->add_option("--owner", to.owner, "Of this customer"))->type_name("ID");
  id_only(coupons->add_option("--campaign", to.campaign, "Of this campaign"))->type_name("ID");
  choice(coupons->add_option("--status", to.status, "In this state"),
         {"GRANTED", "HELD", "USED", "LAPSED"});
  coupons->add_flag("--unused", to.unused, "Usable now and unused, by the view unused_coupons");
  coupons->add_flag("--never-used", to.never_used, "Unused, be their time open, past or to come");
  add_limit(coupons, to);

  add_limit(add(app, "campaigns", "Lists campaigns with what came of their coupons",
                "  souk-query campaigns\n"),
            to);
}

void add_sales_commands(CLI::App& app, Options& to) {
  CLI::App* best = add(app, "best-sellers", "Lists what sold best, by when it was ordered",
                       "  souk-query best-sellers --days 3\n"
                       "  souk-query best-sellers --days 30 --until 2010-12-23 --by revenue\n");
  best->add_option("--days", to.days, "How many days up to --until (default: 7)")
      ->type_name("N")
      ->check(CLI::Range(1, 36'500, "1 to 36500"));
  not_empty(best->add_option("--until", to.until, "The end; of a day: its end (default: now)"))
      ->type_name("TIME");
  choice(best->add_option("--by", to.by, "What counts (default: units)"), {"units", "revenue"});
  add_limit(best, to);

  CLI::App* revenue = add(app, "revenue", "Lists what confirmed orders brought in",
                          "  souk-query revenue --since 2010-12-01 --until 2010-12-31\n"
                          "  souk-query revenue --by month --format csv\n");
  add_window(revenue, to);
  choice(revenue->add_option("--by", to.by, "A row a day or a month (default: day)"),
         {"day", "month"});
  add_limit(revenue, to);
}

void add_operators_commands(CLI::App& app, Options& to) {
  CLI::App* sagas = add(app, "sagas", "Lists what is under way, the oldest first",
                        "  souk-query sagas --older-than 30s\n"
                        "  souk-query sagas --state undoing --watch 5\n");
  not_empty(sagas->add_option("--older-than", to.older_than, "Begun longer ago than this"))
      ->type_name("AGE");
  choice(sagas->add_option("--state", to.state, "In this state"),
         {"RESERVING", "PAYING", "CONFIRMING", "SETTLING", "UNDOING", "DELIVERING"});
  add_limit(sagas, to);

  add(app, "lag", "Shows how far the read models are behind the log, by partition",
      "  souk-query lag --watch 1\n  souk-query --data /var/lib/souk lag --all\n")
      ->add_flag("--all", to.all, "Lists partitions that are not behind, too");

  CLI::App* parked =
      add(app, "parked", "Lists streams of records that the read models could not take in",
          "  souk-query parked\n  souk-query parked retry 536365\n"
          "  souk-query parked skip order/3/536365 --reason \"test order\"\n");
  parked->require_subcommand(0, 1);
  CLI::App* retry = add(*parked, "retry", "Takes a stream's records in again (needs a node)",
                        "  souk-query parked retry 536365\n");
  CLI::App* skip =
      add(*parked, "skip", "Leaves a stream's first record out for good (needs a node)",
          "  souk-query parked skip 536365 --reason \"test order\"\n");
  for (CLI::App* action : {retry, skip})
    action->add_option("STREAM", to.stream, "Its id, or SERVICE/PARTITION/ID")->required();
  skip->add_option("--reason", to.reason, "Why; it is kept")->type_name("TEXT")->required();

  add(app, "rebuild", "Builds the read models anew beside the live ones (needs a node)",
      "  souk-query rebuild --follow\n")
      ->add_flag("--follow", to.follow, "Waits until it has ended, and says how it went");
}

void add_sql_commands(CLI::App& app, Options& to) {
  CLI::App* sql = add(app, "sql", "Runs a SELECT over the tables and views",
                      "  souk-query sql \"SELECT * FROM best_sellers WHERE window_days = 7\"\n"
                      "  souk-query sql \"SELECT * FROM orders WHERE customer_id = :id\" --param "
                      "id=17850\n"
                      "  souk-query sql - --format csv < report.sql\n");
  sql->add_option("SQL", to.sql, "The statement; - reads it from stdin")->required();
  sql->add_option("--param", to.parameters, "A value for :NAME; 'in single quotes' it is text")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_limit(sql, to);

  CLI::App* schema = add(app, "schema", "Describes the tables and views",
                         "  souk-query schema\n  souk-query schema orders\n"
                         "  souk-query schema --format markdown > read-models.md\n");
  schema->add_option("TABLE", to.id, "This one only");
  choice(schema->add_option("--format", to.schema_format, "As what (default: sql)"),
         {"sql", "markdown"});

  CLI::App* completion = add(app, "completion", "Prints a script that completes command lines",
                             "  souk-query completion bash > "
                             "~/.local/share/bash-completion/completions/souk-query\n");
  choice(completion->add_option("SHELL", to.id, "For which shell")->required(), {"bash"});
}

}  // namespace

std::shared_ptr<CLI::App> make_parser(Options& options) {
  auto app = std::make_shared<CLI::App>(
      "souk-query: asks a shop's read models: orders, wallets, stock, coupons, sales",
      "souk-query");
  app->footer(kExamples);
  app->set_version_flag("--version", "souk-query " SOUK_VERSION);
  app->fallthrough();
  app->require_subcommand(0, 1);  // `schema orders` is not two commands
  app->allow_extras();            // what is not known gets a sentence of our own
  app->option_defaults()->always_capture_default(false);
  add_source(*app, options);
  add_output(*app, options);
  add_order_commands(*app, options);
  add_stock_commands(*app, options);
  add_sales_commands(*app, options);
  add_operators_commands(*app, options);
  add_sql_commands(*app, options);
  return app;
}

}  // namespace souk::query
