// A configuration of two nodes that is right, for tests that spoil it in one place.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/config.hpp"

namespace souk::testing {

inline constexpr std::string_view kTwoNodes = R"([cluster]
id = "shop"
[partitions]
default = 8
stock = 16
[tunables]
threads = 2
[[node]]
name = "front"
address = "10.0.0.1:7400"
http = "10.0.0.1:8080"
data = "souk"
roles = ["gateway", "order"]
[[node]]
name = "back"
address = "10.0.0.2:7400"
http = "10.0.0.2:8080"
data = "souk"
roles = ["stock", "wallet", "coupon"]
tunables.max_live = 1000
)";

// The text with the first `from` replaced; throws if there is none.
inline std::string with(std::string_view from, std::string_view to,
                        std::string_view in = kTwoNodes) {
  std::string text(in);
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::invalid_argument("no such text: " + std::string(from));
  return text.replace(at, from.size(), to);
}

inline std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline cluster::ConfigDraft checked(std::string_view text) {
  auto draft = cluster::read_config(text, "c.toml");
  cluster::check_config(draft);
  return draft;
}

// All findings, one a line, as a person sees them.
inline std::string said(const cluster::ConfigDraft& draft) {
  std::string lines;
  for (const cluster::Finding& finding : draft.findings) lines += to_string(finding) + '\n';
  return lines;
}
inline std::string findings_in(std::string_view text) { return said(checked(text)); }

// A configuration that must be right.
inline cluster::ClusterConfig config_of(std::string_view text) {
  auto draft = checked(text);
  if (has_errors(draft.findings)) throw std::invalid_argument(said(draft));
  return std::move(draft.config);
}

}  // namespace souk::testing
