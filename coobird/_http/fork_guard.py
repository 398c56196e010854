"""Forks: a child must not find anything half done that only a thread of its parent could finish."""

from __future__ import annotations

import os
import sys
from _thread import RLock, get_ident
from time import monotonic, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

LOAD_TIMEOUT_SECONDS = 5.0
"""Longest that a fork waits for what is being loaded. The HTTP library takes a tenth of a second, once."""

loading = RLock()
"""Hold it to load a module or the TLS library: the process does not fork meanwhile. Take it before any lock of a pool.
Name it as `_fork.loading`: a child has another one."""

_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep

_forking: set[int] = set()
_is_hook_first = False


def watch_forks() -> None:
    """A thread is about to start, so from now on forks can do harm."""
    global _is_hook_first  # noqa: PLW0603 - once per process
    if not _is_hook_first and hasattr(os, "register_at_fork"):
        # Hooks run in reverse order. That of logging takes a lock which the imports need, so it must come after ours;
        # and were a sender to import logging in the middle of a fork, its hook would fail, with noise.
        with loading:
            import logging  # noqa: F401  # pyright: ignore[reportUnusedImport]

        _is_hook_first = True
        os.register_at_fork(before=_before)


def _before() -> None:
    """Wait until nothing is being loaded, and let nothing be until the fork is over."""
    give_up_at = monotonic() + LOAD_TIMEOUT_SECONDS
    if get_ident() not in _forking and loading.acquire(timeout=LOAD_TIMEOUT_SECONDS):
        _forking.add(get_ident())
    while _is_importing() and monotonic() < give_up_at:
        sleep(0.001)


def _after_in_parent() -> None:
    if get_ident() in _forking:
        _forking.discard(get_ident())
        loading.release()


def _after_in_child() -> None:
    global loading  # noqa: PLW0603 - the parent's may be held by a thread that is not here
    loading = RLock()
    _forking.clear()


def _is_importing() -> bool:
    """Whether another thread imports a module for this package, which direct calls do without the lock."""
    frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]
    frames.pop(get_ident(), None)
    return any(map(_is_importing_for_us, frames.values()))


def _is_importing_for_us(frame: FrameType | None) -> bool:
    is_importing = False
    while frame is not None:
        file = frame.f_code.co_filename
        if is_importing and file.startswith(_PACKAGE):
            return True
        is_importing = is_importing or file == "<frozen importlib._bootstrap>"
        frame = frame.f_back
    return False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
