// Asks about the log on behalf of an exchange, and turns what is not success into problems.
#pragma once

#include <exception>
#include <utility>

#include "node/gateway/exchange.hpp"

namespace souk::gateway {

// What every kind of answer that is no success says to the client.
Problem problem_of(LogOutcome outcome, const std::string& detail);

// What a request about the log calls back: an answer that is ok is rendered by
// `render(value) -> Reply`, which may throw a Problem; every other one becomes its problem.
template <class T, class Render>
LogDone<T> answering_log(const Exchange::Ptr& exchange, Render render) {
  return [exchange, render = std::move(render)](const LogAnswer<T>& answer) {
    try {
      if (answer.outcome != LogOutcome::ok) throw problem_of(answer.outcome, answer.detail);
      exchange->send(render(answer.value));
    } catch (const Problem& problem) {
      exchange->send(problem);
    } catch (const std::exception&) {
      exchange->send(Problem{.status = 500,
                             .code = "internal_error",
                             .detail = "The answer could not be written down; ask again."});
    }
  };
}

}  // namespace souk::gateway
