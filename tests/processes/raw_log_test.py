#!/usr/bin/env python3
"""The log over HTTP while 64 clients write: what followers see is whole and is what is there at the end; heads agree
with the records and the records with what the clients were told; bulk readers do not stand in the clients' way.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

from auditor import Crowd, Discrepancy, expect
from client import Client
from node import Node, NodeFailed
from raw_log import RawLog, expect_streams_whole
from read_models import wait_until_quiet
from workload import World, start_shoppers

BULK_READERS = 4
BYTES_MAX = 8 << 20
LATENCY_PAUSE_SECONDS = 0.002


class Follower(threading.Thread):
    """Follows one partition from its beginning, waiting for each next record, until `stop` is set."""

    def __init__(self, port, partition, stop):
        super().__init__(daemon=True)
        self.log, self.partition, self.stop = RawLog(port), partition, stop
        self.records, self.waits, self.wrong = [], 0, None

    def run(self):
        try:
            at = 1
            while not self.stop.is_set():
                records, at, _ = self.log.read(self.partition, at, wait_ms=200)
                self.records += records
                self.waits += 1
        except (Discrepancy, OSError, ValueError, KeyError) as failure:
            self.wrong = f"following {self.partition}: {type(failure).__name__}: {failure}"


class BulkReader(threading.Thread):
    """Reads everything, as much at once as can be had, again and again."""

    def __init__(self, port, partitions, stop):
        super().__init__(daemon=True)
        self.log, self.partitions, self.stop = RawLog(port), partitions, stop
        self.bytes, self.turned_away, self.wrong = 0, 0, None

    def run(self):
        try:
            while not self.stop.is_set():
                for partition in self.partitions:
                    self.read(partition)
        except (OSError, ValueError, KeyError) as failure:
            self.wrong = f"bulk reading: {type(failure).__name__}: {failure}"

    def read(self, partition):
        at = 1
        while not self.stop.is_set():
            answer = self.log.get(f"/v1/log/{partition}/batches?from={at}&bytes_max={BYTES_MAX}")
            if answer.status == 503:
                self.turned_away += 1
                time.sleep(int(answer.headers["Retry-After"]) / 10)
                continue
            if answer.status != 200:
                raise ValueError(f"{answer.status}: {answer.body[:200]}")
            self.bytes += len(answer.body)
            if answer.number("Souk-Next") == answer.number("Souk-End"):
                return
            at = answer.number("Souk-Next")


def latencies(port, seconds):
    """One client's commands, one after the other: milliseconds each, sorted."""
    client, taken, until = Client(port), [], time.monotonic() + seconds
    while time.monotonic() < until:
        begin = time.monotonic()
        answer = client.ask("POST", "/v1/wallets/prober/charges",
                            {"charge_id": f"probe-{random.random()}", "amount_minor": 1, "currency": "GBP"})
        expect("status of a charge", answer and answer.status, 201)
        taken.append(1000 * (time.monotonic() - begin))
        time.sleep(LATENCY_PAUSE_SECONDS)
    return sorted(taken)


def shown(taken):
    return f"median {taken[len(taken) // 2]:.1f} ms, 99% {taken[len(taken) * 99 // 100]:.1f} ms"


def partitions_of(log):
    said = json.loads(log.get("/v1/log").body)
    return {f"{one['service']}/{one['number']}": one["last_offset"] for one in said["partitions"]}


def under_load(options, node, world):
    """Clients and followers, then bulk readers as well. Returns the shoppers and the followers."""
    partitions = list(partitions_of(RawLog(node.port)))
    world.round_request(1)
    shoppers, threads, end_shopping = start_shoppers(world, node.port, 1, options.clients)
    end_following, end_bulk = threading.Event(), threading.Event()
    followers = [Follower(node.port, partition, end_following) for partition in partitions]
    for follower in followers:
        follower.start()
    alone = latencies(node.port, options.seconds / 2)
    bulk = [BulkReader(node.port, partitions, end_bulk) for _ in range(BULK_READERS)]
    for reader in bulk:
        reader.start()
    beside = latencies(node.port, options.seconds / 2)
    end_bulk.set()
    for reader in bulk:
        reader.join()
    end_shopping.set()
    for thread in threads:
        thread.join()
    crowd = Crowd(node.port)
    wait_until_quiet(node, crowd)
    crowd.close()
    time.sleep(0.5)  # more than a follower waits
    end_following.set()
    for follower in followers:
        follower.join()
    wrong = [one.wrong for one in (*shoppers, *followers, *bulk) if one.wrong]
    if wrong:
        raise Discrepancy("; ".join(wrong))
    read = sum(reader.bytes for reader in bulk)
    if not read:
        raise Discrepancy("the bulk readers read nothing: no test")
    print(f"commands without bulk readers {shown(alone)}; beside {BULK_READERS} of them {shown(beside)}; they read "
          f"{read / 1e6 / (options.seconds / 2):.0f} MB/s, {sum(one.turned_away for one in bulk)} times turned away",
          flush=True)
    return shoppers, followers


