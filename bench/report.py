"""The report: figures of rounds as Markdown. Pure, except for `machine`."""

import os
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from textwrap import fill

from bench.goals import GOALS, Goal
from bench.rounds import Figures, Results, Step
from bench.subjects import PEERS

Column = tuple[str, Callable[[Figures], float], str]

COLUMNS: dict[str, tuple[str, list[Column]]] = {
    "pile": (
        "Calls while {events:,} events queue up, because the server never answers",
        [
            ("p50 µs", lambda f: f["p50_us"], ".1f"),
            ("p99 µs", lambda f: f["p99_us"], ".1f"),
            ("worst ms", lambda f: f["worst_ms"], ".1f"),
            ("longest collector pause ms", lambda f: f["gc_longest_ms"], ".1f"),
            ("objects for the garbage collector per event", lambda f: f["gc_objects_per_event"], ".2f"),
            ("bytes per queued event", lambda f: f["bytes_per_event"], ",.0f"),
        ],
    ),
    "deliver": (
        "{events:,} events in a tight loop, then all delivered (queue limit lifted)",
        [
            ("delivered", lambda f: f["distinct"], ",.0f"),
            ("events/s", lambda f: f["events_per_s"], ",.0f"),
            ("CPU ms per 1,000", lambda f: f["cpu_ms_per_1000"], ".1f"),
            ("caller p50 µs", lambda f: f["p50_us"], ".1f"),
            ("caller p99 µs", lambda f: f["p99_us"], ".1f"),
            ("requests", lambda f: f["requests"], ",.0f"),
            ("wire bytes per event", lambda f: f["wire_bytes"] / f["distinct"], ",.0f"),
        ],
    ),
    "paced": (
        "5,000 events/s, {events:,} in all, default settings, every answer 50 ms late",
        [
            ("delivered", lambda f: f["distinct"], ",.0f"),
            ("lost", lambda f: f["lost"], ",.0f"),
            ("sent twice", lambda f: f["received"] - f["distinct"], ",.0f"),
            ("last event, s after the end", lambda f: f["drained_in_s"], ".2f"),
            ("caller p50 µs", lambda f: f["p50_us"], ".1f"),
            ("caller p99 µs", lambda f: f["p99_us"], ".1f"),
        ],
    ),
    "cold": (
        "Cold start in a fresh process",
        [
            ("import and first client ms", lambda f: f["client_ms"], ".1f"),
            ("… and first event ms", lambda f: f["first_event_ms"], ".1f"),
        ],
    ),
}


def markdown(results: Results, plan: Sequence[Step], load: float) -> str:
    """The report.

    Args:
        results: The figures.
        plan: The scenarios that were run.
        load: Load average of the machine before the first round, which other programs caused.
    """
    rounds = [len(entries) for by_subject in results.values() for entries in by_subject.values() if entries]
    parts = [
        heading(" to ".join(str(number) for number in sorted({min(rounds), max(rounds)})), load),
        goal_table(results),
    ]
    for step in plan:
        title, columns = COLUMNS[step.scenario]
        parts.append(f"## {title.format(events=step.events)}\n\n{table(results[step.scenario], columns)}")
    return "\n".join(parts)


def heading(rounds: str, load: float) -> str:
    versions = ", ".join(f"{name} {installed(name)}" for name in ("coobird", "orjson", "httpx", *PEERS.values()))
    return f"""# Benchmarks

{wrapped(f"Written by `make bench` on {datetime.now(UTC).date()}: {machine()}. {versions}.")}

Figures are medians of {rounds} rounds with [lowest-highest]. Ratios are taken within a round, so that
a change of the machine's speed affects both sides. Every measurement is a new process against a new
server process on loopback, and the subjects take turns. All send the same event: customer, agent,
signal, quantity 1, five attributes. The machine's load average before the first round was
{load:.1f}.

- `coobird` runs without orjson, `coobird[fast]` with it.
- `floor` is not an SDK: a deque, one thread, `json.dumps` on the caller's thread, a random id and
  an ISO timestamp, `http.client`, batches of 100, and no handling of faults. It shows the cost of
  Python itself.
- `sentry` is measured by its `metrics.count`, with all integrations off.
"""


def goal_table(results: Results) -> str:
    lines = ["## Goals\n", "| goal | limit | figure | reached |", "|---|---|---|---|"]
    for goal in GOALS:
        figures = goal.rounds(results)
        if figures:
            lines.append(
                f"| {goal.what} | {goal.limit_text} | {spread(figures, goal.form)} | {verdict(goal, figures)} |"
            )
    return "\n".join(lines) + "\n"


def verdict(goal: Goal, figures: Sequence[float]) -> str:
    return "yes" if goal.reached(median(figures)) else "**no**"


def table(by_subject: dict[str, list[Figures | None]], columns: Sequence[Column]) -> str:
    lines = ["| | " + " | ".join(name for name, _, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for subject, rounds in by_subject.items():
        done = [figures for figures in rounds if figures]
        if done:
            cells = [spread([read(figures) for figures in done], form) for _, read, form in columns]
            failed = f" ({len(rounds) - len(done)} rounds failed)" if len(done) < len(rounds) else ""
            lines.append(f"| {subject}{failed} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def spread(figures: Sequence[float], form: str) -> str:
    low, middle, high = (format(figure, form) for figure in (min(figures), median(figures), max(figures)))
    return middle if low == high else f"{middle} [{low}-{high}]"


def wrapped(sentences: str) -> str:
    """The sentences in lines of at most 100 columns, as prose is in the documents."""
    return fill(sentences, 100, break_long_words=False, break_on_hyphens=False)


def machine() -> str:
    model = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as cpuinfo:
            model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "(not installed)"
