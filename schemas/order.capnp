# An order. See README.md before editing: what is stored once is read for ever.
@0xb03ab917574386d8;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("souk::schema::order");

# --- parts ---------------------------------------------------------------------------------------

# A unit price that the client asks for, in the currency of the stock.
struct AskedPrice {
  minor @0 :Int64;
}

struct Line {
  sku @0 :Text;
  quantity @1 :Int64;
  askedPrice @2 :AskedPrice;   # null: the price that the stock says
}

# Why an order was cancelled.
struct Reason {
  code @0 :Text;      # "stock.out_of_stock", "deadline_passed"
  subject @1 :Text;   # whose: the SKU, the wallet, the coupon; may be empty
}

struct Totals {
  currency @0 :UInt32;
  unitPricesMinor @1 :List(Int64);   # one a line, as charged
  subtotalMinor @2 :Int64;
  discountMinor @3 :Int64;
  totalMinor @4 :Int64;              # subtotal - discount
}

# --- commands ------------------------------------------------------------------------------------

struct Place {
  customerId @0 :Text;
  lines @1 :List(Line);
  couponId @2 :Text;    # empty for none
  orderedAt @3 :Int64;  # when the customer ordered; zero: when it is placed
}

# The pivot: from here on the order goes through.
struct Confirm {
  totals @0 :Totals;
}

struct Cancel {
  reason @0 :Reason;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Command {
  union {
    place @0 :Place;
    confirm @1 :Confirm;
    cancel @2 :Cancel;
  }
}

# --- events --------------------------------------------------------------------------------------

struct Placed {
  customerId @0 :Text;
  lines @1 :List(Line);
  couponId @2 :Text;
  orderedAt @3 :Int64;  # when the customer ordered; zero: when it was placed
}

struct Confirmed {
  totals @0 :Totals;
}

struct Cancelled {
  reason @0 :Reason;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Event {
  union {
    placed @0 :Placed;
    confirmed @1 :Confirmed;
    cancelled @2 :Cancelled;
  }
}

# --- state and reply -----------------------------------------------------------------------------

enum Status {
  unknown @0;
  placed @1;
  confirmed @2;
  cancelled @3;
}

struct State {
  status @0 :Status;
  customerId @1 :Text;
  lines @2 :List(Line);
  couponId @3 :Text;
  totals @4 :Totals;    # set once confirmed
  reason @5 :Reason;    # set once cancelled
  orderedAt @6 :Int64;  # when the customer ordered; zero: when it was placed
}

# Nothing to tell beyond that a command was accepted.
struct Reply {
}
