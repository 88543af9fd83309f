#!/usr/bin/env python3
"""The same seed makes the same run, message by message, wherever it runs: in processes with other addresses (ASLR) and pids, other
contents of fresh memory, time zones, languages and folders, without the newer instructions of this processor, and on other
processors (emulated, if qemu-x86_64 is installed)."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

PROCESSORS = ("Nehalem", "max")  # the oldest and the newest that the emulator knows


def traces(options, folder, emulator=()):
    """What each seed's run left as its fingerprint, a line each. `folder` is for files of the run."""
    surroundings = dict(os.environ, MALLOC_PERTURB_=str(random.randint(1, 255)), PADDING="x" * random.randint(0, 5000),
                        TZ=random.choice(("UTC", "Asia/Tokyo", "America/Los_Angeles")),
                        LC_ALL=random.choice(("C", "C.UTF-8")),
                        GLIBC_TUNABLES="glibc.cpu.hwcaps=" + random.choice(("", "-AVX512F,-AVX512VL,-AVX2_Usable,-AVX2,-ERMS")))
    command = [*emulator, options.sim, "--seed", str(options.seed), "--seeds", str(options.seeds), "--trace", "--whole",
               "--keep-going", "--folder", folder]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         cwd=folder, env=surroundings)
    if ran.returncode not in (0, 1):
        sys.exit(f"souk-sim ended with {ran.returncode}: {ran.stderr}")
    return [line for line in ran.stdout.splitlines() if " trace " in line]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sim", default="build/release/bin/souk-sim", type=os.path.abspath, help="the program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--times", type=int, default=10, help="how often each of them on this processor")
    options = parser.parse_args()
    emulator = shutil.which("qemu-x86_64")
    places = [((), "this processor")] * options.times
    if emulator:
        places += [((emulator, "-cpu", one), f"an emulated processor ({one})") for one in PROCESSORS]
    first = None
    for number, (prefix, name) in enumerate(places, 1):
        with tempfile.TemporaryDirectory(prefix="souk-sim-") as folder:
            found = traces(options, folder, prefix)
        first = first or found
        if len(found) != options.seeds or len(set(found)) != options.seeds:
            sys.exit(f"FAILED: {options.seeds} seeds left these fingerprints: {found}")
        if found != first:
            sys.exit(f"FAILED: run {number}, on {name}, differs from the first: {found} instead of {first}")
    others = f", and once each on emulated processors ({', '.join(PROCESSORS)})" if emulator else ""
    print(f"{options.seeds} seeds, {options.times} times each{others}: the same runs")


main()
