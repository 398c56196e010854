"""What was billed already. Several may see the same call: a wrapper, and the spans of one or two instrumentations."""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, cast
from weakref import WeakKeyDictionary

from coobird.integrations._metering.second_reports import RecentReports

if TYPE_CHECKING:
    from coobird.integrations._metering.meter import Meter

MAX_REMEMBERED = 10_000
"""Answers that are remembered as billed, to spare the server their duplicates. Forgetting one is harmless: it knows them all."""


class Ledger:
    """What was billed and told through one client, by anybody. Shared by all integrations of that client.

    Without a lock but that of `recent`, which begins anew after a fork: each step is a single operation of a dict.

    Attributes:
        awaits_reports: A framework reports here that does so only after its calls have ended.
    """

    def __init__(self) -> None:
        self.awaits_reports = False
        self._billed: dict[object, object] = {}
        self._told: dict[object, object] = {}
        self._covered: dict[object, object] = {}
        self.recent = RecentReports()

    def is_billed(self, event_id: str | None) -> bool:
        """Whether an event with this id was tracked."""
        return event_id in self._billed

    def bill_first(self, event_id: str, seen: tuple[object, ...]) -> bool:
        """Note an event id, with who saw which totals; False if it was noted before."""
        return _add(self._billed, event_id, seen)

    def is_another_answer(self, event_id: str, seen: tuple[object, ...]) -> bool:
        """Whether the same source saw other totals under this id: then these were two answers."""
        before = cast("tuple[object, ...]", self._billed.get(event_id, seen))
        return before[0] == seen[0] and before != seen and None not in before

    def tell_first(self, key: object) -> bool:
        """Note that somebody is told about this; False if somebody was told before."""
        return _add(self._told, key)

    def cover(self, span_id: int) -> None:
        """Note that the call within this span was billed."""
        _add(self._covered, span_id)

    def is_covered(self, span_id: int) -> bool:
        """Whether the call within this span was billed."""
        return span_id in self._covered


def _add(entries: dict[object, object], key: object, mark: object = None) -> bool:
    mark = mark or object()
    is_new = entries.setdefault(key, mark) is mark
    while len(entries) > MAX_REMEMBERED:
        try:
            entries.pop(next(iter(entries)), None)
        except (RuntimeError, StopIteration):  # another thread was faster
            break
    return is_new


_ledgers: WeakKeyDictionary[object, Ledger] = WeakKeyDictionary()


def ledger_of(client: object) -> Ledger:
    """Return the one ledger of a client."""
    return _ledgers.setdefault(client, Ledger())


def _after_fork_in_child() -> None:
    for ledger in _ledgers.values():
        ledger.recent = RecentReports()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


class WrappedCall(NamedTuple):
    """A call that `wrap` is metering already. `sources`: the instrumentations that started a span in it."""

    meter: Meter
    sources: set[str]


wrapped_call: ContextVar[WrappedCall | None] = ContextVar("coobird_wrapped_call", default=None)
"""Set while a wrapped client makes a call: spans that start meanwhile report the same one."""
