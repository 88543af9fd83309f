#!/usr/bin/env python3
"""Plants bugs, one at a time, and says which seed of the simulation finds each: one that survives is a hole in it.

  script/mutants                    all of them
  script/mutants NAME...            only these
  script/mutants --list             their names, and what each does

Works in a copy of the sources, in build/mutants. Exit code: 0 at least 95 % were found, 1 fewer were, 2 a mutant does not
fit the sources any more.
"""

import argparse
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIED = ("CMakeLists.txt", "CMakePresets.json", "cmake", "schemas", "events", "actors", "store", "cluster", "node",
          "tools", "tests", "data")
FOUND_SHARE_MIN = 0.95

# name, file, what stands there, what takes its place, in words. An empty replacement removes.
MUTANTS = [
    ("receipt-not-kept", "actors/core/host.hpp",
     "        loaded_.receipts.keep(header.command_id, header.intent, record.fingerprint, result.refusal,\n"
     "                              result.reply, until);",
     "        (void)until;", "a command that comes again is carried out again"),
    ("refusal-not-kept", "actors/core/host.hpp",
     "      if (!header.command_id.empty())\n        loaded_.receipts.keep",
     "      if (!header.command_id.empty() && result.refusal == 0)\n        loaded_.receipts.keep",
     "a refused attempt that comes again may be accepted"),
    ("undo-not-kept", "actors/model/receipts.hpp", "      r.undone = true;", "",
     "an attempt that comes after its undo is carried out (rule 3)"),
    ("receipts-not-in-snapshots", "actors/core/host.hpp",
     "history::encode_snapshot<A>(loaded_.state, loaded_.receipts, loaded_.last_time)",
     "history::encode_snapshot<A>(loaded_.state, decltype(loaded_.receipts){}, loaded_.last_time)",
     "an aggregate that left memory has forgotten what it answered"),
    ("receipts-not-from-the-log", "actors/history/fold.hpp", "    into.receipts.keep(record.command_id,",
     "    if (false) into.receipts.keep(record.command_id,", "receipts do not survive a restart"),
    ("answer-before-the-sync", "actors/core/host.hpp", "    if (in_flight_.empty()) {\n      result.based_on",
     "    if (true) {\n      result.based_on", "an answer does not wait until its record is durable"),
    ("failed-append-is-acknowledged", "actors/core/writer.cpp", "    if (statuses[i].ok()) {", "    if (true) {",
     "a write that failed counts as durable"),
    ("no-sync", "store/log_append.cpp", "kv->write(changes, true)", "kv->write(changes, false)",
     "the log is written, and not synced"),
    ("stock-not-released", "actors/checkout/decide.cpp", "    if (is_to_undo(wave, step)) undo.push_back(step);",
     "    if (is_to_undo(wave, step) && step.step != 1) undo.push_back(step);", "an order that turns back keeps its goods"),
    ("coupon-not-released", "actors/checkout/decide.cpp", "    if (is_to_undo(wave, step)) undo.push_back(step);",
     "    if (is_to_undo(wave, step) && step.step != 2) undo.push_back(step);",
     "an order that turns back keeps its coupon"),
    ("unknown-outcome-not-undone", "actors/checkout/decide.cpp",
     "  if (how == checkout::Undo::never) return false;",
     "  if (how == checkout::Undo::never || answer == nullptr) return false;",
     "a step that was not answered in time is taken for refused"),
    ("earlier-waves-not-undone", "actors/checkout/decide.cpp",
     "  std::vector<StepRef> undo = checkout::steps_taken(state);", "  std::vector<StepRef> undo;",
     "what was held before the money was refused stays held"),
    ("pivot-times-out", "actors/checkout/checkout.cpp",
     "  if (state.phase == Phase::reserving || state.phase == Phase::paying) return state.deadline;",
     "  if (state.phase >= Phase::reserving && state.phase <= Phase::confirming) return state.deadline;",
     "an order is turned back whose confirmation may have been accepted"),
    ("late-order-not-cancelled", "actors/checkout/steps.hpp", "Undo::if_taken_or_late, false}", "Undo::if_taken,         false}",
     "no list has heard of an order whose placing came too late"),
    ("oversold", "actors/stock/stock.cpp", "  if (command.units > state.available) return Refusal::out_of_stock;",
     "  if (command.units.value > state.available.value + 1) return Refusal::out_of_stock;",
     "one unit more than there is can be held"),
    ("returned-unsold", "actors/stock/stock.cpp",
     "  if (state.returned + command.units > state.sold) return Refusal::not_sold;", "",
     "goods come back that were never sold"),
    ("overdrawn", "actors/wallet/wallet.cpp",
     "  if (command.amount.minor > state.balance_minor) return Refusal::insufficient_funds;", "",
     "money is held that is not there"),
    ("refunded-unspent", "actors/wallet/wallet.cpp",
     "  if (state.refunded_minor + command.amount.minor > state.settled_minor) return Refusal::not_spent;", "",
     "money comes back that was never spent"),
    ("negative-delivery", "actors/stock/stock.cpp",
     "Outcome receive(const stock::State& state, const stock::Receive& command) {\n  if (!valid_units(command.units)) return Refusal::invalid_units;",
     "Outcome receive(const stock::State& state, const stock::Receive& command) {",
     "a delivery of a negative number of goods is taken"),
    ("coupon-used-twice", "actors/coupon/coupon.cpp",
     "  if (state.status == Status::used) return Refusal::already_used;", "", "a used coupon may be held"),
    ("one-coupon-too-many", "actors/campaign/campaign.cpp",
     "  if (state.issued_count >= state.quantity) return Refusal::sold_out;",
     "  if (state.issued_count > state.quantity) return Refusal::sold_out;", "a campaign issues one more than it has"),
    ("two-coupons-for-one", "actors/campaign/campaign.cpp",
     "  if (state.issued.contains(command.customer_id)) return Refusal::already_issued;", "",
     "a customer gets a second coupon of a campaign"),
    ("another-coupon-named", "actors/campaign/campaign.cpp", "      return {issued->ordinal, issued->coupon_id};",
     "      return {issued->ordinal + 1, issued->coupon_id};", "a customer is told of somebody else's coupon"),
    ("order-shown-ahead", "actors/order/order.cpp", "Order::State Order::view(const State& state) { return state; }",
     "Order::State Order::view(const State& state) {\n  State shown = state;\n"
     "  if (shown.status == order::Status::placed) shown.status = order::Status::confirmed;\n  return shown;\n}",
     "an order is shown as confirmed when it is not yet"),
    ("discount-not-taken", "actors/checkout/price.cpp",
     "  totals.total_minor = totals.subtotal_minor - totals.discount_minor;",
     "  totals.total_minor = totals.subtotal_minor;", "the customer pays what the coupon took off"),
    ("sagas-not-resumed", "node/node.cpp", "  resume<Checkout>();\n", "",
     "orders that were under way when a node died stay so"),
    ("dead-saga-not-reloaded", "actors/core/keeper.hpp",
     "        if (gone.died) reload_.emplace(runtime_.clock.now() + kReloadAfter, gone.id);", "",
     "a saga whose actor died is forgotten until somebody asks"),
    ("asked-once", "actors/core/outbox.hpp", "      if (entry.answered || entry.next_try > now) continue;",
     "      if (entry.answered || entry.tries > 0) continue;", "a saga asks once and never again"),
    # Two locks on one door: without the fence alone the log refuses what the second actor writes, and nothing is lost.
    ("two-who-write", "actors/core/keeper.hpp", "    if (!gone.clean && !stopping_) {", "    if (false) {",
     "the next actor of an aggregate starts before the last one's records are in the log, which takes both's"),
    ("leaves-in-flight", "actors/core/host.hpp", "    if (!idle()) {\n      send(keeper_, Stay{id_});",
     "    if (false) {\n      send(keeper_, Stay{id_});", "an aggregate leaves memory with records on their way"),
    ("answered-before-the-end", "actors/core/host.hpp",
     "    if (result.verdict == Verdict::accepted && defer(reply_to, result, command)) return;", "",
     "an order is answered when it has started"),
    ("saga-takes-doubtful-answers", "actors/core/saga_host.hpp",
     "    if (undecided(answer.verdict) || !outbox_.waits_for(answer.token)) return;",
     "    if (!outbox_.waits_for(answer.token)) return;", "'nobody knows' counts as yes"),
    ("seal-not-checked", "store/values.cpp",
     "std::optional<Reader> open_value(std::string_view key, std::string_view value) {\n"
     "  if (!is_sealed(key, value)) return std::nullopt;",
     "std::optional<Reader> open_value(std::string_view, std::string_view value) {",
     "snapshots and saved ends with a flipped bit are believed"),
    ("acknowledged-batch-cut", "store/log_open.cpp",
     "  const bool was_synced =\n"
     "      (end.claimed_group < group && !is_known) || partition.heads_through >= end.first_offset;",
     "  const bool was_synced = false;", "a start takes any damaged end for a torn one"),
    ("heads-not-rebuilt", "store/log_open.cpp",
     "  for (Offset at = partition.heads_through + 1; at < partition.next_offset; ++at) {",
     "  for (Offset at = partition.heads_through + 2; at < partition.next_offset; ++at) {",
     "a start passes over a record whose stream's end was not saved"),
    ("bodies-not-compared", "actors/model/receipts.hpp",
     "        if (r.attempted) return r.fingerprint == fingerprint ? Before::same : Before::id_reused;",
     "        if (r.attempted) return Before::same;", "another command under an old id gets the old one's answer"),
    ("granted-attempt-forgotten", "actors/model/receipts.hpp",
     "    const bool granted = intent == Intent::attempt && refusal == 0;", "    const bool granted = false;",
     "what a saga was granted is forgotten before it asks again"),
    ("late-attempt-decided", "actors/model/decide_command.hpp",
     "  if (intent == Intent::attempt && context.now > context.deadline)", "  if (false)",
     "an attempt that comes after its deadline is carried out"),
    ("deadlines-of-other-clocks", "cluster/session.cpp", "  head.deadline = clock_gap_.here(head.deadline);", "",
     "a deadline is taken for one of the own clock"),
    ("cursor-apart-from-rows", "actors/history/models_apply.cpp",
     "    if (cursor.applied == cursor.committed) continue;",
     "    if (cursor.applied == cursor.committed || cursor.applied % 2 == 0) continue;",
     "read models save rows without saying how far they came"),
    ("models-count-held-as-sold", "actors/read_models/stock.cpp",
     "move(record, e.units, row.held, row.sold)", "move(record, e.units, row.held, row.available)",
     "a row that is wrong"),
]

