// From what RESTinio's parser took off the wire to a request's parts.
#pragma once

#include <algorithm>
#include <string_view>

#include <restinio/all.hpp>

#include "events/ids.hpp"
#include "node/gateway/exchange.hpp"

namespace souk::gateway {

inline constexpr std::size_t kTargetBytesMax = 4096;
inline constexpr std::size_t kHeaderCountMax = 100;

// For the parser, which keeps one more than that.
inline restinio::incoming_http_msg_limits_t incoming_limits(std::size_t body_bytes_max) {
  return restinio::incoming_http_msg_limits_t()
      .max_url_size(kTargetBytesMax)
      .max_field_count(kHeaderCountMax)
      .max_body_size(body_bytes_max);
}

inline Method method_of(const restinio::http_request_header_t& header) {
  const auto method = header.method();
  if (method == restinio::http_method_post()) return Method::post;
  if (method == restinio::http_method_get()) return Method::get;
  if (method == restinio::http_method_put()) return Method::put;
  if (method == restinio::http_method_head()) return Method::head;
  if (method == restinio::http_method_options()) return Method::options;
  return Method::other;
}

// Compares a header's name with one in lower case.
inline bool is_named(std::string_view name, std::string_view lower) {
  return name.size() == lower.size() &&
         std::equal(name.begin(), name.end(), lower.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

// What a request that has come in whole says. The views are of `header` and `body`.
inline Incoming incoming_of(const restinio::http_request_header_t& header, std::string_view body,
                            std::size_t body_bytes_max) {
  Incoming in;
  in.method = method_of(header);
  in.target = header.request_target();
  in.body = body;
  in.target_too_long = in.target.size() > kTargetBytesMax;
  in.too_many_headers = header.fields_count() > kHeaderCountMax;
  in.body_too_large = in.body.size() > body_bytes_max;
  header.for_each_field([&in](const auto& field) {
    const std::string& name = field.name();
    const std::string& value = field.value();
    if (is_named(name, "content-type")) {
      in.content_type = value;
    } else if (is_named(name, "x-correlation-id")) {
      if (valid_id(value)) in.correlation_id = value;
    } else if (is_named(name, "x-request-id")) {
      if (in.correlation_id.empty() && valid_id(value)) in.correlation_id = value;
    } else if (is_named(name, "traceparent")) {
      if (valid_traceparent(value)) in.traceparent = value;
    }
  });
  return in;
}

}  // namespace souk::gateway
