"""Readers of the read models, each a process of its own, that read again and again and believe nothing.

A reader remembers what it has seen: counts that may only grow, orders that have ended. Each read is a fresh
one (a file that is opened anew, a request, a program), and must fit to all that were before it. Within a read
the sums must hold that docs/read-models.md promises.
"""

import json
import multiprocessing
import random
import sqlite3
import subprocess
import time
from dataclasses import dataclass

from auditor import Discrepancy, expect
from client import Client
from read_models import opened, schema

ENDED = ("CONFIRMED", "CANCELLED")
PLACED = {"PENDING": "PLACED"}  # what HTTP calls an order that is PLACED in the tables
ORDERS_LOOKED_AT = 300
PAUSE_SECONDS_MAX = 1  # far less than an earlier generation's file has to stay

# What may only grow, as rows of (what, whose, how much); `broken` rows must not be there at all.
GROWING = """
SELECT 'positions' AS what, service || '/' || "partition" AS whose, position AS much FROM positions
UNION ALL SELECT 'sold', sku, sold FROM stock_levels
UNION ALL SELECT 'received', sku, received FROM stock_levels
UNION ALL SELECT 'movements', wallet_id, movements FROM wallets
UNION ALL SELECT 'charged', wallet_id, charged_minor FROM wallets
UNION ALL SELECT 'revenue', day || ' ' || currency, orders FROM daily_revenue
UNION ALL SELECT 'orders', status, count(*) FROM orders WHERE status <> 'PLACED' GROUP BY status
UNION ALL SELECT 'orders', 'of all', count(*) FROM orders
UNION ALL SELECT 'broken', 'stock ' || sku, 1 FROM stock_levels
  WHERE received <> available + held + sold - returned OR on_hand <> available + held OR available < 0 OR held < 0
UNION ALL SELECT 'broken', 'wallet ' || wallet_id, 1 FROM wallets
  WHERE charged_minor <> balance_minor + held_minor + spent_minor - refunded_minor
     OR balance_minor < 0 OR held_minor < 0
UNION ALL SELECT 'broken', 'parked ' || stream, 1 FROM parked_records
"""

# Pairs that must be equal, each within one service's rows: what a half-built file would get wrong.
SUMS = {
    "confirmed orders, and daily_revenue's":
        "SELECT (SELECT count(*) || ' ' || coalesce(sum(total_minor), 0) FROM orders WHERE status = 'CONFIRMED'),"
        " (SELECT coalesce(sum(orders), 0) || ' ' || coalesce(sum(revenue_minor), 0) FROM daily_revenue)",
    "units in sales_by_hour, and daily_revenue's":
        "SELECT (SELECT coalesce(sum(units), 0) || ' ' || coalesce(sum(revenue_minor), 0) FROM sales_by_hour),"
        " (SELECT coalesce(sum(units), 0) || ' ' || coalesce(sum(subtotal_minor), 0) FROM daily_revenue)",
    "lines that orders say they have, and order_lines":
        "SELECT (SELECT coalesce(sum(line_count), 0) FROM orders), (SELECT count(*) FROM order_lines)",
    "movements that wallets say they have, and wallet_movements":
        "SELECT (SELECT coalesce(sum(movements), 0) FROM wallets), (SELECT count(*) FROM wallet_movements)",
}


@dataclass
class Place:
    """Where to read; can be sent to another process."""
    port: int
    data: str
    souk_query: str


