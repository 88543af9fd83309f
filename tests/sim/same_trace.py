#!/usr/bin/env python3
"""The same seed makes the same run, message by message: processes with other addresses (ASLR) and pids agree."""

import argparse
import subprocess
import sys


def traces(sim, seed, seeds):
    """What each seed's run left as its fingerprint, a line each."""
    ran = subprocess.run([sim, "--seed", str(seed), "--seeds", str(seeds), "--trace", "--whole", "--keep-going"],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if ran.returncode not in (0, 1):
        sys.exit(f"souk-sim ended with {ran.returncode}: {ran.stderr}")
    return [line for line in ran.stdout.splitlines() if " trace " in line]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sim", default="build/release/bin/souk-sim", help="the program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--times", type=int, default=10, help="how often each of them")
    options = parser.parse_args()
    first = traces(options.sim, options.seed, options.seeds)
    if len(first) != options.seeds or len(set(first)) != options.seeds:
        sys.exit(f"FAILED: {options.seeds} seeds left these fingerprints: {first}")
    for time in range(1, options.times):
        again = traces(options.sim, options.seed, options.seeds)
        if again != first:
            sys.exit(f"FAILED: run {time + 1} differs from the first: {again} instead of {first}")
    print(f"{options.seeds} seeds, {options.times} times each: the same runs")


main()
