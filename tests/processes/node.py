"""A souk-node process of the test's own: start, wait until it is ready, kill, stop."""

import ctypes
import http.client
import os
import pathlib
import random
import signal
import socket
import subprocess
import time


class NodeFailed(Exception):
    """The node did not do what it should; the text says what, with the end of its log."""


def free_port():
    """A port of 127.0.0.1 that nothing listens on, outside of the range that clients get theirs from."""
    picker = random.SystemRandom()
    for _ in range(100):
        port = picker.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise NodeFailed("no free port between 20000 and 32000")


def _die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Node:
    """Owns one data directory and, at times, the process that works on it. Not thread-safe."""

    def __init__(self, binary, folder, port=None, flags=(), host="127.0.0.1"):
        self.binary = str(binary)
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.log = self.folder / "node.log"
        self.host, self.port = host, port or free_port()
        self.flags = list(flags)
        self.process = None
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def command(self):
        return [self.binary, "--data", str(self.data), "--http", f"{self.host}:{self.port}",
                "--log-format", "json", *self.flags]

    def launch(self):
        """Starts the process and does not wait."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=_die_with_parent)

    def start(self, ready_seconds_max=30):
        """Starts the process and waits for /readyz; returns how many seconds that took."""
        begin = time.monotonic()
        self.launch()
        self.wait_until_ready(ready_seconds_max)
        return time.monotonic() - begin

    def wait_until_ready(self, ready_seconds_max=30):
        begin = time.monotonic()
        while time.monotonic() - begin < ready_seconds_max:
            if self.process.poll() is not None:
                raise NodeFailed(f"the node ended with {self.process.returncode} while starting"
                                 f"\n{self.log_tail()}")
            if self._ready():
                return
            time.sleep(0.02)
        raise NodeFailed(f"the node was not ready after {ready_seconds_max} s\n{self.log_tail()}")

    def _ready(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self):
        """kill -9. The data directory stays as it was at that moment."""
        if self.process.poll() is not None:
            raise NodeFailed(f"the node had ended with {self.process.returncode} before it was killed"
                             f"\n{self.log_tail()}")
        self.process.kill()
        self.process.wait()

    def stop(self, seconds_max=10):
        """SIGTERM; returns how many seconds the node took. It must exit with 0."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise NodeFailed(f"the node still ran {seconds_max} s after SIGTERM\n{self.log_tail()}")
        if code != 0:
            raise NodeFailed(f"the node exited with {code} after SIGTERM\n{self.log_tail()}")
        return time.monotonic() - begin

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log_tail(self, lines=15):
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line[:300]}" for line in text[-lines:])

    def data_bytes(self):
        return sum(os.path.getsize(os.path.join(folder, file))
                   for folder, _, files in os.walk(self.data) for file in files)
