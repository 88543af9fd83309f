#include "node/gateway/handlers.hpp"
#include "node/gateway/json_writer.hpp"

namespace souk::gateway {
namespace {

Reply status_reply(std::string_view word) {
  Reply reply;
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("status", word);
  out.end_object();
  return reply;
}

}  // namespace

void get_health(const Exchange::Ptr& x) { x->send(status_reply("OK")); }

void get_ready(const Exchange::Ptr& x) {
  const bool draining = x->load() == Load::draining;
  std::string waits_for =
      draining ? "The node is draining: it takes no new work." : x->backend().not_ready();
  if (waits_for.empty()) return x->send(status_reply("READY"));
  throw Problem{.status = 503,
                .code = draining ? "draining" : "not_ready",
                .detail = std::move(waits_for),
                .retry_after_seconds = 1};
}

}  // namespace souk::gateway
