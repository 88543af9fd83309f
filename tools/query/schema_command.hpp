// `schema`: what the tables and views are, from the program itself; asks nobody.
#pragma once

#include <string>
#include <vector>

namespace souk::query {

// Of all tables and views.
std::vector<std::string> schema_names();

// The documented statements, or the page for people ("markdown"). Of one table or view if `name` is
// not empty. Throws Failure if there is none of this name.
std::string schema_text(const std::string& name, const std::string& format);

}  // namespace souk::query
