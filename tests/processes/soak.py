"""What must not grow while a cluster works for long, and how to tell growth from noise."""

import json
import os
import pathlib
import re
import statistics
from collections import Counter

WARM_UP_SHARE = 1 / 3  # of the samples: caches fill, aggregates come to life until the bound on them
GROWTH_MAX = 0.10  # of the median of the first window after the warm-up, at the median of the last
WINDOWS = 4
STEP_SHARE_MIN = 0.1  # of the whole rise, from each window to the next: what rises once and stays is no growth
REPEATS_A_SECOND_MAX = 1.0
ID_BEGINS = "order|coupon|charge|receipt|customer|campaign|wallet|stock|checkout|hot|cold"
LINES_JUDGED_MIN = 10  # fewer than this are a burst, not a habit


class Growth:
    """One figure over time. `floor`: a change smaller than this is never growth."""

    def __init__(self, name, floor):
        self.name, self.floor = name, floor
        self.samples = []  # (seconds, value)

    def add(self, seconds, value):
        self.samples.append((seconds, value))

    def settled(self):
        return self.samples[int(len(self.samples) * WARM_UP_SHARE):]

    def medians(self):
        """Of windows of the same length, after the warm-up."""
        settled = self.settled()
        size = len(settled) // WINDOWS
        return [statistics.median(value for _, value in settled[index * size:(index + 1) * size])
                for index in range(WINDOWS)] if size else []

    def slope_per_hour(self):
        settled = self.settled()
        if len(settled) < 2:
            return 0.0
        return 3600 * statistics.linear_regression([at for at, _ in settled], [value for _, value in settled]).slope

    def verdict(self):
        """One sentence if it grows: its medians rise from each window to the next, and by more than noise; else None."""
        medians = self.medians()
        if not medians:
            return None
        risen = medians[-1] - medians[0]
        steady = all(after - before >= STEP_SHARE_MIN * risen for before, after in zip(medians, medians[1:]))
        if steady and risen > max(self.floor, GROWTH_MAX * abs(medians[0])):
            return (f"{self.name} grows: medians {', '.join(f'{median:.4g}' for median in medians)}, "
                    f"{self.slope_per_hour():+.4g} an hour")
        return None

    def __str__(self):
        medians = self.medians() or [value for _, value in self.samples[-1:]]
        return f"{self.name}: {', '.join(f'{median:.4g}' for median in medians)} ({self.slope_per_hour():+.3g} an hour)"


class Growths:
    """Many figures by name, made as they come."""

    def __init__(self):
        self.all = {}

    def add(self, name, seconds, value, floor):
        self.all.setdefault(name, Growth(name, floor)).add(seconds, value)

    def verdicts(self):
        return [verdict for growth in self.all.values() if (verdict := growth.verdict())]


def resident_bytes(pid):
    fields = pathlib.Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def blank(message):
    """A log line without what tells one of its kind from another: digits, and ids."""
    message = re.sub(r"\b[0-9a-f]{8,}\b", "#", message)
    message = re.sub(rf"\b({ID_BEGINS})[/~-][\w~./-]*\d[\w~./-]*", "ID", message)
    return re.sub(r"\d+", "#", message)


class LogWatch:
    """Reads a log as it grows, and counts the kinds of its lines."""

    def __init__(self, path):
        self.path, self.offset = pathlib.Path(path), 0
        self.counts, self.example = Counter(), {}

    def read(self):
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            kind = blank(message_of(line))
            self.counts[kind] += 1
            self.example.setdefault(kind, line[:300])

    def verdicts(self, seconds):
        return [f"{self.path.parent.name} says {count} times in {seconds:.0f} s: {self.example[kind]}"
                for kind, count in self.counts.items()
                if count >= LINES_JUDGED_MIN and count > REPEATS_A_SECOND_MAX * seconds]


def message_of(line):
    """What a line says, without its time."""
    try:
        said = json.loads(line)
    except json.JSONDecodeError:
        return line
    return " ".join(str(value) for key, value in said.items() if key != "time")
