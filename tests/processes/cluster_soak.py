#!/usr/bin/env python3
"""A cluster of five processes at half of what it can do, for long: nothing may grow, and no log may repeat itself.

  tests/processes/cluster_soak.py --minutes 30
  tests/processes/cluster_soak.py --minutes 30 --rate 1000

souk-bench finds out how many orders a second the cluster makes, then places half as many a second. Every five seconds
this program reads each process's resident memory and what GET /v1/cluster says of queues, and the logs. At the end:
medians of windows after a warm-up may not rise from one to the next beyond noise; no line, its digits and ids blanked,
may come more than once a second; the orders' answers were all as they had to be; the processes stop, and souk-replay
verify proves the directories.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from auditor import Discrepancy
from cluster import FIVE, Cluster
from node import NodeFailed
from soak import Growths, LogWatch, resident_bytes

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 5
CAPACITY_SECONDS = 8
CONNECTIONS = 64
LATE_SHARE_MAX = 0.02
FLOORS = {"memory_bytes": 24 << 20, "open_sagas": 200, "in_flight": 100, "live": 5_000, "models_lag_ms": 1_000,
          "unanswered": 200, "unanswered_bytes": 1 << 20}


class Soak:
    def __init__(self, options, folder):
        self.options = options
        # The bound on living aggregates and their idle time are reached within the warm-up.
        self.cluster = Cluster(options.bin, folder, FIVE, "loopback", {"max_live": 20_000, "idle_seconds": 20}, "soak")
        self.growths = Growths()

    def go(self):
        self.cluster.start()
        rate = self.options.rate or self.half_of_what_it_can()
        yield f"{rate:.0f} orders/s for {self.options.minutes:g} minutes"
        seconds = 60 * self.options.minutes
        load = self.bench(["--seconds", str(seconds), "--warmup", "0", "--rate", f"{rate:.0f}",
                           "--coupons", str(int(0.2 * rate * seconds * 1.05))])
        watches = {name: LogWatch(node.log) for name, node in self.cluster.nodes.items()}
        begin = time.monotonic()
        while not load.has_ended():
            time.sleep(SAMPLE_SECONDS)
            self.cluster.expect_alive()
            self.sample(time.monotonic() - begin)
            for watch in watches.values():
                watch.read()
        lasted, said = time.monotonic() - begin, load.finished()
        yield (f"{said['orders']} orders, {said['orders_per_second']:.0f}/s, p99 {said['latency_ms']['p99']:.1f} ms, "
               f"{said['unexpected']} answered later")
        yield from (f"    {growth}" for growth in self.growths.all.values() if any(growth.medians()))
        wrong = self.growths.verdicts() + [one for watch in watches.values() for one in watch.verdicts(lasted)]
        if wrong:
            raise Discrepancy("; ".join(wrong))
        yield f"stopped in {self.cluster.stop():.1f} s; {self.cluster.verify()} records proved"

    def half_of_what_it_can(self):
        return self.bench(["--seconds", str(CAPACITY_SECONDS), "--warmup", "3"]).finished()["orders_per_second"] / 2

    def bench(self, arguments):
        return Bench([str(self.options.bin / "souk-bench"), "run", "happy", "--url", self.cluster.gateway.url,
                      "--connections", str(CONNECTIONS), "--format", "json", *arguments])

    def sample(self, at):
        for name, node in self.cluster.nodes.items():
            self.growths.add(f"{name}: resident bytes", at, resident_bytes(node.process.pid), FLOORS["memory_bytes"])
            state = node.cluster_state()
            if state is None:
                raise Discrepancy(f"{name} does not answer GET /v1/cluster after {at:.0f} s")
            for one in state["nodes"]:
                self.sample_queues(f"{name} of {one['name']}" if one["name"] != name else name, at,
                                   {**one.get("link", {}), **(one if one["name"] == name else {})})

    def sample_queues(self, what, at, figures):
        for figure in ("open_sagas", "in_flight", "live", "models_lag_ms", "unanswered", "unanswered_bytes"):
            if figures.get(figure) is not None:
                self.growths.add(f"{what}: {figure}", at, figures[figure], FLOORS[figure])


class Bench:
    """souk-bench beside us."""

    def __init__(self, command):
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def has_ended(self):
        return self.process.poll() is not None

    def finished(self):
        """What it found out. A few orders may take longer than a request waits (202): machines have bad moments."""
        said, complaint = self.process.communicate()
        found = json.loads(said)["runs"][0] if self.process.returncode in (0, 1) else {"fault": "it was not run"}
        late = found.get("unexpected", 0) if "was answered by 202" in found.get("unexpected_example", "") else 0
        if "fault" in found or found["unexpected"] > late or late > LATE_SHARE_MAX * found["orders"]:
            raise Discrepancy(f"souk-bench ended with {self.process.returncode}: {complaint[-2000:]} {said[-2000:]}")
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help="folder of souk-node, souk-bench and souk-replay")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, help="orders a second; default: half of what it makes just then")
    parser.add_argument("--folder", type=pathlib.Path, help="for the data directories; default: in /tmp")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-soak-", dir=options.folder))
    soak = Soak(options, folder)
    with soak.cluster:
        try:
            for line in soak.go():
                print(line, flush=True)
        except (Discrepancy, NodeFailed) as failure:
            sys.exit(f"FAILED: {failure}\n{soak.cluster.log_tails()}\ndata directories and logs: {folder}")
    shutil.rmtree(folder)


main()
