// A small world for one campaign: its host and those of two coupons, each taken apart
// (walked_host.hpp), customers who ask again and again, a network that loses, repeats and delays at
// will, and strangers who command a coupon themselves. All that can happen next, and what must be
// true.
//
// Real: the deciders, and as a saga pending, advance, answer, wait_key, settled and released_by of
// the campaign; see hosted.hpp for the hosts. Re-stated from actors/core/saga_host.hpp: when grants
// are sent, and who waits for an answer. Weaker than there: the campaign takes every answer that a
// coupon ever gave, also those that nobody waits for, alone or with all others and doubled. What
// the outbox would not let through has to be harmless as well.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/campaign/campaign.hpp"
#include "tests/sagas/said.hpp"
#include "tests/support/values.hpp"

namespace souk::test::sale {

inline constexpr std::size_t kCoupons = 2;

struct Rules {
  HostRules campaign;
  HostRules coupons;
  // An issue is answered once its coupon exists.
  bool issues_wait_for_coupon = true;
  // Nothing is sent for a state that is not durable.
  bool grants_wait_for_log = true;
  // What is not answered is sent again ...
  bool grants_are_repeated = true;
  // ... and what is pending is sent when the campaign has been read back.
  bool recovery_sends_pending = true;
};

// Somebody else's command to the coupon of an ordinal: it may come at any moment, again, or never.
struct Stranger {
  std::int64_t ordinal = 1;
  Asked<Coupon> command;
};

struct Scenario {
  std::string name;
  std::vector<Asked<Campaign>> commands;  // may come at any moment, again, or never; at most 8
  campaign::State campaign;
  std::vector<Stranger> strangers;
  bool time_passes = false;  // from before the campaign's window until after it
  // Nobody else grants a coupon whose id has a '~': the gateway sees to that. If somebody does,
  // what is promised to that coupon's customer is only that the log tells of it.
  bool ids_are_reserved = true;
};

using Campaigns = WalkedHost<Campaign, std::uint64_t, 2>;
using Coupons = WalkedHost<Coupon, std::uint16_t, 1>;

// One moment.
struct World {
  Campaigns::At campaign;
  std::array<Coupons::At, kCoupons> coupons;
  std::uint64_t given = 0;                        // the campaign's answers to its customers
  std::array<std::uint16_t, kCoupons> granted{};  // the coupons' answers to their grants
  std::uint16_t network = 0;   // grants under way: each may arrive now, again, or be lost
  std::uint8_t silenced = 0;   // a bit an ordinal: its grant is not sent (again)
  std::uint8_t waiting = 0;    // a bit a command: its final answer waits for the coupon
  std::uint8_t not_given = 0;  // a bit an ordinal: the log says that its id was somebody else's
  std::uint8_t fault = 0;      // 1: one command was answered in two ways
  std::array<std::uint8_t, 6> padding{};
  bool operator==(const World&) const = default;
};

struct Action {
  enum class Kind : std::uint8_t {
    command,  // a customer's arrives
    campaign_commit,
    campaign_restart,
    campaign_clock,
    send,   // grants that are pending
    lose,   // a grant
    grant,  // arrives, or a stranger's command does
    coupon_commit,
    coupon_restart,
    coupon_clock,
    hear,      // the campaign hears a coupon's answer
    hear_all,  // all there are, twice
  };
  Kind kind = Kind::command;
  std::uint8_t number = 0;             // of the command, the coupon, or the answer
  std::uint8_t answer = kNothingSaid;  // to a customer's command
};

// For walk(). Not thread-safe.
class Model {
 public:
  using World = sale::World;
  using Action = sale::Action;
  using Steps = std::vector<std::pair<Action, World>>;

  Model(Scenario scenario, Rules rules);

  World start() const { return start_; }
  void next(const World& world, Steps& steps);
  std::string broken_promise(const World& world) const;
  bool ended(const World& world) const;
  std::string_view ending(const World& world) const;
  std::string describe_action(Action action) const;

 private:
  using Mask = std::uint16_t;

  std::uint8_t coupon_command(std::int64_t ordinal, const Asked<Coupon>& command);
  Mask pending(std::uint16_t hosted, const campaign::State& state);
  std::uint8_t ordinals(Mask grants) const;

  void ask(const World& world, std::uint8_t command, Steps& steps);
  void live_and_die(const World& world, Steps& steps);
  World committed(World world);
  World restarted(World world);
  World released(World world, std::uint64_t answers) const;
  std::uint8_t number_of(const Said<Campaign>& said);

  void send_and_lose(const World& world, Steps& steps);
  void arrive(const World& world, std::uint8_t command, Steps& steps);
  void coupon_lives_and_dies(const World& world, std::uint8_t coupon, Steps& steps);
  void hear(const World& world, Steps& steps);
  void deliver(const World& world, std::vector<campaign::Delivery> deliveries, Action action,
               Steps& steps);

  std::string broken_by_answer(const World& world, const Said<Campaign>& said) const;
  std::string broken_by_answers(const Said<Campaign>& one, const Said<Campaign>& other) const;
  std::string broken_by_coupon(const World& world, std::size_t coupon) const;

  Scenario scenario_;
  Rules rules_;
  Campaigns campaign_;
  Coupons coupons_;
  std::vector<std::uint8_t> coupon_of_;  // a coupon's command
  Mask grants_ = 0;                      // of those commands, the campaign's own
  Mask strangers_ = 0;                   // the others
  std::map<std::uint16_t, Mask> pending_;
  Numbered<Said<Campaign>> said_;
  Numbered<campaign::Delivery> deliveries_;  // the coupons' answers, as the campaign hears them
  World start_;
};

}  // namespace souk::test::sale
