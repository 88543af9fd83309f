#include "tools/replay/verify/explain.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/keys.hpp"

namespace souk::replay {
namespace {

using Facts = std::vector<SuspectFact>;

std::string place(const SuspectFact& fact) {
  return fmt::format("{}@{}", store::display(fact.partition), fact.offset);
}

bool same_deed(const SuspectFact& a, const SuspectFact& b) {
  return a.kind == b.kind && a.service == b.service && a.stream == b.stream && a.amount == b.amount;
}

std::string amount_text(const SuspectFact& fact) {
  if (fact.service == Service::stock) return fmt::format("{} units", fact.amount);
  if (fact.service == Service::wallet) return fmt::format("{} (minor units)", fact.amount);
  return {};
}

std::string who(const SuspectFact& fact) {
  return fmt::format("{} {}", name_of(fact.service), fact.stream);
}

// "wallet 17850 should have settled 255 (minor units)"
std::string should_have(const SuspectFact& fact) {
  switch (fact.kind) {
    case FactKind::settled:
      if (fact.service == Service::coupon) return who(fact) + " should have been used";
      return fmt::format("{} should have settled {}", who(fact), amount_text(fact));
    case FactKind::confirmed: return "the order should have been confirmed";
    case FactKind::cancelled: return "the order should have been cancelled";
    case FactKind::granted: return who(fact) + " should have been granted";
    case FactKind::unfinished: break;
  }
  return {};
}

std::string has(const SuspectFact& fact) {
  switch (fact.kind) {
    case FactKind::settled:
      if (fact.service == Service::coupon)
        return fmt::format("{} was used by it ({})", who(fact), place(fact));
      return fmt::format("{} settled {} for it ({})", who(fact), amount_text(fact), place(fact));
    case FactKind::confirmed: return fmt::format("the order was confirmed ({})", place(fact));
    case FactKind::cancelled: return fmt::format("the order was cancelled ({})", place(fact));
    case FactKind::granted: return fmt::format("{} was granted ({})", who(fact), place(fact));
    case FactKind::unfinished:
      if (fact.service == Service::order)
        return fmt::format("the order is still placed ({})", place(fact));
      if (fact.service == Service::coupon)
        return fmt::format("{} is still held for it ({})", who(fact), place(fact));
      return fmt::format("{} still holds {} for it ({})", who(fact), amount_text(fact),
                         place(fact));
  }
  return {};
}

// Takes away what both sides agree upon.
void cancel_out(Facts& facts) {
  for (std::size_t i = 0; i < facts.size();) {
    const auto other =
        std::find_if(facts.begin() + static_cast<std::ptrdiff_t>(i) + 1, facts.end(),
                     [&](const SuspectFact& fact) {
                       return fact.expected != facts[i].expected && same_deed(fact, facts[i]);
                     });
    if (other == facts.end()) {
      ++i;
      continue;
    }
    facts.erase(other);
    facts.erase(facts.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::string joined(const std::vector<std::string>& parts) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), kShown); ++i)
    text.append(i == 0 ? "" : "; ").append(parts[i]);
  if (parts.size() > kShown) text += fmt::format("; and {} more", parts.size() - kShown);
  return text;
}

// What the saga's own word is, from all of its facts.
std::string saga_says(const Facts& all) {
  for (const SuspectFact& fact : all) {
    if (!fact.expected) continue;
    if (fact.kind == FactKind::granted)
      return fmt::format("its campaign says that it was delivered ({})", place(fact));
    return fmt::format("its checkout has ended {} ({})",
                       fact.kind == FactKind::cancelled ? "CANCELLED" : "CONFIRMED", place(fact));
  }
  return "no checkout that is under way or was confirmed knows of that";
}

}  // namespace

