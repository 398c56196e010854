"""Facts about a relay (pure): counts, their table of metrics, and its text for Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coobird._delivery.relay.source import Backlog


class Facts:
    """Counts of one relay since its start. Its owner holds the lock."""

    def __init__(self) -> None:
        self.accepted = self.duplicates = self.dead = self.requests = self.problems = 0
        self.retries: dict[str, int] = {}
        """Requests that did not succeed, by HTTP status or kind of error."""
        self.is_held = self.is_in_outage = False
        self.last_success_at: float | None = None
        self.backlog: Backlog | None = None
        """Events that wait; `None` as long as the engine has not said."""

    def retried(self, answered: str) -> None:
        """Note a request that did not succeed, with its status or the kind of its error."""
        self.retries[answered] = self.retries.get(answered, 0) + 1

    @property
    def is_healthy(self) -> bool:
        """True if events flow: nothing is held, there is no outage, the engine answers."""
        return not self.is_held and not self.is_in_outage and self.backlog is not None

    def as_dict(self) -> dict[str, object]:
        """Return the facts for a line of JSON."""
        waiting, oldest = (None, None) if self.backlog is None else self.backlog
        return {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "dead": self.dead,
            "requests": self.requests,
            "retries": self.retries,
            "problems": self.problems,
            "held": self.is_held,
            "outage": self.is_in_outage,
            "waiting": waiting,
            "oldest_seconds": oldest,
        }


@dataclass(frozen=True)
class Metric:
    """One metric of a relay.

    Attributes:
        prometheus: Name for Prometheus, without `coobird_relay_`.
        opentelemetry: Name for OpenTelemetry, without `coobird.relay.`.
        is_counter: True if its value only grows.
        unit: Unit in the notation of OpenTelemetry (UCUM).
        help: Description.
        read: Value; `None` if it is not known; or values by the status of a request.
    """

    prometheus: str
    opentelemetry: str
    is_counter: bool
    unit: str
    help: str
    read: Callable[[Facts], float | Mapping[str, float] | None]

    def values(self, facts: Facts) -> Iterator[tuple[str, float]]:
        """Yield each value, with the status that it is for; empty without one."""
        value = self.read(facts)
        if isinstance(value, (int, float)):
            yield "", +value  # a number, also of a truth value
        elif value is not None:
            yield from sorted(value.items())


_EVENTS, _REQUESTS = "{event}", "{request}"

METRICS = (
    Metric(
        "accepted_total", "accepted", True, _EVENTS, "Events that were new to the API.", lambda facts: facts.accepted
    ),
    Metric(
        "duplicates_total",
        "duplicates",
        True,
        _EVENTS,
        "Events that the API had already.",
        lambda facts: facts.duplicates,
    ),
    Metric(
        "dead_letters_total",
        "dead_letters",
        True,
        _EVENTS,
        "Events that the API refused, kept as dead letters.",
        lambda facts: facts.dead,
    ),
    Metric(
        "requests_total", "requests", True, _REQUESTS, "Requests that carried events.", lambda facts: facts.requests
    ),
    Metric(
        "problems_total",
        "problems",
        True,
        "{problem}",
        "Problems of the broker or database, as events lost by retention.",
        lambda facts: facts.problems,
    ),
    Metric(
        "failed_requests_total",
        "failed_requests",
        True,
        _REQUESTS,
        "Requests without success, by HTTP status or error.",
        lambda facts: facts.retries,
    ),
    Metric(
        "held",
        "held",
        False,
        "1",
        "1 while the API refuses the key or the request as such.",
        lambda facts: facts.is_held,
    ),
    Metric(
        "outage",
        "outage",
        False,
        "1",
        "1 while the API does not answer as it should.",
        lambda facts: facts.is_in_outage,
    ),
    Metric(
        "waiting_events",
        "waiting",
        False,
        _EVENTS,
        "Events that wait; of a topic, in the partitions of this relay.",
        lambda facts: None if facts.backlog is None else facts.backlog.waiting,
    ),
    Metric(
        "oldest_event_seconds",
        "oldest_age",
        False,
        "s",
        "Age of the oldest event that waits; 0 if none does.",
        lambda facts: None if facts.backlog is None else facts.backlog.oldest_seconds,
    ),
    Metric(
        "last_success_timestamp_seconds",
        "success.time",
        False,
        "s",
        "Time of the last success.",
        lambda facts: facts.last_success_at,
    ),
)


def exposition(facts: Facts) -> str:
    """Return the facts in the text format of Prometheus."""
    return "\n".join(line for metric in METRICS for line in _lines(metric, facts)) + "\n"


def _lines(metric: Metric, facts: Facts) -> Iterator[str]:
    name, values = f"coobird_relay_{metric.prometheus}", list(metric.values(facts))
    if not values and not metric.is_counter:
        return
    yield f"# HELP {name} {metric.help}"
    yield f"# TYPE {name} {'counter' if metric.is_counter else 'gauge'}"
    for status, value in values:
        labels = f'{{status="{status}"}}' if status else ""
        yield f"{name}{labels} {value:.17g}"
