#include "node/gateway/problem.hpp"

#include "node/gateway/json_writer.hpp"
#include "node/gateway/utf8.hpp"

namespace souk::gateway {
namespace {

// "out_of_stock" -> "Out of stock"
std::string in_words(std::string_view code) {
  std::string words(code);
  for (char& c : words)
    if (c == '_' || c == '.') c = ' ';
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

}  // namespace

Reply to_reply(const Problem& problem, std::string_view correlation_id) {
  Reply reply;
  reply.status = problem.status;
  reply.is_problem = true;
  reply.correlation_id = correlation_id;
  reply.allow = problem.allow;
  reply.position = problem.position;
  reply.retry_after_seconds = problem.retry_after_seconds;
  reply.close = problem.close;
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("type", "/problems/" + problem.code);
  out.field("title", in_words(problem.code));
  out.field("status", static_cast<std::int64_t>(problem.status));
  out.field("detail", to_utf8(problem.detail));
  out.field("code", problem.code);
  if (!problem.field.empty()) out.field("field", to_utf8(problem.field));
  if (!correlation_id.empty()) out.field("correlation_id", correlation_id);
  out.end_object();
  return reply;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Unknown";
  }
}

}  // namespace souk::gateway
