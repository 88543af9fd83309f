// How `souk` ends; listed in the README and in --help. Part of the interface: never renumbered.
#pragma once

namespace souk::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitSomeFailed = 1;   // the node refused something, or does not know the id
inline constexpr int kExitBadInput = 2;     // the command line or the file
inline constexpr int kExitUnreachable = 3;  // no answer from the node
inline constexpr int kExitInterrupted = 130;

}  // namespace souk::cli
