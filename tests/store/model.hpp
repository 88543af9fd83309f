// The log as plain vectors and maps: what a log must agree with after any sequence of operations.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "support.hpp"

namespace souk::store {

class Model {
 public:
  void append(const std::vector<Line>& lines);

  // Compares everything: scans, heads, streams, open streams, next offsets.
  void expect_same(const Log& log) const;

  // True if the log's scans give just these records.
  bool holds_in(const Log& log) const;

  std::size_t records() const;

 private:
  struct StreamModel {
    std::vector<std::string> lines;
    std::vector<Offset> offsets;
    bool open = false;
  };
  struct PartitionModel {
    std::vector<std::string> lines;
    std::map<std::string, StreamModel> streams;
  };
  std::map<PartitionId, PartitionModel> partitions_;
};

// A group of one to `size_max` lines over a few streams and partitions.
std::vector<Line> random_group(std::mt19937_64& random, int size_max);

}  // namespace souk::store
