// What comes from HTTP clients, from the bytes on the wire to the answer: any bytes are refused
// with a problem that says so, or become commands and queries of good form; everything is answered
// once.
//
//   input   requests as they are sent, with a line "%%" between two of them. One that does not say
//   how
//           long its body is gets a Content-Length that fits. They come over one connection.
//
// Behind the gateway stand the real deciders and sagas, so what one request does the next one
// shows.
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "events/codec.hpp"
#include "node/gateway/http_parsing.hpp"
#include "node/gateway/incoming.hpp"
#include "node/gateway/response_bytes.hpp"
#include "node/gateway/routes.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/gateway/shelves.hpp"

namespace souk::fuzz {
namespace {

using gateway::Reply;
using gateway::Request;

constexpr std::size_t kBodyBytesMax = 4'096;  // small, so that an input can be larger

// --- off the wire ------------------------------------------------------------------------------

struct Message {
  restinio::http_request_header_t header;
  std::string body;
};

// What a parser makes of a stream.
struct Stream {
  std::vector<Message> messages;
  bool malformed = false;  // what follows them is no HTTP
};

std::string text_of(const Message& message) {
  const auto& header = message.header;
  std::string text = std::to_string(static_cast<int>(gateway::method_of(header))) + ' ' +
                     header.request_target() + (header.should_keep_alive() ? " keep\n" : "\n");
  header.for_each_field(
      [&](const auto& field) { text += field.name() + ": " + field.value() + '\n'; });
  return text + message.body;
}

// One connection's parser, as the loop drives it.
class Parser {
 public:
  // Takes requests off the front of `bytes`, which come in pieces of at most so many.
  static Stream parse(std::string_view bytes, std::size_t piece_max) {
    Stream stream;
    while (!bytes.empty()) {
      Parser parser;
      const std::size_t used = parser.take(bytes, piece_max);
      if (parser.failed_) {
        stream.malformed = true;
        break;
      }
      if (!parser.context_.m_message_complete) break;
      bytes.remove_prefix(used);
      stream.messages.push_back(
          {std::move(parser.context_.m_header), std::move(parser.context_.m_body)});
    }
    return stream;
  }

 private:
  Parser() : context_(gateway::incoming_limits(kBodyBytesMax)) {
    http_parser_init(&parser_, HTTP_REQUEST);
    parser_.data = &context_;
  }

  std::size_t take(std::string_view bytes, std::size_t piece_max) {
    static const http_parser_settings settings =
        restinio::impl::create_parser_settings<gateway::HttpMethods>();
    std::size_t used = 0;
    while (used < bytes.size() && !failed_ && !context_.m_message_complete) {
      const std::string_view piece = bytes.substr(used, piece_max);
      used += http_parser_execute(&parser_, &settings, piece.data(), piece.size());
      const auto error = HTTP_PARSER_ERRNO(&parser_);
      failed_ = error != HPE_OK && error != HPE_PAUSED;
    }
    require(failed_ || !context_.m_message_complete || used > 0, "a request is made of nothing");
    return used;
  }

  restinio::impl::http_parser_ctx_t context_;
  http_parser parser_;
  bool failed_ = false;
};

// The limits bound what is kept: one more than is allowed.
void check_limits(const Message& message) {
  require(message.header.request_target().size() <= gateway::kTargetBytesMax + 1 &&
              message.header.fields_count() <= gateway::kHeaderCountMax + 1 &&
              message.body.size() <= kBodyBytesMax + 1,
          "more of a request is kept than the limits allow");
}

// --- behind the gateway ------------------------------------------------------------------------

// Looks at everything that is asked, then has it carried out.
class FuzzBackend final : public gateway::Backend {
 public:
  bool asked_with_body() const { return asked_with_body_; }
  void begin_request() { asked_with_body_ = false; }

