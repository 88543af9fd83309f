"""The read models from outside: their files, how far they are, and whether they say what the actors say.

Opens the files with Python's sqlite3, read-only, as any other program would.
"""

import contextlib
import os
import sqlite3
import time

from auditor import Discrepancy, expect
from client import Client

QUIET_SECONDS_MAX = 90  # until no saga is under way and all is in the models
REBUILD_SECONDS_MAX = 300
BUSY_SECONDS_MAX = 5

# Where a column of a table stands in the actor's answer.
STOCK = {"title": "name", "currency": "currency", "unit_price_minor": "unit_price_minor",
         "available": "available_units", "held": "held_units", "sold": "sold_units",
         "received": "received_units", "returned": "returned_units"}
WALLET = {name: name for name in ("currency", "balance_minor", "held_minor", "charged_minor", "spent_minor",
                                  "refunded_minor")}
ORDER = {name: name for name in ("status", "customer_id", "coupon_id", "currency", "subtotal_minor",
                                 "discount_minor", "total_minor")}
LINE = ("sku", "quantity", "unit_price_minor", "line_total_minor")


@contextlib.contextmanager
def opened(path, pause_seconds=0):
    """The file, read-only, in one transaction: everything that is read of it is of one moment.

    `pause_seconds`: between opening it and reading it first. By then the node may have let go of the file; the
    first who reads it afterwards makes SQLite's index anew, and others have to wait for that. Else nobody waits.
    """
    patience = BUSY_SECONDS_MAX if pause_seconds else 0
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=patience, isolation_level=None)
    try:
        time.sleep(pause_seconds)
        database.execute("BEGIN")
        yield database
    finally:
        database.close()


def link(node):
    return node.data / "read-models.sqlite"


def current(node):
    """The file that the link names."""
    return os.path.realpath(link(node))


def generations(node):
    """Names of the generations' files in the node's folder, without what SQLite lays beside them."""
    return sorted(path.name for path in (node.data / "read-models").glob("*.sqlite"))


def info(crowd):
    return crowd.get("/v1/read-models")


def ask_for_rebuild(port):
    client = Client(port)
    answer = client.ask("POST", "/v1/read-models/rebuild")
    client.close()
    expect("POST /v1/read-models/rebuild: status", answer and answer.status, 202)


def rebuild(crowd):
    """Asks for a rebuild and waits for its end. Returns what GET /v1/read-models says of it."""
    before = info(crowd).get("rebuild", {})
    ask_for_rebuild(crowd.port)
    deadline = time.monotonic() + REBUILD_SECONDS_MAX
    while True:
        now = info(crowd).get("rebuild", {})
        if not now.get("running", True) and now.get("ended_at") != before.get("ended_at"):
            expect("failure of a rebuild", now.get("failure"), None)
            return now
        if time.monotonic() > deadline:
            raise Discrepancy(f"a rebuild has not ended after {REBUILD_SECONDS_MAX} s: {now}")
        time.sleep(0.02)


def wait_until_live(crowd, seconds_max=REBUILD_SECONDS_MAX):
    """Until the models can be read, and are at the end of the log. The node may be writing meanwhile."""
    wait_for(crowd, seconds_max, lambda said: said["state"] == "LIVE" and not said["records_behind"],
             "the read models are not live and up with the log")


def wait_for(crowd, seconds_max, reached, what):
    deadline = time.monotonic() + seconds_max
    while not reached(said := info(crowd)):
        if time.monotonic() > deadline:
            said = {name: value for name, value in said.items() if name != "partitions"}
            raise Discrepancy(f"{what} after {seconds_max} s: {said}")
        time.sleep(0.02)
    return said


def wait_until_quiet(node, crowd):
    """Until every saga has ended, and all that the log has is in the models."""
    deadline = time.monotonic() + QUIET_SECONDS_MAX
    while True:
        wait_until_live(crowd)
        with opened(link(node)) as database:
            under_way = database.execute("SELECT saga, saga_id, state, step FROM sagas").fetchall()
        if not under_way:
            said = info(crowd)
            if said["records_behind"] == 0:
                break
        if time.monotonic() > deadline:
            raise Discrepancy(f"sagas under way after {QUIET_SECONDS_MAX} s at rest: {under_way[:5]}")
        time.sleep(0.05)
    expect("parked records", said["parked"], [])
    ends = {(one["service"], one["partition"]): one["end"] for one in said["partitions"] if one["end"]}
    with opened(link(node)) as database:
        positions = {(service, partition): position for service, partition, position in
                     database.execute('SELECT service, "partition", position FROM positions')}
    expect("table positions, of the log's ends", positions, ends)


