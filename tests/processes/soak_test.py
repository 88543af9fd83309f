#!/usr/bin/env python3
"""The soak's judges: growth is found under noise, noise and a cache that fills are not growth; lines that repeat are
found whatever their numbers."""

import json
import pathlib
import random
import sys
import tempfile

from soak import Growth, LogWatch, blank

MINUTES = 10
SAMPLES = MINUTES * 12


def judged(value_at, floor=10.0):
    draw, growth = random.Random(3), Growth("memory", floor)
    for index in range(SAMPLES):
        growth.add(5.0 * index, value_at(5.0 * index, draw))
    return growth.verdict()


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r}, expected {wanted!r}")


expect("a leak of half of it in ten minutes", bool(judged(lambda at, draw: 100 + 0.1 * at + draw.gauss(0, 5))), True)
expect("noise around a level", judged(lambda at, draw: 100 + draw.gauss(0, 15)), None)
expect("a cache that fills and stops", judged(lambda at, draw: min(100, at) + draw.gauss(0, 2)), None)
expect("a small rise, below the floor", judged(lambda at, draw: 0.01 * at), None)
expect("steps to and fro", judged(lambda at, draw: 100 + 80 * (int(at / 60) % 2)), None)
expect("a queue that stands empty", judged(lambda at, draw: 0), None)
expect("a queue that grows from nothing", bool(judged(lambda at, draw: at, floor=50)), True)

expect("two lines of a kind", blank("order-1-2-3 waits for 10.0.0.2:7400, 17 ms"),
       blank("order-9-9 waits for 10.7.3.2:7401, 2 ms"))
expect("two lines of two kinds", blank("stock-1 is down") == blank("stock-1 is up"), False)

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "node.log"
    watch, count = LogWatch(path), 0
    for second in range(60):
        with open(path, "a") as log:
            for _ in range(2):
                count += 1
                log.write(json.dumps({"time": f"t{count}", "level": "warn", "message": f"peer {count} is slow"}) + "\n")
            if second % 2:
                log.write(json.dumps({"time": f"t{count}", "level": "info", "message": "all is well"}) + "\n")
            log.write('{"time": "half a li' if second == 59 else "")
        watch.read()
    found = watch.verdicts(60)
    expect("lines that repeat", len(found), 1)
    expect("the line that repeats", "peer 1 is slow" in found[0] and "120 times" in found[0], True)
print("growth and repeated lines are found, noise is not")
