// `sagas`.
#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {

Answer show_sagas(const Context& context) {
  const Options& options = context.options;
  Where where;
  where.equals("state", "state", options.state);
  if (!options.older_than.empty()) {
    const auto age = cli::parse_age(options.older_than);
    if (!age)
      throw Failure(kExitBadInput,
                    fmt::format("--older-than: '{}' is no age; write 30s, 15m, 2h or 3d",
                                options.older_than));
    where.add("age_seconds >= :age", "age", static_cast<double>(age->micros) / 1e6);
  }
  Answer answer;
  SqlRows rows = listed(
      context, answer,
      {"SELECT saga, saga_id, customer_id, state, step, waits_for, age_seconds, step_seconds,"
       " next_try, deadline, last_error, dead_letters FROM open_sagas" +
           where.text() + " ORDER BY dead_letters DESC, age_seconds DESC, saga, saga_id",
       where.parameters()});
  answer.notes.push_back(footer(rows, "saga under way", "sagas under way"));
  answer.sections.push_back({"sagas", std::move(rows)});
  return answer;
}

}  // namespace souk::query