def check_at_rest(node, shoppers, followers):
    """Followers against the whole, the ends, the heads, and what the clients were told."""
    log, lasts = RawLog(node.port), {}
    ends = partitions_of(log)
    for follower in followers:
        records = log.read_all(follower.partition, bytes_max=100_000)
        expect(f"records of {follower.partition} as they were followed", len(follower.records), len(records))
        expect(f"records of {follower.partition} as they were followed", follower.records, records)
        expect(f"end of {follower.partition}", ends[follower.partition], len(records))
        for stream, record in expect_streams_whole(follower.partition, records).items():
            lasts[follower.partition.split("/")[0], stream] = follower.partition, record
    check_heads(log, lasts)
    confirmed = 0
    for shopper in shoppers:
        for request in shopper.sent:
            if request.kind != "order" or not request.answer or not request.answer.accepted:
                continue
            confirmed += request.answer.body["status"] == "CONFIRMED"
            for service in ("checkout", "order"):
                if (service, request.key) not in lasts and request.answer.body["status"] == "CONFIRMED":
                    raise Discrepancy(f"order {request.key} was confirmed, and no {service} has a record of it")
    if not confirmed:
        raise Discrepancy("no order was confirmed: no test")
    records = sum(ends.values())
    print(f"{records} records were followed and read again, {len(lasts)} heads agree, {confirmed} orders", flush=True)


def check_heads(log, lasts):
    for (service, stream), (partition, record) in random.sample(sorted(lasts.items()), min(500, len(lasts))):
        answer = log.get(f"/v1/log/{partition}/streams/{stream}")
        expect(f"head of {service} {stream}: status", answer.status, 200)
        said = json.loads(answer.body)
        expect(f"head of {service} {stream}", (said["offset"], said["sequence"], said["open"]),
               (record.offset, record.sequence, False))
        snapshot = log.get(f"/v1/log/{partition}/streams/{stream}/snapshot")
        if snapshot.status == 200:
            if snapshot.number("Souk-Offset") > record.offset:
                raise Discrepancy(f"snapshot of {service} {stream} at {snapshot.headers}, its head is {said}")
        else:
            expect(f"snapshot of {service} {stream}: code", json.loads(snapshot.body)["code"], "no_snapshot")


def check_programs(options, node):
    """souk-replay over HTTP and in the node's files: the same records, to the byte."""
    said = []
    for where in (("--url", node.url), ("--data", str(node.data))):
        done = subprocess.run([str(options.bin / "souk-replay"), "events", *where, "--all", "--format", "ndjson"],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        expect(f"souk-replay events {' '.join(where)}: exit code, with {done.stderr!r}", done.returncode, 0)
        said.append(done.stdout.splitlines())
    records = sum(partitions_of(RawLog(node.port)).values())
    expect("records that souk-replay lists from the files", len(said[1]), records)
    for over_http, in_files in zip(*said, strict=True):
        expect("a record over HTTP, of what the files have", over_http, in_files)


def check_refusals(node):
    log = RawLog(node.port)
    end = partitions_of(log)["wallet/0"]
    for path, status, code in (
            ("wallet/4000/batches", 404, "no_partition"), ("purse/0/batches", 400, "invalid_partition"),
            ("wallet/0/batches?from=0", 400, "invalid_parameter"),
            (f"wallet/0/batches?from={end + 2}", 422, "beyond_end"),
            (f"wallet/0/batches?from={end + 2}&wait_ms=60000", 422, "beyond_end"),
            ("wallet/4000/streams/x", 404, "no_partition"), ("wallet/0/streams/nobody", 404, "no_stream"),
            ("wallet/4000/streams/x/snapshot", 404, "no_partition"),
            ("wallet/4000/batches/next", 404, "no_partition")):
        answer = log.get(f"/v1/log/{path}")
        expect(f"GET {path}", (answer.status, json.loads(answer.body)["code"]), (status, code))
    answer = log.get(f"/v1/log/wallet/0/batches?from={end + 1}&wait_ms=100")
    expect("at the end", (answer.status, answer.body, answer.number("Souk-Next")), (200, b"", end + 1))


def check_stop_with_waiting(node):
    """A node stops while somebody waits for a record."""
    end = partitions_of(RawLog(node.port))["wallet/0"]
    waiting = threading.Thread(target=lambda: RawLog(node.port).get(
        f"/v1/log/wallet/0/batches?from={end + 1}&wait_ms=60000"), daemon=True)
    waiting.start()
    time.sleep(0.2)
    return node.stop()


def run(options, node):
    node.start()
    world = World(options.seed)
    crowd = Crowd(node.port)
    crowd.map(lambda one: crowd.ask(one.method, one.path, one.body),
              [*world.first_requests()])
    first = world.round_request(1)
    crowd.ask(first.method, first.path, first.body)
    crowd.close()
    shoppers, followers = under_load(options, node, world)
    check_at_rest(node, shoppers, followers)
    check_programs(options, node)
    check_refusals(node)
    print(f"stopped in {check_stop_with_waiting(node):.1f} s while somebody waited for a record", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-replay")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="souk-raw-log-") as folder:
        with Node(options.bin / "souk-node", folder) as node:
            try:
                run(options, node)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


main()
