"""What a link between two nodes does to what goes over it, in one direction, and who is told so."""

import dataclasses
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUFFER_SECONDS = 0.4  # what a slow link holds before it drops, as a router's queue


@dataclasses.dataclass(frozen=True)
class Link:
    """One direction. `Link()` is as good as there were no link at all."""
    cut: bool = False  # nothing arrives, and nobody is told
    delay_ms: float = 0
    bytes_per_second: int = 0  # 0: as many as come

    def __str__(self):
        if self.cut:
            return "cut"
        rate = f", {self.bytes_per_second / 1000:.0f} kB/s" if self.bytes_per_second else ""
        return f"{self.delay_ms:.0f} ms{rate}"


GOOD, CUT = Link(), Link(cut=True)


class LinkProgram:
    """The process that carries the packets or bytes of links: it shares no interpreter with the clients, whose work
    would else be seen as delay. It is told one line of JSON a change, answers each with a line, and ends with us."""

    def __init__(self, script, arguments, pass_fds=()):
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-B", str(HERE / script), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=pass_fds)
        self.expect_line()

    def set(self, source, target, link):
        """From now on, what `source` sends to `target` fares so."""
        self.process.stdin.write(json.dumps([source, target, dataclasses.asdict(link)]) + "\n")
        self.process.stdin.flush()
        self.expect_line()

    def expect_line(self):
        if not self.process.stdout.readline():
            raise OSError(f"{self.process.args[4]} ended with {self.process.wait()}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
