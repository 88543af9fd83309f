// The read models themselves: how they are doing, what operators do to them, and SQL over them.
#include "node/gateway/handlers.hpp"
#include "node/gateway/json_reader.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/partition_path.hpp"
#include "node/gateway/read_asking.hpp"
#include "node/gateway/render_read_models.hpp"
#include "node/gateway/sql_request.hpp"
#include "node/gateway/wall_clock.hpp"

namespace souk::gateway {
namespace {

Reply status_reply(int status, std::string_view word) {
  Reply reply{.status = status};
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("status", word);
  out.end_object();
  return reply;
}

// Of a request that says everything in its path.
void expect_no_body(std::string_view body) {
  if (body.empty()) return;
  JsonReader in(body);
  in.object({}, [](int) {});
  in.end();
}

void settle_parked(const Exchange::Ptr& x, ParkedAction action, SkipRequest skip) {
  x->default_correlation_id(x->id(2));
  ParkedRequest request{read_partition(*x, "/v1/read-models"),
                        x->id(2),
                        action,
                        std::move(skip.reason),
                        skip.offset,
                        {}};
  request.done = answering(x, [action](const ReadAnswer& answer) {
    if (answer.outcome == ReadOutcome::not_found)
      throw Problem{.status = 404,
                    .code = "not_parked",
                    .detail =
                        "Nothing of this stream is parked; GET /v1/read-models lists what "
                        "is."};
    if (answer.outcome == ReadOutcome::invalid)
      throw Problem{.status = 409,
                    .code = action == ParkedAction::skip ? "another_record" : "still_unfit",
                    .detail = answer.detail};
    if (answer.outcome != ReadOutcome::ok) throw problem_of(answer, {});
    return status_reply(200, "DONE");
  });
  x->backend().settle_parked(std::move(request));
}

}  // namespace

void get_read_models(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  x->backend().read_models_info([x](const ReadModelsInfo& info) {
    try {
      x->send(Reply{.body = render_read_models(info, now_by_wall_clock())});
    } catch (const std::exception&) {
      x->send(Problem{.status = 500,
                      .code = "internal_error",
                      .detail = "The answer could not be written down; ask again."});
    }
  });
}

void post_rebuild(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  expect_no_body(x->in().body);
  x->backend().rebuild_read_models(answering(x, [](const ReadAnswer& answer) {
    if (answer.outcome != ReadOutcome::ok) throw problem_of(answer, {});
    Reply reply = status_reply(202, "REBUILDING");
    reply.location = "/v1/read-models";
    return reply;
  }));
}

void post_parked_retry(const Exchange::Ptr& x) {
  expect_no_body(x->in().body);
  settle_parked(x, ParkedAction::retry, {});
}

void post_parked_skip(const Exchange::Ptr& x) {
  settle_parked(x, ParkedAction::skip, read_skip(x->in().body));
}

void post_sql(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  ReadRequest request = read_sql_request(x->in().body);
  request.done = answering(x, [wanted = request.at_least](const ReadAnswer& answer) {
    if (answer.outcome == ReadOutcome::invalid)
      throw Problem{.status = 422, .code = "invalid_sql", .detail = answer.detail, .field = "sql"};
    if (answer.outcome != ReadOutcome::ok) throw problem_of(answer, wanted);
    return Reply{.body = render_sql(answer)};
  });
  x->backend().read(std::move(request));
}

}  // namespace souk::gateway
