"""Journals of processes, compared with the events of the server (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Journal:
    """Journal of a process and of the children that it forked. `child.py` explains the signs."""

    tried: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    reported: dict[str, str] = field(default_factory=dict)
    """Kind of error that reported the loss of an event, and the reason of a drop, by event id."""
    other: Counter[str] = field(default_factory=Counter)
    ended: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def read(self, lines: Iterable[str]) -> None:
        """Add lines."""
        for line in lines:
            sign, _, text = line.partition(" ")
            if sign == "?":
                self.tried.add(text)
            elif sign == "+":
                self.accepted.add(text)
            elif sign == "-":
                event_id, _, kind = text.partition(" ")
                self.reported[event_id] = kind
            elif sign == "*":
                self.other[text.partition(":")[0]] += 1
            elif sign == ".":
                self.ended.add(text)
            elif sign == ">":
                self.answers.append(text)
            else:
                self.broken.append(line)


@dataclass
class Life:
    """Journal of one process, and the promises for its events."""

    name: str
    has_spool: bool
    journal: Journal = field(default_factory=Journal)
    ended_well: bool = False
    """True if it ended in a way that delivers without a spool: exit, shutdown, handled signal."""

    def promised(self) -> set[str]:
        """Accepted events that must be on the server, or reported."""
        if self.has_spool:
            return self.journal.accepted
        well = {self.name} if self.ended_well else set[str]()
        well |= self.journal.ended
        return {event_id for event_id in self.journal.accepted if process_of(event_id) in well}


QUEUE_SIZE = 1000
"""Events that wait in memory at most, which is the default of `max_queue_size`."""

_ENDS = {"shutdown", "unauthorized", "after_shutdown"}
"""Reasons of drops at the end of a process."""


def process_of(event_id: str) -> str:
    """Name of the process that tracked the event."""
    return event_id.rpartition("-")[0]


def is_bad(event_id: str) -> bool:
    """True if the event is one that cannot be sent."""
    return int(event_id.rpartition("-")[2]) % 40 == 39


def flaws(lives: Iterable[Life], events: Collection[Mapping[str, Any]], *, may_refuse: bool) -> list[str]:
    """Return every broken promise.

    Args:
        lives: Processes.
        events: Events that the server has.
        may_refuse: True if the server refused events at times: they are reported, not stored.
    """
    lives = list(lives)
    ids = Counter(event["event_id"] for event in events)
    found = [f"{event_id} is on the server {number} times" for event_id, number in ids.items() if number > 1]
    tried: set[str] = set().union(*(life.journal.tried for life in lives))
    reported: set[str] = set().union(*(life.journal.reported for life in lives))
    found += [f"{event_id} is on the server, and no process tracked it" for event_id in sorted(ids.keys() - tried)]
    found += [f"{event['event_id']} has changed" for event in events if not _is_whole(event)]
    for life in lives:
        found += [f"{life.name} wrote: {line}" for line in life.journal.broken]
        missing = life.promised() - ids.keys() - reported
        found += [f"{event_id} is lost without a report" for event_id in sorted(missing)]
        for event_id, kind in life.journal.reported.items():
            if is_bad(event_id) and kind != "InvalidEventError":
                found.append(f"{event_id} is a bad event and was reported as {kind}")
            if not is_bad(event_id) and life.has_spool and not (may_refuse and kind == "InvalidEventError"):
                found.append(f"{event_id} was given up with a spool: {kind}")
        if not life.has_spool:
            found += _given_up_too_early(life)
    return found


def _given_up_too_early(life: Life) -> list[str]:
    """Return events of a process without a spool that were dropped although they could wait."""
    found: list[str] = []
    accepted = Counter(process_of(event_id) for event_id in life.journal.accepted)
    for event_id, kind in life.journal.reported.items():
        error, _, reason = kind.partition(" ")
        had_room = accepted[process_of(event_id)] <= QUEUE_SIZE
        if error == "DroppedEventsError" and reason not in _ENDS and (had_room or reason != "queue_full"):
            found.append(f"{event_id} was given up although the queue had room: {reason}")
    return found


def unbalanced(stats: Mapping[str, Any], before: Mapping[str, Any] | None, *, has_spool: bool) -> list[str]:
    """Return errors in counts that `stats()` gave while nothing was tracked, and `before`."""
    found: list[str] = []
    places = sum(stats[place] for place in ("delivered", "queued", "in_flight", "dropped", "rejected"))
    if stats["tracked"] != places:
        found.append(f"tracked is not the sum of the others: {stats}")
    if min(stats[place] for place in ("delivered", "queued", "in_flight", "dropped", "rejected")) < 0:
        found.append(f"a count is negative: {stats}")
    if stats["dropped"] != sum(stats["dropped_by_reason"].values()):
        found.append(f"dropped is not the sum of its reasons: {stats}")
    # With a spool, events that ended processes left are counted as well.
    if stats["tracked"] < stats["returned"] or (stats["tracked"] > stats["returned"] and not has_spool):
        found.append(f"{stats['returned']} events were tracked: {stats}")
    growing = ("tracked", "delivered", "dropped", "rejected")
    if before and any(stats[name] < before[name] for name in growing):
        found.append(f"a count went back: {before}, then {stats}")
    return found


def _is_whole(event: Mapping[str, Any]) -> bool:
    number = int(event["event_id"].rpartition("-")[2])
    return bool(event["attributes"] == {"n": number} and event["quantity"] == 1 and event["customer_id"] == "cust_1")


@dataclass
class Row:
    """Counts of one fault."""

    tried: int = 0
    tracked: int = 0
    delivered: int = 0
    duplicated: int = 0
    reported: int = 0


class Table:
    """Adds up the outcomes of events, by the fault in force when they were tracked."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def row(self, fault: str) -> Row:
        return self.rows.setdefault(fault, Row())

    def add(
        self, fault_of: Mapping[str, str], stored: Collection[str], twice: Collection[str], reported: Collection[str]
    ) -> None:
        """Add accepted events, each with its fault."""
        for event_id, fault in fault_of.items():
            row = self.row(fault)
            row.tracked += 1
            row.delivered += event_id in stored
            row.duplicated += event_id in twice
            row.reported += event_id in reported

    def markdown(self, heading: str) -> str:
        lines = [f"| {heading} | tried | tracked | delivered | duplicated | reported |", "|---|--:|--:|--:|--:|--:|"]
        total = Row()
        for fault, row in sorted(self.rows.items()):
            lines.append(_line(fault, row))
            for name in vars(total):
                setattr(total, name, getattr(total, name) + getattr(row, name))
        return "\n".join([*lines, _line("all", total)])


def _line(fault: str, row: Row) -> str:
    return f"| {fault} | " + " | ".join(f"{number:,}" for number in vars(row).values()) + " |"
