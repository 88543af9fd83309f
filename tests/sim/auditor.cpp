#include "tests/sim/auditor.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "events/codec.hpp"
#include "events/partitioning.hpp"

namespace souk::sim {
namespace {

// None: of such aggregates nothing is shown, or it cannot be read.
std::optional<Figures> figures_shown(Service service, const std::string& view) {
  if (service == Service::stock) {
    stock::State stock;
    if (!codec::decode(view, stock)) return std::nullopt;
    return Figures{stock.received.value, stock.available.value, stock.held.value, stock.sold.value,
                   stock.returned.value};
  }
  if (service == Service::wallet) {
    wallet::State wallet;
    if (!codec::decode(view, wallet)) return std::nullopt;
    return Figures{wallet.charged_minor, wallet.balance_minor, wallet.held_minor,
                   wallet.settled_minor, wallet.refunded_minor};
  }
  if (service == Service::order) {
    order::State order;
    if (!codec::decode(view, order)) return std::nullopt;
    Figures figures;
    figures.in = order.status == order::Status::placed ? 1 : 0;
    figures.out = order.status == order::Status::confirmed ? 1 : 0;
    figures.back = order.status == order::Status::cancelled ? 1 : 0;
    return figures;
  }
  return std::nullopt;
}

}  // namespace

PartitionId Auditor::partition_of(const Wish& wish) const {
  return {wish.service, partition_number(wish.target, identity_.partitions.at(wish.service))};
}

std::vector<std::string> Auditor::judge(const ModelAnswers& models) {
  findings_ = ledger_.findings();
  judge_answers();
  judge_order_of_answers();
  judge_views();
  judge_models(models);
  return findings_;
}

// What was acknowledged is there once, what was refused is not, and the same id has the same
// answer.
void Auditor::judge_answers() {
  using gateway::Outcome;
  for (const auto& wish : history_) {
    if (wish->is_read()) continue;
    const Heard* accepted = nullptr;
    bool kept = false, asked_for_more = false;
    Time refused;  // when it was asked for and refused first
    for (const Heard& one : wish->heard) {
      kept |= one.outcome == Outcome::accepted || one.outcome == Outcome::pending;
      if (one.outcome == Outcome::refused && (!refused.is_set() || one.asked < refused))
        refused = one.asked;
      asked_for_more |= !one.is_final();
      if (one.outcome == Outcome::id_reused && wish->rival == nullptr)
        wrong(fmt::format("{}: its id is said to have come before with another body", wish->text));
      if (one.outcome == Outcome::refused && accepted != nullptr && accepted->heard <= one.asked)
        wrong(fmt::format("{}: accepted, and later refused ({})", wish->text, one.refusal));
      if (one.outcome != Outcome::accepted) continue;
      if (accepted != nullptr && accepted->reply != one.reply)
        wrong(fmt::format("{}: two different replies to the same id", wish->text));
      if (accepted != nullptr && wish->service == Service::checkout && accepted->view != one.view)
        wrong(fmt::format("{}: two different ends of one order", wish->text));
      accepted = &one;
    }
    const auto is_accepted = [](const Heard& one) { return one.outcome == Outcome::accepted; };
    if (wish->rival != nullptr && accepted != nullptr &&
        std::ranges::any_of(wish->rival->heard, is_accepted))
      wrong(fmt::format("{}: both bodies of one id were accepted", wish->text));
    if (wish->effect.empty()) continue;
    const std::int64_t times = ledger_.times(wish->effect);
    if (kept && times != 1)
      wrong(fmt::format("{}: acknowledged, and done {} times", wish->text, times));
    // (A campaign refuses a customer who has a coupon already, under another id.)
    if (wish->service != Service::campaign && !kept && refused.is_set() && !asked_for_more &&
        wish->asks == static_cast<int>(wish->heard.size()) && times != 0 &&
        ledger_.last(wish->effect) < refused + refusals_last_)
      wrong(fmt::format("{}: refused, and done", wish->text));
    if (accepted != nullptr && wish->service == Service::campaign) judge_coupon(*wish, *accepted);
    if (accepted == nullptr || wish->service != Service::checkout) continue;
    checkout::State view;
    if (!codec::decode(accepted->view, view)) {
      wrong(fmt::format("{}: an answer that cannot be read", wish->text));
      continue;
    }
    const bool confirmed = view.phase == checkout::Phase::confirmed;
    if (!confirmed && view.phase != checkout::Phase::cancelled)
      wrong(fmt::format("{}: answered before its end", wish->text));
    if (ledger_.times("confirmed " + wish->target) != (confirmed ? 1 : 0))
      wrong(fmt::format("{}: it was {}, and the log says otherwise", wish->text,
                        confirmed ? "confirmed" : "cancelled"));
  }
}

// A customer was told of the coupon that the log says is theirs.
void Auditor::judge_coupon(const Wish& issue, const Heard& accepted) {
  if (!issue.effect.starts_with("issued ")) return;
  const std::string customer = issue.effect.substr(issue.effect.rfind(' ') + 1);
  campaign::Reply reply;
  const auto campaign = ledger_.campaigns().find(issue.target);
  if (!codec::decode(accepted.reply, reply) || campaign == ledger_.campaigns().end())
    return wrong(fmt::format("{}: an answer that cannot be read, or of no campaign", issue.text));
  const auto ordinal = campaign->second.ordinals.find(customer);
  const auto coupon = campaign->second.coupons.find(reply.ordinal);
  if (ordinal == campaign->second.ordinals.end() || ordinal->second != reply.ordinal ||
      coupon == campaign->second.coupons.end() || coupon->second != reply.coupon_id.str())
    wrong(fmt::format("{}: answered with coupon {} ({}), and the log says otherwise", issue.text,
                      reply.coupon_id.str(), reply.ordinal));
}

// Each aggregate is linearizable: all its records stand in one order, and whoever asks after
// somebody has heard an answer hears of no earlier moment.
void Auditor::judge_order_of_answers() {
  std::map<std::pair<Service, std::string>, std::vector<std::pair<const Heard*, std::uint64_t>>>
      all;
  for (const auto& wish : history_)
    for (const Heard& one : wish->heard)
      if (const auto at = one.positions.find(partition_of(*wish));
          one.is_final() && at != one.positions.end())
        all[{wish->service, wish->target}].emplace_back(&one, at->second);
  for (const auto& [key, answers] : all) {
    std::uint64_t at = 0, then = 0;
    for (const auto& [earlier, earlier_at] : answers)
      for (const auto& [later, later_at] : answers)
        if (earlier->heard < later->asked && later_at < earlier_at)
          at = earlier_at, then = later_at;
    if (at > 0)
      wrong(fmt::format("{}/{}: an answer of offset {} was heard, and later one of offset {}",
                        souk::name_of(key.first), key.second, at, then));
  }
}

// The largest offset that anybody had heard of the aggregate before this was asked.
std::uint64_t Auditor::known_before(const Wish& about, const Heard& asked) const {
  std::uint64_t known = 0;
  for (const auto& wish : history_) {
    if (wish->service != about.service || wish->target != about.target) continue;
    for (const Heard& one : wish->heard)
      if (const auto at = one.positions.find(partition_of(about));
          one.is_final() && one.heard < asked.asked && at != one.positions.end())
        known = std::max(known, at->second);
  }
  return known;
}

// What clients were shown was what the records say at some moment between the last answer that
// anybody had heard before and the offset that the answer names: so it was durable, and not old.
// (The offset is the last of the group that was written together, and may be a little later than
// what was shown.)
void Auditor::judge_views() {
  for (const auto& wish : history_) {
    for (const Heard& one : wish->heard) {
      const auto at = one.positions.find(partition_of(*wish));
      if (!one.is_final() || one.view.empty() || at == one.positions.end()) continue;
      const std::optional<Figures> figures = figures_shown(wish->service, one.view);
      if (!figures) continue;
      const Figures& seen = *figures;
      if (at->second > ledger_.end(partition_of(*wish)))
        wrong(fmt::format("{}: shown as of offset {}, which the log does not have", wish->text,
                          at->second));
      else if (!ledger_.were(wish->service, wish->target, seen, known_before(*wish, one),
                             at->second))
        wrong(fmt::format("{}: shown {} {} {} {} {} as of offset {}, and the records say otherwise",
                          wish->text, seen.in, seen.free, seen.held, seen.out, seen.back,
                          at->second));
    }
  }
}

void Auditor::judge_models(const ModelAnswers& models) {
  if (models.empty()) return;
  const auto figures = [](const std::string& id, const Figures& f) {
    return fmt::format("{} {} {} {} {} {}", id, f.in, f.free, f.held, f.out, f.back);
  };
  std::vector<std::vector<std::string>> expected(5);
  for (const Service service : {Service::stock, Service::wallet})
    for (const std::string& id : ledger_.streams(service))
      if (const Figures f = ledger_.at(service, id, UINT64_MAX);
          service == Service::stock ? ledger_.times("registered " + id) > 0 : f.in > 0)
        expected[service == Service::stock ? 0 : 1].push_back(figures(id, f));
  for (const auto& [id, order] : ledger_.orders())
    expected[2].push_back(id + (order.confirmed   ? " CONFIRMED"
                                : order.cancelled ? " CANCELLED"
                                                  : " PLACED"));
  for (const auto& [id, coupon] : ledger_.coupons()) {
    using State = Ledger::Coupon::State;
    if (coupon.state != State::none)
      expected[3].push_back(id + (coupon.state == State::used     ? " USED"
                                  : coupon.state == State::held   ? " HELD"
                                  : coupon.state == State::lapsed ? " LAPSED"
                                                                  : " GRANTED"));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!models[i]) continue;
    std::ranges::sort(expected[i]);
    std::vector<std::string> missing, surplus;
    std::ranges::set_difference(expected[i], *models[i], std::back_inserter(missing));
    std::ranges::set_difference(*models[i], expected[i], std::back_inserter(surplus));
    if (!missing.empty() || !surplus.empty())
      wrong(fmt::format("the read models' {} are not what the log says; missing: {}; instead: {}",
                        kModelQueries[i].name, missing.empty() ? "-" : missing.front(),
                        surplus.empty() ? "-" : surplus.front()));
  }
}

}  // namespace souk::sim
