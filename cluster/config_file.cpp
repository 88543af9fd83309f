// Reads the file: what each key is, and of which type. What must fit together is config_check's.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "cluster/config.hpp"

namespace souk::cluster {
namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
  }
}

class Reader {
 public:
  explicit Reader(const std::string& source) : source_(source) {}

  void read(const toml::table& top) {
    only(top, "", {"cluster", "partitions", "tunables", "node"});
    if (const auto* table = table_in(top, "cluster", "[cluster]"))
      read_cluster(*table);
    else if (!top.contains("cluster"))
      add(place_of(top), "cluster.id", "it is missing",
          "write [cluster] and below it id = \"my-shop\"");
    if (const auto* table = table_in(top, "partitions", "[partitions]")) read_partitions(*table);
    Tunables tunables;
    Origins origins;
    if (const auto* table = table_in(top, "tunables", "[tunables]"))
      read_tunables(*table, "tunables", tunables, origins);
    read_nodes(top, tunables, origins);
  }

  void syntax_error(const toml::parse_error& error) {
    add(place_of(error.source()), "", std::string(error.description()),
        "it is read as TOML, see https://toml.io");
  }

  ConfigDraft take() { return std::move(draft_); }

 private:
  Place place_of(const toml::source_region& region) const {
    return {source_, region.begin.line, region.begin.column};
  }
  Place place_of(const toml::node& node) const { return place_of(node.source()); }

  void add(Place place, std::string key, std::string what, std::string fix) {
    draft_.findings.push_back({std::move(place), std::move(key), std::move(what), std::move(fix)});
  }

  // Every key of the table that is none of `known` is an error.
  void only(const toml::table& table, const std::string& prefix,
            const std::vector<std::string_view>& known) {
    for (const auto& [key, value] : table)
      if (std::find(known.begin(), known.end(), key.str()) == known.end())
        add(place_of(key.source()), prefix + std::string(key.str()), "there is no such key",
            suggestion(key.str(), known));
  }

  void wrong_type(const toml::node& node, const std::string& key, std::string fix) {
    add(place_of(node), key, fmt::format("it is {}", type_name(node)), std::move(fix));
  }

  const toml::table* table_in(const toml::table& top, std::string_view key,
                              const std::string& header) {
    const toml::node* node = top.get(key);
    if (node && !node->is_table())
      wrong_type(*node, std::string(key), "begin a table with a line " + header);
    return node ? node->as_table() : nullptr;
  }

  // A text of the table; empty, with a finding, if it is missing or none.
  std::string text_in(const toml::table& table, const std::string& prefix, std::string_view key,
                      const std::string& example, Origins& origins) {
    const std::string full = prefix + std::string(key);
    const std::string fix = fmt::format("write {} = \"{}\"", key, example);
    const toml::node* node = table.get(key);
    if (!node) {
      add(place_of(table), full, "it is missing", fix);
      return {};
    }
    origins[std::string(key)] = place_of(*node);
    if (!node->is_string()) wrong_type(*node, full, fix);
    return node->value_or(std::string{});
  }

  void read_cluster(const toml::table& table) {
    only(table, "cluster.", {"id"});
    Origins origins;
    const std::string id = text_in(table, "cluster.", "id", "my-shop", origins);
    if (!id.empty()) draft_.config.id = id;
    if (!origins.empty()) draft_.config.origins["cluster.id"] = origins.at("id");
  }

  void read_partitions(const toml::table& table) {
    std::vector<std::string_view> known = {"default"};
    for (const ServiceGroup& group : service_groups()) known.push_back(group.name);
    only(table, "partitions.", known);
    for (const std::string_view key : known) {
      const toml::node* node = table.get(key);
      if (!node) continue;
      const std::string full = "partitions." + std::string(key);
      if (const auto count = node->value_exact<std::int64_t>())
        override_setting(draft_, nullptr, full, std::to_string(*count), place_of(*node));
      else
        wrong_type(*node, full, fmt::format("write {} = {}", key, kPartitionsDefault));
    }
  }

  void read_tunables(const toml::table& table, const std::string& prefix, Tunables& tunables,
                     Origins& origins) {
    std::vector<std::string_view> known;
    for (const Tunable& tunable : all_tunables()) known.push_back(tunable.key);
    only(table, prefix + '.', known);
    for (const Tunable& tunable : all_tunables()) {
      const toml::node* node = table.get(tunable.key);
      if (!node) continue;
      const std::string full = prefix + '.' + std::string(tunable.key);
      TunableValue value;
      if (const auto whole = node->value_exact<std::int64_t>())
        value = *whole;
      else if (const auto real = node->value_exact<double>())
        value = *real;
      else if (const auto yes = node->value_exact<bool>())
        value = *yes;
      else if (const auto text = node->value_exact<std::string>())
        value = *text;
      else {
        wrong_type(*node, full, "it wants " + limits_text(tunable));
        continue;
      }
      if (const std::string wrong = set_tunable(tunables, tunable, value); !wrong.empty())
        add(place_of(*node), full, wrong, fmt::format("it means {}", tunable.what));
      origins["tunables." + std::string(tunable.key)] = place_of(*node);
    }
  }

