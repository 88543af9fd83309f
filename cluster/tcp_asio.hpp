// asio, for the TCP transport. Include no header of asio before this one.
#pragma once

#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
// asio's fences; what they order is also ordered by its mutexes, which ThreadSanitizer does see.
#pragma GCC diagnostic ignored "-Wtsan"
#endif

// clang-format off
// asio 1.22 asks the standard library's macros how to allocate before it includes any of its
// headers. A file that includes asio first would free by another way than the rest allocates.
#include <version>
// clang-format on

#include <asio/buffer.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
