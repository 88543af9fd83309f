#!/usr/bin/env python3
"""Every answer of a command says up to where the log has to be read to see what it tells; who asks the read
models for at least that, sees it: over HTTP, in the files, and with souk-query, while a rebuild runs as well.
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
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from auditor import Discrepancy, expect
from client import Client
from node import Node, NodeFailed
from workload import charge, order, receive, register

SKUS = [f"thing-{n}" for n in range(20)]
FAR_AHEAD = "order/0@4000000000"
NONSENSE = ("order", "order/0", "order/0@", "order/0@x", "order/0@-1", "nobody/0@1", "order/99999@1",
            "order/0@1;", "@")


def parts(position):
    """"order/3@88,wallet/7@120" as partition -> offset."""
    return {partition: int(offset) for partition, offset in (part.split("@") for part in position.split(","))}


class Writer:
    """One client: commands, each followed at once by the lists that must show it. Belongs to one thread."""

    def __init__(self, options, node, number):
        self.program, self.node, self.name = str(options.bin / "souk-query"), node, f"w{number}"
        self.client = Client(node.port)
        self.draw = random.Random(f"{options.seed}/{number}")
        self.charged = self.received = self.orders = self.programs = 0
        self.sku = f"own-{number}"

    def command(self, request):
        """Sends it. Returns its answer, and its position as a query wants it."""
        answer = self.client.ask(request.method, request.path, request.body)
        if answer is None or not answer.accepted or answer.status == 202:
            raise Discrepancy(f"{request.method} {request.path} {request.body}: {answer}")
        if "@" not in answer.position:
            raise Discrepancy(f"{request.method} {request.path}: the answer has no Souk-Position: {answer}")
        return answer.body, answer.position

    def get(self, path, position):
        where = path + ("&" if "?" in path else "?") + "at_least=" + urllib.parse.quote(position, safe="")
        answer = self.client.ask("GET", where)
        expect(f"GET {where}: status, of {answer}", answer and answer.status, 200)
        reached = parts(answer.position)
        for partition, offset in parts(position).items():
            if reached.get(partition, 0) < offset:
                raise Discrepancy(f"GET {where}: the answer was read at {answer.position} only")
        return answer.body

    def query(self, position, *words):
        """souk-query, from the node or from its files."""
        self.programs += 1
        flags = ["--url", self.node.url] if self.draw.random() < 0.5 else ["--data", str(self.node.data)]
        done = subprocess.run([self.program, *flags, "--at-least", position, "--format", "json", *words],
                              capture_output=True, text=True, timeout=60, check=False)
        expect(f"souk-query {' '.join(flags)} --at-least {position} {' '.join(words)}: exit code, with "
               f"{done.stderr!r}", done.returncode, 0)
        return json.loads(done.stdout)

    def set_up(self):
        self.command(register(self.sku, 250))
        self.charge(10_000_000)

    def charge(self, amount):
        self.charged += amount
        _, position = self.command(charge(self.name, f"charge-{self.name}-{self.charged}", amount))
        newest = self.get(f"/v1/wallets/{self.name}/statement?limit=1", position)["movements"][0]
        expect(f"newest movement of {self.name} after a charge",
               (newest["kind"], newest["amount_minor"], newest["cause"]),
               ("CHARGE", amount, f"charge-{self.name}-{self.charged}"))

    def receive(self):
        units = self.draw.randrange(1, 50)
        self.received += units
        _, position = self.command(receive(self.sku, f"receipt-{self.name}-{self.received}", units))
        got = self.get(f"/v1/stock?prefix={self.sku}&limit=1", position)["stock"][0]
        expect(f"received units of {self.sku}", (got["sku"], got["received_units"]), (self.sku, self.received))

    def order(self):
        self.orders += 1
        name = f"order-{self.name}-{self.orders}"
        lines = [{"sku": self.draw.choice([self.sku, *SKUS]), "quantity": self.draw.randrange(1, 40)}]
        said, position = self.command(order(name, self.name, lines))
        listed = self.get(f"/v1/orders?customer={self.name}&limit=1", position)["orders"][0]
        facts = ("order_id", "status", "total_minor")
        expect(f"newest order of {self.name} in the list", {fact: listed.get(fact) for fact in facts},
               {fact: said.get(fact) for fact in facts})
        if said["status"] == "CONFIRMED":
            self.expect_money_and_sql(name, said, position)
        if self.draw.random() < 0.05:
            shown = self.query(position, "order", name)["order"]
            expect(f"souk-query order {name}", (shown["status"], shown["total_minor"]),
                   (said["status"], said.get("total_minor")))

    def expect_money_and_sql(self, name, said, position):
        """The same position shows the order in SQL, and day and hour have it too."""
        body = {"sql": "SELECT status, total_minor, (SELECT sum(orders) FROM daily_revenue) >= 1, (SELECT count(*) "
                       "FROM order_lines AS l WHERE l.order_id = o.order_id) FROM orders AS o WHERE order_id = :id",
                "parameters": {"id": name}, "at_least": position}
        answer = self.client.ask("POST", "/v1/read-models/sql", body)
        expect(f"SQL on order {name}, of {answer}", answer and answer.body.get("rows"),
               [["CONFIRMED", said["total_minor"], 1, len(said["lines"])]])

    def look(self):
        """One command, and what shows it."""
        pick = self.draw.random()
        if pick < 0.3:
            self.charge(self.draw.randrange(1, 5000))
        elif pick < 0.5:
            self.receive()
        else:
            self.order()

    def run(self, until):
        while time.monotonic() < until:
            self.look()


def set_up(client):
    for sku in SKUS:
        for request in (register(sku, 100), receive(sku, f"first-{sku}", 500)):
            client.ask(request.method, request.path, request.body)


def rebuild_on(node, stop):
    client = Client(node.port)
    while not stop.wait(0.3):
        client.ask("POST", "/v1/read-models/rebuild")


def refusals(options, node):
    """A position that the log does not have, which nobody waits for, and words that are none."""
    client = Client(node.port)
    for path in ("/v1/orders", "/v1/stock", "/v1/wallets", "/v1/wallets/w0/statement", "/v1/coupons", "/v1/campaigns",
                 "/v1/best-sellers", "/v1/revenue", "/v1/sagas", "/v1/orders/order-w0-1/history"):
        answer = client.ask("GET", f"{path}?at_least={FAR_AHEAD}&wait_ms=60000")
        expect(f"GET {path} far ahead", (answer.status, answer.body.get("code")), (504, "behind"))
        for word in NONSENSE:
            answer = client.ask("GET", f"{path}?at_least={urllib.parse.quote(word, safe='')}")
            expect(f"GET {path}?at_least={word}: status, of {answer}", answer.status, 400)
    sql = {"sql": "SELECT 1", "wait_ms": 50}
    expect("SQL far ahead", client.ask("POST", "/v1/read-models/sql", {**sql, "at_least": FAR_AHEAD}).status, 504)
    expect("SQL at nonsense", client.ask("POST", "/v1/read-models/sql", {**sql, "at_least": "x"}).status, 400)
    for flags in (["--url", node.url], ["--data", str(node.data)]):
        expect_exit(options, 4, *flags, "--wait", "0.2", "--at-least", FAR_AHEAD, "orders")
        for word in NONSENSE:
            expect_exit(options, 2, *flags, "--at-least", word, "orders")


def expect_exit(options, code, *words):
    done = subprocess.run([str(options.bin / "souk-query"), *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=30, check=False)
    expect(f"souk-query {' '.join(words)}: exit code, with {done.stderr!r}", done.returncode, code)
    if done.stdout or not done.stderr.strip():
        raise Discrepancy(f"souk-query {' '.join(words)} failed, and said on stdout {done.stdout!r}, on stderr "
                          f"{done.stderr!r}")


def run(options, node):
    node.start()
    set_up(Client(node.port))
    writers = [Writer(options, node, number) for number in range(options.clients)]
    stop = threading.Event()
    rebuilding = threading.Thread(target=rebuild_on, args=(node, stop), daemon=True)
    begin = time.monotonic()
    with ThreadPoolExecutor(len(writers)) as pool:
        list(pool.map(Writer.set_up, writers))
        list(pool.map(lambda writer: writer.run(begin + options.seconds / 2), writers))
        rebuilding.start()
        list(pool.map(lambda writer: writer.run(begin + options.seconds), writers))
    stop.set()
    rebuilding.join()
    orders, programs = sum(writer.orders for writer in writers), sum(writer.programs for writer in writers)
    if not programs:
        raise Discrepancy("souk-query was never asked: no test")
    yield f"{orders} orders and what else there was seen at once, {programs} times by souk-query"
    refusals(options, node)
    yield "too far ahead: 504 and exit code 4; nonsense: 400 and exit code 2"
    node.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node and souk-query")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="souk-own-writes-") as folder:
        with Node(options.bin / "souk-node", folder) as node:
            try:
                for line in run(options, node):
                    print(line, flush=True)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


main()
