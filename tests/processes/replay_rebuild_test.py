#!/usr/bin/env python3
"""souk-replay rebuild: the read models of a node that is stopped, made anew from its log alone.

While the node runs it is refused, with what to do instead, and nothing is touched. Once it is stopped, rows that were
changed by hand, an index that lacks an entry, and a file that is missing altogether are mended; what comes out is
proved by souk-replay verify, is the very rows that the node had made, and the node goes on with it.
"""

import argparse
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

from auditor import Crowd, Discrepancy, expect
from client import Client
from damage import change, settle
from node import Node, NodeFailed
from read_models import current, expect_as_actors_say, expect_same, generations, link, wait_until_live, wait_until_quiet
from workload import charge, order, receive, register

SKUS = [f"thing-{n}" for n in range(10)]


def replay(options, *words, exit_code=0):
    """souk-replay. Returns what it wrote, stdout and stderr."""
    done = subprocess.run([str(options.bin / "souk-replay"), *map(str, words)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    expect(f"souk-replay {' '.join(map(str, words))}: exit code, with {done.stdout[-2000:]!r}, {done.stderr!r}",
           done.returncode, exit_code)
    return done.stdout, done.stderr


def take_orders(node, draw, first, count):
    client = Client(node.port)

    def ask(request):
        answer = client.ask(request.method, request.path, request.body)
        if answer is None or not answer.accepted or answer.status == 202:
            raise Discrepancy(f"{request.method} {request.path}: {answer}")
        return answer.body

    if first == 0:
        for sku in SKUS:
            ask(register(sku, 100))
            ask(receive(sku, f"first-{sku}", 1_000_000))
        ask(charge("ada", "first", 1_000_000_000))
    names = [f"order-{n}" for n in range(first, first + count)]
    for name in names:
        lines = [{"sku": sku, "quantity": 1} for sku in draw.sample(SKUS, 3)]
        expect(f"status of {name}", ask(order(name, "ada", lines))["status"], "CONFIRMED")
    client.close()
    return names


def records_in_log(options, node):
    return json.loads(replay(options, "verify", "--data", node.data, "--format", "json")[0])["records"]


def expect_refused_beside(options, node):
    before = current(node), generations(node)
    out, err = replay(options, "rebuild", "--data", node.data, exit_code=3)
    expect("what was written to stdout", out, "")
    expect("what was said", err, f"souk-replay: a node has {node.data} open; let it build its read models itself: "
                                 "souk-query rebuild\n")
    expect("the link and the files", (current(node), generations(node)), before)


def drop_index_entry(path):
    """An index of the orders that lacks one: its b-tree is that of a table whose key is all of its columns."""
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA writable_schema = 1")
        database.execute("INSERT INTO sqlite_schema SELECT 'table', 'entries', 'entries', rootpage, 'CREATE TABLE "
                         "entries (ordered_at, order_id, PRIMARY KEY (ordered_at, order_id)) WITHOUT ROWID' "
                         "FROM sqlite_schema WHERE name = 'orders_by_time'")
    database.close()
    change(path, "DELETE FROM entries WHERE order_id = 'order-3'")
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA writable_schema = 1")
        database.execute("DELETE FROM sqlite_schema WHERE name = 'entries'")
    database.close()


def expect_mended(options, node, good, what):
    said = json.loads(replay(options, "rebuild", "--data", node.data, "--format", "json")[0])
    expect(f"{what}: parked records", said["parked"], 0)
    expect(f"{what}: records", said["records"], records_in_log(options, node))  # which is clean, too
    rows = expect_same(good, current(node), f"{what}, and rebuilt")
    return f"{what}: {rows} rows as the node had made them"


def run(options, folder, node):
    draw = random.Random(options.seed)
    node.start()
    orders = take_orders(node, draw, 0, 60)
    expect_refused_beside(options, node)
    crowd = Crowd(node.port, connections=2)
    wait_until_quiet(node, crowd)
    crowd.close()
    node.stop()
    yield "refused beside the node"

    settle(current(node))
    good = folder / "good.sqlite"
    good.write_bytes(pathlib.Path(current(node)).read_bytes())
    change(current(node), "UPDATE wallets SET balance_minor = balance_minor + 255 WHERE wallet_id = 'ada'")
    found = json.loads(replay(options, "verify", "--data", node.data, "--format", "json", exit_code=1)[0])
    expect("what is wrong", [one["subject"] for one in found["findings"]], ["wallets ada"])
    yield expect_mended(options, node, good, "a row changed by hand")

    drop_index_entry(current(node))
    out, _ = replay(options, "verify", "--data", node.data, exit_code=1)
    if "index orders_by_time: it lacks the entry (" not in out:
        raise Discrepancy(f"an entry that is missing in an index is not named: {out}")
    yield expect_mended(options, node, good, "an index without an entry")

    for file in (node.data / "read-models").iterdir():
        file.unlink()
    link(node).unlink()
    yield expect_mended(options, node, good, "no file at all")

    node.start()
    orders += take_orders(node, draw, len(orders), 20)
    crowd = Crowd(node.port, connections=2)
    wait_until_live(crowd)
    wait_until_quiet(node, crowd)
    expect_as_actors_say(node, crowd, orders)
    crowd.close()
    node.stop()
    records_in_log(options, node)
    yield "the node goes on with what was built"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-replay")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="souk-rebuild-test-") as name:
        folder = pathlib.Path(name)
        with Node(options.bin / "souk-node", folder) as node:
            try:
                for line in run(options, folder, node):
                    print(line, flush=True)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


main()
