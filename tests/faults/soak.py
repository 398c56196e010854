"""`python -m tests.faults.soak`: half an hour at 2,000 events a second, with frequent faults.

One process with a spool tracks through the proxy to the local Coobird. Nothing may be lost. Memory,
descriptors and threads of that process must stay as they were at the beginning. `--minutes 2` makes
a shorter run. It prints a report; the full run writes it into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.report import wrapped
from tests.faults.document import enter, stamped
from tests.faults.process import environment
from tests.faults.proxy import Trouble
from tests.faults.world import World
from tests.support import ROOT

KEY = "sk_test_soak_0123456789abcdef"
FULL_MINUTES = 30.0
MOST_GROWTH_MB = 10.0
PAUSE_SECONDS, FAULT_SECONDS = (1.0, 5.0), (0.3, 2.0)

NETWORK: dict[str, Callable[[random.Random], Trouble]] = {
    "latency": lambda dice: Trouble(latency=dice.uniform(0.01, 0.2)),
    "reset": lambda _: Trouble(reset=True),
    "black hole": lambda _: Trouble(black_hole=True),
    "request cut": lambda dice: Trouble(cut_request=dice.randrange(60_000)),
    "answer cut": lambda dice: Trouble(cut_answer=dice.randrange(1, 300)),
    "answer lost": lambda _: Trouble(lose_answer=True),
}
SERVER: dict[str, dict[str, Any]] = {
    "status 401": {"status": 401},
    "status 429": {"status": 429, "retry_after": 1},
    "status 500": {"status": 500},
    "status 503": {"status": 503},
    "stored, then status 500": {"status": 500, "after": True},
}


class Faults(threading.Thread):
    """Causes a fault and ends it, again and again, until `stop`."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(name="faults", daemon=True)
        self.done: Counter[str] = Counter()
        self._world, self._dice = world, random.Random(seed)
        self._stop_now = threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(self._dice.uniform(*PAUSE_SECONDS)):
            name = self._dice.choice([*NETWORK, *SERVER])
            if name in NETWORK:
                self._world.proxy.trouble = NETWORK[name](self._dice)
            else:
                self._world.control("POST", "/faults", {"operation": "track_events", "times": None, **SERVER[name]})
            self.done[name] += 1
            self._stop_now.wait(self._dice.uniform(*FAULT_SECONDS))
            self._world.proxy.trouble = Trouble()
            self._world.control("DELETE", "/faults")

    def stop(self) -> None:
        """Return once no fault is in force."""
        self._stop_now.set()
        self.join(60)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=FULL_MINUTES)
    parser.add_argument("--rate", type=int, default=2_000, help="events a second")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="coobird-soak-"))
    db = folder / "server.db"
    with World(folder, db=db) as world:
        faults = Faults(world, options.seed)
        samples = run(world, faults, folder, options.rate, options.minutes * 60)
    counts = count_stored(db, samples[-1]["tracked"])
    counts["sent twice"] = len(world.sent_twice())
    text, found = report(samples, faults.done, counts, options.rate)
    print(text)
    if options.minutes >= FULL_MINUTES:
        enter("soak", stamped("make soak", text))
    for flaw in found:
        print(flaw, file=sys.stderr)
    if found:
        print(f"Everything is in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    return bool(found)


def run(world: World, faults: Faults, folder: Path, rate: int, seconds: float) -> list[dict[str, Any]]:
    """Output of the tracking process, line by line."""
    given = {
        "rate": rate,
        "seconds": seconds,
        "api_key": KEY,
        "host": world.proxy.url,
        "spool": str(folder / "usage.db"),
        "request_timeout": 2.0,
        "max_batch_size": 200,
    }
    samples: list[dict[str, Any]] = []
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.faults.soak_child", json.dumps(given)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for line in process.stdout:
            sample = json.loads(line)
            if sample["phase"] == "begin":
                faults.start()
            elif sample["phase"] == "end":
                faults.stop()
                process.stdin.write("heal\n")
                process.stdin.flush()
            else:
                samples.append(sample)
                print(time.strftime("%H:%M:%S"), line.strip(), file=sys.stderr, flush=True)
    assert process.returncode == 0, process.returncode
    return samples


def count_stored(db: Path, tracked: int) -> dict[str, int]:
    """Number of times that the server has each event."""
    times = bytearray(tracked)
    foreign = 0
    connection = sqlite3.connect(db)
    for (event_id,) in connection.execute("SELECT event_id FROM event"):
        name, _, number = event_id.partition("-")
        if name == "soak" and int(number) < tracked:
            times[int(number)] += 1
        else:
            foreign += 1
    connection.close()
    return {"missing": times.count(0), "stored twice": sum(number > 1 for number in times), "foreign": foreign}


def report(
    samples: list[dict[str, Any]], faults: Counter[str], counts: dict[str, int], rate: int
) -> tuple[str, list[str]]:
    """Return the report, and everything that is not as it must be."""
    running = [sample for sample in samples if sample["phase"] == "running"]
    before, after, last = samples[0], samples[-2], samples[-1]
    seconds = running[-1]["seconds"] - running[0]["seconds"]
    shown = [before, *(running[len(running) * part // 6] for part in range(6)), running[-1], after]
    columns = ("seconds", "tracked", "delivered", "waiting", "memory_mb", "descriptors", "threads", "spool_mb")
    lines = ["| | " + " | ".join(column.replace("_mb", ", MB") for column in columns) + " |"]
    lines.append("|---|" + "--:|" * len(columns))
    for sample in shown:
        cells = (f"{sample[column]:,}" for column in columns)
        lines.append(f"| {sample['phase']} | {' | '.join(cells)} |")
    most = {column: max(sample[column] for sample in running) for column in columns}
    half = len(running) // 2
    early, late = (
        median([sample["memory_mb"] for sample in part]) for part in (running[half // 2 : half], running[half:])
    )
    reported = ", ".join(f"{kind} {number:,}" for kind, number in sorted(last["reported"].items()))
    kinds = ", ".join(f"{name} {number}" for name, number in sorted(faults.items()))
    summary = (
        f"{last['tracked']:,} events in {seconds / 60:.1f} minutes ({rate:,} a second), "
        f"{sum(faults.values())} faults: {kinds}."
    )
    text = f"""\
{wrapped(summary)}

- Missing on the server: {counts["missing"]}. Stored twice: {counts["stored twice"]}. Lost by the SDK's own count: {last["lost"]}.
- Sent twice, and stored once: {counts["sent twice"]:,}.
- Reported to `on_error`: {reported or "nothing"}.
- Median memory: {early:.1f} MB in the second quarter, {late:.1f} MB in the second half.
- Maximum of all samples: {most["memory_mb"]} MB, {most["descriptors"]} descriptors, {most["threads"]} threads,
  {most["waiting"]:,} events waiting, {most["spool_mb"]} MB of spool.
- `stats()` added up in all {len(samples)} samples.

"""
    text += "\n".join(lines)
    found = [f"{number} events: {what}" for what, number in counts.items() if number and what != "sent twice"]
    found += [f"{last['lost']} events were given up"] * bool(last["lost"])
    found += [f"stats() does not add up: {sample}" for sample in samples if not sample["adds_up"]]
    found += [f"{last['waiting']} events are left"] * bool(last["waiting"])
    if late - early > MOST_GROWTH_MB:
        found.append(f"memory grew from {early} to {late} MB")
    found += [
        f"{name}: {before[name]} at rest before, {after[name]} after"
        for name in ("descriptors", "threads")
        if after[name] > before[name]
    ]
    return text, found


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    sys.exit(main())
