// The commands that show one thing that a node knows.
#pragma once

#include <string>
#include <string_view>

namespace souk::cli {

struct ShowOptions {
  std::string url;
  std::string id;
  bool raw_json = false;
};

// GETs `/v1/<collection>/<id>` and prints it on stdout; what went wrong goes to stderr. Returns the
// exit code.
int show_resource(std::string_view collection, const ShowOptions& options);

// GETs /healthz and /readyz and prints a line about each. Exit code 0 if the node is ready, 1 if it
// is not, 3 if it cannot be reached.
int show_health(const ShowOptions& options);

// An object of the API as a table: a row for each member, nested names joined by dots, amounts in
// minor units (members named ..._minor) as money of the object's currency; an array of objects
// becomes a table of its own below. The text itself if it is no JSON object.
std::string object_text(const std::string& json);

}  // namespace souk::cli
