// The people of a simulated shop: they charge wallets, order, ask again when they hear nothing, and
// now and then ask for nonsense.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/agenda.hpp"
#include "tests/sim/history.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/random.hpp"

namespace souk::sim {

struct Workload {
  int clients = 8;
  int customers = 6;
  int skus = 5;
  int campaigns = 1;
  Duration think_max = milliseconds(400);
  Duration checkout_wait_max = seconds(5);
};

class Clients {
 public:
  // `gateways` outlive this.
  Clients(Agenda& agenda, Random& random, std::vector<Machine*> gateways, Workload workload);

  // Stock, money, coupons and campaigns, so that there is something to order; then everybody
  // begins.
  void begin();
  // Nobody thinks of anything new; what has no outcome yet is asked for until it has one.
  void end() { ending_ = true; }
  // After `end`: everybody has heard everything.
  bool are_done() const { return ending_ && busy_ == 0; }

  const History& history() const { return history_; }

 private:
  void next();
  Wish& think();
  Wish& order();
  Wish& read();
  Wish& charge();
  Wish& refund();
  Wish& receive();
  Wish& give_back();
  Wish& issue();
  Wish& other_body();
  Wish& nonsense();
  Wish& add(std::unique_ptr<Wish> wish);

  void ask(Wish& wish, int tries);
  void hears(Wish& wish, Heard heard, int tries);
  void again(Wish& wish, int tries);

  std::string some_sku();
  std::string some_customer() { return "c" + std::to_string(random_.below(customers())); }
  std::size_t customers() const { return static_cast<std::size_t>(workload_.customers); }
  std::string fresh(const char* prefix) { return prefix + std::to_string(++last_); }

  Agenda& agenda_;
  Random& random_;
  const std::vector<Machine*> gateways_;
  const Workload workload_;
  History history_;
  std::vector<std::string> coupons_;
  std::vector<Wish*> charges_;  // without a rival
  std::uint64_t last_ = 0;
  int busy_ = 0;       // clients that wait for something
  int preparing_ = 0;  // what has to be there before they begin
  bool ending_ = false;
};

}  // namespace souk::sim
