#!/usr/bin/env python3
"""Every node of a cluster is drained, stopped and started again, one after the other, while clients go on: no request
fails that the client's retry with the same id does not heal. Then nodes are killed in the middle of draining, and
lose nothing."""

import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import time

import networks
from auditor import Auditor, Discrepancy, expect
from cluster import FIVE, Cluster
from node import NodeFailed
from shopping import PatientShopper, Shoppers
from workload import World

CHECKOUT_SECONDS = 8
DRAIN_SECONDS_MAX = 30
GO_ON_SECONDS_MAX = 30


class Test:
    def __init__(self, options, folder):
        self.options = options
        self.cluster = Cluster(options.bin, folder, FIVE, options.network, {"checkout_seconds": CHECKOUT_SECONDS},
                               f"rolling-{options.seed}")
        self.world = World(options.seed)
        self.draw = random.Random(f"{options.seed}/rolling")
        self.auditor = Auditor(self.world.prices)

    def go(self):
        self.cluster.start()
        crowd = self.cluster.crowd()
        self.auditor.set_up(crowd, [*self.world.first_requests(), self.world.round_request(1)])
        crowd.close()
        shoppers = Shoppers(self.options.clients, lambda number: PatientShopper(
            self.world, self.cluster.gateway, 1, number))
        for name in self.cluster.nodes:
            yield self.rolled(name, shoppers)
        for name in self.cluster.nodes:
            yield self.killed_while_draining(name)
        time.sleep(self.options.pause)
        requests = shoppers.stop()
        if shoppers.wrong:
            raise Discrepancy(shoppers.wrong)
        crowd = self.cluster.crowd()
        self.auditor.audit(crowd, requests)
        self.auditor.compare_everything(crowd)
        crowd.close()
        attempts = ", ".join(f"{count} {what}" for what, count in shoppers.attempts().most_common())
        yield f"{len(requests)} requests, each with a definite answer in the end; attempts: {attempts}"
        self.cluster.stop()
        yield f"{len(self.auditor.orders)} orders, {self.cluster.verify('--decisions')} records proved"

    def drain(self, name):
        """Drains the node; its own state then says so. Returns the seconds until nothing is left to do in it."""
        begin = time.monotonic()
        self.ask_to_drain(name)
        while (busy := self.busy(name)) is not None:
            if time.monotonic() - begin > DRAIN_SECONDS_MAX:
                raise NodeFailed(f"{name} is not drained after {DRAIN_SECONDS_MAX} s: {busy}")
            time.sleep(0.02)
        return time.monotonic() - begin

    def ask_to_drain(self, name):
        answer = self.cluster.nodes[name].ask("POST", "/v1/cluster/drain", {})
        expect(f"drain of {name}: status, of {answer}", answer and answer.status, 200)

    def busy(self, name):
        """What is left to do in a node that was told to drain; None: nothing, it can be stopped."""
        state = self.cluster.nodes[name].cluster_state()
        if state is None:
            return "it does not answer"
        own = next(one for one in state["nodes"] if one["name"] == name)
        expect(f"draining, of {name}", own["draining"], True)
        left = {what: own[what] for what in ("open_sagas", "in_flight", "from_peers") if own[what]}
        return left or None

    def rolled(self, name, shoppers):
        node, begin = self.cluster.nodes[name], time.monotonic()
        drained = self.drain(name)
        stopped = node.stop(20)
        node.launch()
        self.cluster.wait_until_whole()
        seconds = time.monotonic() - begin
        time.sleep(self.options.pause)
        ended = sum(shoppers.orders_ended(begin, begin + seconds).values())
        while not shoppers.orders_ended(begin + seconds)["CONFIRMED"]:
            if time.monotonic() - begin > seconds + GO_ON_SECONDS_MAX:
                raise Discrepancy(f"no order is confirmed any more after {name} has come back")
            time.sleep(0.1)
        return (f"{name}: drained in {drained:.1f} s, stopped in {stopped:.1f} s, back and seen by all after "
                f"{seconds:.1f} s; {ended} orders ended meanwhile")

    def killed_while_draining(self, name):
        node = self.cluster.nodes[name]
        after = self.draw.uniform(0.0, 0.15)
        self.ask_to_drain(name)
        time.sleep(after)
        node.kill()
        node.launch()
        self.cluster.wait_until_whole()
        time.sleep(self.options.pause)
        return f"{name}: killed {1000 * after:.0f} ms after it was asked to drain, and back"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-replay")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--pause", type=float, default=0.7, help="seconds of load between two nodes")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--network", choices=networks.KINDS, default="auto")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-rolling-"))
    test = Test(options, folder)
    print(f"seed {options.seed}, on {test.cluster.about}", flush=True)
    with test.cluster:
        try:
            for line in test.go():
                print(line, flush=True)
        except (Discrepancy, NodeFailed) as failure:
            sys.exit(f"FAILED: {failure}\n{test.cluster.log_tails()}\ndata directories and logs: {folder}")
    shutil.rmtree(folder)


main()
