#include "cluster/dispatch.hpp"

#include <algorithm>
#include <utility>

namespace souk::cluster {
namespace {

// Calls `f.operator()<A>()` for the A whose service it is.
template <class F, class... A>
bool for_service(Service service, F&& f, Types<A...>) {
  return ((service == A::kService && (f.template operator()<A>(), true)) || ...);
}

}  // namespace

bool is_service(std::uint8_t number) {
  return std::ranges::find(kServices, static_cast<Service>(number)) != kServices.end();
}

std::string deliver_command(const core::Router& router, Service service, wire::Command head,
                            std::string_view command, Time until, const core::ReplyTo& reply_to) {
  std::string why = "it is for a service that this node does not know";
  for_service(
      service,
      [&]<class A>() {
        const PartitionId partition = router.partition_of(service, head.target);
        if (!router.is_here(partition)) {
          why = std::string(name_of(service)) + "/" + std::to_string(partition.number) +
                " is not this node's";
          return;
        }
        core::Envelope<A> envelope;
        if (!core::from_remote(std::move(head), command, envelope)) {
          why = "it is a command that this version of souk does not know";
          return;
        }
        envelope.until = until;
        envelope.reply_to.actor = reply_to.actor;
        envelope.reply_to.token = reply_to.token;
        caf::anon_send(router.keeper(partition), std::move(envelope));
        why.clear();
      },
      Aggregates{});
  return why;
}

bool deliver_answer(Service service, const std::vector<std::string_view>& parts,
                    const core::ReplyTo& asker, bool& last) {
  bool good = false;
  for_service(
      service,
      [&]<class A>() {
        core::Answer<A> answer;
        good = core::answer_from_parts(parts, answer);
        if (!good) return;
        last = answer.final;
        answer.token = asker.token;
        if (asker.actor) caf::anon_send(asker.actor, std::move(answer));
      },
      Aggregates{});
  return good;
}

void deliver_verdict(Service service, const core::ReplyTo& asker, core::Verdict verdict,
                     const std::string& detail) {
  if (!asker.actor) return;
  for_service(
      service,
      [&]<class A>() {
        core::Answer<A> answer;
        answer.token = asker.token;
        answer.verdict = verdict;
        answer.detail = detail;
        caf::anon_send(asker.actor, std::move(answer));
      },
      Aggregates{});
}

}  // namespace souk::cluster
