// Reads one HTTP/1.1 response after another from a connection, however the network cuts them.
// Just what a node sends: a status line, headers, a body of Content-Length bytes (RFC 9112). Other
// framing (chunked, until close) is a fault, not a guess.
//
// Use: read into space(), tell received() how much; once complete, look at response(), then
// consume(). The buffer is kept, so that reading allocates nothing after the first responses.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace souk::bench {

struct Response {
  int status = 0;
  std::string_view body;  // points into the reader, until consume()
  bool close = false;     // the server closes the connection after this response
};

class ResponseReader {
 public:
  enum class State { incomplete, complete, broken };

  // Room to read into: never empty.
  std::span<char> space();

  // `count` bytes were read into space(). One request is outstanding at a time, so bytes after the
  // response are a fault as well. Broken stays broken.
  State received(std::size_t count);

  const Response& response() const { return response_; }  // only while complete
  std::string_view fault() const { return fault_; }       // why it is broken
  bool empty() const { return used_ == 0; }               // nothing of a response has come

  // Makes ready for the next response.
  void consume();

 private:
  static constexpr std::size_t kSpaceMin = 4096;
  static constexpr std::size_t kHeadMax = 64 << 10;
  static constexpr std::size_t kBodyMax = 16 << 20;

  State parse();
  bool parse_head(std::string_view head);
  bool parse_status_line(std::string_view line);
  bool parse_header(std::string_view line);
  State broken(std::string_view fault);

  std::vector<char> buffer_;
  std::size_t used_ = 0;
  std::size_t searched_ = 0;   // no end of the head begins before this
  std::size_t head_size_ = 0;  // with its empty line; 0: the head has not come in full
  std::size_t body_size_ = 0;
  bool has_length_ = false;
  Response response_;
  std::string fault_;
};

}  // namespace souk::bench
