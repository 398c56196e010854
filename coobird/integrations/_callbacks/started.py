"""Calls that a framework has begun and not ended yet: in which run, and when."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from coobird.client.runs.run import Run

MAX_STARTED = 10_000
"""Calls whose end is never told must not fill the memory. One that is forgotten is billed by the run of its end."""


class Start(NamedTuple):
    """The beginning of a call. `facts` is whatever its end does not tell again."""

    run: Run
    at_ns: int
    facts: Any = None


class Started:
    """Remembers beginnings by what the framework calls the call. Without a lock, as each step is one operation of a dict."""

    def __init__(self) -> None:
        self._starts: dict[object, Start] = {}

    def begin(self, key: object, run: Run, facts: Any = None) -> None:
        """Remember a beginning."""
        self._starts[key] = Start(run, time_ns(), facts)
        if len(self._starts) > MAX_STARTED:
            for oldest in list(self._starts)[:1]:
                self._starts.pop(oldest, None)

    def end(self, key: object, run: Run) -> Start:
        """Return and forget a beginning; one of this moment in this run, if it is not known."""
        return self._starts.pop(key, None) or Start(run, time_ns())