  void ask(Request<Order> request) override { carry_out(std::move(request)); }
  void ask(Request<Stock> request) override { carry_out(std::move(request)); }
  void ask(Request<Wallet> request) override { carry_out(std::move(request)); }
  void ask(Request<Coupon> request) override { carry_out(std::move(request)); }
  void ask(Request<Campaign> request) override { carry_out(std::move(request)); }
  void ask(Request<Checkout> request) override { carry_out(std::move(request)); }

  void read(gateway::ReadRequest request) override {
    require(request.rows_max >= 1, "a query for no rows is asked");
    check_wait(request.wait);
    asked_with_body_ |= request.foreign;
    for (const auto& [name, value] : request.parameters) {
      require(!name.empty(), "a query has a parameter without a name");
      require(request.foreign || request.sql.find(':' + name) != std::string::npos,
              "a query has a parameter that its SQL has not");
    }
    request.done({.rows = {.columns = {"one"}}, .position = request.at_least});
  }
  void settle_parked(gateway::ParkedRequest request) override {
    check_id(request.stream);
    asked_with_body_ |= request.action == gateway::ParkedAction::skip;
    request.done({});
  }
  void rebuild_read_models(std::function<void(gateway::ReadAnswer)> done) override { done({}); }

  void log_info(gateway::LogDone<gateway::LogInfo> done) override {
    done({.value = {"fuzz", 2, {{{Service::order, 0}, 7, ""}}}});
  }
  void read_batches(gateway::ReadBatches request) override {
    require(request.from >= 1 && request.bytes_max >= 1 && request.bytes_max <= 8u << 20,
            "batches are asked for beyond the limits");
    check_wait(request.wait);
    request.done({.value = {request.from, request.from, request.from,
                            std::make_shared<const std::string>()}});
  }
  void find_batch(gateway::FindBatch request) override { request.done({.value = request.after}); }
  void read_head(gateway::StreamRequest<gateway::LogHead> request) override {
    check_id(request.stream);
    request.done({.value = {1, 1, false}});
  }
  void back_up(gateway::BackUp request) override {
    require(!request.directory.empty(), "a backup to nowhere is asked for");
    asked_with_body_ = true;
    request.done({.value = {.directory = request.directory}});
  }

  void drain(bool on) override { draining_ = on; }
  bool draining() const override { return draining_; }
  std::string not_ready() const override { return {}; }

 private:
  static void check_id(const std::string& id) { require(valid_id(id), "a bad id is asked for"); }
  static void check_wait(Duration wait) {
    require(wait >= Duration{0} && wait <= seconds(60), "an answer is waited for too long");
  }

  template <class A>
  void carry_out(Request<A> request) {
    check_id(request.target);
    check_id(request.correlation_id);
    check_wait(request.wait);
    require(request.trace.empty() || gateway::valid_traceparent(request.trace),
            "a bad trace context is passed on");
    if (request.command) check_command(*request.command);
    asked_with_body_ |= request.command.has_value();
    request.done = [done = std::move(request.done), count = 0](gateway::Answer<A> answer) mutable {
      require(++count == 1, "a request is answered twice");
      done(std::move(answer));
    };
    shelves_.carry_out(request);
  }

  template <class Command>
  static void check_command(const Command& command) {
    std::string saved;
    const codec::Tag tag = codec::encode_variant(command, saved);
    Command again;
    require(codec::decode_variant(tag, saved, again) && again == command,
            "a command is another one once it is stored");
  }

  testing::Shelves shelves_;
  bool asked_with_body_ = false;  // so the body was taken
  bool draining_ = false;
};

// --- the answers -------------------------------------------------------------------------------

class FuzzExchange final : public gateway::Exchange {
 public:
  FuzzExchange(gateway::Backend& backend, const gateway::Incoming& in)
      : Exchange(backend, backend.draining() ? gateway::Load::draining : gateway::Load::normal) {
    set_incoming(in);
  }
  void send(Reply reply) noexcept override {
    require(!reply_, "a request gets two answers");
    if (reply.correlation_id.empty()) reply.correlation_id = correlation_id();
    reply_ = std::move(reply);
  }
  using Exchange::send;
  const std::optional<Reply>& reply() const { return reply_; }

