#!/usr/bin/env python3
"""Plans of faults follow from their seed, and the injector does them: what overlaps adds up, what ends is over, and at
the end nothing is left. Tried on a cluster that only notes what is done to it."""

import sys
from types import SimpleNamespace

import faults
from faults import Fault, Injector
from networks import CUT, GOOD, Link

NAMES = ["a", "b", "c"]
SLOW = Link(delay_ms=50)


class Notes:
    """Stands where a cluster and its network stand."""

    def __init__(self):
        self.links, self.done = {}, []
        self.network = self
        self.nodes = {name: SimpleNamespace(name=name, **{
            what: lambda what=what, name=name: self.done.append(f"{what} {name}")
            for what in ("kill", "launch", "freeze", "thaw", "begin_stop", "end_stop")}, expect_alive=lambda: None)
                      for name in NAMES}

    def set(self, source, target, link):
        self.links[source, target] = link

    def unplug(self, name):
        self.done.append(f"unplug {name}")

    def plug(self, name):
        self.done.append(f"plug {name}")

    def heal(self):
        self.done.append("heal")

    def bad(self):
        return {pair: link for pair, link in self.links.items() if link != GOOD}


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r}, expected {wanted!r}")


def steps(*planned):
    """What is bad of the links after each step of a plan."""
    notes, found = Notes(), []
    injector = Injector(notes, planned)
    for _, ends, fault in injector.steps:
        (injector._end if ends else injector._begin)(fault)
        found.append(notes.bad())
    return found, notes


def plans():
    expect("the same seed's plan", faults.plan(7, 60, NAMES), faults.plan(7, 60, NAMES))
    expect("two seeds' plans are one", faults.plan(7, 60, NAMES) == faults.plan(8, 60, NAMES), False)
    kinds, alive = set(), True
    for seed in range(40):
        busy = dict.fromkeys(NAMES, 0.0)
        for fault in faults.plan(seed, 60, NAMES):
            kinds.add(fault.kind)
            alive = alive and fault.begin < fault.end <= 61
            if fault.kind in faults.OF_PROCESSES:
                expect(f"seed {seed}: {fault} while its process has a fault", fault.begin >= busy[fault.nodes[0]], True)
                busy[fault.nodes[0]] = fault.end
    expect("kinds that plans are made of", kinds, set(faults.KINDS))
    expect("every fault ends", alive, True)


def links():
    found, _ = steps(Fault(0, 3, "cut", ("a", "b")), Fault(1, 2, "cut one way", ("a", "b")))
    both = {("a", "b"): CUT, ("b", "a"): CUT}
    expect("a cut within a cut", found, [both, both, both, {}])
    found, _ = steps(Fault(0, 2, "slow", ("a", "b"), SLOW), Fault(1, 3, "isolate", ("a",)))
    alone = {("a", "b"): CUT, ("b", "a"): CUT, ("a", "c"): CUT, ("c", "a"): CUT}
    expect("an isolated node with a slow link", found, [{("a", "b"): SLOW}, alone, alone, {}])
    found, _ = steps(Fault(0, 3, "cut one way", ("a", "b")), Fault(1, 2, "slow", ("a", "b"), SLOW))
    expect("a slow link that is cut", found, [{("a", "b"): CUT}] * 3 + [{}])


def processes():
    notes = Notes()
    Injector(notes, [Fault(0, 0.01, "kill", ("a",)), Fault(0.02, 0.03, "restart", ("b",)),
                     Fault(0.04, 0.05, "freeze", ("c",)), Fault(0.06, 0.07, "unplug", ("a",))]).run()
    expect("what was done", notes.done, ["kill a", "launch a", "begin_stop b", "end_stop b", "launch b", "freeze c",
                                         "thaw c", "unplug a", "plug a", "heal"])


plans()
links()
processes()
print("plans follow from seeds; faults add up and end")
