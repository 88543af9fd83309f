#include "cluster/config_finding.hpp"

#include <algorithm>

namespace souk::cluster {

std::string to_string(const Place& place) {
  if (place.source.empty()) return "default";
  if (place.line == 0) return place.source;
  return place.source + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

std::string to_string(const Finding& finding) {
  std::string text = finding.place.source.empty() ? "" : to_string(finding.place) + ": ";
  if (!finding.is_error) text += "warning: ";
  if (!finding.key.empty()) text += finding.key + ": ";
  text += finding.what;
  if (!finding.fix.empty()) text += "; " + finding.fix;
  return text;
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.is_error; });
}

}  // namespace souk::cluster
