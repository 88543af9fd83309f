// What a command's sender hears, and what the receipts say to a command that comes again: the one
// place where a host reads them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actors/model/receipts.hpp"
#include "actors/model/refusals.hpp"

namespace souk {

// Accepted unless one of the first two is set.
template <class Reply>
struct Answered {
  bool id_reused = false;     // the id came before with another body; nothing was done
  std::uint16_t refusal = 0;  // the aggregate's or one of the host's
  Reply reply;                // of an accepted command
  bool operator==(const Answered&) const = default;
};

// Rules 1 to 3 of the design's section 4. None: the command has not been answered yet and is to be
// decided. `fingerprint` is that of its body.
template <class Reply>
std::optional<Answered<Reply>> answered_before(const Receipts<Reply>& receipts,
                                               const std::string& id, Intent intent,
                                               std::uint64_t fingerprint) {
  const typename Receipts<Reply>::Receipt* receipt = nullptr;
  switch (receipts.before(id, intent, fingerprint, &receipt)) {
    case Before::nothing: return std::nullopt;
    case Before::id_reused: return Answered<Reply>{true, 0, {}};
    case Before::undone: return Answered<Reply>{false, kRefusalUndone, {}};
    case Before::same: break;
  }
  // The reply in the receipt is its attempt's; settle and undo have none.
  if (intent == Intent::settle || intent == Intent::undo) return Answered<Reply>{};
  return Answered<Reply>{false, receipt->refusal, receipt->reply};
}

}  // namespace souk
