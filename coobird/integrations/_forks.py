"""One fork hook for all objects of the integrations that start anew in a child process.

Integrations use only the public surface of `coobird`, so they cannot share the client's registry.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from weakref import WeakMethod

if TYPE_CHECKING:
    from collections.abc import Callable

_resets: set[WeakMethod[Callable[[], None]]] = set()


def reset_in_child(reset: Callable[[], None]) -> None:
    """Call this bound method in the child of each later fork, as long as its object exists."""
    # A weak reference: the registry must not keep the objects alive.
    _resets.add(WeakMethod(reset, _resets.discard))


def _reset_all() -> None:
    # A copy, because the garbage collector may discard entries while the methods run.
    for reference in _resets.copy():
        reset = reference()
        if reset is not None:
            reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)
