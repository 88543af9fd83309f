# A customer's wallet. See README.md before editing: what is stored once is read for ever.
@0xb4eba51e5a9eecf1;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("souk::schema::wallet");

# --- commands ------------------------------------------------------------------------------------

# Money comes in. The first charge fixes the wallet's currency.
struct Charge {
  chargeId @0 :Text;
  amount @1 :Common.Money;
}

# Try: sets an amount aside for an order.
struct Hold {
  holdId @0 :Text;
  amount @1 :Common.Money;
}

# Confirm: the held amount is spent.
struct Settle {
  holdId @0 :Text;
}

# Cancel: the held amount is back in the balance.
struct Release {
  holdId @0 :Text;
}

# Spent money comes back.
struct Refund {
  refundId @0 :Text;
  amount @1 :Common.Money;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Command {
  union {
    charge @0 :Charge;
    hold @1 :Hold;
    settle @2 :Settle;
    release @3 :Release;
    refund @4 :Refund;
  }
}

# --- events --------------------------------------------------------------------------------------

struct Charged {
  chargeId @0 :Text;
  amount @1 :Common.Money;
}

struct Held {
  holdId @0 :Text;
  amount @1 :Common.Money;
}

struct Settled {
  holdId @0 :Text;
  amount @1 :Common.Money;
}

struct Released {
  holdId @0 :Text;
  amount @1 :Common.Money;
}

struct Refunded {
  refundId @0 :Text;
  amount @1 :Common.Money;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Event {
  union {
    charged @0 :Charged;
    held @1 :Held;
    settled @2 :Settled;
    released @3 :Released;
    refunded @4 :Refunded;
  }
}

# --- state and reply -----------------------------------------------------------------------------

# charged = balance + held + settled - refunded, at every moment.
struct State {
  currency @0 :UInt32;       # none before the first charge
  chargedMinor @1 :Int64;
  balanceMinor @2 :Int64;    # free to be held
  heldMinor @3 :Int64;
  settledMinor @4 :Int64;    # spent
  refundedMinor @5 :Int64;
  holds @6 :List(HoldEntry); # sorted by key; their sum is `heldMinor`
}

# Minor units held, by hold id.
struct HoldEntry {
  key @0 :Text;
  value @1 :Int64;
}

# Nothing to tell beyond that a command was accepted.
struct Reply {
}
