#!/usr/bin/env python3
"""souk-query, and SQLite on the CSV file that was imported, give the same answers.

  tests/query/agrees_with_sqlite.py --bin build/release/bin FILE.csv

The file's side is script/check-import.sql (what can be imported) and sales_oracle.sql: it shares no code with
souk. Each question is asked of the node's files while it runs, of the node, of the files of a node that was
stopped, and of node and files after a rebuild. Exit code 77 (skipped) if the file is not there.
"""

import argparse
import json
import math
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "processes"))

from auditor import Crowd, Discrepancy, expect  # noqa: E402
from client import Client  # noqa: E402
from node import Node, NodeFailed  # noqa: E402
from questions import ANALYST, lists, of_customer, of_order, sales  # noqa: E402
from read_models import rebuild, wait_until_quiet  # noqa: E402
from workload import order  # noqa: E402

REFUSED = 7  # orders that the test places for what is sold out
CUSTOMERS = ORDERS = 3  # looked at one by one


def oracle_of(file, folder):
    """A database with what the file comes to."""
    plain, path = folder / "input.csv", folder / "oracle.db"
    plain.write_bytes(file.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"))
    script = "\n".join([".bail on", ".mode csv", f".import '{plain}' raw", ".mode list",
                        (ROOT / "script/check-import.sql").read_text(), (HERE / "sales_oracle.sql").read_text()])
    done = subprocess.run(["sqlite3", str(path)], input=script, capture_output=True, text=True, check=False)
    expect(f"exit code of sqlite3, which said {done.stderr[-500:]}", done.returncode, 0)
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    return database


def place_refused(oracle, client):
    """Orders of known customers for SKUs that are sold out."""
    skus = [row["sku"] for row in oracle.execute("SELECT DISTINCT sku FROM line ORDER BY sku LIMIT ?", (REFUSED,))]
    customers = [row[0] for row in oracle.execute("SELECT DISTINCT customer_id FROM bill ORDER BY 1 LIMIT 3")]
    for number, sku in enumerate(skus):
        customer = customers[number % len(customers)]
        request = order(f"refused-{number}", customer, [{"sku": sku, "quantity": 1}])
        answer = client.ask(request.method, request.path, request.body)
        expect(f"an order of {sku}, which is sold out", (answer.status, answer.body.get("status")),
               (201, "CANCELLED"))
        oracle.execute("INSERT INTO refused VALUES (?, ?, ?)", (request.key, customer, sku))


def questions(oracle):
    """All that is asked: about everything, about some customers and about some orders."""
    one = lambda sql: [row[0] for row in oracle.execute(sql)]
    last_day = one("SELECT substr(max(ordered_at), 1, 10) FROM bill")[0]
    popular = one("SELECT sku FROM line GROUP BY sku ORDER BY count(*) DESC, sku LIMIT 1")[0]
    yield from ANALYST
    yield from sales(last_day)
    yield from lists(last_day, popular)
    for customer in one("SELECT customer_id FROM bill GROUP BY customer_id HAVING sum(total_minor) > 0 "
                        f"ORDER BY count(*) DESC, customer_id LIMIT {CUSTOMERS}"):
        yield from of_customer(customer)
    for order_id in one(f"SELECT order_id FROM bill ORDER BY line_count DESC, order_id LIMIT {ORDERS}"):
        yield from of_order(order_id)


def ask(options, flags, question):
    """souk-query's rows, as dictionaries."""
    command = [str(options.bin / "souk-query"), *flags, "--format", "json", *question.words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    expect(f"exit code, with {done.stderr!r}", done.returncode, 0)
    answer = json.loads(done.stdout)
    if question.section:
        answer = answer[question.section]
    return answer if isinstance(answer, list) else [answer]


def same(one, other):
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and math.isclose(one, other, rel_tol=1e-12)
    return one == other


def compare(oracle, options, flags, question):
    """Returns how many rows were the same."""
    wanted = oracle.execute(question.oracle, question.parameters)
    columns = [column[0] for column in wanted.description]
    wanted = [tuple(row) for row in wanted]
    if not wanted:
        raise Discrepancy("the file has no row for it: no test")
    got = [tuple(row[column] for column in columns) for row in ask(options, flags, question)]
    if not question.in_order:
        expect_descending(question, columns, got)
        wanted, got = sorted(wanted), sorted(got)
    expect("rows", len(got), len(wanted))
    for number, (left, right) in enumerate(zip(got, wanted), 1):
        if not all(map(same, left, right)):
            raise Discrepancy(f"row {number} is {dict(zip(columns, left))}, expected {dict(zip(columns, right))}")
    return len(got)


def expect_descending(question, columns, got):
    """Best sellers may share a place, but never overtake."""
    if "--by" not in question.words:
        return
    by = question.words[question.words.index("--by") + 1]
    place = columns.index({"units": "units", "revenue": "revenue_minor"}[by])
    amounts = [row[place] for row in got]
    expect("the order of the rows", amounts, sorted(amounts, reverse=True))


def compare_all(oracle, options, way, flags):
    count = rows = 0
    for question in questions(oracle):
        try:
            rows += compare(oracle, options, flags, question)
        except (Discrepancy, KeyError, TypeError) as failure:
            raise Discrepancy(f"{way}: {question.name}: {type(failure).__name__}: {failure}\n"
                              f"SQLite was asked: {question.oracle} {question.parameters}") from failure
        count += 1
    return f"{way}: {count} questions, {rows} rows the same"


def quiet(node, then=lambda crowd: None):
    crowd = Crowd(node.port, connections=1)
    wait_until_quiet(node, crowd)
    then(crowd)
    crowd.close()


def run(options, node, folder):
    oracle = oracle_of(options.file, folder)
    node.start()
    command = [str(options.bin / "souk"), "import", "online-retail", str(options.file), "--url", node.url]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                          check=False)
    expect(f"exit code of the import, which said {done.stderr}", done.returncode, 0)
    place_refused(oracle, Client(node.port))
    quiet(node)
    data, url = ["--data", str(node.data)], ["--url", node.url]
    yield compare_all(oracle, options, "files of a running node", data)
    yield compare_all(oracle, options, "node", url)
    node.stop()
    yield compare_all(oracle, options, "files of a stopped node", data)
    node.start()
    quiet(node, rebuild)
    yield compare_all(oracle, options, "node, after a rebuild", url)
    yield compare_all(oracle, options, "files, after a rebuild", data)
    node.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node, souk and souk-query")
    parser.add_argument("file", type=pathlib.Path, nargs="?",
                        default=ROOT.parent / "shared/data/online-retail-2010-12.csv", help="in the UCI layout")
    options = parser.parse_args()
    if not options.file.is_file():
        print(f"skipped: there is no {options.file}")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="souk-agrees-") as folder:
        folder = pathlib.Path(folder)
        with Node(options.bin / "souk-node", folder / "node") as node:
            try:
                for line in run(options, node, folder):
                    print(line, flush=True)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


if __name__ == "__main__":
    main()
