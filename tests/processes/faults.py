"""What goes wrong in a cluster, when and to whom: drawn from a seed before it begins, printed, then done."""

import random
import time
from dataclasses import dataclass, field

from networks import CUT, GOOD, Link

GAP_SECONDS_MEAN = 1.2  # between the beginnings of faults
KINDS = {  # kind -> (weight, seconds that it lasts, least and most)
    "kill": (5, 0.1, 4.0),
    "restart": (2, 0.1, 2.0),
    "freeze": (4, 0.3, 6.0),  # a peer is given up after two seconds of silence: both sides of that
    "cut one way": (5, 0.3, 6.0),
    "cut": (4, 0.3, 6.0),
    "isolate": (2, 0.5, 6.0),
    "unplug": (2, 0.5, 5.0),
    "slow": (4, 1.0, 6.0),
}
OF_PROCESSES = ("kill", "restart", "freeze")


@dataclass(order=True)
class Fault:
    begin: float  # seconds from the plan's begin
    end: float
    kind: str
    nodes: tuple  # of a link: source, target
    link: Link = field(default=GOOD, compare=False)

    def __str__(self):
        whom = " -> ".join(self.nodes) if self.kind in ("cut one way", "slow") else " <-> ".join(self.nodes)
        how = f" ({self.link})" if self.kind == "slow" else ""
        return f"{self.begin:5.1f} to {self.end:5.1f} s  {self.kind} {whom}{how}"


def plan(seed, seconds, names, kinds=tuple(KINDS)):
    """Faults that begin within `seconds`. One process suffers one thing at a time; links suffer meanwhile."""
    draw, faults, busy = random.Random(f"{seed}/faults"), [], dict.fromkeys(names, 0.0)
    at = draw.uniform(0.2, 1.0)
    while at < seconds:
        kind = draw.choices(kinds, [KINDS[kind][0] for kind in kinds])[0]
        _, least, most = KINDS[kind]
        end = min(at + draw.uniform(least, most), seconds + 1)
        nodes = tuple(draw.sample(list(names), 1 if kind in (*OF_PROCESSES, "isolate", "unplug") else 2))
        link = Link(delay_ms=draw.choice((20, 80, 300)), bytes_per_second=draw.choice((0, 60_000, 400_000)))
        if kind not in OF_PROCESSES or busy[nodes[0]] <= at:
            faults.append(Fault(at, end, kind, nodes, link))
            if kind in OF_PROCESSES:
                busy[nodes[0]] = end + 0.3
        at += draw.expovariate(1 / GAP_SECONDS_MEAN)
    return faults


class Injector:
    """Does a plan to a cluster. What faults leave of a link is the sum of those that hold at the time."""

    def __init__(self, cluster, faults):
        self.cluster = cluster
        self.steps = sorted([(fault.begin, 0, fault) for fault in faults] + [(fault.end, 1, fault) for fault in faults])
        self.holding = []  # faults of links
        self.links = {}  # (source, target) -> what was set last

    def run(self, failed=lambda: None):
        """Blocks until the plan is over; between steps, processes that end by themselves are failures, and whatever
        `failed` raises. All links are good then, and every process runs."""
        begin = time.monotonic()
        for at, ends, fault in self.steps:
            while (left := begin + at - time.monotonic()) > 0:
                time.sleep(min(left, 0.25))
                failed()
            (self._end if ends else self._begin)(fault)
        self.cluster.heal()

    def _begin(self, fault):
        node = self.cluster.nodes[fault.nodes[0]]
        if fault.kind in OF_PROCESSES:
            node.expect_alive()
        match fault.kind:
            case "kill": node.kill()
            case "restart": node.begin_stop()
            case "freeze": node.freeze()
            case "unplug": self.cluster.network.unplug(node.name)
            case _: self._links_change(lambda: self.holding.append(fault))

    def _end(self, fault):
        node = self.cluster.nodes[fault.nodes[0]]
        match fault.kind:
            case "kill": node.launch()
            case "restart":
                node.end_stop()
                node.launch()
            case "freeze": node.thaw()
            case "unplug": self.cluster.network.plug(node.name)
            case _: self._links_change(lambda: self.holding.remove(fault))

    def _links_change(self, change):
        change()
        for source in self.cluster.nodes:
            for target in self.cluster.nodes:
                if source != target:
                    self._set(source, target)

    def _set(self, source, target):
        wanted = GOOD
        for fault in self.holding:
            if fault.kind == "slow" and fault.nodes == (source, target) and not wanted.cut:
                wanted = fault.link
            if self._cuts(fault, source, target):
                wanted = CUT
        if wanted != self.links.get((source, target), GOOD):
            self.cluster.network.set(source, target, wanted)
            self.links[source, target] = wanted

    @staticmethod
    def _cuts(fault, source, target):
        return (fault.kind == "cut one way" and fault.nodes == (source, target) or
                fault.kind == "cut" and set(fault.nodes) == {source, target} or
                fault.kind == "isolate" and fault.nodes[0] in (source, target))
