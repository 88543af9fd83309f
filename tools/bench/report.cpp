#include "tools/bench/report.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace souk::bench {
namespace {

constexpr std::string_view kUnknown = "-";
constexpr double kMicro = 1e6;

// An amount of something, over the run's orders; nothing if it is not known or there were none.
template <class Number>
std::optional<double> per_order(const RunResult& run, const std::optional<Number>& amount) {
  if (!amount || run.tally.orders() == 0) return std::nullopt;
  return static_cast<double>(*amount) / static_cast<double>(run.tally.orders());
}

std::optional<double> node_us(const RunResult& run) {
  const auto seconds = per_order(run, run.node_cpu_seconds);
  return seconds ? std::optional(*seconds * kMicro) : std::nullopt;
}

double bench_us(const RunResult& run) {
  return per_order(run, std::optional(run.bench_cpu_seconds)).value_or(0) * kMicro;
}

double milliseconds_at(const RunResult& run, double percent) {
  return static_cast<double>(run.tally.latency_us.percentile(percent)) / 1000;
}

std::string rounded(const std::optional<double>& value) {
  return value ? fmt::format("{:.0f}", *value) : std::string(kUnknown);
}

std::string row(const RunResult& run) {
  return fmt::format("{:<9}{:>9.0f}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.2f}{:>11}{:>11.1f}{:>10}{:>10}\n",
                     run.name(), run.orders_per_second(), milliseconds_at(run, 50),
                     milliseconds_at(run, 95), milliseconds_at(run, 99), milliseconds_at(run, 100),
                     rounded(node_us(run)), bench_us(run), rounded(per_order(run, run.data_bytes)),
                     rounded(per_order(run, run.written_bytes)));
}

std::string counts(const RunResult& run) {
  return fmt::format(
      "{}: {} confirmed, {} cancelled by the wallet, {} with a coupon, {} unexpected; "
      "{} connections, {:.1f} s{}\n",
      run.name(), run.tally.confirmed, run.tally.cancelled, run.tally.with_coupon,
      run.tally.unexpected, run.connections, run.seconds,
      run.tally.coupons_missing > 0
          ? fmt::format("; {} WITHOUT THE COUPON they should have had", run.tally.coupons_missing)
          : "");
}

// What a cluster adds to it: what goes from node to node, and where the work is done.
std::string cluster_lines(const RunResult& run) {
  if (run.processes.empty()) return {};
  const auto orders = static_cast<double>(std::max<std::uint64_t>(1, run.tally.orders()));
  std::string out;
  if (run.crossing)
    out += fmt::format("{}: {:.1f} messages and {:.0f} bytes an order cross nodes\n", run.name(),
                       static_cast<double>(run.crossing->items) / orders,
                       static_cast<double>(run.crossing->bytes) / orders);
  out += fmt::format("{}: CPU us an order:", run.name());
  for (const ProcessCost& process : run.processes)
    out += fmt::format(" {} {:.0f}{}", process.name, process.cpu_seconds * kMicro / orders,
                       &process == &run.processes.back() ? "\n" : ",");
  return out;
}

// How the read models did, if the node keeps any.
std::string read_models_lines(const RunResult& run) {
  std::string out;
  if (run.lag)
    out += fmt::format(
        "{}: read models {:.0f} / {:.0f} / {:.0f} ms behind (p50 / p99 / max of {} samples), {} "
        "records at most\n",
        run.name(), run.lag->milliseconds_at(50), run.lag->milliseconds_at(99),
        run.lag->milliseconds_at(100), run.lag->seconds_behind.size(), run.lag->records_behind_max);
  if (run.rebuild)
    out += fmt::format(
        "{}: read models built anew: {} records in {:.2f} s, {:.0f} records/s; {:.0f} "
        "ms behind at the switch\n",
        run.name(), run.rebuild->records, run.rebuild->seconds, run.rebuild->records_per_second(),
        1000 * run.rebuild->lag_at_switch_seconds);
  return out;
}

std::string floor_lines(const FloorResult& floor) {
  return fmt::format(
      "floor: {:.0f} orders/s ({:.0f} records/s, {:.0f} synced groups/s of {:.1f} records, "
      "{:.1f} MB/s, {:.0f} bytes and {:.1f} us of CPU an order)\n",
      floor.per_second(floor.orders), floor.per_second(floor.records),
      floor.per_second(floor.groups),
      static_cast<double>(floor.records) /
          static_cast<double>(std::max<std::uint64_t>(1, floor.groups)),
      floor.per_second(floor.bytes) / 1e6,
      static_cast<double>(floor.bytes) / static_cast<double>(floor.orders),
      floor.cpu_seconds * kMicro / static_cast<double>(floor.orders));
}

nlohmann::ordered_json json_of(const RunResult& run) {
  nlohmann::ordered_json json = {
      {"workload", run.name()},
      {"connections", run.connections},
      {"seconds", run.seconds},
      {"orders", run.tally.orders()},
      {"confirmed", run.tally.confirmed},
      {"cancelled", run.tally.cancelled},
      {"with_coupon", run.tally.with_coupon},
      {"coupons_missing", run.tally.coupons_missing},
      {"unexpected", run.tally.unexpected},
      {"orders_per_second", run.orders_per_second()},
      {"latency_ms",
       {{"mean", run.tally.latency_us.mean() / 1000},
        {"p50", milliseconds_at(run, 50)},
        {"p95", milliseconds_at(run, 95)},
        {"p99", milliseconds_at(run, 99)},
        {"p999", milliseconds_at(run, 99.9)},
        {"max", milliseconds_at(run, 100)}}},
      {"bench_cpu_us_per_order", bench_us(run)},
  };
  if (const auto value = node_us(run)) json["node_cpu_us_per_order"] = *value;
  if (const auto value = per_order(run, run.data_bytes)) json["data_bytes_per_order"] = *value;
  if (const auto value = per_order(run, run.written_bytes))
    json["written_bytes_per_order"] = *value;
  if (run.lag)
    json["read_models_lag"] = {{"p50_ms", run.lag->milliseconds_at(50)},
                               {"p99_ms", run.lag->milliseconds_at(99)},
                               {"max_ms", run.lag->milliseconds_at(100)},
                               {"samples", run.lag->seconds_behind.size()},
                               {"records_behind_max", run.lag->records_behind_max}};
  if (run.rebuild)
    json["read_models_rebuild"] = {{"records", run.rebuild->records},
                                   {"seconds", run.rebuild->seconds},
                                   {"records_per_second", run.rebuild->records_per_second()},
                                   {"lag_at_switch_ms", 1000 * run.rebuild->lag_at_switch_seconds}};
  for (const ProcessCost& process : run.processes)
    json["processes"].push_back(
        {{"name", process.name},
         {"cpu_us_per_order",
          per_order(run, std::optional(process.cpu_seconds * kMicro)).value_or(0)}});
  if (run.crossing)
    json["crossing"] = {
        {"messages_per_order", per_order(run, std::optional(run.crossing->items)).value_or(0)},
        {"bytes_per_order", per_order(run, std::optional(run.crossing->bytes)).value_or(0)}};
  if (!run.tally.example.empty()) json["unexpected_example"] = run.tally.example;
  if (!run.fault.empty()) json["fault"] = run.fault;
  return json;
}

nlohmann::ordered_json json_of(const FloorResult& floor) {
  return {{"orders", floor.orders},
          {"records", floor.records},
          {"groups", floor.groups},
          {"bytes", floor.bytes},
          {"seconds", floor.seconds},
          {"cpu_seconds", floor.cpu_seconds},
          {"orders_per_second", floor.per_second(floor.orders)},
          {"records_per_second", floor.per_second(floor.records)},
          {"groups_per_second", floor.per_second(floor.groups)},
          {"bytes_per_second", floor.per_second(floor.bytes)}};
}

}  // namespace

