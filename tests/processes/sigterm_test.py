#!/usr/bin/env python3
"""SIGTERM under load: the node exits with 0 within seconds, and what it had acknowledged is there afterwards."""

import argparse
import pathlib
import random
import sys
import tempfile
import time

from auditor import Auditor, Crowd, Discrepancy
from node import Node, NodeFailed
from workload import World, start_shoppers

STOP_SECONDS_MAX = 10


def rounds(options, node):
    world = World(options.seed)
    auditor = Auditor(world.prices)
    node.start()
    for number in range(1, options.rounds + 1):
        crowd = Crowd(node.port)
        setup = list(world.first_requests()) if number == 1 else []
        setup.append(world.round_request(number))
        auditor.set_up(crowd, setup)
        shoppers, threads, stop = start_shoppers(world, node.port, number, options.clients)
        time.sleep(random.Random(f"{options.seed}/{number}").uniform(0.2, 1.5))
        seconds = node.stop(STOP_SECONDS_MAX)
        stop.set()
        for thread in threads:
            thread.join()
        crowd.close()
        node.start()
        requests = [request for shopper in shoppers for request in shopper.sent]
        crowd = Crowd(node.port)
        auditor.audit(crowd, requests)
        crowd.close()
        print(f"round {number}: {len(requests)} sent, stopped in {seconds:.2f} s, nothing lost", flush=True)
    print(f"idle: stopped in {node.stop(STOP_SECONDS_MAX):.2f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="souk-sigterm-") as folder:
        with Node(options.bin / "souk-node", folder) as node:
            try:
                rounds(options, node)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


main()
