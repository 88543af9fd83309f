// Copies of the node's log, made while it goes on.
#include "node/gateway/handlers.hpp"
#include "node/gateway/json_reader.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/log_asking.hpp"
#include "node/gateway/utf8.hpp"

namespace souk::gateway {
namespace {

constexpr std::size_t kPathBytesMax = 4000;

std::string read_directory(std::string_view body) {
  static constexpr Member kMembers[] = {{"directory"}};
  JsonReader in(body);
  std::string directory;
  in.object(kMembers, [&](int) { directory = in.text(kPathBytesMax); });
  in.end();
  return directory;
}

Reply backup_reply(const BackUp::Made& made) {
  Reply reply{.status = 201, .position = to_string(made.position)};
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("directory", to_utf8(made.directory));
  out.field("position", reply.position);
  out.field("bytes", made.bytes);
  out.field("hard_linked_bytes", made.hard_linked_bytes);
  out.field("seconds", static_cast<double>(made.took.micros) / 1e6);
  out.end_object();
  return reply;
}

}  // namespace

void post_backup(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  x->backend().back_up(
      {read_directory(x->in().body), answering_log<BackUp::Made>(x, backup_reply)});
}

}  // namespace souk::gateway
