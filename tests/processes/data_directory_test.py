#!/usr/bin/env python3
"""A node refuses a data directory that is in use, or another cluster's, in one sentence that says so."""

import argparse
import pathlib
import subprocess
import sys
import tempfile

from node import Node, free_port


def refused(binary, data, *flags, port=None):
    """Starts a node that must not start; returns what it said."""
    process = subprocess.run([str(binary), "--data", str(data), "--http", f"127.0.0.1:{port or free_port()}", *flags],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)
    said = process.stdout + process.stderr
    if process.returncode in (0, -6, -11):
        sys.exit(f"a node that had to refuse {data} {flags} ended with {process.returncode}:\n{said}")
    return said


def expect_words(said, *words):
    for word in words:
        if word.lower() not in said.lower():
            sys.exit(f"the refusal does not say '{word}':\n{said}")


def main(binary):
    with tempfile.TemporaryDirectory(prefix="souk-data-directory-") as folder:
        with Node(binary, folder, flags=["--cluster-id", "first"]) as node:
            node.start()
            expect_words(refused(binary, node.data, "--cluster-id", "first"), str(node.data), "another process")
            node.stop()
            expect_words(refused(binary, node.data, "--cluster-id", "second"), "first", "second")
            node.start()
            expect_words(refused(binary, pathlib.Path(folder, "other"), port=node.port), str(node.port))
            node.stop()
    print("in use, another cluster's, a port that is taken: each refused with a sentence")


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of souk-node")
main(parser.parse_args().bin / "souk-node")
