#include "tools/shared/node_client.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

namespace souk::cli {
namespace {

constexpr std::chrono::seconds kConnectTimeout{5};

std::string failure_text(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection: return "the connection was refused or lost";
    case httplib::Error::ConnectionTimeout: return "the connection could not be made in time";
    case httplib::Error::Read: return "the connection ended before an answer came";
    case httplib::Error::Write: return "the connection ended while the request was sent";
    default: return "the request failed: " + httplib::to_string(error);
  }
}

std::optional<std::chrono::seconds> seconds_of(const std::string& header) {
  int value = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), value);
  if (error != std::errc{} || end != header.data() + header.size() || value < 0)
    return std::nullopt;
  return std::chrono::seconds(value);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// The path of a Location, which may be absolute.
std::string path_of(const std::string& location) {
  const std::size_t scheme = location.find("://");
  if (scheme == std::string::npos) return location;
  const std::size_t path = location.find('/', scheme + 3);
  return path == std::string::npos ? "/" : location.substr(path);
}

bool all_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// A name, an IPv4 address, or an IPv6 address in brackets.
bool valid_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']'))
    return all_of(host.substr(1, host.size() - 2), "0123456789abcdefABCDEF:.");
  return all_of(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
}

bool valid_port(std::string_view port) {
  return all_of(port, "0123456789") && port.size() <= 5 && std::stoi(std::string(port)) <= 65'535;
}

}  // namespace

struct NodeClient::Impl {
  Impl(const std::string& url, std::chrono::seconds answer_timeout) : http(url) {
    http.set_keep_alive(true);
    http.set_tcp_nodelay(true);
    http.set_connection_timeout(kConnectTimeout);
    http.set_read_timeout(answer_timeout);
    http.set_write_timeout(answer_timeout);
    http.set_url_encode(false);  // ids need no escapes
  }
  httplib::Client http;
};

NodeClient::NodeClient(const std::string& url, std::chrono::seconds answer_timeout)
    : impl_(std::make_unique<Impl>(url, answer_timeout)) {}
NodeClient::~NodeClient() = default;
NodeClient::NodeClient(NodeClient&&) noexcept = default;

HttpAnswer NodeClient::send(Method method, const std::string& path, const std::string& json) {
  constexpr const char* kJson = "application/json";
  httplib::Client& http = impl_->http;
  httplib::Result result = method == Method::get   ? http.Get(path)
                           : method == Method::put ? http.Put(path, json, kJson)
                                                   : http.Post(path, json, kJson);
  HttpAnswer answer;
  if (!result) {
    answer.failure = failure_text(result.error());
    return answer;
  }
  answer.status = result->status;
  answer.body = std::move(result->body);
  answer.location = path_of(result->get_header_value("Location"));
  answer.retry_after = seconds_of(result->get_header_value("Retry-After"));
  for (const auto& [name, value] : result->headers)
    if (std::string own = lower(name); own.starts_with("souk-")) answer.souk[own] = value;
  return answer;
}

std::string HttpAnswer::explanation() const {
  if (!answered()) return failure;
  for (const char* member : {"detail", "title"})
    if (const std::string said = text(member); !said.empty())
      return fmt::format("{} ({})", said, status);
  return fmt::format("the node answered {}", status);
}

std::string HttpAnswer::text(const char* member) const {
  const nlohmann::json object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) return {};
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<std::string> checked_url(const std::string& text) {
  const std::size_t scheme_end = text.find("://");
  const bool has_scheme = scheme_end != std::string::npos;
  const std::string scheme = has_scheme ? text.substr(0, scheme_end) : "http";
  if (scheme != "http" && scheme != "https") return std::nullopt;
  std::string_view rest = text;
  if (has_scheme) rest.remove_prefix(scheme_end + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  // The port's colon is the last one, unless that stands inside an IPv6 address's brackets.
  const std::size_t colon = rest.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos;
  if (has_port && !valid_port(rest.substr(colon + 1))) return std::nullopt;
  if (!valid_host(has_port ? rest.substr(0, colon) : rest)) return std::nullopt;
  return fmt::format("{}://{}", scheme, rest);
}

}  // namespace souk::cli
