#!/usr/bin/env python3
"""A cluster of five processes under clients, while everything fails that can: kill -9, SIGSTOP, cut and slow links.

  tests/processes/cluster_faults.py                           one run of 20 seconds against build/release/bin
  tests/processes/cluster_faults.py --seed 7                  what a failure printed, once more
  tests/processes/cluster_faults.py --runs 50                 with seeds that count up from the first

A gateway, orders, stock on two nodes, wallets with coupons; each in a network of its own, if the machine allows it. The
plan of faults follows from the seed and is printed. Then all faults end, and: the cluster heals by itself, every order
ends, every acknowledged answer is given again, nothing stays held, money, stock and coupons add up (auditor.py); all
processes stop at SIGTERM; souk-replay verify proves all data directories together, read models included. Folders are
kept if something is wrong, and their place printed.
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

import faults
import networks
from auditor import Auditor, Discrepancy
from cluster import FIVE, Cluster
from node import NodeFailed
from shopping import PatientShopper, Shoppers
from workload import World

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKOUT_SECONDS = 8  # an order that a cut-off node keeps waiting is turned back after this
HEAL_SECONDS_MAX = 60


class Run:
    """One seed."""

    def __init__(self, options, seed, folder):
        self.options, self.seed = options, seed
        self.cluster = Cluster(options.bin, folder, FIVE, options.network,
                               {"checkout_seconds": CHECKOUT_SECONDS}, f"faults-{seed}")
        self.world = World(seed)
        self.auditor = Auditor(self.world.prices)

    def go(self):
        """Yields lines about how it went."""
        faults_planned = faults.plan(self.seed, self.options.seconds, list(self.cluster.nodes))
        yield from (f"    {fault}" for fault in faults_planned)
        ready = self.cluster.start()
        self.set_up()
        shoppers = Shoppers(self.options.clients, lambda number: PatientShopper(
            self.world, self.cluster.gateway, 1, number))
        faults.Injector(self.cluster, faults_planned).run(lambda: self.expect_right(shoppers))
        heal = self.until_whole()
        requests = shoppers.stop()
        self.expect_right(shoppers)
        answered = sum(request.answer is not None for request in requests)
        yield (f"    ready in {ready:.1f} s, whole again after {heal:.1f} s; {len(requests)} sent, {answered} "
               f"answered; attempts: {self.counts(shoppers.attempts())}")
        yield self.audit(requests)
        stop = self.cluster.stop()
        records = self.cluster.verify("--decisions")
        yield f"    stopped in {stop:.1f} s; {records} records proved; {self.cluster.data_bytes() / 1e6:.0f} MB of data"

    def set_up(self):
        crowd = self.cluster.crowd()
        self.auditor.set_up(crowd, [*self.world.first_requests(), self.world.round_request(1)])
        crowd.close()

    def expect_right(self, shoppers):
        if shoppers.wrong:
            raise Discrepancy(shoppers.wrong)

    def until_whole(self):
        begin = time.monotonic()
        self.cluster.expect_alive()
        self.cluster.wait_until_whole(HEAL_SECONDS_MAX)
        return time.monotonic() - begin

    def audit(self, requests):
        begin = time.monotonic()
        crowd = self.cluster.crowd()
        try:
            self.auditor.audit(crowd, requests)
            self.auditor.compare_everything(crowd)
        finally:
            crowd.close()
        self.cluster.expect_alive()
        orders = Counter(order["status"] for order in self.auditor.orders.values())
        if not orders["CONFIRMED"] or not orders["CANCELLED"]:
            raise Discrepancy(f"the load was no test: orders by status were {dict(orders)}")
        return (f"    orders: {self.counts(orders)}; cancelled for {self.counts(self.auditor.cancelled)}; "
                f"audited in {time.monotonic() - begin:.1f} s")

    @staticmethod
    def counts(counter):
        return ", ".join(f"{count} {what}" for what, count in counter.most_common()) or "nothing"


def once(options, seed):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"souk-cluster-faults-{seed}-", dir=options.folder))
    run = Run(options, seed, folder)
    print(f"seed {seed}, {options.seconds:g} s of faults, {options.clients} clients, on {run.cluster.about}",
          flush=True)
    begin = time.monotonic()
    with run.cluster:
        try:
            for line in run.go():
                print(line, flush=True)
        except (Discrepancy, NodeFailed) as failure:
            print(f"FAILED with seed {seed} after {time.monotonic() - begin:.1f} s: {failure}\n"
                  f"{run.cluster.log_tails()}\ndata directories and logs: {folder}\nagain: cluster_faults.py --seed {seed} --seconds "
                  f"{options.seconds:g} --clients {options.clients} --network {options.network}", flush=True)
            return False
    shutil.rmtree(folder)
    return True


def many(options, arguments):
    """Each seed in a process of its own, which moves into a network of its own. Returns how many failed."""
    failed = []
    for seed in range(options.seed, options.seed + options.runs):
        command = [sys.executable, "-B", __file__, *arguments, "--runs", "1", "--seed", str(seed)]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode != 0:
            failed.append(seed)
    print(f"{options.runs} runs from seed {options.seed} on: "
          f"{f'{len(failed)} failed: {failed}' if failed else 'none failed'}", flush=True)
    return len(failed)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help="folder of souk-node and souk-replay")
    parser.add_argument("--seed", type=int, help="default: a new one, which is printed")
    parser.add_argument("--runs", type=int, default=1, help="so many seeds, counting up")
    parser.add_argument("--seconds", type=float, default=20, help="during which faults begin")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--network", choices=networks.KINDS, default="auto")
    parser.add_argument("--folder", type=pathlib.Path, help="for the data directories; default: in /tmp")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def main(arguments):
    options = parse(arguments)
    if options.runs == 1:
        return 0 if once(options, options.seed) else 1
    return 1 if many(options, arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
