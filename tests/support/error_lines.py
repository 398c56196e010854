"""Numbers of events in the lines of the log, to compare them with `stats()`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

_LINE = re.compile(r"(\d+) events? (?:was|were) (dropped|rejected)\b.*\[(\w+), ", re.DOTALL)


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
