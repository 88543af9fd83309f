// A connection over TCP. Part of the TCP transport.
//
// What actors call takes the mutex for a moment, and leaves the work to the loop's thread, which
// alone touches the socket and alone tells the owner anything (but for an owner who comes too
// late). Its life: unowned (accepted), owned, ended; never back. An owner that ends takes its
// connection with it.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "cluster/frame_reader.hpp"
#include "cluster/tcp_loop.hpp"
#include "cluster/tcp_outbox.hpp"
#include "cluster/transport.hpp"

namespace souk::cluster {

class TcpConnection final : public Connection,
                            public TcpLoop::Part,
                            public std::enable_shared_from_this<TcpConnection> {
 public:
  // `socket` is connected and belongs to `loop`. `slot` is let go when the connection ends.
  TcpConnection(std::shared_ptr<TcpLoop> loop, Tcp::socket socket, const Tcp::endpoint& peer,
                std::uint64_t id, std::size_t unread_bytes_max, std::shared_ptr<void> slot);

  // --- Connection: any thread -------------------------------------------------------------------
  std::uint64_t id() const override { return id_; }
  std::string peer() const override { return peer_; }
  void send(std::string frame) override;
  std::size_t queued_bytes() const override;
  void consumed(std::size_t bytes) override;
  void close(std::string why) override;

  // The first call says who owns it, and begins to read; further ones do nothing. Any thread.
  void own(const caf::actor& owner);

  // --- on the loop's thread ---------------------------------------------------------------------
  // Ends it if nobody has become its owner by then.
  void await_owner(Duration time_max);
  void end() override;

 private:
  void read();
  void got(const asio::error_code& error, std::size_t bytes);
  bool deliver();
  void pause_or_read();
  void flush();
  void write();
  void wrote(const asio::error_code& error, std::size_t bytes);
  void finish(const std::string& why, bool tell);

  const std::shared_ptr<TcpLoop> loop_;
  const std::uint64_t id_;
  const std::string peer_;
  const std::size_t unread_bytes_max_;

  mutable std::mutex mutex_;  // of what follows
  caf::actor owner_;          // set at most once; let go at the end
  bool owned_ = false;
  bool closing_ = false;  // a close is on its way to the loop
  bool ended_ = false;
  bool told_ = false;       // after the end: may an owner who comes too late be told?
  std::string why_;         // it ended
  TcpOutbox outbox_;        // taken over by the loop as soon as it has written the last lot
  bool flushing_ = false;   // the loop has been told that there is something, or is writing
  std::size_t queued_ = 0;  // bytes in outbox_ and in writing_
  std::size_t unread_ = 0;  // bytes the owner was given and has not worked off
  bool paused_ = false;     // not reading because of that

  // Of the loop's thread.
  Tcp::socket socket_;
  asio::steady_timer unowned_;
  FrameReader reader_;
  TcpOutbox::Chunks writing_;
  std::size_t written_ = 0;  // of writing_.front()
  bool over_ = false;        // as ended_, without the mutex
  std::shared_ptr<void> slot_;
};

}  // namespace souk::cluster
