"""Mark of this process: a byte that every fork wipes in the child, also a fork by C code.

C code (uWSGI, for example) may fork without calling Python's hooks. The child then has the parent's
locks, threads and drawn ids, and nothing has reset them. Reading the mark takes 30 ns.
`os.getpid` takes 300 ns, an eighth of the time in which an event is tracked.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Mark(Protocol):
        """`mark[0]` is true in the process that set it, and false in its children."""

        def __getitem__(self, index: int, /) -> int: ...

        def __setitem__(self, index: int, value: int, /) -> None: ...


_WIPE_ON_FORK = 18
"""MADV_WIPEONFORK of Linux 4.14: the child of a fork finds zeros in this memory. The `mmap` module
has no name for it."""

_PAGE_BYTES = 4096

# Kept by `importlib.reload`: clients go on to read it.
_mark: Mark | None = globals().get("_mark")


class _MarkByPid:
    """Mark where memory cannot be wiped by a fork: macOS, for example."""

    def __init__(self) -> None:
        self._pid = 0

    def __getitem__(self, _: int) -> int:
        return os.getpid() == self._pid

    def __setitem__(self, _: int, value: int) -> None:
        self._pid = os.getpid()


def mark() -> Mark:
    """Return the mark of this process, set. It stays the same object for as long as Python runs."""
    global _mark  # noqa: PLW0603 - one for the process
    if _mark is None:
        made = _new_mark()
        made[0] = 1
        _mark = made
    return _mark


def is_wiped() -> bool:
    """True in the child of a fork in which nothing has called `renew` yet."""
    return _mark is not None and not _mark[0]


def renew() -> None:
    """Set the mark, in the child of a fork, because all that belongs to a process is reset."""
    if _mark is not None:
        _mark[0] = 1


def _new_mark() -> Mark:
    try:
        import mmap

        page = mmap.mmap(-1, _PAGE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        page.madvise(_WIPE_ON_FORK)
    except Exception:  # noqa: BLE001 - no Linux, an old one, or no descriptor to load the module with
        return _MarkByPid() if hasattr(os, "fork") else bytearray(1)
    return page