bool Report::ok() const {
  return std::all_of(runs.begin(), runs.end(), [](const RunResult& run) { return run.ok(); });
}

std::optional<double> Report::ratio_to_happy(WorkloadKind kind) const {
  std::optional<double> happy;
  std::optional<double> other;
  for (const RunResult& run : runs) {
    if (!run.processes.empty()) continue;
    if (run.kind == WorkloadKind::happy) happy = run.orders_per_second();
    if (run.kind == kind) other = run.orders_per_second();
  }
  if (kind == WorkloadKind::happy || !other || happy.value_or(0) <= 0) return std::nullopt;
  return *other / *happy;
}

std::string as_table(const Report& report) {
  std::string out;
  if (!report.runs.empty())
    out += fmt::format("{:<9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>11}{:>11}{:>10}{:>10}\n", "workload",
                       "orders/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "node us/o",
                       "bench us/o", "data B/o", "disk B/o");
  for (const RunResult& run : report.runs) out += row(run);
  if (!report.runs.empty()) out += "\n";
  for (const RunResult& run : report.runs)
    out += counts(run) + read_models_lines(run) + cluster_lines(run);
  for (const RunResult& run : report.runs)
    if (const auto ratio = report.ratio_to_happy(run.kind); ratio && run.processes.empty())
      out += fmt::format("{}/happy: {:.2f}\n", run.name(), *ratio);
  if (report.floor) out += floor_lines(*report.floor);
  return out;
}

std::string as_json(const Report& report) {
  nlohmann::ordered_json json = {{"format", 1}, {"cpus", std::thread::hardware_concurrency()}};
  json["runs"] = nlohmann::ordered_json::array();
  for (const RunResult& run : report.runs) {
    json["runs"].push_back(json_of(run));
    if (const auto ratio = report.ratio_to_happy(run.kind); ratio && run.processes.empty())
      json["ratio_to_happy"][std::string(run.name())] = *ratio;
  }
  if (report.floor) json["floor"] = json_of(*report.floor);
  json["ok"] = report.ok();
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string complaints(const Report& report) {
  std::string out;
  for (const RunResult& run : report.runs) {
    const std::string name = run.name();
    if (run.tally.unexpected > 0)
      out += fmt::format("{}: {} UNEXPECTED answers; the first: {}\n", name, run.tally.unexpected,
                         run.tally.example);
    if (!run.fault.empty()) out += fmt::format("{}: {}\n", name, run.fault);
    if (run.tally.coupons_missing > 0)
      out += fmt::format(
          "{}: THE COUPONS RAN OUT: {} orders went without one, so the workload was lighter than "
          "it "
          "should have been; give more with --coupons\n",
          name, run.tally.coupons_missing);
  }
  return out;
}

}  // namespace souk::bench