class Memory:
    """What one reader has seen so far."""

    def __init__(self):
        self.most = {}  # (what, whose) -> the most that was seen
        self.status = {}  # order -> status

    def grown(self, rows, complete=True):
        """Rows of (what, whose, how much). `complete`: whose there was once must be there again."""
        now = {(what, whose): much for what, whose, much in rows}
        for (what, whose), much in now.items():
            if what == "broken":
                raise Discrepancy(f"a row whose sums do not hold: {whose}")
            if much < self.most.get((what, whose), much):
                raise Discrepancy(f"{what} of {whose} went back from {self.most[what, whose]} to {much}")
        if complete and (gone := self.most.keys() - now.keys()):
            raise Discrepancy(f"{len(gone)} rows that were there are gone, such as {sorted(gone)[0]}")
        self.most.update(now)

    def statuses(self, found):
        """(order, status) pairs: an order that has ended never changes."""
        for order, status in found:
            was, status = self.status.get(order), PLACED.get(status, status)
            if was in ENDED and status != was:
                raise Discrepancy(f"order {order} went back from {was} to {status}")
            self.status[order] = status


class FileReader:
    """Python's sqlite3, on the link, opened for each read; now and then it takes its time to begin."""
    name = "sqlite3"

    def __init__(self, place):
        self.path = f"{place.data}/read-models.sqlite"
        self.memory = Memory()
        self.schema = None
        self.draw = random.Random(1)

    def read(self, number):
        with opened(self.path, self.draw.uniform(0, PAUSE_SECONDS_MAX) if number % 10 == 9 else 0) as database:
            self.schema = self.schema or schema(database)
            expect("the file's schema, of what it was", schema(database), self.schema)
            self.memory.grown(database.execute(GROWING))
            for what, sql in SUMS.items():
                left, right = database.execute(sql).fetchone()
                expect(what, left, right)
            self.read_orders(database)

    def read_orders(self, database):
        newest = database.execute("SELECT order_id, status FROM orders "
                                  "ORDER BY ordered_at DESC, order_id DESC LIMIT ?",
                                  (ORDERS_LOOKED_AT,)).fetchall()
        known = self.draw.sample(sorted(self.memory.status), min(ORDERS_LOOKED_AT, len(self.memory.status)))
        for order in known:
            row = database.execute("SELECT order_id, status FROM orders WHERE order_id = ?", (order,)).fetchone()
            if row is None:
                raise Discrepancy(f"order {order} was there, and is gone")
            newest.append(row)
        self.memory.statuses(newest)


class HttpReader:
    """The lists over HTTP, one after another."""
    name = "http"

    def __init__(self, place):
        self.client = Client(place.port)
        self.memory = Memory()
        self.wallet = None
        self.lists = (self.orders, self.stock, self.wallets, self.statement, self.best_sellers, self.revenue,
                      self.models, self.sql)

    def read(self, number):
        self.lists[number % len(self.lists)]()

    def ask(self, method, path, body=None):
        answer = self.client.ask(method, path, body)
        if answer is None or answer.status != 200:
            raise Discrepancy(f"{method} {path} was not answered 200: {answer}")
        return answer.body

    def orders(self):
        for status in ("", "&status=CONFIRMED"):
            got = self.ask("GET", f"/v1/orders?limit={ORDERS_LOOKED_AT}{status}")["orders"]
            self.memory.statuses((one["order_id"], one["status"]) for one in got)

    def stock(self):
        got = self.ask("GET", "/v1/stock?limit=1000")["stock"]
        for one in got:
            expect(f"received units of {one}", one["received_units"], one["available_units"] +
                   one["held_units"] + one["sold_units"] - one["returned_units"])
        self.memory.grown([(what, one["sku"], one[what]) for one in got
                           for what in ("sold_units", "received_units")], complete=False)

    def wallets(self):
        got = self.ask("GET", "/v1/wallets?limit=1000")["wallets"]
        for one in got:
            expect(f"charged money of {one}", one["charged_minor"], one["balance_minor"] +
                   one["held_minor"] + one["spent_minor"] - one["refunded_minor"])
        self.memory.grown([("movements", one["wallet_id"], one["movements"]) for one in got], complete=False)
        self.wallet = random.choice(got)["wallet_id"] if got else None

    def statement(self):
        if self.wallet is None:
            return
        got = self.ask("GET", f"/v1/wallets/{self.wallet}/statement?limit=1000")["movements"]
        numbers = [one["movement"] for one in got]
        expect(f"movements of {self.wallet}", numbers, list(range(numbers[0], numbers[0] - len(numbers), -1)))
        self.memory.grown([("movements", self.wallet, numbers[0])], complete=False)

    def best_sellers(self):
        got = self.ask("GET", "/v1/best-sellers?days=30&limit=1000")["best_sellers"]
        self.memory.grown([("best seller", one["sku"], one["units"]) for one in got], complete=False)

    def revenue(self):
        got = self.ask("GET", "/v1/revenue")["revenue"]
        self.memory.grown([("revenue", one["day"] + " " + one["currency"], one["orders"]) for one in got],
                          complete=False)

    def models(self):
        got = self.ask("GET", "/v1/read-models")
        expect("state of the read models", (got["state"], got["parked"]), ("LIVE", []))
        self.memory.grown([("positions", f"{one['service']}/{one['partition']}", one["position"])
                           for one in got["partitions"]], complete=False)

    def sql(self):
        got = self.ask("POST", "/v1/read-models/sql", {"sql": GROWING, "rows_max": 10000})
        expect("truncated", got["truncated"], False)
        self.memory.grown(got["rows"], complete=False)