# What else a mutant spoils.
ALSO = {"two-who-write": ("store/log_append.cpp", "  if (append.sequence != stream.tip_.sequence + 1)", "  if (false)")}


class Misfit(Exception):
    pass


class Copy:
    """The sources and a build of them, which may be spoilt."""

    def __init__(self, folder):
        self.source, self.build = folder / "source", folder / "build"

    def refresh(self):
        wanted = set()
        for one in COPIED:
            for path in [ROOT / one] if (ROOT / one).is_file() else (ROOT / one).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    wanted.add(path.relative_to(ROOT))
        for path in wanted:
            copied = self.source / path
            if not copied.exists() or copied.read_bytes() != (ROOT / path).read_bytes():
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, copied)  # with a time of now: it is built again
        for path in [path for path in self.source.rglob("*") if path.is_file()]:
            if path.relative_to(self.source) not in wanted:
                path.unlink()
        if not (self.build / "build.ninja").exists():
            subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                            "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG -w", "-DCMAKE_RUNTIME_OUTPUT_DIRECTORY="
                            + str(self.build / "bin")], check=True, stdout=subprocess.DEVNULL)

    def make(self):
        """The last lines of the compiler's complaint; none: it is built."""
        ran = subprocess.run(["ninja", "-C", self.build, "souk-sim"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True)
        return "" if ran.returncode == 0 else "\n".join(ran.stdout.splitlines()[-15:])

    def sim(self):
        return self.build / "bin" / "souk-sim"


def spoilt(source, mutant):
    """Of the file or two that it spoils, by their paths, how they are and how they will be."""
    name, *edit, _ = mutant
    texts = {}
    for file, old, new in [edit] + ([ALSO[name]] if name in ALSO else []):
        text = (source / file).read_text()
        if text.count(old) != 1:
            raise Misfit(f"{name}: {file} has {text.count(old)} places like this one:\n{old}")
        texts[source / file] = text, text.replace(old, new)
    return texts


class Hunter:
    """One process that runs some seeds, until one fails. Killed, it leaves read models behind, in `folder`."""

    def __init__(self, sim, folder, first, count):
        self.said = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(sim), "--seed", str(first), "--seeds", str(count), "--whole", "--folder", folder],
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=subprocess.STDOUT)

    def result(self):
        """Which seed failed after how many steps, or None; and what it said. Of a process that has ended."""
        self.said.seek(0)
        lines = self.said.read().splitlines()
        for at, line in enumerate(lines):
            if fails := re.search(r"\bseed (\d+) (FAILS|HANGS|ends the process)\b.*?(\d+) steps", line):
                return (int(fails[1]), int(fails[3])), lines[at + 1].strip() if at + 1 < len(lines) else line
        if self.process.returncode not in (0, 1):
            return (0, 0), f"souk-sim ended with {self.process.returncode}"
        return None, lines[-1] if lines else ""


