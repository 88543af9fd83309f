#!/usr/bin/env python3
"""The stock sqlite3 program opens the read models while the node writes, and .schema reads like docs/read-models.md.

Every table, view and column of that page must be in `.schema`, with the sentence that says what it is.
"""

import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from auditor import Auditor, Crowd, Discrepancy, expect
from node import Node, NodeFailed
from read_models import link, opened, wait_until_live
from workload import World, start_shoppers

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sqlite(node, *words):
    """What the program prints; it must succeed, and have nothing to complain of."""
    done = subprocess.run(["sqlite3", *words[:-1], str(link(node)), words[-1]], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=30, check=False)
    expect(f"sqlite3 {' '.join(words)}: exit code and stderr", (done.returncode, done.stderr), (0, ""))
    return done.stdout


def plain(text):
    """Without Markdown, comment signs and line ends: sentences that are broken differently are the same."""
    return " ".join(re.sub(r"--|`|\\", " ", text).split())


def documented(page):
    """(name, sentences, [(column, sentence)]) of each table and view on the page."""
    for section in re.split(r"^### ", page, flags=re.M)[1:]:
        name, rest = section.split("\n", 1)
        rest = re.split(r"^#|^Indexes:", rest, flags=re.M)[0]
        about = rest.split("\n|", 1)[0]
        columns = [(re.match(r"`(\w+)`", cells[0]).group(1), cells[-1]) for line in rest.splitlines()
                   if line.startswith("| `") for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]]
        yield name, plain(about), [(column, plain(text)) for column, text in columns]


def statements(schema):
    """name -> its CREATE statement, in one line without comment signs."""
    found = {}
    for text in re.split(r"^(?=CREATE )", schema, flags=re.M):
        if match := re.match(r"CREATE (?:TABLE|VIEW) \"?(\w+)", text):
            found[match.group(1)] = plain(text)
    return found


def compare(schema, page):
    said, columns_seen = statements(schema), 0
    for name, about, columns in documented(page):
        if name not in said:
            raise Discrepancy(f".schema has no {name}, which docs/read-models.md describes")
        if about not in said[name]:
            raise Discrepancy(f".schema of {name} does not say '{about}':\n{said[name]}")
        for column, sentence in columns:
            columns_seen += 1
            if column not in said[name] or sentence not in said[name]:
                raise Discrepancy(f".schema of {name} does not say of {column}: '{sentence}':\n{said[name]}")
    if columns_seen < 100:
        raise Discrepancy(f"docs/read-models.md has {columns_seen} columns only: no test")
    return len(said), columns_seen


def run(options, node):
    node.start()
    world = World(options.seed)
    crowd = Crowd(node.port)
    Auditor(world.prices).set_up(crowd, [*world.first_requests(), world.round_request(1)])
    wait_until_live(crowd)
    crowd.close()
    _, threads, stop = start_shoppers(world, node.port, 1, 8)
    begin, looks = time.monotonic(), 0
    while time.monotonic() < begin + options.seconds:
        for flags in (["-readonly"], []):
            schema = sqlite(node, *flags, ".schema")
            tables, columns = compare(schema, (ROOT / "docs/read-models.md").read_text(encoding="utf-8"))
            if int(sqlite(node, *flags, "SELECT count(*) FROM stock_levels")) != len(world.prices):
                raise Discrepancy("sqlite3 does not see every SKU")
            looks += 1
    stop.set()
    for thread in threads:
        thread.join()
    with opened(link(node)) as database:
        names = {name for name, in database.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")}
    expect("tables and views that .schema prints", {name for name in statements(schema)
                                                       if not name.startswith("sqlite_")}, names)
    print(f"sqlite3 looked {looks} times while the node wrote: {tables} tables and views, {columns} columns, "
          "each with its sentence")
    node.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    if not shutil.which("sqlite3"):
        print("skipped: sqlite3 is not installed")
        sys.exit(77)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="souk-schema-") as folder:
        with Node(options.bin / "souk-node", folder) as node:
            try:
                run(options, node)
            except (Discrepancy, NodeFailed) as failure:
                sys.exit(f"FAILED: {failure}\n{node.log_tail()}")


main()
