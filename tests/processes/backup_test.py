#!/usr/bin/env python3
"""Backups while 64 clients write: a copy that is made under load and restored is a shop in which everything that was
acknowledged before the backup was asked for is answered the same way again, orders end, the sums add up (auditor.py),
and the read models, built anew, say what the actors say.
"""

import argparse
import os
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
from node import Node, NodeFailed
from raw_log import RawLog
from read_models import (expect_as_actors_say, expect_rebuild_gives_the_same, wait_until_live, wait_until_quiet)
from workload import World, start_shoppers

ANOTHER_DISK = pathlib.Path("/dev/shm")
ORDERS_COMPARED = 300


def replay(options, *words, exit_code=0):
    """souk-replay. Returns what it wrote, stdout and stderr."""
    done = subprocess.run([str(options.bin / "souk-replay"), *map(str, words)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    expect(f"souk-replay {' '.join(map(str, words))}: exit code, with {done.stdout[-2000:]!r}, {done.stderr!r}",
           done.returncode, exit_code)
    return done.stdout, done.stderr


def parts(position):
    return {partition: int(offset) for partition, offset in
            (part.split("@") for part in position.split(",") if part)}


class UnderLoad:
    """A node and its clients. `forget_after(now)`: what was answered later counts as never answered."""

    def __init__(self, options, node):
        self.options, self.node, self.world = options, node, World(options.seed)
        self.auditor = Auditor(self.world.prices)

    def begin(self):
        crowd = Crowd(self.node.port)
        self.auditor.set_up(crowd, [*self.world.first_requests(), self.world.round_request(1)])
        crowd.close()
        self.shoppers, self.threads, self.stop = start_shoppers(self.world, self.node.port, 1, self.options.clients)

    def acknowledged(self):
        """Every request that has an answer by now, and the answer."""
        return {id(request): (request.answer, request.started) for shopper in self.shoppers
                for request in list(shopper.sent) if request.answer or request.started}

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        wrong = next((shopper.wrong for shopper in self.shoppers if shopper.wrong), None)
        if wrong:
            raise Discrepancy(wrong)

    def requests_as_of(self, acknowledged):
        """All that were sent, with the answers that they had then."""
        requests = [request for shopper in self.shoppers for request in shopper.sent]
        for request in requests:
            request.answer, request.started = acknowledged.get(id(request), (None, False))
        return requests


def ask_for_backup(node, directory, **wanted):
    answer = Client(node.port, timeout_seconds=120).ask("POST", "/v1/backups", {"directory": str(directory)})
    if wanted:
        expect(f"backup to {directory}: answer {answer}", (answer.status, answer.body.get("code")),
               (wanted["status"], wanted["code"]))
    else:
        expect(f"backup to {directory}: status, of {answer}", answer and answer.status, 201)
        expect("position of a backup", answer.body["position"], answer.position)
    return answer.body


def check_refusals(node, folder):
    """Each with its own sentence, and nothing is left behind."""
    (folder / "file").write_text("not a folder")
    (folder / "empty").mkdir()
    before, sentences = sorted(folder.iterdir()), set()
    for directory, status, code in (("relative", 422, "invalid_directory"), ("./relative", 422, "invalid_directory"),
                                    (folder / "none" / "x", 422, "invalid_directory"),
                                    (folder / "file" / "x", 422, "invalid_directory"),
                                    (node.data / "x", 422, "invalid_directory"),
                                    (node.data / "read-models" / "x", 422, "invalid_directory"),
                                    (folder / "empty" / ".." / node.data.name / "x", 422, "invalid_directory"),
                                    (node.data, 409, "directory_exists"), (folder / "empty", 409, "directory_exists"),
                                    (folder / "file", 409, "directory_exists"), ("", 422, "out_of_range")):
        sentences.add(ask_for_backup(node, directory, status=status, code=code)["detail"])
    expect("what lies beside the data directory after backups that were refused", sorted(folder.iterdir()), before)
    if len(sentences) < 6:
        raise Discrepancy(f"refusals are not told apart: {sentences}")
    for name in ("file", "empty"):
        (folder / name).unlink() if name == "file" else (folder / name).rmdir()


def check_one_at_a_time(node, folder):
    """Many at once: each is made, or told that another one is being made; then it goes on."""
    outcomes = []

    def ask(number):
        answer = Client(node.port, timeout_seconds=120).ask("POST", "/v1/backups",
                                                            {"directory": str(folder / f"many-{number}")})
        outcomes.append((answer.status, answer.body.get("code"), (folder / f"many-{number}").exists()))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if outcome not in ((201, None, True), (409, "backup_running", False)):
            raise Discrepancy(f"one of many backups at once: {outcome}")
    if not any(status == 201 for status, _, _ in outcomes):
        raise Discrepancy(f"of many backups at once none was made: {outcomes}")
    return sum(status == 201 for status, _, _ in outcomes), len(outcomes)


def audit(options, load, acknowledged, directory):
    """A node of its own on the restored directory."""
    requests = load.requests_as_of(acknowledged)
    with Node(options.bin / "souk-node", directory.parent) as restored:
        restored.data = directory
        ready = restored.start()
        crowd = Crowd(restored.port)
        wait_until_live(crowd)
        load.auditor.audit(crowd, requests)
        load.auditor.compare_everything(crowd)
        wait_until_quiet(restored, crowd)
        orders = sorted(load.auditor.orders)
        expect_as_actors_say(restored, crowd, random.Random(options.seed).sample(
            orders, min(ORDERS_COMPARED, len(orders))), sorted(load.auditor.coupons)[:ORDERS_COMPARED])
        rows = expect_rebuild_gives_the_same(restored, crowd)
        crowd.close()
        restored.stop()
    known = sum(1 for request in requests if id(request) in acknowledged)
    return (f"restored: ready in {ready:.1f} s; {known} of {len(requests)} requests had been answered before the backup "
            f"and are answered alike, {len(orders)} orders have ended, {rows} rows of read models agree")


def check_ends(options, directory, made):
    """The copy reaches at least where its answer says, as souk-replay sees it."""
    with Node(options.bin / "souk-node", directory.parent / "ends", flags=["--no-read-models"]) as node:
        shutil.copytree(directory, node.data)
        node.start()
        log = RawLog(node.port)
        for partition, offset in parts(made["position"]).items():
            found = len(log.read_all(partition))
            if found < offset:
                raise Discrepancy(f"the backup says {partition}@{offset}, and ends at {found}")
        node.stop()


def run(options, folder, node):
    node.start()
    load = UnderLoad(options, node)
    load.begin()
    time.sleep(options.seconds / 2)
    backup = folder / "backup"
    acknowledged = load.acknowledged()
    made = ask_for_backup(node, backup)
    yield (f"backup of {made['bytes'] / 1e6:.1f} MB, {made['hard_linked_bytes'] / 1e6:.1f} MB of them by hard links, in "
           f"{made['seconds']:.2f} s, while {options.clients} clients wrote")
    if not made["hard_linked_bytes"]:
        raise Discrepancy(f"nothing of the backup is shared: {made}")
    if ANOTHER_DISK.is_dir() and os.stat(ANOTHER_DISK).st_dev != os.stat(folder).st_dev:
        with tempfile.TemporaryDirectory(prefix="souk-backup-", dir=ANOTHER_DISK) as elsewhere:
            copied = ask_for_backup(node, pathlib.Path(elsewhere) / "backup")
            expect("what a backup on another file system shares", copied["hard_linked_bytes"], 0)
            yield f"on another file system: {copied['bytes'] / 1e6:.1f} MB in {copied['seconds']:.2f} s"
    made_at_once, asked = check_one_at_a_time(node, folder)
    yield f"of {asked} at once {made_at_once} were made"
    time.sleep(options.seconds / 2)
    load.end()
    check_refusals(node, folder)
    check_ends(options, backup, made)
    yield from check_programs(options, folder, node)
    replay(options, "restore", backup, folder / "restored" / "data")
    yield audit(options, load, acknowledged, folder / "restored" / "data")


def check_programs(options, folder, node):
    """souk-replay finds the node by its directory, and does without one that is gone, killed or stopped."""
    count = 0
    for state in ("running", "killed", "stopped"):
        if state == "killed":
            node.kill()
            if not (node.data / "node.json").exists():
                raise Discrepancy("a killed node has left no node.json: no test")
        if state == "stopped":
            node.start()
            node.stop()
            expect("node.json after a clean stop", (node.data / "node.json").exists(), False)
        target = folder / f"by-program-{state}"
        said, _ = replay(options, "backup", target, "--data", node.data)
        expect(f"whether souk-replay asked the node that was {state}", node.url in said, state == "running")
        replay(options, "backup", target, "--data", node.data, exit_code=2)  # it is there
        replay(options, "restore", target, folder / f"from-{state}")
        replay(options, "verify", "--data", folder / f"from-{state}")
        count += 1
    replay(options, "backup", folder / "nowhere", "--url", node.url, exit_code=3)
    replay(options, "restore", folder / "nowhere", folder / "from-nowhere", exit_code=3)
    yield f"{count} backups by souk-replay, of a node that ran, was killed, was stopped; restored and verified"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-replay")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="souk-backup-test-") as name:
        folder = pathlib.Path(name)
        with Node(options.bin / "souk-node", folder) as node:
            try:
                for line in run(options, folder, node):
                    print(line, flush=True)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


main()
