"""Events that were tracked while they could not be encoded, to be encoded later.

A module cannot be loaded while no descriptor is free, or after its file was removed. And the
encoder cannot work a few calls before Python's recursion limit.
"""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class UnencodedEvents:
    """Arguments of events, oldest first. `keep` is safe in any thread; the rest is for one.

    Attributes:
        removed: Number of events that were removed so far.
    """

    def __init__(self, max_length: int) -> None:
        self._max_length = max_length
        self._waiting: deque[dict[str, Any]] = deque()
        self.removed: int = 0

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

    def oldest(self) -> dict[str, Any] | None:
        """Return the oldest event, which stays; `None` if there is none."""
        return self._waiting[0] if self._waiting else None

    def remove_oldest(self) -> None:
        """Remove the oldest event: it is queued or rejected."""
        self._waiting.popleft()
        self.removed += 1

    def postpone_oldest(self) -> None:
        """Put the oldest event behind the others."""
        self._waiting.rotate(-1)

    def clear(self) -> None:
        """Forget all events, in the child of a fork: the parent sends them."""
        self._waiting.clear()
