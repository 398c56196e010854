"""Account of a span processor: each span of a model call has one outcome, or waits (pure)."""

from __future__ import annotations

from typing import NamedTuple

from coobird.integrations._metering.outcomes import Outcome


class SpanStats(NamedTuple):
    """Counts of the spans of model calls, since the start of the processor.

    `spans` is always the sum of the others but `calls`. `calls` is `billed` + `reported`.

    Attributes:
        spans: Spans that stand for a model call and have ended, or were open at `shutdown`. One
            that may stand for several calls counts twice: its last call is billed, and those before
            it are reported.
        calls: Calls that were decided: events and reports.
        billed: Calls for which this processor tracked an event.
        reported: Calls that were reported to `on_error` instead.
        joined: Further reports of a call that was billed or reported, by this processor, `wrap` or
            a handler.
        refused: Calls that the provider refused, or that did not reach it. They cost nothing.
        cached: Answers from a framework's own cache, without a call.
        waiting: Reports that are not decided, because their trace is open.
    """

    spans: int
    calls: int
    billed: int
    reported: int
    joined: int
    refused: int
    cached: int
    waiting: int


class Account:
    """Counts of one processor. The caller holds a lock around each call."""

    def __init__(self) -> None:
        self._spans = 0
        self._outcomes = dict.fromkeys(Outcome, 0)

    def add_span(self) -> None:
        """Count a span of a model call."""
        self._spans += 1

    def settle(self, outcome: Outcome) -> None:
        """Count the outcome of one of the spans."""
        self._outcomes[outcome] += 1

    def stats(self, waiting: int) -> SpanStats:
        """Return the counts.

        Args:
            waiting: Number of reports that are not decided.
        """
        done = self._outcomes
        calls = done[Outcome.BILLED] + done[Outcome.REPORTED]
        return SpanStats(
            self._spans,
            calls,
            done[Outcome.BILLED],
            done[Outcome.REPORTED],
            done[Outcome.JOINED],
            done[Outcome.REFUSED],
            done[Outcome.CACHED],
            waiting,
        )
