// What souk-node --check prints about a configuration.
#pragma once

#include <string>
#include <vector>

#include "cluster/config_finding.hpp"
#include "node/config.hpp"

namespace souk::node {

// For people: the nodes, and all about the one that this is, if it is said. The configuration has
// no errors.
std::string report_text(const Config& config, const std::vector<cluster::Finding>& findings);

// For programs: one JSON object, with "ok", all nodes, and every finding. If there are errors the
// rest may be incomplete, and nobody owns anything.
std::string report_json(const Config& config, const std::vector<cluster::Finding>& findings);

}  // namespace souk::node
