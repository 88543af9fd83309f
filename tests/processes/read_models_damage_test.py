#!/usr/bin/env python3
"""Whatever happens to the read models' files, orders go on at once, and the models come back.

Each kind of damage (damage.py) is done to a node that is stopped; then the node must start, take orders, say in
its log what it found, and build the models anew by itself, or, where an operator has to do something first,
right after that. Then damage under a running node, and a disk that is full for the read models alone.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

from auditor import Crowd, Discrepancy, expect
from client import Client
from damage import DAMAGES, overwrite, settle
from node import Node, NodeFailed
from read_models import (current, expect_as_actors_say, expect_rebuild_gives_the_same, info, link, opened, rebuild,
                         wait_for, wait_until_live, wait_until_quiet)
from workload import charge, order, receive, register

SKUS = [f"thing-{n}" for n in range(30)]
HEAL_SECONDS_MAX = 60
DISK_MB = 3


class Shop:
    """A node, and someone who orders: every order must be confirmed, whatever the read models do."""

    def __init__(self, node, seed):
        self.node, self.draw = node, random.Random(seed)
        self.client = Client(node.port)
        self.orders = []

    def ask(self, request):
        answer = self.client.ask(request.method, request.path, request.body)
        if answer is None or not answer.accepted or answer.status == 202:
            raise Discrepancy(f"{request.method} {request.path}: {answer}\n{self.node.log_tail()}")
        return answer.body

    def open(self):
        for sku in SKUS:
            self.ask(register(sku, 100))
            self.ask(receive(sku, f"first-{sku}", 1_000_000))
        self.ask(charge("ada", "first", 1_000_000_000))

    def order(self, count):
        for _ in range(count):
            name = f"order-{len(self.orders)}"
            lines = [{"sku": sku, "quantity": 1} for sku in self.draw.sample(SKUS, 3)]
            expect(f"status of {name}", self.ask(order(name, "ada", lines))["status"], "CONFIRMED")
            self.orders.append(name)

    def expect_models_good(self):
        crowd = Crowd(self.node.port, connections=2)
        wait_until_live(crowd, HEAL_SECONDS_MAX)
        wait_until_quiet(self.node, crowd)
        expect_as_actors_say(self.node, crowd, self.orders[-200:])
        with opened(link(self.node)) as database:
            expect("orders in the read models", database.execute("SELECT count(*) FROM orders").fetchone(),
                   (len(self.orders),))
        listed = crowd.get("/v1/orders?limit=1")["orders"][0]["order_id"]
        expect("newest order in the list", listed, self.orders[-1])
        crowd.close()


def log_lines(node, begin):
    """What the node has said since its log had `begin` bytes: (level, message)s."""
    with open(node.log, encoding="utf-8", errors="replace") as file:
        file.seek(begin)
        lines = [json.loads(line) for line in file if line.startswith("{")]
    return [(line["level"], line["message"]) for line in lines]


def expect_in_log(lines, what, levels=("info", "warn", "warning", "error")):
    if not any(what.lower() in message.lower() for level, message in lines if level in levels):
        said = "\n  ".join(f"{level}: {message}" for level, message in lines)
        raise Discrepancy(f"the log says nothing with '{what}' at {levels}:\n  {said}")


def expect_lists_say_why(shop):
    """While there are no models: a list answers 503 with a sentence, and what is read from the actors works."""
    answer = shop.client.ask("GET", "/v1/orders")
    if answer is None or answer.status not in (200, 503) or (answer.status == 503 and not answer.body.get("detail")):
        raise Discrepancy(f"GET /v1/orders without read models: {answer}")
    answer = shop.client.ask("GET", f"/v1/orders/{shop.orders[-1]}")
    expect("GET of one order without read models", answer.status, 200)


def suffer(shop, damage):
    node = shop.node
    node.stop()
    settle(current(node))
    damage.do(node)
    begin = node.log.stat().st_size
    node.start()
    shop.client = Client(node.port)
    shop.order(3)
    expect_lists_say_why(shop)
    if damage.repair:
        crowd = Crowd(node.port, connections=2)
        said = wait_for(crowd, HEAL_SECONDS_MAX, lambda said: said["state"] == "FAILED", "state is not FAILED")
        if not said.get("detail"):
            raise Discrepancy(f"state FAILED without a detail: {said}")
        shop.order(3)
        damage.repair(node)
        crowd.close()
    shop.expect_models_good()
    lines = log_lines(node, begin)
    expect_in_log(lines, "the read models are built anew")
    if damage.says:
        expect_in_log(lines, damage.says, ("warn", "warning", "error"))


def suffer_all(shop, only, failures):
    """All damages, also after one that was not survived: that goes to `failures`."""
    for damage in DAMAGES:
        if only and only not in damage.name:
            continue
        try:
            suffer(shop, damage)
            yield f"{damage.name}: orders went on, the models came back"
        except (Discrepancy, NodeFailed) as failure:
            yield f"{damage.name}: FAILED"
            failures.append(f"{damage.name}: {failure}")
            start_over(shop)


def start_over(shop):
    """A node without any read models builds them from the log."""
    with shop.node:  # kills it, if it runs
        pass
    for path in (link(shop.node), shop.node.data / "read-models"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    shop.node.start()
    shop.client = Client(shop.node.port)
    shop.expect_models_good()


def under_a_running_node(shop):
    """The file is lost, or damaged in its middle: orders go on, and a rebuild mends it."""
    crowd = Crowd(shop.node.port, connections=2)
    for name, do in (("deleted", os.unlink), ("garbage in its middle", lambda path: overwrite(path, 0.3, 0.6))):
        do(current(shop.node))
        shop.order(20)
        rebuild(crowd)
        shop.expect_models_good()
        yield f"file {name} while the node runs: orders went on, a rebuild mended it"
    expect_rebuild_gives_the_same(shop.node, crowd)
    crowd.close()


def no_permission(shop):
    """A folder that may not be written to. Moot for root, who may always."""
    if os.geteuid() == 0:
        yield "skipped: a folder without write permission (this is root, who needs none)"
        return
    folder, node = shop.node.data / "read-models", shop.node
    node.stop()
    link(node).unlink()
    folder.chmod(0o555)
    node.start()
    shop.client = Client(node.port)
    shop.order(3)
    crowd = Crowd(node.port, connections=2)
    wait_for(crowd, HEAL_SECONDS_MAX, lambda said: said["state"] == "FAILED" and said.get("detail"), "not FAILED")
    folder.chmod(0o755)
    shop.expect_models_good()
    crowd.close()
    yield "a folder without write permission: orders went on, the models came back with it"


def full_disk(options, folder):
    """A small file system for read-models/ alone. Needs the right to mount one."""
    node = Node(options.bin / "souk-node", folder / "small")
    small = node.data / "read-models"
    small.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(small)],
                             capture_output=True, text=True, check=False)
    if mounted.returncode:
        yield f"skipped: a full disk ({mounted.stderr.strip()})"
        return
    try:
        with node:
            node.start()
            yield from fill(Shop(node, options.seed), small)
            node.stop()
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def fill(shop, small):
    shop.open()
    crowd = Crowd(shop.node.port, connections=2)
    for _ in range(100):
        shop.order(100)
        said = info(crowd)
        if said["state"] == "FAILED":
            break
    else:
        raise Discrepancy(f"the read models did not fail on a disk of {DISK_MB} MB: no test")
    if "full" not in said.get("detail", "").lower():
        raise Discrepancy(f"FAILED, and the detail does not say that the disk is full: {said.get('detail')}")
    shop.order(200)
    failed_at = len(shop.orders)
    subprocess.run(["mount", "-o", "remount,size=256m", str(small)], check=True)
    shop.order(10)
    shop.expect_models_good()
    expect_rebuild_gives_the_same(shop.node, crowd)
    crowd.close()
    yield (f"disk full after {failed_at - 200} orders ({said['detail']}): orders went on, the models came back "
           "with space")


def run(options, folder):
    failures = []
    with Node(options.bin / "souk-node", folder / "node") as node:
        node.start()
        shop = Shop(node, options.seed)
        shop.open()
        shop.order(300)
        yield from suffer_all(shop, options.only, failures)
        if not options.only:
            yield from under_a_running_node(shop)
            yield from no_permission(shop)
        node.stop()
    if not options.only:
        try:
            yield from full_disk(options, folder)
        except (Discrepancy, NodeFailed) as failure:
            failures.append(f"a full disk: {failure}")
    if failures:
        raise Discrepancy("\n".join(failures))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--only", default="", help="damages with this in their name")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="souk-damage-"))
    try:
        for line in run(options, folder):
            print(line, flush=True)
    except (Discrepancy, NodeFailed) as failure:
        sys.exit(f"FAILED: {failure}\ndata directory and log: {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
