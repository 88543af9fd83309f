#!/usr/bin/env python3
"""kill -9 while the read models are written, built anew and switched: afterwards they say what the actors say.

  tests/processes/read_models_kill_test.py --bin build/release/bin --rounds 100

A round is one of kill_nine.py's (64 clients, an import, kill -9 at a random moment, an audit of what was
promised), with rebuilds asked for at random moments, some of the restarts killed as well while the models catch
up. Then the link must name a whole file; the models come to the log's end by themselves, equal the actors'
answers, and a fresh rebuild gives the same rows. Files of earlier generations do not pile up.
"""

import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

import kill_nine
from auditor import Crowd, Discrepancy, expect
from client import Client
from node import NodeFailed
from read_models import (current, expect_as_actors_say, expect_rebuild_gives_the_same, generations, link, opened,
                         wait_until_live, wait_until_quiet)
from read_models_rebuild_test import some_orders

ROOT = pathlib.Path(__file__).resolve().parents[2]
REBUILDS_SHARE = 0.75  # of the rounds
KILLED_TWICE_SHARE = 0.3


class Rebuilds(threading.Thread):
    """Asks for a rebuild at random moments, whatever becomes of it: the node may be dead."""

    def __init__(self, port, draw):
        super().__init__(daemon=True)
        self.client, self.draw = Client(port), draw
        self.asked = 0
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(self.draw.uniform(0, 0.3)):
            answer = self.client.ask("POST", "/v1/read-models/rebuild")
            self.asked += answer is not None and answer.status == 202

    def end(self):
        self.stopped.set()
        self.join()


class Run(kill_nine.Run):
    def __init__(self, options, folder):
        super().__init__(options, folder)
        self.rows = self.killed_while_building = 0

        self.look_after_kill = False
        kill = self.node.kill
        self.node.kill = lambda: (kill(), self.look_after_kill and self.expect_whole())

    def round(self, number):
        draw = random.Random(f"{self.options.seed}/{number}/models")
        self.look_after_kill = draw.random() < 0.5  # a reader beside it finishes what SQLite left half done
        rebuilds = Rebuilds(self.node.port, draw) if draw.random() < REBUILDS_SHARE else None
        if rebuilds:
            rebuilds.start()
        line = super().round(number)
        if rebuilds:
            rebuilds.end()
        if draw.random() < KILLED_TWICE_SHARE:
            self.kill_while_it_catches_up(draw)
        begin = time.monotonic()
        self.check_models(number)
        asked = f"{rebuilds.asked:2} rebuilds asked for" if rebuilds else "no rebuild"
        return f"{line}  {asked}, {self.rows} rows the same, in {time.monotonic() - begin:.1f} s"

    def kill_while_it_catches_up(self, draw):
        """Without its models, with unfinished ones, or right after the start."""
        way = draw.choice(("no link", "rebuild", "at once"))
        self.node.kill()
        if way == "no link":
            link(self.node).unlink()
        self.node.start()
        if way == "rebuild":
            Client(self.node.port).ask("POST", "/v1/read-models/rebuild")
        time.sleep(draw.uniform(0, 0.15))
        before = len(generations(self.node))
        self.node.kill()
        self.killed_while_building += before > 1
        self.node.start()

    def expect_whole(self):
        """What a killed node leaves behind the link is a file that anybody can read."""
        if not link(self.node).exists():
            return
        with opened(link(self.node)) as database:
            expect(f"quick_check of {current(self.node)} after a kill",
                   database.execute("PRAGMA quick_check").fetchall(), [("ok",)])

    def check_models(self, number):
        crowd = Crowd(self.node.port)
        try:
            wait_until_quiet(self.node, crowd)
            draw = random.Random(f"{self.options.seed}/{number}/sample")
            orders, coupons = some_orders(self.node, draw, self.options.orders_compared)
            expect_as_actors_say(self.node, crowd, orders, coupons)
            self.rows = expect_rebuild_gives_the_same(self.node, crowd)
        finally:
            crowd.close()

    def finish(self):
        yield from super().finish()
        self.node.start()
        crowd = Crowd(self.node.port)
        wait_until_live(crowd)
        with opened(link(self.node)) as database:
            rows = dict(database.execute("SELECT order_id, status FROM orders"))
        for order, said in self.auditor.orders.items():
            expect(f"order {order} in the read models", rows.get(order), said["status"])
        crowd.close()
        expect("generations after a start, of the current one", generations(self.node),
               [pathlib.Path(current(self.node)).name])
        self.node.stop()
        yield f"read models {self.rows} rows; {self.killed_while_building} restarts killed with a second file there"


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--orders-compared", type=int, default=300, help="a round, with their actors")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--load-ms-max", type=int, default=1500, help="the node is killed before this, at random")
    parser.add_argument("--during", choices=("clients", "import", "both"), default="both")
    parser.add_argument("--sample", type=pathlib.Path,
                        default=ROOT / "data/online-retail-sample.csv", help="what the import reads")
    options = parser.parse_args(arguments)
    options.node_flags = []
    return options


def main(arguments):
    options = parse(arguments)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-models-kill-"))
    print(f"seed {options.seed}, {options.rounds} rounds", flush=True)
    run, number = Run(options, folder), 0
    with run.node:
        try:
            run.prepare()
            for number in range(1, options.rounds + 1):
                print(run.round(number), flush=True)
            print("\n".join(run.finish()))
        except (Discrepancy, NodeFailed) as failure:
            sys.exit(f"FAILED in round {number}: {failure}\n{run.node.log_tail()}\ndata directory and log: {folder}\n"
                     f"again: read_models_kill_test.py --seed {options.seed} --rounds {max(number, 1)}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
