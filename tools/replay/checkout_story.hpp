// The story of one order, told from its checkout.
#pragma once

#include "store/log_view.hpp"
#include "tools/replay/gather.hpp"
#include "tools/replay/story.hpp"
#include "tools/replay/stream_ref.hpp"

namespace souk::replay {

// `now` is for what is still under way. With `all`, records that are alike stand on lines of their
// own. Throws Failure.
Story tell_checkout(const store::LogView& view, const StreamRef& checkout, Gathered gathered,
                    Time now, bool all);

// --- its parts -------------------------------------------------------------------------------

// The timeline's lines.
std::vector<StoryLine> checkout_lines(const StreamRef& checkout, const Gathered& gathered,
                                      bool all);

// How it ended, or what it waits for: outcome, tone, verdict, warnings.
void judge_checkout(const store::LogView& view, const StreamRef& checkout, const Gathered& gathered,
                    Time now, Story& story);

// Why it turned back, with what was there and what was needed: "Wallet 17850 had 2.00 GBP,
// 15.30 GBP were needed."
std::string reason_sentence(const store::LogView& view, const Gathered& gathered);

}  // namespace souk::replay
