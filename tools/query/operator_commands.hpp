// The commands that change something: for operators, through a node only.
#pragma once

#include <string_view>

#include "tools/query/node_source.hpp"
#include "tools/query/options.hpp"
#include "tools/shared/console.hpp"

namespace souk::query {

using cli::Console;

// `parked retry`, `parked skip`, `rebuild`. Says what was done on Console::err; returns the exit
// code. Throws Failure. Needs Console::stop.
int operate(const Options& options, NodeSource& node, const Console& console);

// The parked stream that the operator means: its id, or "order/3/its-id" where two services have
// streams of that id. Throws Failure if there is none, or more than one.
ParkedStream parked_stream(const Lag& lag, std::string_view meant);

}  // namespace souk::query
