#!/usr/bin/env python3
"""The read models are built anew, again and again, while clients write and others read.

  tests/processes/read_models_rebuild_test.py --bin build/release/bin --seconds 300

No reader ever gets an error, half of a model, or anything that goes back in time (models_watch.py). At the end
the tables say what the actors say, and a rebuild gives the very rows that the live file has. Lags are printed,
and not judged. --load bench lets souk-bench place orders instead, as many as the machine can take.
"""

import argparse
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from auditor import Auditor, Crowd, Discrepancy, expect
from client import Client
from models_watch import Place, Readers
from node import Node, NodeFailed
from read_models import (expect_as_actors_say, expect_rebuild_gives_the_same, generations, info, link, opened,
                         rebuild, wait_until_quiet)
from workload import World, start_shoppers

QUIET_SHARE = 0.25  # of the time, at its end: no rebuild, so that the file at the end has been written live


class Lag(threading.Thread):
    """Samples how far the models are behind, ten times a second."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.client, self.records, self.seconds = Client(port), [], []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(0.1):
            if (answer := self.client.ask("GET", "/v1/read-models")) and answer.status == 200:
                self.records.append(answer.body["records_behind"])
                self.seconds.append(answer.body["seconds_behind"])

    def lines(self):
        for what, samples, form in (("records", self.records, "{:.0f}"), ("seconds", self.seconds, "{:.3f}")):
            if ordered := sorted(samples):
                p50, p99, most = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]
                yield (f"live lag, {what} behind: p50 {form}, p99 {form}, max {form} ({{}} samples)"
                       .format(p50, p99, most, len(ordered)))


class Shoppers:
    """64 clients with requests of all kinds."""

    def __init__(self, options, node):
        self.world = World(options.seed)
        crowd = Crowd(node.port)
        Auditor(self.world.prices).set_up(crowd, [*self.world.first_requests(), self.world.round_request(1)])
        crowd.close()
        self.shoppers, self.threads, self.stop = start_shoppers(self.world, node.port, 1, options.clients)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        for shopper in self.shoppers:
            if shopper.wrong:
                raise Discrepancy(shopper.wrong)

    def expect_all_there(self, node):
        """Every order that was answered is in the models as it was answered. Returns what to print."""
        requests = [request for shopper in self.shoppers for request in shopper.sent if request.answer]
        orders = [request for request in requests if request.kind == "order" and request.answer.accepted]
        with opened(link(node)) as database:
            rows = {order: (status, total) for order, status, total in
                    database.execute("SELECT order_id, status, total_minor FROM orders")}
        for request in orders:
            said = request.answer.body
            expect(f"order {request.key} in the read models, of its answer", rows.get(request.key),
                   (said["status"], said.get("total_minor")))
        if not orders:
            raise Discrepancy("no order was answered: no test")
        return f"{len(requests)} requests answered, {len(orders)} of them orders"


class Bench:
    """souk-bench, for more orders than Python can place."""

    def __init__(self, options, node):
        command = [options.bin / "souk-bench", "run", "mixed", "--url", node.url, "--pid", node.process.pid,
                   "--data-dir", node.data, "--seconds", options.seconds, "--warmup", 1, "--coupons", 20000,
                   "--customers", 2000]
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(5)  # it grants coupons and fills wallets first

    def end(self):
        self.said, _ = self.process.communicate(timeout=120)
        expect(f"exit code of souk-bench, which said {self.said}", self.process.returncode, 0)

    def expect_all_there(self, node):
        return self.said.rstrip()


def rebuild_until(moment, crowd, readers):
    """One rebuild after another. Returns what the node says of each."""
    rebuilds = []
    while time.monotonic() < moment:
        rebuilds.append(rebuild(crowd))
        readers.check()
    return rebuilds


def report(rebuilds):
    if not rebuilds:
        raise Discrepancy("not one rebuild came to its end: no test")
    lags = sorted(one["lag_at_switch_seconds"] for one in rebuilds)
    last = rebuilds[-1]
    yield (f"{len(rebuilds)} rebuilds, the last of {last['records']} records in {last['seconds']:.2f} s; lag at the "
           f"switch: median {lags[len(lags) // 2]:.3f} s, max {lags[-1]:.3f} s")


def some_orders(node, draw, count):
    """Ids of orders, from all that are in the models."""
    with opened(link(node)) as database:
        orders = [order for order, in database.execute("SELECT order_id FROM orders ORDER BY order_id")]
        coupons = [coupon for coupon, in database.execute("SELECT coupon_id FROM coupons ORDER BY coupon_id")]
    return draw.sample(orders, min(count, len(orders))), draw.sample(coupons, min(count, len(coupons)))


def run(options, node):
    node.start()
    crowd = Crowd(node.port, connections=4)
    load = (Bench if options.load == "bench" else Shoppers)(options, node)
    begin = time.monotonic()
    readers = Readers(Place(node.port, str(node.data), str(options.bin / "souk-query")))
    lag = Lag(node.port)
    lag.start()
    rebuilds = rebuild_until(begin + options.seconds * (1 - QUIET_SHARE), crowd, readers)
    time.sleep(max(0, begin + options.seconds - time.monotonic()))
    lag.stopped.set()
    load.end()
    readers.check()
    wait_until_quiet(node, crowd)
    yield from report(rebuilds)
    yield from lag.lines()
    yield f"{len(generations(node))} files in read-models/, {node.data_bytes() / 1e6:.0f} MB of data in all"
    yield load.expect_all_there(node)
    orders, coupons = some_orders(node, random.Random(f"{options.seed}/sample"), options.sample)
    expect_as_actors_say(node, crowd, orders, coupons)
    yield f"{len(orders)} orders, {len(coupons)} coupons, all SKUs and wallets as the actors say"
    yield f"{expect_rebuild_gives_the_same(node, crowd)} rows the same after one more rebuild"
    reads = readers.end()
    yield "reads without a finding: " + ", ".join(f"{count} by {name}" for name, count in reads.items())
    expect("state at the end", info(crowd)["state"], "LIVE")
    crowd.close()
    yield f"clean stop in {node.stop():.2f} s"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-query")
    parser.add_argument("--seconds", type=float, default=10, help="of load")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--load", choices=("shoppers", "bench"), default="shoppers")
    parser.add_argument("--sample", type=int, default=1000, help="orders that are compared with their actors")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    return parser.parse_args()


def main():
    options = parse()
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-rebuild-"))
    with Node(options.bin / "souk-node", folder) as node:
        try:
            for line in run(options, node):
                print(line, flush=True)
        except (Discrepancy, NodeFailed) as failure:
            sys.exit(f"FAILED: {failure}\n{node.log_tail()}\ndata directory and log: {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
