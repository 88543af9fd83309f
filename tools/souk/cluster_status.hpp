// How a cluster is, for people.
#pragma once

#include <string>

#include "tools/souk/cluster_view.hpp"

namespace souk::cli {

// What is wrong first, a line each; then all nodes, those that are not well before the others; then
// what goes from the node that was asked to the others. Fits 100 columns unless names are long.
std::string status_text(const ClusterView& view, Time now);

}  // namespace souk::cli
