"""Room on the call stack. A program may track a few calls before Python's recursion limit.

The limit may be met at any call, also half-way through a change. So a change asks for room first.
"""

from __future__ import annotations

FRAMES = 32
"""Nested calls that looking after a queue takes at most, without a callback of the program."""

MANY_FRAMES = 160
"""Nested calls that are enough to load modules, and for a callback of the program."""


def require_room(frames: int) -> None:
    """Raise `RecursionError` now, before anything is changed, if so few calls can be nested.

    It makes the calls, because Python does not say how many are left. Each takes 20 ns.
    """
    if frames:
        require_room(frames - 1)


def has_room(frames: int) -> bool:
    """True if so many calls can be nested from here."""
    try:
        require_room(frames)
    except RecursionError:
        return False
    return True
