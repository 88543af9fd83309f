// How requests are taken off the wire: RESTinio's parser callbacks, replaced by ones that cut what
// is too large instead of closing the connection, so that the client gets an answer. Knows no
// sockets; of the node's files only http_loop.cpp may include it.
//
// The limits are RESTinio's incoming_http_msg_limits; one byte or field more than a limit is kept,
// which tells the handler that it was passed. Memory a request stays bounded by them.
#pragma once

#include <algorithm>
#include <exception>
#include <string>

#include <climits>
#include <restinio/all.hpp>

namespace souk::gateway {

// Names RESTinio's standard methods; a type of our own, so that the callbacks below are chosen.
struct HttpMethods : restinio::default_http_methods_t {};

namespace parsing {

using Context = restinio::impl::http_parser_ctx_t;

inline Context& context(http_parser* parser) { return *static_cast<Context*>(parser->data); }

// Runs `f` on the context; an exception (no memory) becomes a parser error, which closes.
template <class F>
int guarded(http_parser* parser, F f) noexcept {
  try {
    f(context(parser));
    return 0;
  } catch (const std::exception&) {
    return -1;
  }
}

// How much of `length` more fits beside `have` when one above `max` may be kept.
inline std::size_t room(std::size_t have, std::size_t max, std::size_t length) {
  return have > max ? 0 : std::min(length, max + 1 - have);
}

inline int on_url(http_parser* parser, const char* at, std::size_t length) {
  return guarded(parser, [&](Context& c) {
    const std::size_t have = c.m_header.request_target().size();
    c.m_header.append_request_target(at, room(have, c.m_limits.max_url_size(), length));
  });
}

inline int on_header_field(http_parser* parser, const char* at, std::size_t length) {
  return guarded(parser, [&](Context& c) {
    if (c.m_last_was_value) c.m_current_field_name.clear();
    c.m_current_field_name.append(at, length);
    c.m_last_was_value = false;
  });
}

// Trailers are ignored: nothing here has a use for them.
inline int on_header_value(http_parser* parser, const char* at, std::size_t length) {
  return guarded(parser, [&](Context& c) {
    const bool first_part = !c.m_last_was_value;
    c.m_last_was_value = true;
    if (c.m_leading_headers_completed) return;
    const std::size_t max = c.m_limits.max_field_count();
    if (first_part && c.m_total_field_count <= max)
      c.m_header.add_field(std::move(c.m_current_field_name), std::string(at, length));
    else if (!first_part && c.m_total_field_count <= max + 1)
      restinio::impl::append_last_field_accessor(c.m_header, std::string(at, length));
    if (first_part) ++c.m_total_field_count;
  });
}

// A wish to upgrade is ignored, as RFC 9110 (7.8) allows: the request is answered in HTTP/1.1.
inline int on_headers_complete(http_parser* parser) {
  constexpr std::uint64_t kReserveMax = 64 * 1024;  // what strangers announce costs nothing yet
  parser->upgrade = 0;
  return guarded(parser, [&](Context& c) {
    c.m_leading_headers_completed = true;
    if (parser->content_length != ULLONG_MAX)
      c.m_body.reserve(std::min<std::uint64_t>(parser->content_length, kReserveMax));
  });
}

inline int on_body(http_parser* parser, const char* at, std::size_t length) {
  return guarded(parser, [&](Context& c) {
    c.m_body.append(at, room(c.m_body.size(), c.m_limits.max_body_size(), length));
  });
}

inline int on_message_complete(http_parser* parser) {
  http_parser_pause(parser, 1);  // the next request waits for this one's answer
  return guarded(parser, [&](Context& c) {
    c.m_message_complete = true;
    c.m_header.method(HttpMethods::from_nodejs(static_cast<int>(parser->method)));
    c.m_header.should_keep_alive(http_should_keep_alive(parser) != 0);
  });
}

}  // namespace parsing
}  // namespace souk::gateway

template <>
inline http_parser_settings
restinio::impl::create_parser_settings<souk::gateway::HttpMethods>() noexcept {
  namespace parsing = souk::gateway::parsing;
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_url = parsing::on_url;
  settings.on_header_field = parsing::on_header_field;
  settings.on_header_value = parsing::on_header_value;
  settings.on_headers_complete = parsing::on_headers_complete;
  settings.on_body = parsing::on_body;
  settings.on_message_complete = parsing::on_message_complete;
  return settings;
}
