// Work on pieces by several threads, given back in the order in which the pieces were put in: how
// exports are encoded and imports are parsed.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace souk::replay {

// One thread puts and takes. With one thread or none of its own the work is done in `put`. What
// `work` throws is thrown again by the `take` of that piece.
template <class Piece>
class OrderedPool {
 public:
  using Work = std::function<void(Piece&)>;

  // `work` is called from `threads` threads at once.
  OrderedPool(unsigned threads, Work work) : work_(std::move(work)), pieces_max_(2 * threads + 1) {
    for (unsigned i = 0; threads > 1 && i < threads; ++i)
      threads_.emplace_back([this] { serve(); });
  }
  ~OrderedPool() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    to_do_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;

  // True if a piece should be taken before another one is put.
  bool full() const { return entries_.size() >= pieces_max_; }
  bool empty() const { return entries_.empty(); }

  void put(std::unique_ptr<Piece> piece) {
    auto entry = std::make_shared<Entry>();
    entry->piece = std::move(piece);
    entries_.push_back(entry);
    if (threads_.empty()) return run(*entry);
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(entry));
    }
    to_do_.notify_one();
  }

  // The oldest piece, once it is done. There must be one.
  std::unique_ptr<Piece> take() {
    const std::shared_ptr<Entry> entry = std::move(entries_.front());
    entries_.pop_front();
    if (!threads_.empty()) {
      std::unique_lock lock(mutex_);
      done_.wait(lock, [&] { return entry->done; });
    }
    if (entry->thrown) std::rethrow_exception(entry->thrown);
    return std::move(entry->piece);
  }

 private:
  struct Entry {
    std::unique_ptr<Piece> piece;
    std::exception_ptr thrown;
    bool done = false;  // guarded by the mutex
  };

  void run(Entry& entry) {
    try {
      work_(*entry.piece);
    } catch (...) {
      entry.thrown = std::current_exception();
    }
  }

  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      to_do_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (ended_) return;
      const std::shared_ptr<Entry> entry = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      run(*entry);
      lock.lock();
      entry->done = true;
      done_.notify_one();
    }
  }

  Work work_;
  std::size_t pieces_max_;
  std::deque<std::shared_ptr<Entry>> entries_;  // the caller's: all that were not taken yet
  std::mutex mutex_;
  std::condition_variable to_do_, done_;
  std::deque<std::shared_ptr<Entry>> waiting_;  // for a thread
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace souk::replay
