// Asks the backend on behalf of an exchange, and turns what is not success into problems.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "node/gateway/exchange.hpp"
#include "node/gateway/refusals.hpp"

namespace souk::gateway {

// What every kind of answer that is no success says to the client. `refusal` and `detail` are the
// answer's.
Problem problem_of(Outcome outcome, Service service, const std::string& refusal,
                   const std::string& detail);

// A read of `target`.
template <class A>
Request<A> read_of(const Exchange& exchange, std::string target) {
  Request<A> request;
  request.target = std::move(target);
  request.correlation_id = exchange.correlation_id();
  request.trace = exchange.in().traceparent;
  return request;
}

// A command for `target`. `command_id` is the idempotency key within it; empty: none.
template <class A>
Request<A> command_for(const Exchange& exchange, std::string target, typename A::Command command,
                       std::string command_id) {
  Request<A> request = read_of<A>(exchange, std::move(target));
  request.command = std::move(command);
  request.command_id = std::move(command_id);
  return request;
}

// Asks; then `answered(exchange, answer)` runs on the thread that the backend answers on, and must
// see to it that the exchange is answered. It may throw a Problem, which is sent with the answer's
// position.
template <class A, class Answered>
void ask_any(const Exchange::Ptr& exchange, Request<A> request, Answered answered) {
  request.done = [exchange, answered = std::move(answered)](Answer<A> answer) {
    try {
      answered(exchange, answer);
    } catch (const Problem& problem) {
      Problem placed = problem;
      placed.position = to_string(answer.positions);
      exchange->send(placed);
    } catch (const std::exception&) {
      exchange->send(Problem{.status = 500,
                             .code = "internal_error",
                             .detail = "The answer could not be written down; ask again."});
    }
  };
  exchange->backend().ask(std::move(request));
}

// Asks; an accepted answer is rendered by `render(answer) -> Reply`, and a pending one too, but as
// a 202. Every other one becomes its problem.
template <class A, class Render>
void ask(const Exchange::Ptr& exchange, Request<A> request, Render render) {
  ask_any<A>(exchange, std::move(request),
             [render = std::move(render)](const Exchange::Ptr& x, const Answer<A>& answer) {
               const bool pending = answer.outcome == Outcome::pending;
               if (!pending && answer.outcome != Outcome::accepted)
                 throw problem_of(answer.outcome, A::kService, answer.refusal, answer.detail);
               Reply reply = render(answer);
               if (pending) reply.status = 202;
               reply.position = to_string(answer.positions);
               x->send(std::move(reply));
             });
}

}  // namespace souk::gateway