class ProgramReader:
    """souk-query, from the files and from the node in turn. Two memories: the files are the first to switch."""
    name = "souk-query"

    def __init__(self, place):
        self.ways = [(flags, Memory()) for flags in
                     (["--data", place.data], ["--url", f"http://127.0.0.1:{place.port}"])]
        self.program = place.souk_query

    def read(self, number):
        flags, memory = self.ways[number % 2]
        rows = self.ask(flags, "sql", GROWING)
        memory.grown((row["what"], row["whose"], row["much"]) for row in rows)
        orders = self.ask(flags, "orders", "--limit", str(ORDERS_LOOKED_AT))
        memory.statuses((one["order_id"], one["status"]) for one in orders)
        time.sleep(0.2)  # a program a read costs more than the reads

    def ask(self, flags, *words):
        done = subprocess.run([self.program, *flags, "--format", "json", *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Discrepancy(f"souk-query {' '.join(flags)} {words[0]} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


READERS = (FileReader, HttpReader, ProgramReader)


def run_reader(kind, place, stop, outcome):
    """In a process of its own: reads until `stop`, or until something is wrong. Says (who, reads, what)."""
    reader, number, wrong = kind(place), 0, None
    while not stop.is_set() and wrong is None:
        try:
            reader.read(number)
            number += 1
        except (Discrepancy, sqlite3.Error, OSError, ValueError, KeyError, IndexError,
                subprocess.TimeoutExpired) as failure:
            wrong = f"reader {kind.name}, read {number}: {type(failure).__name__}: {failure}"
    outcome.put((kind.name, number, wrong))


class Readers:
    """All of them, each in its own process. `check` while they run, `end` once."""

    def __init__(self, place):
        spawn = multiprocessing.get_context("spawn")
        self.stop, self.outcome = spawn.Event(), spawn.Queue()
        self.processes = [spawn.Process(target=run_reader, args=(kind, place, self.stop, self.outcome), daemon=True)
                          for kind in READERS]
        for process in self.processes:
            process.start()

    def check(self):
        """Raises as soon as one of them has found something."""
        if not self.outcome.empty():
            raise Discrepancy(self.outcome.get()[2])

    def end(self):
        """Stops them; returns who read how often. Raises what one of them has found."""
        self.stop.set()
        outcomes = [self.outcome.get(timeout=120) for _ in self.processes]
        for process in self.processes:
            process.join()
        for _, _, wrong in outcomes:
            if wrong:
                raise Discrepancy(wrong)
        for name, reads, _ in outcomes:
            if reads < 3:
                raise Discrepancy(f"reader {name} read {reads} times only: no test")
        return {name: reads for name, reads, _ in outcomes}
