"""One fork hook for all objects of the integrations that start anew in a child process.

Integrations use only the public surface of `coobird`, so they cannot share the client's registry.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from typing import Protocol

    class Resettable(Protocol):
        """An object with a lock, or with calls that are the parent's."""

        def reset_after_fork(self) -> None:
            """Start anew, in the child of a fork."""


# Weak references, so that a registration keeps no object alive. By `id`, because objects need not
# be hashable. Not `WeakMethod`: its callback fails if the interpreter ends in another order.
# `importlib.reload` runs this module again in the same namespace, where nothing may be forgotten.
_resettable: WeakValueDictionary[int, Resettable] = globals().get("_resettable", WeakValueDictionary())
_is_registered: bool = globals().get("_is_registered", False)


def reset_in_child(thing: Resettable) -> None:
    """Call `thing.reset_after_fork()` in the child of each later fork, as long as it exists."""
    _resettable[id(thing)] = thing


def _reset_all() -> None:
    # A copy, because the garbage collector may discard entries while the methods run.
    for reference in _resettable.valuerefs():
        if (thing := reference()) is not None:
            thing.reset_after_fork()


if hasattr(os, "register_at_fork") and not _is_registered:
    os.register_at_fork(after_in_child=_reset_all)
    _is_registered = True
