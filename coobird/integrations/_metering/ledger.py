"""Ledger of a client: answers that were billed, and problems that were reported.

Several reporters may see the same call: a wrapper, and the spans of one or two instrumentations.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import cast
from weakref import WeakKeyDictionary

from coobird.integrations._metering.second_reports import RecentReports

MAX_REMEMBERED = 10_000
"""Maximum number of entries of each kind. The ledger spares the server duplicates; an answer that
was forgotten here is harmless, because the server knows every event id."""

FORGOTTEN_AT_ONCE = 1_000
"""Number of the oldest entries that make room together."""


class Ledger:
    """Answers billed and problems reported through one client, shared by all its integrations.

    It needs no lock: each step is a single operation of a dict, which no other thread can
    interrupt. Only `recent_reports` has a lock.

    Attributes:
        has_late_reporter: True if a framework reports its calls only after they have ended.
        recent_reports: Reports by which a second report of the same call is recognized.
    """

    def __init__(self) -> None:
        self.has_late_reporter = False
        self.recent_reports = RecentReports()
        self._billed: dict[object, object] = {}
        self._reported: dict[object, object] = {}
        self._billed_spans: dict[object, object] = {}
        self._open_calls: dict[object, object] = {}
        self._framework_calls: dict[object, object] = {}
        self._handled: dict[object, object] = {}
        self._refusals: dict[object, object] = {}

    def is_billed(self, event_id: str | None) -> bool:
        """True if an event with this id was tracked."""
        return event_id in self._billed

    def add_billed(self, event_id: str, totals: tuple[object, ...]) -> bool:
        """Record that an event is tracked; False if it was recorded before.

        Args:
            totals: The source of the report, then the token counts that it gives.
        """
        return _add(self._billed, event_id, totals)

    def is_another_answer(self, event_id: str, totals: tuple[object, ...]) -> bool:
        """True if the same source gave other totals under this id: then these were two answers."""
        before = cast("tuple[object, ...]", self._billed.get(event_id, totals))
        return before[0] == totals[0] and before != totals and None not in before

    def add_reported(self, key: object) -> bool:
        """Record that a problem is reported to `on_error`; False if it was recorded before."""
        return _add(self._reported, key)

    def add_billed_span(self, span_id: int) -> None:
        """Record that the call in this span was billed."""
        _add(self._billed_spans, span_id)

    def is_billed_span(self, span_id: int) -> bool:
        """True if the call in this span was billed."""
        return span_id in self._billed_spans

    def begin_call(self, span_id: int) -> None:
        """Record that a wrapped client makes a call in this span, and will bill or report it."""
        self.forget_refusal(span_id)
        if span_id:
            _add(self._open_calls, span_id)

    def end_call(self, span_id: int) -> None:
        """Record that the wrapped call in this span was billed, reported or refused."""
        self._open_calls.pop(span_id, None)

    def has_open_call(self, span_id: int) -> bool:
        """True if a wrapped call in this span has not ended."""
        return span_id in self._open_calls

    def add_refusal(self, span_id: int, source: str) -> None:
        """Record that the last call in this span costs nothing, as its source reports."""
        self.forget_refusal(span_id)
        if span_id:
            _add(self._refusals, span_id, source)

    def forget_refusal(self, span_id: int | None) -> None:
        """Record that something else begins in this span."""
        self._refusals.pop(span_id, None)

    def is_refused(self, span_id: int, source: str) -> bool:
        """True if another source reported that the last call in this span costs nothing."""
        return self._refusals.get(span_id) not in (None, source)

    def begin_handled(self, key: object, run: object) -> None:
        """Record that a framework's handler has seen a call begin in a run.

        Args:
            key: Name of the call that no other call has, also not of another handler.
        """
        _add(self._handled, key, (run,))  # a run without values is false

    def end_handled(self, key: object) -> None:
        """Record that the handler has been called back at the end of the call."""
        self._handled.pop(key, None)

    def is_handled(self, run: object) -> bool:
        """True if a handler has seen a call begin in this run, and not end."""
        return any(cast("tuple[object]", each)[0] is run for each in list(self._handled.values()))

    def begin_framework_call(self, call_id: object) -> None:
        """Record that a framework's handler has seen a call begin, and will bill or report it.

        Args:
            call_id: The framework's own id of the call.
        """
        _add(self._framework_calls, call_id)

    def has_framework_call(self, call_id: object) -> bool:
        """True if a framework's handler bills or reports the call with this id."""
        return call_id is not None and call_id in self._framework_calls


def _add(entries: dict[object, object], key: object, value: object = None) -> bool:
    value = value or object()
    is_new = entries.setdefault(key, value) is value
    if len(entries) > MAX_REMEMBERED:
        # Many at once: to find its first key, a dict passes every key that was removed before it.
        with suppress(RuntimeError):  # another thread changed the dict; the next entry tries again
            for oldest in list(islice(entries, FORGOTTEN_AT_ONCE)):
                entries.pop(oldest, None)
    return is_new


# Kept by `importlib.reload`, which runs this module again in the same namespace: two ledgers of one
# client would bill a call twice.
_ledgers: WeakKeyDictionary[object, Ledger] = globals().get("_ledgers", WeakKeyDictionary())


def ledger_of(client: object) -> Ledger:
    """Return the one ledger of a client."""
    return _ledgers.setdefault(client, Ledger())
