// What is stored as what: the one table. A row's struct brings along every struct inside of it, a
// row's variant every alternative, so nothing else has to be listed.
#include <mutex>
#include <stdexcept>
#include <string>

#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/codec.hpp"
#include "events/codec_link.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"
#include "events/wire.hpp"
#include "schemas/campaign.capnp.h"
#include "schemas/checkout.capnp.h"
#include "schemas/coupon.capnp.h"
#include "schemas/order.capnp.h"
#include "schemas/stock.capnp.h"
#include "schemas/wallet.capnp.h"
#include "schemas/wire.capnp.h"

namespace souk::codec {
namespace {

template <class T, class Schema>
void row() {
  const capnp::StructSchema schema = capnp::Schema::from<Schema>();
  if constexpr (Reflected<T>)
    detail::link(detail::kStructShape<T>, schema);
  else
    detail::link(detail::ShapeOfVariant<T>::value, schema);
}

void link_table() {
  row<stock::Command, schema::stock::Command>();
  row<stock::Event, schema::stock::Event>();
  row<stock::State, schema::stock::State>();
  row<stock::Reply, schema::stock::Reply>();

  row<wallet::Command, schema::wallet::Command>();
  row<wallet::Event, schema::wallet::Event>();
  row<wallet::State, schema::wallet::State>();
  row<wallet::Reply, schema::wallet::Reply>();

  row<coupon::Command, schema::coupon::Command>();
  row<coupon::Event, schema::coupon::Event>();
  row<coupon::State, schema::coupon::State>();
  row<coupon::Reply, schema::coupon::Reply>();

  row<campaign::Command, schema::campaign::Command>();
  row<campaign::Event, schema::campaign::Event>();
  row<campaign::State, schema::campaign::State>();
  row<campaign::Reply, schema::campaign::Reply>();

  row<order::Command, schema::order::Command>();
  row<order::Event, schema::order::Event>();
  row<order::State, schema::order::State>();
  row<order::Reply, schema::order::Reply>();

  row<checkout::Command, schema::checkout::Command>();
  row<checkout::Event, schema::checkout::Event>();
  row<checkout::State, schema::checkout::State>();
  row<checkout::Reply, schema::checkout::Reply>();

  row<wire::Hello, schema::wire::Hello>();
  row<wire::Goodbye, schema::wire::Goodbye>();
  row<wire::Status, schema::wire::Status>();
  row<wire::Command, schema::wire::Command>();
  row<wire::Answer, schema::wire::Answer>();
  row<wire::Failure, schema::wire::Failure>();
  row<wire::Pull, schema::wire::Pull>();
  row<wire::Page, schema::wire::Page>();
  row<wire::ReadLog, schema::wire::ReadLog>();
}

}  // namespace

void check_schemas() {
  static std::once_flag once;  // a mismatch leaves it unset: every later call throws again
  std::call_once(once, link_table);
}

void detail::require_linked(const StructShape& shape) {
  check_schemas();
  if (shape.linked->load(std::memory_order_acquire) == 0)
    throw std::logic_error(
        std::string(shape.name) +
        " has no schema: nothing in the table of codec_schemas.cpp contains it.");
}

}  // namespace souk::codec
