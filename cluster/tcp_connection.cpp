#include "cluster/tcp_connection.hpp"

#include <algorithm>
#include <vector>

namespace souk::cluster {
namespace {

// Pieces of one write; asio passes on no more at a time.
constexpr std::size_t kPiecesMax = 64;

std::string name_of(const Tcp::endpoint& endpoint) {
  return to_string(Endpoint{endpoint.address().to_string(), endpoint.port()});
}

// Sits on an owner, and closes its connection when the owner ends, by whatever cause: nobody would
// read from it any more, or close it.
class OwnerWatch final : public caf::attachable {
 public:
  // A subtype of our own: CAF's are small numbers.
  static constexpr std::size_t kToken = 0x50ba7c4;

  explicit OwnerWatch(const std::shared_ptr<TcpConnection>& connection)
      : key_(connection.get()), connection_(connection) {}

  void actor_exited(const caf::error&, caf::execution_unit*) override {
    if (const auto connection = connection_.lock()) connection->close("its owner has ended");
  }
  bool matches(const token& what) override { return what.subtype == kToken && what.ptr == key_; }

  static void remove(const caf::actor& owner, const TcpConnection* connection) {
    owner->detach(token{kToken, connection});
  }

 private:
  const TcpConnection* key_;
  std::weak_ptr<TcpConnection> connection_;
};

}  // namespace

TcpConnection::TcpConnection(std::shared_ptr<TcpLoop> loop, Tcp::socket socket,
                             const Tcp::endpoint& peer, std::uint64_t id,
                             std::size_t unread_bytes_max, std::shared_ptr<void> slot)
    : loop_(std::move(loop)),
      id_(id),
      peer_(name_of(peer)),
      unread_bytes_max_(unread_bytes_max),
      socket_(std::move(socket)),
      unowned_(loop_->io()),
      slot_(std::move(slot)) {
  asio::error_code ignored;
  socket_.set_option(Tcp::no_delay(true), ignored);
}

// --- any thread ----------------------------------------------------------------------------------

void TcpConnection::send(std::string frame) {
  if (frame.empty()) return;
  std::lock_guard lock(mutex_);
  if (ended_ || closing_) return;
  queued_ += frame.size();
  outbox_.add(std::move(frame));
  if (!flushing_) flushing_ = loop_->post([self = shared_from_this()] { self->flush(); });
}

std::size_t TcpConnection::queued_bytes() const {
  std::lock_guard lock(mutex_);
  return queued_;
}

void TcpConnection::consumed(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  unread_ -= std::min(bytes, unread_);
  if (!paused_ || ended_ || unread_ > unread_bytes_max_) return;
  paused_ = false;
  loop_->post([self = shared_from_this()] { self->read(); });
}

void TcpConnection::close(std::string why) {
  std::lock_guard lock(mutex_);
  if (ended_ || closing_) return;
  closing_ = true;
  loop_->post([self = shared_from_this(), why = std::move(why)] { self->finish(why, true); });
}

void TcpConnection::own(const caf::actor& owner) {
  {
    std::lock_guard lock(mutex_);
    if (owned_) return;
    owned_ = true;
    if (ended_) {
      if (told_) caf::anon_send(owner, Closed{id_, why_});
      return;
    }
    owner_ = owner;
    loop_->post([self = shared_from_this()] {
      self->unowned_.cancel();
      self->read();
    });
  }
  // Outside of the mutex: of an owner that has already ended it calls back at once.
  owner->attach(caf::attachable_ptr(new OwnerWatch(shared_from_this())));
  std::unique_lock lock(mutex_);
  if (!ended_) return;  // or else `finish` may have come before there was a watch to remove
  lock.unlock();
  OwnerWatch::remove(owner, this);
}

// --- the loop's thread: reading ------------------------------------------------------------------

void TcpConnection::await_owner(Duration time_max) {
  if (over_) return;
  unowned_.expires_after(to_chrono(time_max));
  unowned_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (error) return;
    std::unique_lock lock(self->mutex_);
    if (self->owned_) return;
    lock.unlock();
    self->finish("nobody took it in time", true);
  });
}

void TcpConnection::read() {
  if (over_) return;
  const std::span<char> space = reader_.space();
  socket_.async_read_some(
      asio::buffer(space.data(), space.size()),
      [self = shared_from_this()](const asio::error_code& error, std::size_t bytes) {
        self->got(error, bytes);
      });
}

void TcpConnection::got(const asio::error_code& error, std::size_t bytes) {
  if (over_) return;
  if (error == asio::error::eof)
    return finish(reader_.at_border() ? "the peer closed the connection"
                                      : "the peer closed the connection in the middle of a frame",
                  true);
  if (error) return finish(error.message(), true);
  reader_.filled(bytes);
  if (deliver()) pause_or_read();
}

// Gives the owner what is whole, or else says that something is coming. False if that was the end.
bool TcpConnection::deliver() {
  for (bool any = false;; any = true) {
    auto frame = reader_.next();
    if (!frame.ok()) {
      finish(peer_ + " sent what is no frame of souk's: " + frame.status().message(), true);
      return false;
    }
    if (!*frame) {
      if (!any) caf::anon_send(owner_, Arriving{id_});
      return true;
    }
    std::string& bytes = **frame;
    {
      std::lock_guard lock(mutex_);
      unread_ += bytes.size();
    }
    caf::anon_send(owner_, Received{id_, std::move(bytes)});
  }
}

void TcpConnection::pause_or_read() {
  {
    std::lock_guard lock(mutex_);
    paused_ = unread_ > unread_bytes_max_;
    if (paused_) return;
  }
  read();
}

// --- the loop's thread: writing ------------------------------------------------------------------

// Takes over what has been sent since the last lot.
void TcpConnection::flush() {
  if (over_) return;
  {
    std::lock_guard lock(mutex_);
    writing_ = outbox_.take();
    flushing_ = !writing_.empty();
  }
  if (!writing_.empty()) write();
}

void TcpConnection::write() {
  std::vector<asio::const_buffer> pieces;
  for (std::size_t i = 0; i < std::min(writing_.size(), kPiecesMax); ++i)
    pieces.push_back(asio::buffer(writing_[i]));
  pieces.front() += written_;
  socket_.async_write_some(
      pieces, [self = shared_from_this()](const asio::error_code& error, std::size_t bytes) {
        self->wrote(error, bytes);
      });
}

void TcpConnection::wrote(const asio::error_code& error, std::size_t bytes) {
  if (over_) return;
  if (error) return finish(error.message(), true);
  {
    std::lock_guard lock(mutex_);
    queued_ -= bytes;
  }
  for (written_ += bytes; !writing_.empty() && written_ >= writing_.front().size();) {
    written_ -= writing_.front().size();
    writing_.pop_front();
  }
  writing_.empty() ? flush() : write();
}

// --- the loop's thread: the end ------------------------------------------------------------------

void TcpConnection::end() { finish("the node stops", false); }

void TcpConnection::finish(const std::string& why, bool tell) {
  if (std::exchange(over_, true)) return;
  tell = tell && !loop_->hushed();
  const auto self = shared_from_this();  // the loop may hold the last one
  caf::actor owner;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    told_ = tell;
    why_ = why;
    owner = std::exchange(owner_, {});
    outbox_.take();
    queued_ = 0;
  }
  asio::error_code ignored;
  unowned_.cancel();
  socket_.close(ignored);
  slot_.reset();
  loop_->remove(this);
  if (!owner) return;
  OwnerWatch::remove(owner, this);
  if (tell) caf::anon_send(owner, Closed{id_, why});
}

}  // namespace souk::cluster
