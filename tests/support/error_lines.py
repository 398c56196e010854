"""Lines of the log, and the numbers of events in them, to compare these with `stats()`."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_LINE = re.compile(r"(\d+) events? (?:was|were) (dropped|rejected)\b.*\[(\w+), ", re.DOTALL)


class _Lines(logging.Handler):
    """Keeps the lines of the log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def keeping_lines() -> Iterator[list[str]]:
    """Keep the lines that are written to the log `coobird` meanwhile."""
    handler, log = _Lines(), logging.getLogger("coobird")
    log.addHandler(handler)
    try:
        yield handler.lines
    finally:
        log.removeHandler(handler)


def logged(lines: Iterable[str]) -> dict[str, Counter[str]]:
    """Number of events that the lines name, by outcome and reason."""
    found: dict[str, Counter[str]] = {"dropped": Counter(), "rejected": Counter()}
    for line in lines:
        if match := _LINE.match(line):
            number, outcome, reason = match.groups()
            found[outcome][reason] += int(number)
    return found


def counted(stats: Any) -> dict[str, Counter[str]]:
    """The same numbers as `stats()` has them."""
    return {"dropped": Counter(stats.dropped_by_reason), "rejected": Counter(stats.rejected_by_reason)}
