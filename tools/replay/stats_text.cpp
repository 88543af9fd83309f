// Statistics for people.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "store/keys.hpp"
#include "tools/replay/stats.hpp"
#include "tools/replay/texts.hpp"
#include "tools/shared/amounts.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/table.hpp"

namespace souk::replay {
namespace {

using cli::Align;
using cli::bytes_text;

constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kBucketsMax = 48;  // lines that "by hour" may have
constexpr std::size_t kStreamWidth = 48;

std::string number(std::uint64_t n) { return cli::grouped(static_cast<std::int64_t>(n)); }

std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string mean(const Amount& amount) {
  return amount.count == 0 ? "" : bytes_text(amount.bytes / amount.count);
}

std::string overview(const Stats& stats) {
  const PartitionStats all = sum_of(stats);
  std::string text =
      fmt::format("Log of cluster {}: {} records with {} events, {}\n",
                  cli::printable(stats.identity.cluster_id), number(all.records.count),
                  number(all.events), bytes_text(all.records.bytes));
  if (all.records.count > 0)
    text += fmt::format("from {} to {}, in {} batches of {} streams\n", time_text(all.first),
                        time_text(all.last), number(all.batches.count), number(all.streams));
  return text;
}

std::string by_service(const Stats& stats) {
  cli::Table table({{"service"},
                    {"records", Align::right},
                    {"events", Align::right},
                    {"refusals", Align::right},
                    {"streams", Align::right},
                    {"bytes", Align::right},
                    {"share", Align::right},
                    {"a record", Align::right}});
  const PartitionStats all = sum_of(stats);
  for (const auto& [service, partitions] : stats.identity.partitions) {
    const PartitionStats sum = sum_of(stats, service);
    table.add({std::string(name_of(service)), number(sum.records.count), number(sum.events),
               number(sum.refusals), number(sum.streams), bytes_text(sum.records.bytes),
               share(sum.records.bytes, all.records.bytes), mean(sum.records)});
  }
  return table.text();
}

std::string by_type(const Stats& stats, PayloadKind kind, const char* title) {
  cli::Table table(
      {{title}, {"count", Align::right}, {"bytes", Align::right}, {"each", Align::right}});
  std::vector<std::pair<TypeKey, Amount>> types;
  for (const auto& one : stats.types)
    if (one.first.kind == kind) types.push_back(one);
  std::ranges::stable_sort(types, std::ranges::greater(),
                           [](const auto& one) { return one.second.count; });
  for (const auto& [type, amount] : types) {
    std::string name(payload_name(type.service, kind, type.tag));
    if (name.empty()) name = fmt::format("(tag {})", type.tag);
    table.add({fmt::format("{}.{}", name_of(type.service), name), number(amount.count),
               bytes_text(amount.bytes), mean(amount)});
  }
  return table.empty() ? "" : '\n' + table.text();
}

std::string by_refusal(const Stats& stats) {
  cli::Table table({{"refusals"}, {"count", Align::right}});
  std::vector<std::pair<RefusalKey, std::uint64_t>> refusals(stats.refusals.begin(),
                                                             stats.refusals.end());
  std::ranges::stable_sort(refusals, std::ranges::greater(),
                           [](const auto& one) { return one.second; });
  for (const auto& [refusal, count] : refusals)
    table.add({fmt::format("{}.{}", name_of(refusal.service),
                           refusal_text(refusal.service, refusal.refusal)),
               number(count)});
  return table.empty() ? "" : '\n' + table.text();
}

// "2010-12-01 08:00", "2010-12-01", "2010-12", "2010": the hour, or what holds it.
std::string bucket_of(std::int64_t hour, std::size_t digits) {
  std::string text;
  append_iso(text, Time{hour * 3'600'000'000});
  text.resize(digits);
  if (digits > 10) text = text.substr(0, 10) + ' ' + text.substr(11) + ":00";
  return text;
}

std::string by_time(const Stats& stats) {
  struct Unit {
    const char* name;
    std::size_t digits;
  };
  constexpr Unit kUnits[] = {{"hour", 13}, {"day", 10}, {"month", 7}, {"year", 4}};
  std::map<std::string, HourStats> buckets;
  const char* title = "";
  for (const Unit& unit : kUnits) {
    buckets.clear();
    title = unit.name;
    for (const auto& [hour, counted] : stats.hours) {
      HourStats& bucket = buckets[bucket_of(hour, unit.digits)];
      bucket.records.add(counted.records);
      bucket.events += counted.events;
    }
    if (buckets.size() <= kBucketsMax) break;
  }
  if (buckets.empty()) return "";
  std::uint64_t most = 1;
  for (const auto& [name, bucket] : buckets) most = std::max(most, bucket.records.count);
  cli::Table table({{title},
                    {"records", Align::right},
                    {"events", Align::right},
                    {"bytes", Align::right},
                    {""}});
  for (const auto& [name, bucket] : buckets)
    table.add({name, number(bucket.records.count), number(bucket.events),
               bytes_text(bucket.records.bytes),
               std::string((bucket.records.count * kBarWidth + most - 1) / most, '#')});
  return '\n' + table.text();
}

std::string hottest(const std::vector<HotStream>& streams, const char* title,
                    std::string (*shown)(std::uint64_t)) {
  if (streams.empty()) return "";
  cli::Table table({{"hottest streams"}, {"partition"}, {title, Align::right}});
  bool bounds = false;
  for (const HotStream& one : streams) {
    const bool exact = one.at_least == one.at_most;
    bounds = bounds || !exact;
    table.add({cli::shortened(cli::printable(one.stream), kStreamWidth),
               store::display(one.partition),
               exact ? shown(one.at_least)
                     : fmt::format("{} to {}", shown(one.at_least), shown(one.at_most))});
  }
  return '\n' + table.text() +
         (bounds ? "(Counted in bounded memory: where there are two numbers, it lies between.)\n"
                 : "");
}

std::string by_partition(const Stats& stats) {
  cli::Table table({{"partition"},
                    {"last offset", Align::right},
                    {"bytes", Align::right},
                    {"first record"},
                    {"last record"}});
  std::size_t empty = 0;
  for (const PartitionStats& one : stats.partitions) {
    if (one.records.count == 0)
      ++empty;
    else
      table.add({store::display(one.partition), number(one.records.count),
                 bytes_text(one.records.bytes), time_text(one.first), time_text(one.last)});
  }
  std::string text = table.empty() ? "" : '\n' + table.text();
  if (empty > 0)
    text += fmt::format("{} {} empty\n", empty, empty == 1 ? "partition is" : "partitions are");
  return text;
}

std::string live_and_dead(const Stats& stats) {
  cli::Table table({{"of the records' bytes"},
                    {"live", Align::right},
                    {"ended", Align::right},
                    {"superseded", Align::right},
                    {"dead", Align::right}});
  const auto add = [&table](std::string name, const PartitionStats& sum) {
    const std::uint64_t dead = sum.ended_bytes + sum.superseded_bytes;
    table.add({std::move(name), bytes_text(sum.live_bytes), bytes_text(sum.ended_bytes),
               bytes_text(sum.superseded_bytes), share(dead, sum.records.bytes)});
  };
  for (const auto& [service, partitions] : stats.identity.partitions)
    add(std::string(name_of(service)), sum_of(stats, service));
  add("all", sum_of(stats));
  return '\n' + table.text() +
         "(Dead: no aggregate reads it again to decide. Ended: the stream's order, checkout or "
         "coupon has ended.\n Superseded: a snapshot stands for it.)\n";
}

std::string on_disk(const Stats& stats) {
  if (!stats.directory) return "";
  const DirectoryStats& directory = *stats.directory;
  const PartitionStats all = sum_of(stats);
  const std::uint64_t raw = all.batches.bytes + directory.heads.bytes + directory.snapshots.bytes;
  const std::uint64_t files = directory.table_bytes + directory.write_ahead_bytes;
  cli::Table table({{"in the directory"}, {"count", Align::right}, {"bytes", Align::right}});
  table.add({"batches of the log", number(all.batches.count), bytes_text(all.batches.bytes)});
  table.add({"heads", number(directory.heads.count), bytes_text(directory.heads.bytes)});
  table.add(
      {"snapshots", number(directory.snapshots.count), bytes_text(directory.snapshots.bytes)});
  std::string text = '\n' + table.text();
  if (files > 0)
    text += fmt::format(
        "{} in all; RocksDB's files take {} of it on the disk: {} in tables, {} in "
        "write-ahead logs\n",
        bytes_text(raw), share(files, raw), bytes_text(directory.table_bytes),
        bytes_text(directory.write_ahead_bytes));
  return text;
}

}  // namespace

std::string stats_text(const Stats& stats) {
  return overview(stats) + '\n' + by_service(stats) + by_type(stats, PayloadKind::event, "events") +
         by_type(stats, PayloadKind::command, "commands") + by_refusal(stats) + by_time(stats) +
         hottest(stats.by_records, "records", number) +
         hottest(stats.by_bytes, "bytes", bytes_text) + live_and_dead(stats) + on_disk(stats) +
         by_partition(stats);
}

}  // namespace souk::replay
