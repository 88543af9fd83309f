// One connection to a souk-node.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace souk::cli {

// What came back for one request: an HTTP answer, or (status 0) why there was none.
struct HttpAnswer {
  int status = 0;
  std::string body;                                 // as it came: JSON, or bytes of any kind
  std::string location;                             // of a 202; a path
  std::optional<std::chrono::seconds> retry_after;  // of a 503
  std::map<std::string, std::string> souk;  // headers whose names begin with souk-, in lower case
  std::string failure;                      // of status 0: "connection refused", ...

  bool answered() const { return status != 0; }
  bool ok() const { return status >= 200 && status < 300; }
  // One sentence for people: the problem's detail, or the failure.
  std::string explanation() const;
  // A text of the JSON object that the body is, such as a problem's "code"; "" if there is none.
  std::string text(const char* member) const;
};

enum class Method { get, put, post };

// Keeps its connection open between requests and opens it again when it was lost. One thread each.
class NodeClient {
 public:
  // `url` as `checked_url` returns it. Waits so long for an answer.
  explicit NodeClient(const std::string& url,
                      std::chrono::seconds answer_timeout = std::chrono::seconds(30));
  ~NodeClient();
  NodeClient(NodeClient&&) noexcept;
  NodeClient& operator=(NodeClient&&) = delete;

  // Sends once and waits for the answer. `json` is the body of PUT and POST.
  HttpAnswer send(Method method, const std::string& path, const std::string& json = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// "http://host:port" without a trailing slash; a missing scheme is taken as http. Nothing if the
// text is no such address (a path, another scheme).
std::optional<std::string> checked_url(const std::string& text);

}  // namespace souk::cli