void explain_suspects(const Suspects& suspects, const Alive& lost, Audit& audit) {
  std::uint64_t unproved = 0;
  for (const auto& [id, all] : suspects) {
    Facts left = all;
    cancel_out(left);
    const auto explained = [&](const SuspectFact& fact) {
      const PartitionId deed =
          store::partition_of(audit.view.identity(), fact.service, fact.stream);
      const PartitionId saga = saga_of(fact.kind, id, audit.view.identity());
      if (audit.directory != nullptr &&
          (audit.directory->is_split(deed) || audit.directory->is_split(saga)))
        return true;
      return lost.contains(fact.stream) || lost.contains(id) || audit.damage.in(deed) ||
             audit.damage.in(saga);
    };
    const auto before = left.size();
    std::erase_if(left, explained);
    if (left.empty()) {
      unproved += before > 0;
      continue;
    }
    std::vector<std::string> parts;
    for (const SuspectFact& fact : left)
      parts.push_back(fact.expected ? should_have(fact) : has(fact));
    const SuspectFact& first = left.front();
    audit.findings.add({Check::sagas, first.partition, first.offset, first.offset,
                        (first.kind == FactKind::granted ? "coupon " : "order ") + id,
                        saga_says(all) + ", but " + joined(parts)});
  }
  if (unproved > 0)
    audit.findings.note(
        fmt::format("{} orders or coupons cannot be proved, because records that "
                    "concern them cannot be read, or are in two directories.",
                    unproved));
}

void explain_rings(const Rings& rings, Audit& audit) {
  for (const auto& [log_and_group, ends] : rings) {
    const auto& [log, group] = log_and_group;
    for (const RingEnd& named : ends) {
      if (named.is_there) continue;
      const bool found = std::ranges::any_of(ends, [&](const RingEnd& end) {
        return end.is_there && end.partition == named.partition;
      });
      // Of a partition that is in two directories only one is read; that is a finding of its own.
      if (found || audit.damage.in(named.partition) ||
          (audit.directory != nullptr && audit.directory->is_split(named.partition)))
        continue;
      audit.findings.add({Check::batches,
                          named.partition,
                          store::kNoOffset,
                          store::kNoOffset,
                          {},
                          fmt::format("its batch of group {} is missing: it was written together "
                                      "with the one of another partition at offset {}, and nothing "
                                      "of it or after it is there",
                                      group, named.offset),
                          audit.directory == nullptr ? "" : audit.directory->name_of(log)});
    }
  }
}

void explain_rows(const RowsOfInterest& fold, const RowsOfInterest& file, const Alive& lost,
                  const std::string& directory, Audit& audit) {
  const auto names = table_names();
  const auto add = [&](std::size_t table, const std::string& key, std::string what) {
    audit.findings.add({Check::read_models, std::nullopt, 0, 0,
                        fmt::format("{} {}", names[table], key), std::move(what), directory});
  };
  const auto concerns_lost = [&](const std::string& key) {
    for (std::size_t begin = 0; begin < key.size();) {
      const auto end = std::min(key.find(' ', begin), key.size());
      if (lost.contains(std::string_view(key).substr(begin, end - begin))) return true;
      begin = end + 1;
    }
    return false;
  };
  for (std::size_t table = 0; table < kTableCount; ++table) {
    const auto& columns = fold[table].columns.empty() ? file[table].columns : fold[table].columns;
    for (const auto& [key, row] : fold[table].rows) {
      if (concerns_lost(key)) continue;
      const auto other = file[table].rows.find(key);
      if (other == file[table].rows.end()) {
        add(table, key, "the row is missing");
        continue;
      }
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < row.size(); ++i)
        if (row[i] != other->second[i])
          parts.push_back(
              fmt::format("{} is {}, by the log it is {}", columns[i], other->second[i], row[i]));
      if (!parts.empty()) add(table, key, joined(parts));
    }
    for (const auto& [key, row] : file[table].rows)
      if (!fold[table].rows.contains(key) && !concerns_lost(key))
        add(table, key, "the row is of nothing that is in the log");
  }
}

}  // namespace souk::replay
