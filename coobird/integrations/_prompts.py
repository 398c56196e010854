"""Prompts that LangChain begins together, before it sends the first of them."""

from __future__ import annotations

import threading
from typing import NamedTuple

from coobird.integrations._metering.active_call import current_place


class Together(NamedTuple):
    """Prompts of one `generate`.

    Attributes:
        size: Number of prompts.
        place: Thread and task in which they begin.
        call_ids: Ids of the prompts, in their order.
    """

    size: int
    place: tuple[int, int]
    call_ids: list[object]


class Prompts:
    """Prompts whose end was not told. It needs no lock: each step is one operation of a dict."""

    def __init__(self) -> None:
        self._beginning: dict[int, Together] = {}
        self._together: dict[object, Together] = {}

    def add(self, call_id: object, size: object) -> None:
        """Record that one of so many prompts begins. LangChain begins them one after the other."""
        if not isinstance(size, int) or size < 2:
            return
        thread = threading.get_ident()
        together = self._beginning.pop(thread, None)
        if together is None or together.size != size:
            together = Together(size, current_place(), [])
        together.call_ids.append(call_id)
        self._together[call_id] = together
        if len(together.call_ids) < size:
            self._beginning[thread] = together

    def pop(self, call_id: object) -> Together | None:
        """Forget a prompt whose end is told, and return those it began with, if there are any."""
        return self._together.pop(call_id, None)
