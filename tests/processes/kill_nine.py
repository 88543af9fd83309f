#!/usr/bin/env python3
"""Kills a souk-node at random moments, starts it again, and checks that nothing was lost, doubled or half done.

  tests/processes/kill_nine.py                       200 rounds against build/release/bin/souk-node
  tests/processes/kill_nine.py --rounds 10 --seed 7  what a failure printed, once more

A round: 64 clients place orders, charge wallets, receive stock, grant and use coupons over few hot SKUs and many
cold ones, while an import runs; kill -9 at a random moment; what is left on the disk is proved (souk-replay verify,
in every third round also beside the running node); start; then, with tests/processes/auditor.py: every acknowledged
answer is given again, every order has ended, no hold is left over, money and stock add up to the penny and the
piece. Rounds go on in one data directory. It is kept if something is wrong, and its place printed.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

from auditor import Auditor, Crowd, Discrepancy
from importing import Import
from node import Node, NodeFailed
from workload import World, start_shoppers

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Run:
    """The rounds of one seed."""

    def __init__(self, options, folder):
        self.options = options
        self.node = Node(options.bin / "souk-node", folder, flags=options.node_flags)
        self.world = World(options.seed)
        self.auditor = Auditor(self.world.prices)
        self.imports = []
        self.sent = self.acknowledged = 0

    def prepare(self):
        self.node.start()
        if self.options.during != "import":
            self.set_up(list(self.world.first_requests()))

    def set_up(self, requests):
        crowd = Crowd(self.node.port)
        self.auditor.set_up(crowd, requests)
        crowd.close()

    def round(self, number):
        """Load, kill, start, audit. Returns the line that says how it went."""
        options, draw = self.options, random.Random(f"{self.options.seed}/{number}/moment")
        load_ms = draw.randrange(30, options.load_ms_max)
        shoppers, threads, importing = [], [], None
        if options.during != "import":
            self.set_up([self.world.round_request(number)])
            shoppers, threads, _ = start_shoppers(self.world, self.node.port, number, options.clients)
        if options.during != "clients":
            importing = Import(options, self.node, number)
            importing.start()
        time.sleep(load_ms / 1000)
        if number % 3 == 0:
            self.prove("beside the running node")
        self.node.kill()
        for thread in threads:
            thread.join()
        import_was = importing.interrupted() if importing else ""
        proved = self.prove("after the kill")
        start_ms = 1000 * self.node.start()
        begin = time.monotonic()
        requests = [request for shopper in shoppers for request in shopper.sent]
        self.audit(shoppers, requests, importing)
        acknowledged = sum(request.started or request.answered_before_kill for request in requests)
        self.sent += len(requests)
        self.acknowledged += acknowledged
        return (f"round {number:3}  killed after {load_ms:4} ms  {len(requests):5} sent  "
                f"{acknowledged:5} acknowledged  ready in {start_ms:4.0f} ms  "
                f"{proved:6} records proved  "
                f"audited in {time.monotonic() - begin:4.1f} s  {import_was}").rstrip()

    def prove(self, when):
        """Everything that must hold in the directory as it is now does. Returns how many records that were."""
        proof = subprocess.run(
            [self.options.bin / "souk-replay", "verify", "--data", self.node.data, "--decisions", "--format", "json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        try:
            report = json.loads(proof.stdout)
        except json.JSONDecodeError:
            raise Discrepancy(f"souk-replay verify {when} said {proof.stderr or proof.stdout!r}") from None
        if proof.returncode != 0 or not report["clean"]:
            raise Discrepancy(f"souk-replay verify {when}: {json.dumps(report['findings'], indent=2)}")
        return report["records"]

    def audit(self, shoppers, requests, importing):
        wrong = next((shopper.wrong for shopper in shoppers if shopper.wrong), None)
        if wrong:
            raise Discrepancy(wrong)
        for request in requests:
            request.answered_before_kill = request.answer is not None
        crowd = Crowd(self.node.port)
        try:
            if requests:
                self.auditor.audit(crowd, requests)
            if importing:
                importing.finish_and_check(crowd)
        finally:
            crowd.close()

    def finish(self):
        """Every order of every round once more, after a clean stop. Returns the summary's lines."""
        self.node.stop()
        self.node.start()
        crowd = Crowd(self.node.port)
        self.auditor.compare_everything(crowd)
        crowd.close()
        stop_seconds = self.node.stop()
        proved = self.prove("after the clean stop")
        orders = Counter(order["status"] for order in self.auditor.orders.values())
        if self.options.during != "import" and not (orders["CONFIRMED"] and orders["CANCELLED"]):
            raise Discrepancy(f"the load was no test: orders by status were {dict(orders)}")
        yield f"requests    {self.sent} sent, {self.acknowledged} acknowledged before a kill"
        yield f"orders      {orders['CONFIRMED']} confirmed, {orders['CANCELLED']} cancelled, none lost, none open"
        for reason, count in self.auditor.cancelled.most_common():
            yield f"            {count} cancelled: {reason}"
        yield f"money       {sum(self.auditor.spent.values())} minor units spent of {sum(self.auditor.charged.values())} charged"
        yield f"stock       {sum(self.auditor.sold.values())} units sold of {sum(self.auditor.received.values())} received"
        yield (f"coupons     {sum(1 for c in self.auditor.coupons.values() if c.used_by)} used of "
               f"{len(self.auditor.coupons)}, {len(self.auditor.campaigns)} campaigns")
        yield f"log         {proved} records proved, read models included"
        yield f"clean stop  {stop_seconds:.1f} s; data directory of {self.node.data_bytes() / 1e6:.0f} MB"


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, help="default: a new one, which is printed")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--during", choices=("clients", "import", "both"), default="both")
    parser.add_argument("--load-ms-max", type=int, default=1500, help="the node is killed before this, at random")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help="folder of souk-node, souk and souk-replay")
    parser.add_argument("--sample", type=pathlib.Path, default=ROOT / "data/online-retail-sample.csv",
                        help="what the import reads")
    parser.add_argument("--folder", type=pathlib.Path, help="for the data directory; default: a new one in /tmp")
    parser.add_argument("node_flags", nargs="*", help="after --: further flags of souk-node")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def main(arguments):
    options = parse(arguments)
    folder = options.folder or pathlib.Path(tempfile.mkdtemp(prefix="souk-kill-nine-"))
    print(f"seed {options.seed}, {options.rounds} rounds, load: {options.during}", flush=True)
    run = Run(options, folder)
    number = 0
    with run.node:
        try:
            run.prepare()
            for number in range(1, options.rounds + 1):
                print(run.round(number), flush=True)
            summary = list(run.finish())
        except (Discrepancy, NodeFailed) as failure:
            print(f"FAILED in round {number}: {failure}")
            print(f"data directory and log: {folder}")
            print(f"again: kill_nine.py --seed {options.seed} --rounds {max(number, 1)} "
                  f"--clients {options.clients} --during {options.during}")
            return 1
    print("\n".join(summary))
    if not options.folder:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
