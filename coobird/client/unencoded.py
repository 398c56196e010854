"""Events that were tracked while the encoder could not be loaded, to be encoded later.

A module cannot be loaded while no descriptor is free, or after its file was removed.
"""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class UnencodedEvents:
    """Arguments of events, oldest first. Safe to use from any thread."""

    def __init__(self, max_length: int) -> None:
        self._max_length = max_length
        self._waiting: deque[dict[str, Any]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def keep(self, arguments: dict[str, Any]) -> bool:
        """Keep the arguments of an event. False if there are too many already.

        Its mappings are copied, so later changes of them have no effect.
        """
        if len(self._waiting) >= self._max_length:
            return False
        kept = arguments.copy()
        for name in ("attributes", "metadata"):
            if type(kept[name]) is dict:
                kept[name] = kept[name].copy()
        self._waiting.append(kept)
        return True

    def take(self) -> dict[str, Any] | None:
        """Give out the oldest event; `None` if there is none."""
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def clear(self) -> None:
        """Forget all events, in the child of a fork: the parent sends them."""
        self._waiting.clear()