 private:
  std::optional<Reply> reply_;
};

// Lines of name and value, and nothing that a client could have put between them.
void check_head(const Reply& reply) {
  const std::string bytes = response_bytes(reply, {}, 0);
  std::string_view head = bytes;
  const std::size_t end = head.find("\r\n\r\n");
  require(head.starts_with("HTTP/1.1 ") && end != std::string_view::npos, "an answer is no HTTP");
  head = head.substr(head.find("\r\n") + 2, end + 2 - (head.find("\r\n") + 2));
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    require(line.find(": ") != std::string_view::npos, "an answer has a header without a value");
    for (const char c : line)
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "an answer's header is split");
  }
  if (!reply.bytes) require(bytes.substr(end + 4) == reply.body, "an answer has another body");
}

void check_reply(const Reply& reply) {
  require(reply.status != 500, "a request makes the gateway fail: " + reply.body);
  require(gateway::reason_phrase(reply.status) != "Unknown", "an answer has an unknown status");
  require(reply.is_problem == (reply.status >= 400), "a problem is none, or the other way round");
  check_head(reply);
  if (reply.body.empty()) return require(!reply.is_problem, "a problem says nothing");
  const auto body = nlohmann::json::parse(reply.body, nullptr, false);
  require(body.is_object(), "an answer is no JSON: " + reply.body);
  if (!reply.is_problem) return;
  require(body.value("status", 0) == reply.status && !body.value("code", "").empty() &&
              !body.value("title", "").empty() && !body.value("detail", "").empty(),
          "a problem does not say what is wrong: " + reply.body);
}

void handle(FuzzBackend& backend, const Message& message) {
  check_limits(message);
  backend.begin_request();
  const auto in = gateway::incoming_of(message.header, message.body, kBodyBytesMax);
  const auto exchange = std::make_shared<FuzzExchange>(backend, in);
  gateway::dispatch(exchange);
  require(exchange->reply().has_value(), "a request is not answered");
  check_reply(*exchange->reply());
  if (backend.asked_with_body())
    require(nlohmann::json::accept(message.body), "a body is taken that is no JSON");
}

// --- the input ---------------------------------------------------------------------------------

bool holds(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

void append_request(std::string& stream, std::string_view request) {
  const std::size_t plain = request.find("\n\n");
  const std::size_t full = request.find("\r\n\r\n");
  const std::size_t head = std::min(plain, full);
  const std::string_view before = request.substr(0, head);
  stream += before;
  if (head == std::string_view::npos) return;
  const std::size_t blank = full < plain ? 4 : 2;
  const std::string_view body = request.substr(head + blank);
  if (!body.empty() && !holds(before, "content-length") && !holds(before, "transfer-encoding"))
    stream += "\r\nContent-Length: " + std::to_string(body.size());
  stream += request.substr(head);
}

std::string stream_of(std::string_view input) {
  constexpr std::string_view kBetween = "\n%%\n";
  std::string stream;
  while (true) {
    const std::size_t size = input.find(kBetween);
    append_request(stream, input.substr(0, size));
    if (size == std::string_view::npos) return stream;
    input.remove_prefix(size + kBetween.size());
  }
}

}  // namespace

void request(std::string_view input) {
  const std::string bytes = stream_of(input);
  const Stream stream = Parser::parse(bytes, bytes.size() + 1);
  const Stream again = Parser::parse(bytes, 1 + input.size() % 7);
  require(stream.malformed == again.malformed && stream.messages.size() == again.messages.size(),
          "a stream that comes in pieces is another one");
  FuzzBackend backend;
  for (std::size_t i = 0; i < stream.messages.size(); ++i) {
    require(text_of(stream.messages[i]) == text_of(again.messages[i]),
            "a request that comes in pieces is another one");
    handle(backend, stream.messages[i]);
  }
}

}  // namespace souk::fuzz
