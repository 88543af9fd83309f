#include "tests/codec/stored_types.hpp"

#include <utility>
#include <variant>

#include "events/campaign.hpp"
#include "events/checkout.hpp"
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

namespace souk::codec_test {
namespace {

template <class T>
std::optional<Tree> decode_over(std::string_view bytes, const Tree& before) {
  T value = from_tree<T>(before);
  if (!codec::decode(bytes, value)) return std::nullopt;
  return to_tree(value);
}

template <class T>
StoredType stored(std::string_view service, Role role, codec::Tag tag, capnp::StructSchema schema) {
  StoredType type{service, role, tag, "", &codec::detail::kStructShape<T>, schema};
  if constexpr (requires { T::name; }) type.name = T::name;
  type.encode = [](const Tree& value) { return encoded(from_tree<T>(value)); };
  type.decode = decode_over<T>;
  type.held = [](const Tree& tree) { return to_tree(from_tree<T>(tree)); };
  return type;
}

class Table {
 public:
  template <class Variant, class Schema>
  void add_all(std::string_view service, Role role) {
    const capnp::StructSchema all = capnp::Schema::from<Schema>();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (types_.push_back(stored<std::variant_alternative_t<I, Variant>>(
           service, role, static_cast<codec::Tag>(I),
           all.getUnionFields()[I].getType().asStruct())),
       ...);
    }
    (std::make_index_sequence<std::variant_size_v<Variant>>{});
  }
  template <class T, class Schema>
  void add(std::string_view service, Role role) {
    types_.push_back(stored<T>(service, role, 0, capnp::Schema::from<Schema>()));
  }
  std::vector<StoredType> take() { return std::move(types_); }

 private:
  std::vector<StoredType> types_;
};

std::vector<StoredType> all_types() {
  Table table;
  table.add_all<stock::Command, schema::stock::Command>("stock", Role::command);
  table.add_all<stock::Event, schema::stock::Event>("stock", Role::event);
  table.add<stock::State, schema::stock::State>("stock", Role::state);
  table.add<stock::Reply, schema::stock::Reply>("stock", Role::reply);

  table.add_all<wallet::Command, schema::wallet::Command>("wallet", Role::command);
  table.add_all<wallet::Event, schema::wallet::Event>("wallet", Role::event);
  table.add<wallet::State, schema::wallet::State>("wallet", Role::state);
  table.add<wallet::Reply, schema::wallet::Reply>("wallet", Role::reply);

  table.add_all<coupon::Command, schema::coupon::Command>("coupon", Role::command);
  table.add_all<coupon::Event, schema::coupon::Event>("coupon", Role::event);
  table.add<coupon::State, schema::coupon::State>("coupon", Role::state);
  table.add<coupon::Reply, schema::coupon::Reply>("coupon", Role::reply);

  table.add_all<campaign::Command, schema::campaign::Command>("campaign", Role::command);
  table.add_all<campaign::Event, schema::campaign::Event>("campaign", Role::event);
  table.add<campaign::State, schema::campaign::State>("campaign", Role::state);
  table.add<campaign::Reply, schema::campaign::Reply>("campaign", Role::reply);

  table.add_all<order::Command, schema::order::Command>("order", Role::command);
  table.add_all<order::Event, schema::order::Event>("order", Role::event);
  table.add<order::State, schema::order::State>("order", Role::state);
  table.add<order::Reply, schema::order::Reply>("order", Role::reply);

  table.add_all<checkout::Command, schema::checkout::Command>("checkout", Role::command);
  table.add_all<checkout::Event, schema::checkout::Event>("checkout", Role::event);
  table.add<checkout::State, schema::checkout::State>("checkout", Role::state);
  table.add<checkout::Reply, schema::checkout::Reply>("checkout", Role::reply);

  table.add<wire::Hello, schema::wire::Hello>("wire", Role::message);
  table.add<wire::Goodbye, schema::wire::Goodbye>("wire", Role::message);
  table.add<wire::Status, schema::wire::Status>("wire", Role::message);
  table.add<wire::Command, schema::wire::Command>("wire", Role::message);
  table.add<wire::Answer, schema::wire::Answer>("wire", Role::message);
  table.add<wire::Failure, schema::wire::Failure>("wire", Role::message);
  table.add<wire::Pull, schema::wire::Pull>("wire", Role::message);
  table.add<wire::Page, schema::wire::Page>("wire", Role::message);
  table.add<wire::ReadLog, schema::wire::ReadLog>("wire", Role::message);
  return table.take();
}

}  // namespace

const std::vector<StoredType>& stored_types() {
  static const std::vector<StoredType> types = all_types();
  return types;
}

}  // namespace souk::codec_test
