"""`python -m bench.mock`: measure the local server, and write docs/mock-benchmarks.md.

Ends by itself in about two minutes.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.mock_client import BATCH, BATCHES, CONNECTIONS, exchange, request
from bench.report import machine, spread, wrapped
from bench.rounds import ROOT, Figures, environment

FEW, MANY = 100, 10_000
TURNS, LISTINGS = 10, 30

STORAGES = ("in memory", "with --db", "with --db after a first bill", "nothing kept")
START = "start of the process to its first answer, s"
LONGER = f"`GET /customers`, {MANY:,} / {FEW} customers"
# Figures that the report shows, each with its format.
SHOWN = {
    **{f"events/s, {storage}": ",.0f" for storage in STORAGES},
    **{f"{storage} / nothing kept": ".2f" for storage in STORAGES[:-1]},
    **{f"server CPU ms per batch, {storage}": ".2f" for storage in STORAGES},
    START: ".2f",
    **{f"`GET /customers` p50 ms, {count:,} customers": ".2f" for count in (FEW, MANY)},
    LONGER: ".2f",
}
GOALS = [
    ("events/s, in memory", "≥", 50_000),
    ("events/s, with --db", "≥", 40_000),
    (START, "≤", 0.6),
    (LONGER, "≤", 1.5),
]

TEXT = """# Benchmarks of the local server

{written}

| goal | limit | figure | reached |
|---|---|---|---|
{goals}

The figures are medians of {rounds} rounds with [lowest-highest]. Ratios are taken within a round.

| | |
|---|---|
{rows}

- Events arrive in batches of 100 over {connections} connections. The client is another process on
  the same machine. It sends {events:,} events with new ids, of 50 customers, with a `signal_code`, a
  stated cost and five attributes.
- `nothing kept` is the same server with a counter instead of the log of events. It shows the time
  for HTTP, the checks of the contract and the costs. CPU is the CPU of the server process alone.
- Bills need the events by customer. The first bill creates an index, which adds a cost to every
  later event.
- The start lasts from the start of `python -m coobird.mock` until `GET /customers` is answered.
- A page of `GET /customers` holds 25 customers.
"""


class Counter:
    """Counter in place of the log of events: counts the events that the log would keep."""

    kept = 0

    def add(self, _tenant: str, events: Mapping[str, Any]) -> set[str]:
        self.kept += len(events)
        return set()

    def known(self, _tenant: str, _event_ids: Iterable[str]) -> set[str]:
        return set()


def serve(storage: str, path: str) -> None:
    """Run the server process.

    It prints the CPU seconds that it used for every line of its input, and ends at the end of the
    input.
    """
    from coobird.mock.server import listen, make_server, url_of

    server, service = make_server(db=path if storage.startswith("with --db") else None)
    if storage == "with --db after a first bill":
        list(service.events.read(customer_id="anybody"))
    if storage == "nothing kept":
        service.events = Counter()  # type: ignore[assignment]

    def control() -> None:
        for _ in sys.stdin:
            print(time.process_time(), flush=True)
        server.should_exit = True

    threading.Thread(target=control, daemon=True).start()
    with listen("127.0.0.1", 0) as listener:
        print(url_of(listener), flush=True)
        server.run(sockets=[listener])
    service.close()


@contextmanager
def process(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a Python module as a process that is controlled by lines of text."""
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env=environment(), **pipes) as child:
        try:
            yield child
        finally:
            child.kill()


def ask(child: "subprocess.Popen[str]", line: str = "") -> str:
    """Send a line of input, if one is given, and return the next line of output."""
    assert child.stdin is not None
    assert child.stdout is not None
    if line:
        print(line, file=child.stdin, flush=True)
    return child.stdout.readline().strip()


def one_round(few: int, many: int) -> Figures:
    """Measure all figures once, with the ports of two servers that have few and many customers."""
    found: Figures = {}
    for storage in STORAGES:
        with TemporaryDirectory() as folder, process("bench.mock", "--serve", storage, f"{folder}/state.db") as server:
            with process("bench.mock_client", ask(server).rpartition(":")[2]) as client:
                ask(client)
                before = float(ask(server, "cpu"))
                found[f"events/s, {storage}"] = float(ask(client, "go"))
                cpu_s = float(ask(server, "cpu")) - before
            found[f"server CPU ms per batch, {storage}"] = cpu_s * 1000 / BATCHES
    for storage in STORAGES[:-1]:
        found[f"{storage} / nothing kept"] = found[f"events/s, {storage}"] / found["events/s, nothing kept"]
    began = time.perf_counter()
    with process("coobird.mock", "--port", "0") as server:
        exchange(int(ask(server).rpartition(":")[2]), [request("GET", "/api/v1/customers")])
        found[START] = time.perf_counter() - began
    took: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(TURNS):
        for port, count in ((few, FEW), (many, MANY)):
            took[count] += exchange(port, [request("GET", "/api/v1/customers")] * LISTINGS)
    for count, seconds in took.items():
        found[f"`GET /customers` p50 ms, {count:,} customers"] = median(seconds) * 1000
    found[LONGER] = median(took[MANY]) / median(took[FEW])
    return found


def measure(rounds: int) -> list[Figures]:
    with process("coobird.mock", "--port", "0") as small, process("coobird.mock", "--port", "0") as large:
        few, many = (int(ask(server).rpartition(":")[2]) for server in (small, large))
        for port, count in ((few, FEW), (many, MANY)):
            customers = ({"name": f"Customer {number}", "type": "company"} for number in range(count))
            exchange(port, [request("POST", "/api/v1/customers", body) for body in customers])
        results = []
        for number in range(rounds):
            results.append(one_round(few, many))
            print(f"round {number + 1}/{rounds}: load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        return results


def report(results: list[Figures]) -> str:
    rows = [f"| {what} | {spread([figures[what] for figures in results], form)} |" for what, form in SHOWN.items()]
    goals = []
    for what, sign, limit in GOALS:
        figure = median(figures[what] for figures in results)
        reached = figure >= limit if sign == "≥" else figure <= limit
        goals.append(
            f"| {what} | {sign} {limit:,g} | {format(figure, SHOWN[what])} | {'yes' if reached else '**no**'} |"
        )
    return TEXT.format(
        written=wrapped(f"Written by `python -m bench.mock` on {datetime.now(UTC).date()}: {machine()}."),
        rounds=len(results),
        connections=CONNECTIONS,
        events=BATCHES * BATCH,
        rows="\n".join(rows),
        goals="\n".join(goals),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.mock", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=ROOT / "docs/mock-benchmarks.md")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return
    options.output.write_text(report(measure(options.rounds)))
    print(f"wrote {options.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
