"""Table of all metrics: names, meaning, and the values that `Stats` has for them (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coobird import Stats

DROP_REASONS = (
    "queue_full",
    "spool_full",
    "spool_damaged",
    "expired",
    "retries_exhausted",
    "refused",
    "unauthorized",
    "shutdown",
    "after_shutdown",
    "failed",
)
"""Reasons whose counts are exported from the start, as 0. A counter that first appears with its
first loss does not increase, so an alert on its increase would miss that loss."""

REJECT_REASONS = ("invalid", "refused")


class Kind(Enum):
    """Kind of a metric."""

    COUNTER = "counter"
    AMOUNT = "amount"
    """Number of things that can be added up over processes."""
    STATE = "state"
    """Property of which the highest value counts: an age, a time, a size that processes share."""


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        prometheus: Name for Prometheus, with unit and without `_total`.
        opentelemetry: Name for OpenTelemetry.
        kind: Kind.
        unit: Unit in the notation of OpenTelemetry (UCUM).
        help: Description.
        read: Value in `Stats`; `None` if there is none now; or values by `label`.
        label: Label of Prometheus that tells several values apart. OpenTelemetry says `error.type`.
    """

    prometheus: str
    opentelemetry: str
    kind: Kind
    unit: str
    help: str
    read: Callable[[Stats], float | Mapping[str, float] | None]
    label: str = ""

    def values(self, stats: Stats) -> Iterator[tuple[str | None, float]]:
        """Yield each value, with its label's if it has one."""
        value = self.read(stats)
        if isinstance(value, (int, float)):
            yield None, value
        elif value is not None:
            yield from value.items()


def _dropped(stats: Stats) -> Mapping[str, float]:
    return {**dict.fromkeys(DROP_REASONS, 0), **stats.dropped_by_reason}


def _rejected(stats: Stats) -> Mapping[str, float]:
    return {**dict.fromkeys(REJECT_REASONS, 0), **stats.rejected_by_reason}


def _last_error(stats: Stats) -> Mapping[str, float]:
    if stats.last_error_at is None or stats.last_error_type is None:
        return {}
    return {stats.last_error_type: stats.last_error_at}


METRICS = (
    Metric(
        "coobird_queue_events",
        "coobird.processor.event.queue.size",
        Kind.AMOUNT,
        "{event}",
        "Events that wait, in memory or in the spool.",
        lambda stats: stats.queued,
    ),
    Metric(
        "coobird_queue_capacity_events",
        "coobird.processor.event.queue.capacity",
        Kind.AMOUNT,
        "{event}",
        "Most events that wait in memory. Above it the oldest are dropped. Not there with a spool.",
        lambda stats: stats.queue_capacity,
    ),
    Metric(
        "coobird_oldest_event_age_seconds",
        "coobird.processor.event.queue.oldest_age",
        Kind.STATE,
        "s",
        "Age of the oldest event that waits or is being sent; 0 if there is none.",
        lambda stats: stats.oldest_event_seconds,
    ),
    Metric(
        "coobird_in_flight_events",
        "coobird.exporter.event.inflight",
        Kind.AMOUNT,
        "{event}",
        "Events that are being sent, or wait for another try.",
        lambda stats: stats.in_flight,
    ),
    Metric(
        "coobird_delivered_events",
        "coobird.processor.event.delivered",
        Kind.COUNTER,
        "{event}",
        "Events that the server has.",
        lambda stats: stats.delivered,
    ),
    Metric(
        "coobird_retried_events",
        "coobird.exporter.event.retried",
        Kind.COUNTER,
        "{event}",
        "Events that were sent again after a failure, counted for each further try.",
        lambda stats: stats.retried,
    ),
    Metric(
        "coobird_dropped_events",
        "coobird.processor.event.dropped",
        Kind.COUNTER,
        "{event}",
        "Events that were given up, by reason.",
        _dropped,
        "reason",
    ),
    Metric(
        "coobird_rejected_events",
        "coobird.processor.event.rejected",
        Kind.COUNTER,
        "{event}",
        "Bad events that were refused here (invalid) or by the server (refused).",
        _rejected,
        "reason",
    ),
    Metric(
        "coobird_sent_bytes",
        "coobird.exporter.sent",
        Kind.COUNTER,
        "By",
        "Bytes of the requests that carried events, each try counted.",
        lambda stats: stats.sent_bytes,
    ),
    Metric(
        "coobird_last_success_timestamp_seconds",
        "coobird.exporter.success.time",
        Kind.STATE,
        "s",
        "Unix time at which the server last took a request. Not there before the first.",
        lambda stats: stats.last_success_at,
    ),
    Metric(
        "coobird_last_error_timestamp_seconds",
        "coobird.exporter.failure.time",
        Kind.STATE,
        "s",
        "Unix time at which a request last failed, by the class of the error.",
        _last_error,
        "type",
    ),
    Metric(
        "coobird_key_refused",
        "coobird.exporter.key.refused",
        Kind.STATE,
        "1",
        "1 while the server refuses the API key, so that events wait; else 0.",
        lambda stats: int(stats.is_key_refused),
    ),
    Metric(
        "coobird_spool_bytes",
        "coobird.spool.usage",
        Kind.STATE,
        "By",
        "Bytes that events take in the spool, those of other processes included.",
        lambda stats: stats.spool_bytes,
    ),
    Metric(
        "coobird_spool_max_bytes",
        "coobird.spool.limit",
        Kind.STATE,
        "By",
        "Size of the spool above which the oldest events are dropped.",
        lambda stats: stats.spool_max_bytes,
    ),
)
