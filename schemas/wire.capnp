# What nodes say to each other: events/wire.hpp says what each is for. Nodes of this version and of the
# next work together, so what README.md says of stored structs holds here as well.
@0xa7cd50d7484d4a71;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("souk::schema::wire");

struct Position {
  service @0 :UInt16;
  number @1 :UInt16;
  offset @2 :Int64;
}

struct PartitionCount {
  service @0 :UInt16;
  count @1 :UInt16;
}

struct Hello {
  cluster @0 :Text;
  node @1 :Text;
  to @2 :Text;
  version @3 :Text;
  oldest @4 :UInt16;
  newest @5 :UInt16;
  partitions @6 :List(PartitionCount);
  placement @7 :Text;
  started @8 :Int64;
  at @9 :Int64;
}

struct Goodbye {
  why @0 :Text;
  final @1 :Bool;
}

struct Status {
  draining @0 :Bool;
  ordersOpen @1 :Int64;
  live @2 :Int64;
  inFlight @3 :Int64;
  fromPeers @4 :Int64;
  http @5 :Text;
  notReady @6 :Text;
  ends @7 :List(Position);
  modelsLag @8 :Int64;   # microseconds; -1: it keeps no read models
  memoryBytes @9 :Int64;
  at @10 :Int64;
}

struct Command {
  target @0 :Text;
  commandId @1 :Text;
  intent @2 :UInt16;
  deadline @3 :Int64;
  causationId @4 :Text;
  correlationId @5 :Text;
  trace @6 :Text;
  wantView @7 :Bool;
  hasCommand @8 :Bool;
  tag @9 :UInt16;
}

struct Answer {
  last @0 :Bool;
  verdict @1 :UInt16;
  refusal @2 :UInt16;
  detail @3 :Text;
  hasView @4 :Bool;
  basedOn @5 :Position;
  participants @6 :List(Position);
}

struct Failure {
  code @0 :UInt16;
  why @1 :Text;
}

struct Pull {
  wanted @0 :List(Position);
  bytesMax @1 :Int64;
  wait @2 :Int64;        # microseconds
}

struct PageSlice {
  service @0 :UInt16;
  number @1 :UInt16;
  from @2 :Int64;
  next @3 :Int64;
  end @4 :Int64;
  batches @5 :UInt32;
}

struct Page {
  slices @0 :List(PageSlice);
  more @1 :Bool;
  code @2 :UInt16;
  detail @3 :Text;
  hasFailed @4 :Bool;
  failed @5 :Position;
  pieceAt @6 :Int64;
  pieceOf @7 :Int64;     # bytes of the one batch, of which this is a piece; 0: the batches are whole
}

struct ReadLog {
  from @0 :Position;
  bytesMax @1 :Int64;
  skip @2 :Int64;
}
