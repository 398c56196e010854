"""The goals (pure): each has a limit for a figure of a round, or for the ratio of two figures."""

from collections.abc import Callable
from typing import NamedTuple

from bench.rounds import Figures, Results


class Goal(NamedTuple):
    what: str
    scenario: str
    subject: str
    read: Callable[[Figures], float]
    limit: float
    at_least: bool = False
    against: str | None = None
    """Subject whose figure is the divisor."""
    form: str = ".2f"

    @property
    def limit_text(self) -> str:
        sign = "≥" if self.at_least else "≤"
        times = f" x {self.against}" if self.against else ""
        return f"{sign} {self.limit:,g}{times}"

    def rounds(self, results: Results) -> list[float]:
        """One figure for each round in which both subjects were measured."""
        by_subject = results.get(self.scenario, {})
        ours = by_subject.get(self.subject, [])
        if self.against is None:
            return [self.read(figures) for figures in ours if figures]
        pairs = zip(ours, by_subject.get(self.against, []), strict=False)
        return [self.read(mine) / self.read(theirs) for mine, theirs in pairs if mine and theirs]

    def reached(self, figure: float) -> bool:
        return figure >= self.limit if self.at_least else figure <= self.limit


def p50(figures: Figures) -> float:
    return figures["p50_us"]


def rate(figures: Figures) -> float:
    return figures["events_per_s"]


def cpu(figures: Figures) -> float:
    return figures["cpu_ms_per_1000"]


def both(what: str, scenario: str, read: Callable[[Figures], float], limit: float, **more: object) -> list[Goal]:
    """The same goal, without orjson and with it."""
    return [
        Goal(f"{what}, `{subject}`", scenario, subject, read, limit, **more)  # type: ignore[arg-type]
        for subject in ("coobird", "coobird[fast]")
    ]


GOALS = [
    Goal("`track()` p50, `coobird`", "pile", "coobird", p50, 1.15, against="floor"),
    Goal("`track()` p50, `coobird[fast]`", "pile", "coobird[fast]", p50, 0.6, against="floor"),
    *both("`track()` p50", "pile", p50, 0.45, against="segment"),
    *both("slowest call while 100,000 events queue up, ms", "pile", lambda f: f["worst_ms"], 10),
    *both(
        "objects per queued event that the garbage collector tracks", "pile", lambda f: f["gc_objects_per_event"], 0.01
    ),
    *both("delivered events/s", "deliver", rate, 0.85, at_least=True, against="floor"),
    *both("delivered events/s", "deliver", rate, 3, at_least=True, against="segment"),
    *both("CPU per 1,000 delivered", "deliver", cpu, 1.3, against="floor"),
    *both("bytes per queued event", "pile", lambda f: f["bytes_per_event"], 380, form=",.0f"),
    *both("`from coobird import Coomon; Coomon(key)`", "cold", lambda f: f["client_ms"], 0.6, against="amplitude"),
    *both("50 ms answers, 5,000/s for 10 s: lost", "paced", lambda f: f["lost"], 0, form=",.0f"),
]
