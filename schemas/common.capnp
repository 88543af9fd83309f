# What the services' schemas share. See README.md before editing: what is stored once is read for ever.
@0xb9ebdf11a707ced2;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("souk::schema");

# Throughout: `Int64` times are microseconds since 1970-01-01T00:00:00Z, zero for none. `Int64` unit
# counts are pieces. `Int64` fields called ...Minor are minor units (pence, cents) of the currency that
# stands nearby. Texts called ...Id are 1 to 128 characters, or empty for none. A currency is its ISO 4217
# code's three ASCII letters, first letter in the lowest byte; zero for none.

# A whole number of minor units of one currency.
struct Money {
  minor @0 :Int64;
  currency @1 :UInt32;
}

# One command of a saga: the row of its table, and which of several that go side by side.
struct StepRef {
  step @0 :UInt16;   # numbered by the saga: checkout.capnp lists its own as the enum Step
  index @1 :UInt32;
}
