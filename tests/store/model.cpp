#include "model.hpp"

#include <algorithm>

namespace souk::store {
namespace {

const std::vector<PartitionId> kAll = {kStock0, kStock1, kOrder0, {Service::order, 1}};

}  // namespace

void Model::append(const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    PartitionModel& partition = partitions_[line.partition];
    StreamModel& stream = partition.streams[line.stream];
    std::string text =
        line.stream + '#' + std::to_string(stream.lines.size() + 1) + ':' + line.text;
    partition.lines.push_back(text);
    stream.lines.push_back(text);
    stream.offsets.push_back(partition.lines.size());
    stream.open = line.open;
  }
}

bool Model::holds_in(const Log& log) const {
  return std::all_of(kAll.begin(), kAll.end(), [&](PartitionId id) {
    auto at = partitions_.find(id);
    return scanned(log, id) ==
           (at == partitions_.end() ? std::vector<std::string>() : at->second.lines);
  });
}

void Model::expect_same(const Log& log) const {
  for (PartitionId id : kAll) {
    auto at = partitions_.find(id);
    const PartitionModel& partition = at == partitions_.end() ? PartitionModel() : at->second;
    EXPECT_EQ(scanned(log, id), partition.lines);
    EXPECT_EQ(log.next_offset(id), partition.lines.size() + 1);
    std::vector<std::string> open;
    for (const auto& [name, stream] : partition.streams) {
      EXPECT_EQ(*log.head(id, name),
                (Head{stream.offsets.back(), stream.lines.size(), stream.open}))
          << name;
      EXPECT_FALSE(log.surely_new(id, name)) << name;
      EXPECT_EQ(stream_of(log, id, name), stream.lines);
      std::size_t half = stream.lines.size() / 2;
      Offset after = half == 0 ? kNoOffset : stream.offsets[half - 1];
      EXPECT_EQ(stream_of(log, id, name, after),
                std::vector<std::string>(stream.lines.begin() + static_cast<std::ptrdiff_t>(half),
                                         stream.lines.end()));
      if (stream.open) open.push_back(name);
    }
    auto found = log.open_streams(id);
    ASSERT_TRUE(found.ok()) << found.status().message();
    std::sort(found->begin(), found->end());
    EXPECT_EQ(*found, open);
  }
}

std::size_t Model::records() const {
  std::size_t count = 0;
  for (const auto& [id, partition] : partitions_) count += partition.lines.size();
  return count;
}

std::vector<Line> random_group(std::mt19937_64& random, int size_max) {
  std::vector<Line> lines(1 + random() % static_cast<unsigned>(size_max));
  for (Line& line : lines) {
    line.partition = kAll[random() % kAll.size()];
    line.stream = "s" + std::to_string(random() % 12);
    line.text = std::to_string(random()) + std::string(random() % 64, '.');
    line.open = random() % 2 == 0;
  }
  return lines;
}

}  // namespace souk::store