  void read_nodes(const toml::table& top, const Tunables& tunables, const Origins& origins) {
    const toml::node* nodes = top.get("node");
    if (!nodes) return;  // check_config says so
    if (!nodes->is_array_of_tables())
      return wrong_type(*nodes, "node", "begin each node with a line [[node]], in two brackets");
    std::size_t number = 0;
    for (const toml::node& node : *nodes->as_array()) {
      NodeConfig read;
      read.tunables = tunables;
      read.origins = origins;
      read_node(*node.as_table(), ++number, read);
      draft_.config.nodes.push_back(std::move(read));
    }
  }

  void read_node(const toml::table& table, std::size_t number, NodeConfig& node) {
    const std::string named = table["name"].value_or(std::string{});
    const std::string prefix =
        (named.empty() ? fmt::format("node[{}]", number) : "node." + named) + '.';
    only(table, prefix, {"name", "address", "http", "data", "roles", "read_models", "tunables"});
    node.origins["node"] = place_of(table);
    node.name = text_in(table, prefix, "name", "stock-1", node.origins);
    read_address(table, prefix, "address", "10.0.0.1:7400", node.address, node.origins);
    read_address(table, prefix, "http", "10.0.0.1:8080", node.http, node.origins);
    node.data = text_in(table, prefix, "data", "/var/lib/souk", node.origins);
    read_roles(table, prefix, node);
    if (const toml::node* yes = table.get("read_models")) {
      if (!yes->is_boolean())
        wrong_type(*yes, prefix + "read_models", "write read_models = false, or leave it out");
      node.read_models = yes->value_or(node.read_models);
      node.origins["read_models"] = place_of(*yes);
    }
    if (const toml::node* own = table.get("tunables")) {
      if (own->is_table())
        read_tunables(*own->as_table(), prefix + "tunables", node.tunables, node.origins);
      else
        wrong_type(*own, prefix + "tunables", "write tunables.threads = 2, a key with a dot");
    }
  }

  void read_address(const toml::table& table, const std::string& prefix, std::string_view key,
                    const std::string& example, Address& address, Origins& origins) {
    const std::string text = text_in(table, prefix, key, example, origins);
    if (text.empty()) return;
    if (const std::string wrong = parse_address(text, address); !wrong.empty())
      add(origins.at(std::string(key)), prefix + std::string(key), wrong,
          fmt::format("write an IP address and a port, as in \"{}\"", example));
  }

  void read_roles(const toml::table& table, const std::string& prefix, NodeConfig& node) {
    const std::string key = prefix + "roles";
    const toml::node* roles = table.get("roles");
    if (!roles) return add(place_of(table), key, "it is missing", "write roles = [\"all\"]");
    node.origins["roles"] = place_of(*roles);
    if (!roles->is_array()) return wrong_type(*roles, key, "write roles = [\"all\"]");
    for (const toml::node& role : *roles->as_array()) {
      if (role.is_string())
        take_role(*role.value<std::string>(), key, place_of(role), node);
      else
        wrong_type(role, key, "write roles as texts, as in [\"gateway\", \"order\"]");
    }
  }

  void take_role(const std::string& role, const std::string& key, const Place& place,
                 NodeConfig& node) {
    const bool all = role == "all";
    bool known = all;
    if (all || role == "gateway") known = node.gateway = node.read_models = true;
    if (role == "read_models") known = node.read_models = true;
    for (const ServiceGroup& group : service_groups()) {
      if (!all && role != group.name) continue;
      known = true;
      node.services.insert(group.services.begin(), group.services.end());
    }
    if (known) return;
    std::vector<std::string_view> roles = {"all", "gateway", "read_models"};
    for (const ServiceGroup& group : service_groups()) roles.push_back(group.name);
    add(place, key, fmt::format("there is no role \"{}\"", role), suggestion(role, roles));
  }

  const std::string source_;
  ConfigDraft draft_;
};

}  // namespace

ConfigDraft read_config(std::string_view text, const std::string& source) {
  Reader reader(source);
  try {
    reader.read(toml::parse(text, source));
  } catch (const toml::parse_error& error) {
    reader.syntax_error(error);
  }
  return reader.take();
}

ConfigDraft read_config_file(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (file && !std::filesystem::is_directory(path, ignored))
    return read_config(std::string(std::istreambuf_iterator<char>(file), {}), path);
  ConfigDraft draft;
  draft.findings.push_back({{path},
                            "",
                            "the file cannot be read",
                            "name one that is there: --config FILE, or SOUK_CONFIG"});
  return draft;
}

}  // namespace souk::cluster
