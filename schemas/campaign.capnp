# A campaign: N coupons, first come, first served. See README.md before editing: what is stored once is
# read for ever.
@0xb130105272d4726e;

using Cxx = import "/capnp/c++.capnp";
using Coupon = import "coupon.capnp";
$Cxx.namespace("souk::schema::campaign");

# --- commands ------------------------------------------------------------------------------------

struct Open {
  campaignId @0 :Text;
  quantity @1 :Int64;       # how many coupons there are
  terms @2 :Coupon.Terms;   # what each of them promises
}

# A customer asks for one.
struct Issue {
  customerId @0 :Text;
}

struct Delivery {
  ordinal @0 :Int64;
  granted @1 :Bool;
}

# The coupon aggregates answered the grants of these ordinals.
struct Deliver {
  deliveries @0 :List(Delivery);
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Command {
  union {
    open @0 :Open;
    issue @1 :Issue;
    deliver @2 :Deliver;
  }
}

# --- events --------------------------------------------------------------------------------------

struct Opened {
  campaignId @0 :Text;
  quantity @1 :Int64;
  terms @2 :Coupon.Terms;
}

struct Issued {
  customerId @0 :Text;
  ordinal @1 :Int64;   # 1 for the first
  couponId @2 :Text;
}

struct Delivered {
  ordinal @0 :Int64;
  granted @1 :Bool;
  customerId @2 :Text;   # whose it is
}

# Discriminants are the tags that stand beside the bytes in the log.
struct Event {
  union {
    opened @0 :Opened;
    issued @1 :Issued;
    delivered @2 :Delivered;
  }
}

# --- state and reply -----------------------------------------------------------------------------

struct State {
  opened @0 :Bool;
  campaignId @1 :Text;
  quantity @2 :Int64;
  terms @3 :Coupon.Terms;
  issuedCount @4 :Int64;
  issued @5 :List(IssuedEntry);             # sorted by key
  undelivered @6 :List(UndeliveredEntry);   # sorted by key
}

# A customer's ordinal, by customer id.
struct IssuedEntry {
  key @0 :Text;
  value @1 :Int64;
}

# The customer of an ordinal whose coupon does not exist yet.
struct UndeliveredEntry {
  key @0 :Int64;
  value @1 :Text;
}

# What an accepted Issue tells its sender.
struct Reply {
  ordinal @0 :Int64;
  couponId @1 :Text;
}
