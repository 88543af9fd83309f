// A running node's log as a LogView, over HTTP.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "store/log_view.hpp"
#include "tools/replay/log_client.hpp"

namespace souk::replay {

// Each partition is shown as of a moment of its own. Whatever comes over the wire is checked before
// it is given out; what does not fit is corruption, as on a disk.
class NodeView final : public store::LogView {
 public:
  // `url` as cli::checked_url returns it. Fails with io_error if there is no node or it does not
  // serve its log, newer_format.
  static store::Result<std::unique_ptr<NodeView>> connect(std::string url);

  const store::Identity& identity() const override { return identity_; }
  store::Result<store::Offset> last(PartitionId partition) const override;
  store::Result<store::Slice> read(PartitionId partition, store::Offset from,
                                   std::size_t bytes_max) const override;
  store::Result<store::Offset> next_batch(PartitionId partition,
                                          store::Offset after) const override;
  store::Result<store::Head> head(PartitionId partition, std::string_view stream) const override;
  store::Result<std::optional<store::Snapshot>> snapshot(PartitionId partition,
                                                         std::string_view stream) const override;
  store::Status refresh() override;

  const std::string& url() const { return client_.url(); }

 private:
  explicit NodeView(std::string url) : client_(std::move(url)) {}

  store::Result<store::Slice> read_up_to(PartitionId partition, store::Offset from,
                                         std::size_t bytes_max, store::Offset last) const;
  store::Result<store::Head> head_before(PartitionId partition, std::string_view stream,
                                         store::Head head, store::Offset last) const;

  LogClient client_;
  store::Identity identity_;
  std::map<PartitionId, store::Offset> last_;
};

}  // namespace souk::replay
