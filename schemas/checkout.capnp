# The checkout saga: carries one order across stock, coupon and wallet. See README.md before editing:
# what is stored once is read for ever.
@0xeeecfd60be1d9f05;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
using Coupon = import "coupon.capnp";
using Order = import "order.capnp";
$Cxx.namespace("souk::schema::checkout");

# --- steps ---------------------------------------------------------------------------------------

# What StepRef.step says in this saga: one row each of its table.
enum Step {
  placeOrder @0;
  holdStock @1;
  holdCoupon @2;
  holdWallet @3;
  confirmOrder @4;
}

# A participant's answer to the command of one step.
struct Answer {
  step @0 :Common.StepRef;
  refusal @1 :Text;             # empty: accepted; else the refusal's code, "stock.out_of_stock"
  unitPrice @2 :Common.Money;   # of an accepted stock hold; null otherwise
  terms @3 :Coupon.Terms;       # of an accepted coupon hold; null otherwise
}

# --- commands ------------------------------------------------------------------------------------

struct Start {
  orderId @0 :Text;
  customerId @1 :Text;
  lines @2 :List(Order.Line);
  couponId @3 :Text;    # empty for none
  orderedAt @4 :Int64;  # when the customer ordered; zero: when the checkout starts
}

# Everything that was in flight has been answered, or the deadline has passed.
struct Advance {
  answers @0 :List(Answer);
  timedOut @1 :Bool;   # steps in flight that are not in `answers` have an unknown outcome
}

# These steps stayed unanswered past their tries.
struct GiveUp {
  steps @0 :List(Common.StepRef);
  tries @1 :Int64;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Command {
  union {
    start @0 :Start;
    advance @1 :Advance;
    giveUp @2 :GiveUp;
  }
}

# --- events --------------------------------------------------------------------------------------

struct Started {
  orderId @0 :Text;
  customerId @1 :Text;
  lines @2 :List(Order.Line);
  couponId @3 :Text;
  deadline @4 :Int64;
  orderedAt @5 :Int64;  # when the customer ordered; zero: when the checkout started
}

# Everything but the money is held, and the order is priced.
struct Reserved {
  totals @0 :Order.Totals;
}

# The money is held; next comes the pivot.
struct Paid {
}

# The pivot: what is held will be settled.
struct Confirmed {
}

# From here on everything is undone.
struct TurnedBack {
  reason @0 :Order.Reason;
  undo @1 :List(Common.StepRef);   # what was held or may have been
}

# The undos of these steps were answered.
struct Undone {
  steps @0 :List(Common.StepRef);
}

# These steps stayed unanswered past their tries: an operator should know.
struct DeadLettered {
  steps @0 :List(Common.StepRef);
  tries @1 :Int64;
}

struct Ended {
  confirmed @0 :Bool;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Event {
  union {
    started @0 :Started;
    reserved @1 :Reserved;
    paid @2 :Paid;
    confirmed @3 :Confirmed;
    turnedBack @4 :TurnedBack;
    undone @5 :Undone;
    deadLettered @6 :DeadLettered;
    ended @7 :Ended;
  }
}

# --- state and reply -----------------------------------------------------------------------------

enum Phase {
  none @0;
  reserving @1;    # order placed, stock and coupon held, side by side
  paying @2;       # the amount held in the wallet
  confirming @3;   # the pivot is in flight
  settling @4;     # what was held is settled
  undoing @5;      # what was held is released, in reverse, and the order is cancelled
  confirmed @6;    # ended
  cancelled @7;    # ended
}

struct State {
  phase @0 :Phase;
  orderId @1 :Text;
  customerId @2 :Text;
  lines @3 :List(Order.Line);
  couponId @4 :Text;
  deadline @5 :Int64;
  totals @6 :Order.Totals;                # set once reserved
  reason @7 :Order.Reason;                # set once turned back
  toUndo @8 :List(Common.StepRef);        # still to be undone
  deadLetters @9 :List(Common.StepRef);   # unanswered past their tries
  orderedAt @10 :Int64;                   # when the customer ordered; zero: when it started
}

# The answer to Start is the saga's view.
struct Reply {
}