# --- two files -----------------------------------------------------------------------------------


def tables(database):
    return [name for kind, name, _ in schema(database) if kind == "table"]


def schema(database):
    """All but SQLite's own: its statistics are as old as the file."""
    return database.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
                            "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY type, name").fetchall()


def rows_by_key(database, table):
    """All rows of the table, by its primary key; `about` without the time at which it was built."""
    key = [name for _, name, _, _, _, place in sorted(database.execute(f"PRAGMA table_info({table})"),
                                                      key=lambda column: column[5]) if place]
    where = "WHERE name <> 'built_at'" if table == "about" else ""
    return database.execute(f"SELECT * FROM {table} {where} ORDER BY " + ", ".join(f'"{name}"' for name in key))


def expect_same(first_path, second_path, what):
    """The two files have the same schema and the same rows. The tables are STRICT: equal values are equal
    bytes. Returns how many rows that were."""
    count = 0
    with opened(first_path) as first, opened(second_path) as second:
        expect(f"{what}: schema", schema(second), schema(first))
        for table in tables(first):
            left, right = rows_by_key(first, table), rows_by_key(second, table)
            while True:
                one, other = left.fetchone(), right.fetchone()
                if one != other:
                    raise Discrepancy(f"{what}: table {table} has {other}, expected {one}")
                if one is None:
                    break
                count += 1
    return count


def expect_rebuild_gives_the_same(node, crowd):
    """A node at rest: the file as it has come to be, and a fresh rebuild. Returns the number of rows."""
    was = current(node)
    rebuild(crowd)
    now = current(node)
    if was == now:
        raise Discrepancy(f"after a rebuild the link still names {was}")
    return expect_same(was, now, f"a rebuild ({now}) of {was}")


# --- the models and the actors --------------------------------------------------------------------


def expect_as_actors_say(node, crowd, orders, coupons=()):
    """A node at rest: every SKU and wallet, and these orders and coupons, in the tables and from the actors.

    `orders`, `coupons`: ids.
    """
    with opened(link(node)) as database:
        database.row_factory = sqlite3.Row
        stock = database.execute("SELECT * FROM stock_levels").fetchall()
        wallets = database.execute("SELECT * FROM wallets").fetchall()
        order_rows = fetch(database, "SELECT * FROM orders WHERE order_id = ?", orders)
        lines = {order: [tuple(row) for row in database.execute(
            f"SELECT {', '.join(LINE)} FROM order_lines WHERE order_id = ? ORDER BY line_number", (order,))]
            for order in orders}
        coupon_rows = fetch(database, "SELECT * FROM coupons WHERE coupon_id = ?", coupons)
    crowd.map(lambda row: same(f"SKU {row['sku']}", row, crowd.get(f"/v1/stock/{row['sku']}"), STOCK), stock)
    crowd.map(lambda row: same(f"wallet {row['wallet_id']}", row, crowd.get(f"/v1/wallets/{row['wallet_id']}"),
                               WALLET), wallets)
    crowd.map(lambda order: same_order(order, order_rows[order], lines[order],
                                       crowd.get(f"/v1/orders/{order}")), orders)
    crowd.map(lambda name: same(f"coupon {name}", coupon_rows[name], crowd.get(f"/v1/coupons/{name}"),
                                {"status": "status", "owner_id": "owner", "order_id": "order_id"}), coupons)


def fetch(database, sql, ids):
    return {one: database.execute(sql, (one,)).fetchone() for one in ids}


def same(what, row, said, columns):
    """The row's columns and the actor's members; a member that is left out is NULL."""
    if row is None:
        raise Discrepancy(f"{what}: no row in the read models, the actor says {said}")
    expect(f"{what} in the read models, of what the actor says", {name: row[name] for name in columns},
           {name: said.get(member) for name, member in columns.items()})


def same_order(order, row, lines, said):
    columns = ORDER if said["status"] == "CONFIRMED" else {name: ORDER[name] for name in ("status", "coupon_id")}
    same(f"order {order}", row, said, columns)
    reason = said.get("reason", {})
    same(f"order {order}", row, {"code": reason.get("code"), "subject": reason.get("subject")},
         {"reason_code": "code", "reason_subject": "subject"})
    if row["placed_at"] is not None:  # prices are only kept of what was sold
        known = LINE if said["status"] == "CONFIRMED" else LINE[:2]
        expect(f"lines of order {order} in the read models, of what the actor says",
               [line[:len(known)] for line in lines],
               [tuple(line.get(name) for name in known) for line in said["lines"]])