def hunt(sim, seeds, seconds):
    """A seed that fails and what it says, or None. Each core has a stretch of the seeds; the first who finds one ends it."""
    cores = os.cpu_count() or 1
    stretch = -(-seeds // cores)
    over = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="souk-mutants-", dir="/dev/shm") as folder:
        hunters = [Hunter(sim, folder, 1 + i * stretch, stretch) for i in range(cores)]
        try:
            while hunters:
                for one in [one for one in hunters if one.process.poll() is not None]:
                    if one.result()[0]:
                        return one.result()
                    hunters.remove(one)
                if time.monotonic() > over:
                    return None, f"no seed in {seconds} s"
                time.sleep(0.05)
            return None, f"no seed of {seeds}"
        finally:
            for one in hunters:
                one.process.kill()
                one.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="only say which there are")
    parser.add_argument("--seeds", type=int, default=2000, help="how many seeds may look for each")
    parser.add_argument("--seconds", type=int, default=900, help="how long they may take")
    options = parser.parse_args()
    unknown = set(options.names) - {mutant[0] for mutant in MUTANTS}
    if unknown:
        sys.exit(f"mutants: there is no mutant {', '.join(sorted(unknown))}; see --list.")
    chosen = [mutant for mutant in MUTANTS if not options.names or mutant[0] in options.names]
    if options.list:
        for mutant in chosen:
            print(f"{mutant[0]:32} {mutant[4]}")
        return 0
    folder = ROOT / "build" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w")  # held until this process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"mutants: somebody else plants bugs in {folder}; wait until that has ended.", file=sys.stderr)
        return 2
    copy = Copy(folder)
    copy.refresh()
    survivors = []
    try:
        for mutant in chosen:
            spoilt(copy.source, mutant)  # so that a misfit is known at once
        for number, mutant in enumerate(chosen, 1):
            texts = spoilt(copy.source, mutant)
            for path, (_, bad) in texts.items():
                path.write_text(bad)
            began = time.monotonic()
            complaint = copy.make()
            if complaint:
                raise Misfit(f"{mutant[0]} does not compile:\n{complaint}")
            built = time.monotonic() - began
            found, said = hunt(copy.sim(), options.seeds, options.seconds)
            for path, (good, _) in texts.items():
                path.write_text(good)
            verdict = f"seed {found[0]:4}, {found[1]:6} steps" if found else "SURVIVES             "
            print(f"[{number:2}/{len(chosen)}] {mutant[0]:32} {verdict}  {said[:110]}  (built in {built:.0f} s)", flush=True)
            if not found:
                survivors.append(mutant)
    except Misfit as misfit:
        print(f"mutants: {misfit}", file=sys.stderr)
        return 2
    share = 1 - len(survivors) / len(chosen)
    print(f"{len(chosen)} mutants, {100 * share:.0f} % found; survivors: {', '.join(one[0] for one in survivors) or 'none'}")
    return 0 if share >= FOUND_SHARE_MIN else 1


sys.exit(main())
