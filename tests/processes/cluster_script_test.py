#!/usr/bin/env python3
"""script/cluster: two nodes come up, are killed, frozen and stopped; it signals no process but its own, and explains mistakes."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "script/cluster"


class Wrong(Exception):
    pass


class Script:
    def __init__(self, directory, binaries):
        self.directory, self.binaries = directory, binaries

    def run(self, *arguments, code=0):
        """stdout and stderr of one call, which must end with `code`."""
        command = [sys.executable, "-B", str(SCRIPT), *arguments, "--dir", str(self.directory), "--bin", self.binaries]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != code:
            raise Wrong(f"{' '.join(arguments)} ended with {done.returncode}, not {code}:\n{done.stdout}{done.stderr}")
        return done.stdout, done.stderr

    def pid(self, node):
        return json.loads((self.directory / "run" / f"{node}.pid").read_text())["pid"]


def expect(condition, what):
    if not condition:
        raise Wrong(what)


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def check(script):
    out, _ = script.run("up", "--nodes", "2")
    expect(out.count("http://127.0.0.1:") == 2, f"up does not say where both are:\n{out}")
    first = {node: script.pid(node) for node in ("n1", "n2")}
    script.run("up")
    expect(first == {node: script.pid(node) for node in first}, "up started what ran already")
    out, _ = script.run("status")
    expect("2 of 2 nodes are well" in out, f"status:\n{out}")

    script.run("kill", "n2")
    out, _ = script.run("status", code=1)
    expect("ended" in out, f"status does not show the killed one:\n{out}")
    script.run("kill", "n2", code=1)
    script.run("up")
    expect(script.pid("n2") != first["n2"] and script.pid("n1") == first["n1"], "up did not start just the killed one")

    script.run("stop", "n1")
    out, _ = script.run("status", code=1)
    expect("frozen" in out, f"status does not show the frozen one:\n{out}")
    _, err = script.run("up", code=2)
    expect("script/cluster cont n1" in err, f"up does not say what to do about a frozen one:\n{err}")
    script.run("cont", "n1")
    script.run("up")

    _, err = script.run("kill", "n3", code=2)
    expect("there is no node 'n3'" in err and "n1, n2" in err, err)
    _, err = script.run("up", "--nodes", "3", code=2)
    expect("of another cluster" in err, err)


def check_strangers(script):
    """A pid that somebody else has by now is left alone."""
    note_file = script.directory / "run" / "n1.pid"
    note = json.loads(note_file.read_text())
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        note_file.write_text(json.dumps({**note, "pid": stranger.pid}))
        script.run("kill", "n1", code=1)
        script.run("down")
        expect(stranger.poll() is None, "it ended a process that it had not started")
    finally:
        stranger.send_signal(signal.SIGKILL)
        stranger.wait()
        note_file.write_text(json.dumps(note))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="where souk-node and souk are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="souk-cluster-script-") as directory:
        script = Script(pathlib.Path(directory) / "cluster", os.path.abspath(options.bin))
        try:
            check(script)
            check_strangers(script)
            script.run("down")
            expect(not any(is_alive(script.pid(node)) for node in ("n1", "n2")), "down left a process")
            script.run("status", code=1)
        except Wrong as wrong:
            sys.exit(f"{wrong}")
        finally:
            subprocess.run([sys.executable, "-B", str(SCRIPT), "down", "--dir", str(script.directory), "--bin",
                            script.binaries], capture_output=True, timeout=60, check=False)
    print("script/cluster does what it says")


main()
