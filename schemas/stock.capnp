# Stock of one SKU. See README.md before editing: what is stored once is read for ever.
@0xc773c8d615f97901;

using Cxx = import "/capnp/c++.capnp";
using Common = import "common.capnp";
$Cxx.namespace("souk::schema::stock");

# --- commands ------------------------------------------------------------------------------------

# Makes the SKU known, or corrects its title and price.
struct Register {
  title @0 :Text;
  unitPrice @1 :Common.Money;
}

struct SetPrice {
  unitPrice @0 :Common.Money;
}

# A delivery of goods. The receipt id tells a repetition from a second delivery.
struct Receive {
  receiptId @0 :Text;
  units @1 :Int64;
}

# Try: sets units aside for an order.
struct Hold {
  holdId @0 :Text;
  units @1 :Int64;
}

# Confirm: the held units are sold.
struct Settle {
  holdId @0 :Text;
}

# Cancel: the held units are available again.
struct Release {
  holdId @0 :Text;
}

# Sold units come back and are available again.
struct Return {
  returnId @0 :Text;
  units @1 :Int64;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Command {
  union {
    register @0 :Register;
    setPrice @1 :SetPrice;
    receive @2 :Receive;
    hold @3 :Hold;
    settle @4 :Settle;
    release @5 :Release;
    return @6 :Return;
  }
}

# --- events --------------------------------------------------------------------------------------

struct Registered {
  title @0 :Text;
  unitPrice @1 :Common.Money;
}

# The title was corrected.
struct Renamed {
  title @0 :Text;
}

struct PriceSet {
  unitPrice @0 :Common.Money;
}

struct Received {
  receiptId @0 :Text;
  units @1 :Int64;
}

# Units were set aside, at the price that the stock had at that moment.
struct Held {
  holdId @0 :Text;
  units @1 :Int64;
  unitPrice @2 :Common.Money;
}

struct Settled {
  holdId @0 :Text;
  units @1 :Int64;
}

struct Released {
  holdId @0 :Text;
  units @1 :Int64;
}

struct Returned {
  returnId @0 :Text;
  units @1 :Int64;
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Event {
  union {
    registered @0 :Registered;
    renamed @1 :Renamed;
    priceSet @2 :PriceSet;
    received @3 :Received;
    held @4 :Held;
    settled @5 :Settled;
    released @6 :Released;
    returned @7 :Returned;
  }
}

# --- state and reply -----------------------------------------------------------------------------

# received = available + held + sold - returned, at every moment.
struct State {
  registered @0 :Bool;
  title @1 :Text;
  unitPrice @2 :Common.Money;
  received @3 :Int64;
  available @4 :Int64;
  held @5 :Int64;
  sold @6 :Int64;
  returned @7 :Int64;
  holds @8 :List(HoldEntry);   # sorted by key; their sum is `held`
}

# Units held, by hold id.
struct HoldEntry {
  key @0 :Text;
  value @1 :Int64;
}

# What an accepted command tells its sender. Set by Hold only.
struct Reply {
  unitPrice @0 :Common.Money;
}
