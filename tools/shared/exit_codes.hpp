// How the programs end; listed in their READMEs and in --help. Part of the interface: never
// renumbered.
#pragma once

namespace souk::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitSomeFailed = 1;   // refused, failed, or there is no such thing
inline constexpr int kExitBadInput = 2;     // the command line or the file
inline constexpr int kExitUnreachable = 3;  // no answer from the node
inline constexpr int kExitInterrupted = 130;

}  // namespace souk::cli
