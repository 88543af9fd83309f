# A coupon, good for one order. See README.md before editing: what is stored once is read for ever.
@0x80bf35099f2960c9;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("souk::schema::coupon");

# --- terms ---------------------------------------------------------------------------------------

enum DiscountKind {
  amount @0;
  percent @1;
}

# What comes off a total: an amount, or a share of the total with an optional cap.
struct Discount {
  kind @0 :DiscountKind;
  amount @1 :Common.Money;   # of kind amount: what is taken off; null otherwise
  basisPoints @2 :Int64;     # of kind percent: hundredths of a percent, 1 to 10,000
  cap @3 :Common.Money;      # of kind percent: at most this much; null for no cap
}

# What a coupon promises, and within which window.
struct Terms {
  discount @0 :Discount;
  minimumTotal @1 :Common.Money;   # the order's subtotal must reach this; null for no minimum
  validFrom @2 :Int64;             # inclusive
  validUntil @3 :Int64;            # exclusive
}

# --- commands ------------------------------------------------------------------------------------

struct Grant {
  owner @0 :Text;   # empty: whoever presents it
  terms @1 :Terms;
}

# Try: sets the coupon aside for an order of this customer.
struct Hold {
  holdId @0 :Text;
  customerId @1 :Text;
}

# Confirm: the coupon is used.
struct Settle {
  holdId @0 :Text;
}

# Cancel: the coupon may be used again, unless its window has closed.
struct Release {
  holdId @0 :Text;
}

# The window has closed.
struct Expire {
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Command {
  union {
    grant @0 :Grant;
    hold @1 :Hold;
    settle @2 :Settle;
    release @3 :Release;
    expire @4 :Expire;
  }
}

# --- events --------------------------------------------------------------------------------------

struct Granted {
  owner @0 :Text;
  terms @1 :Terms;
}

# Carries the terms, so that who asked for the hold learns them from this event alone.
struct Held {
  holdId @0 :Text;
  customerId @1 :Text;
  terms @2 :Terms;
}

struct Settled {
  holdId @0 :Text;
}

struct Released {
  holdId @0 :Text;
}

struct Lapsed {
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Event {
  union {
    granted @0 :Granted;
    held @1 :Held;
    settled @2 :Settled;
    released @3 :Released;
    lapsed @4 :Lapsed;
  }
}

# --- state and reply -----------------------------------------------------------------------------

enum Status {
  unknown @0;
  granted @1;
  held @2;
  used @3;
  lapsed @4;
}

struct State {
  status @0 :Status;
  owner @1 :Text;
  terms @2 :Terms;
  holdId @3 :Text;   # whose hold it is, while held; who used it, once used
}

# What an accepted Hold tells its sender.
struct Reply {
  terms @0 :Terms;   # null for the other commands
}
