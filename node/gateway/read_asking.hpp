// Asks the read models on behalf of an exchange, and turns what is not success into problems.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "node/gateway/exchange.hpp"
#include "node/gateway/freshness.hpp"

namespace souk::gateway {

// What every kind of answer that is no success says to the client. `wanted` is what the request
// said as at_least.
Problem problem_of(const ReadAnswer& answer, const Positions& wanted);

// What a request to the read models calls back: renders the answer by `render(answer) -> Reply`, or
// sends the Problem that it throws. The reply gets the answer's position. `render` handles what is
// not ok itself where it can say it better, and throws problem_of for the rest.
template <class Render>
std::function<void(ReadAnswer)> answering(const Exchange::Ptr& exchange, Render render) {
  return [exchange, render = std::move(render)](const ReadAnswer& answer) {
    try {
      Reply reply = render(answer);
      reply.position = to_string(answer.position);
      exchange->send(std::move(reply));
    } catch (const Problem& problem) {
      exchange->send(problem);
    } catch (const std::exception&) {
      exchange->send(Problem{.status = 500,
                             .code = "internal_error",
                             .detail = "The answer could not be written down; ask again."});
    }
  };
}

// Asks; an answer that is ok is rendered, every other one becomes its problem.
template <class Render>
void ask_read(const Exchange::Ptr& exchange, ReadRequest request, Render render) {
  request.done = answering(
      exchange, [render = std::move(render), wanted = request.at_least](const ReadAnswer& answer) {
        if (answer.outcome != ReadOutcome::ok) throw problem_of(answer, wanted);
        return render(answer);
      });
  exchange->backend().read(std::move(request));
}

}  // namespace souk::gateway
