// What the command line says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::replay {

enum class Format { human, table, json, ndjson, csv };

// Times, offsets and streams are kept as they were typed: what they mean depends on the log.
struct Options {
  std::string command;  // "events", "decide-again"

  // --- every command's --------------------------------------------------------------------------
  std::vector<std::string> data;  // directories of one cluster; none: ask the node
  std::string url;
  std::optional<Format> format;  // none: the command's own
  unsigned threads = 0;          // 0: as many as the machine has
  bool no_progress = false;
  bool no_pager = false;
  bool all = false;

  // --- which records ----------------------------------------------------------------------------
  std::vector<std::string> services, streams, types;
  std::string id, correlation, causation, trace;
  std::string since, until;
  std::string from, to;
  bool refused = false;
  std::optional<std::size_t> limit, last;
  bool follow = false;
  bool scan = false;

  // --- one of them ------------------------------------------------------------------------------
  std::string subject;  // an id or a stream
  std::string at;
  std::string first, second;  // of diff

  // --- the whole log ----------------------------------------------------------------------------
  std::vector<std::string> against;  // directories
  bool no_read_models = false;
  bool no_files = false;
  bool decisions = false;
  std::string path;        // a file or a directory to write to, or to read from
  bool restart = false;    // of an export
  std::size_t top = 10;    // hottest streams
  std::string directory;   // where a backup is restored to
  bool no_verify = false;  // of what was restored
};

}  // namespace souk::replay
