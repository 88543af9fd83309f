#!/usr/bin/env python3
"""Two clusters on one machine whose configurations give each other's addresses: the nodes refuse each other, say in
their logs why, and never exchange anything. With the addresses put right, the same directories make two clusters."""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile
import time

import networks
from auditor import Crowd, Discrepancy, expect
from cluster import Cluster
from node import NodeFailed, free_port
from workload import receive, register

ROLES = {"front": ["gateway", "order", "wallet", "coupon"], "back": ["stock"]}
LOOK_SECONDS = 6
LINES_A_SECOND_MAX = 1.0


def log_lines(node):
    return [json.loads(line) for line in node.log.read_text().splitlines() if line.startswith("{")]


def refusals(node, other_identity):
    return [line for line in log_lines(node) if other_identity in json.dumps(line)]


def expect_refused(mine, other):
    """Nobody of `mine` takes anybody of `other` for its own; it says so, with both names, and not all the time."""
    state = mine.nodes["front"].cluster_state()
    back = next(one for one in state["nodes"] if one["name"] == "back")
    expect(f"state of back, as front of {mine.identity} sees it", back["state"], "down")
    if other.identity not in back["detail"]:
        raise Discrepancy(f"why back is down does not name {other.identity}: {back}")
    lines = refusals(mine.nodes["front"], other.identity)
    if not lines:
        raise Discrepancy(f"the log of front of {mine.identity} does not name {other.identity}")
    if len(lines) > LINES_A_SECOND_MAX * LOOK_SECONDS:
        raise Discrepancy(f"front of {mine.identity} says so {len(lines)} times in {LOOK_SECONDS} s: {lines[-1]}")
    expect(f"items that front of {mine.identity} sent to a stranger", back["link"]["received_items"], 0)
    answer = mine.gateway.ask("PUT", "/v1/stock/mug", register("mug", 100).body)
    expect(f"a command of {mine.identity} for the node that is not its own: status, of {answer}",
           answer and answer.status, 503)
    return lines[0]


def expect_own(cluster, units):
    """What was written through this cluster's gateway is there, once, and nothing else."""
    crowd = Crowd(cluster.gateway.port, host=cluster.gateway.host)
    for request in (register("mug", 100), receive("mug", "delivery", units)):
        expect(f"{request.kind} in {cluster.identity}: status", crowd.ask(
            request.method, request.path, request.body).status // 100, 2)
    expect(f"mugs of {cluster.identity}", crowd.get("/v1/stock/mug")["received_units"], units)
    crowd.close()


def run(options, folder):
    places = [f"{prefix}{name}" for prefix in ("a-", "b-") for name in ROLES]
    network, about = networks.make(options.network, places, free_port)
    print(f"on {about}", flush=True)

    def cluster(prefix, misled):
        return Cluster(options.bin, folder / prefix, ROLES, network, (), f"shop-{prefix}", prefix=prefix, misled=misled)

    crossed = {prefix: {name: f"{other}{name}" for name in ROLES} for prefix, other in (("a-", "b-"), ("b-", "a-"))}
    with cluster("a-", crossed["a-"]) as a, cluster("b-", crossed["b-"]) as b:
        for node in (*a.nodes.values(), *b.nodes.values()):
            node.launch()
        time.sleep(LOOK_SECONDS)
        for mine, other in ((a, b), (b, a)):
            mine.expect_alive()
            line = expect_refused(mine, other)
            yield f"{mine.identity} says of {other.identity}: {line}"
        a.stop()
        b.stop()
    with cluster("a-", None) as a, cluster("b-", None) as b:
        a.start()
        b.start()
        expect_own(a, 11)
        expect_own(b, 22)
        for mine in (a, b):
            mine.stop()
            yield f"{mine.identity}: whole once the addresses are right, {mine.verify('--decisions')} records proved"
    network.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-replay")
    parser.add_argument("--network", choices=networks.KINDS, default="auto")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-strangers-"))
    try:
        for line in run(options, folder):
            print(line, flush=True)
    except (Discrepancy, NodeFailed) as failure:
        sys.exit(f"FAILED: {failure}\ndata directories and logs: {folder}")
    shutil.rmtree(folder)


main()
