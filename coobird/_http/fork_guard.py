"""Hooks for forks. A child has one thread, so work of others in the parent must not be half done.

- `loading` is a lock. The process does not fork while a module of this package, or the TLS library,
  loads.
- `pause_at_fork` registers an object that must be at rest during a fork: an open database.
- `reset_in_child` registers an object that starts anew in the child: one with a lock or a thread.
- `look_in_parent` registers an object that has something to do in the parent after each fork.

C code may fork without Python's hooks. `notice_fork` then does their work in the child.

A signal handler may raise an exception in a hook (Ctrl-C does). Python ignores it there, and forks
all the same. So each hook that is interrupted does the rest of its work before it ends, and takes
and releases each lock in one step.

No other module of delivery installs hooks for forks, so their order is decided here.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from functools import partial
from time import monotonic, sleep
from weakref import WeakValueDictionary

from coobird._encoding import process_mark
from coobird._http.locks import ReentrantLock, call_in_one_step
from coobird._http.stack import FRAMES, has_room

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType
    from typing import Any, Protocol, TypeVar

    T = TypeVar("T")

    class Resettable(Protocol):
        """An object with a lock, a thread or a connection that a child of a fork cannot use."""

        def reset_after_fork(self) -> None:
            """Start anew, in the child of a fork. No other thread runs in the process."""

    class Looking(Protocol):
        """An object that has something to do in the parent after each fork."""

        def after_fork_in_parent(self) -> None:
            """Do it. Everything that paused has resumed."""

    class Pausable(Protocol):
        """An object that must be at rest during a fork."""

        def locks_at_fork(self) -> Sequence[RLock]:
            """Return the locks that a fork takes, so that no other thread works."""
            ...

        def rest_for_fork(self) -> None:
            """Give up what cannot be carried over a fork. The locks are held.

            A second call finds nothing to do.
            """


LOAD_TIMEOUT_SECONDS = 5.0
"""Longest that a fork waits for a module to load. The HTTP library takes a tenth of a second,
once."""

# `importlib.reload` runs this module again in the same namespace. What is registered, locked or
# paused there must stay so.
loading: RLock = globals().get("loading") or ReentrantLock()
"""Hold this lock to load a module or the TLS library: the process does not fork meanwhile. Take it
before the lock of a pool. Read it as `fork_guard.loading`, through the module, because a child has
another one."""

_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep

_forking: set[int] = globals().get("_forking", set())
_is_hook_first: bool = globals().get("_is_hook_first", False)
_is_registered: bool = globals().get("_is_registered", False)

# Weak references, so that a registration keeps no object alive. By `id`, because objects need not
# be hashable. In the order of registration.
_resettable: WeakValueDictionary[int, Resettable] = globals().get("_resettable", WeakValueDictionary())
_pausable: WeakValueDictionary[int, Pausable] = globals().get("_pausable", WeakValueDictionary())
_looking: WeakValueDictionary[int, Looking] = globals().get("_looking", WeakValueDictionary())
_held: dict[int, list[RLock]] = globals().get("_held", {})
"""Locks that a fork has taken, by the thread that forks."""


def reset_in_child(thing: Resettable) -> None:
    """Call `thing.reset_after_fork()` in each child of a fork, as long as the thing exists.

    For integrations that hold a lock, a thread or facts of the parent. It is called before other
    code runs in the child, also where C code forks without Python's hooks (uWSGI).

    Args:
        thing: An object with that method. The registration does not keep it alive.
    """
    _resettable[id(thing)] = thing


def pause_at_fork(thing: Pausable) -> None:
    """Pause the thing during each fork of this process, as long as the thing exists.

    Locks are taken in the order of their registration, and released in the reverse order.
    """
    _pausable[id(thing)] = thing


def look_in_parent(thing: Looking) -> None:
    """Call `thing.after_fork_in_parent()` after each fork, as long as the thing exists."""
    _looking[id(thing)] = thing


def watch_forks() -> None:
    """Make the hook that stops loading run first.

    Call it before a thread starts: from then on forks can do harm.
    """
    process_mark.mark()
    global _is_hook_first  # noqa: PLW0603 - once per process
    if not _is_hook_first and hasattr(os, "register_at_fork"):
        # Hooks run in reverse order. The hook of `logging` takes a lock that imports need, so it
        # must run after ours. If a sender imported `logging` during a fork, that hook would fail
        # and print a traceback.
        with loading:
            import logging  # noqa: F401  # pyright: ignore[reportUnusedImport]

        _is_hook_first = True
        os.register_at_fork(before=_to_its_end(_stop_loading))


def notice_fork() -> None:
    """Reset all things, if this is the child of a fork that called no hook.

    Called where a process may first use what it has inherited.
    """
    if process_mark.is_wiped():
        _after_in_child()


def is_forking_here() -> bool:
    """True if the calling thread forks: a signal handler has interrupted the hooks of its fork.

    Things are at rest then, and other threads wait for them. So the handler must wait for none.
    """
    return get_ident() in _forking


def is_waited_for(frame: FrameType | None) -> bool:
    """True if a signal has interrupted its thread in a fork, or while it loads a module for this
    package. Then other threads can send nothing until the thread goes on.

    Args:
        frame: Frame that was interrupted.
    """
    lock: Any = loading  # its types leave out the method, which `threading.Condition` calls of any lock
    return is_forking_here() or lock._is_owned() or _is_importing_for_us(frame)


def rest() -> None:
    """Let things rest for a moment, because C code may fork next without calling a hook.

    A connection to a database that is closed now is not carried into the child.
    """
    try:
        _pause()
    finally:
        _resume()


def alive(things: WeakValueDictionary[int, T]) -> Iterator[T]:
    """Yield the things that still exist, in the order of registration.

    Other threads may register more meanwhile.
    """
    # valuerefs() copies the references in one step of the interpreter. values() would fail if the
    # dictionary grew meanwhile.
    for reference in things.valuerefs():
        if (thing := reference()) is not None:
            yield thing


def _to_its_end(hook: Callable[[], None]) -> Callable[[], None]:
    """Return the hook as one that a signal handler does not end: it runs again, and then raises."""

    def run() -> None:
        try:
            hook()
        except BaseException:
            hook()
            raise

    return run


def _stop_loading() -> None:
    """Wait until no module is loading, and let none load until the fork is over."""
    global _forking  # noqa: PLW0603 - the same set
    give_up_at = monotonic() + LOAD_TIMEOUT_SECONDS
    here = get_ident()
    if here not in _forking and call_in_one_step(partial(loading.acquire, True, LOAD_TIMEOUT_SECONDS)):
        _forking |= {here}
    while _is_importing() and monotonic() < give_up_at:
        sleep(0.001)


def _let_load() -> None:
    """Let other threads load modules again."""
    global _forking  # noqa: PLW0603 - the same set
    here = get_ident()
    if here in _forking:
        call_in_one_step(loading.release)
        _forking -= {here}


def _pause() -> None:
    if not has_room(FRAMES):
        return  # a thing that pauses half-way would never go on
    held = _held.setdefault(get_ident(), [])
    for thing in alive(_pausable):
        for lock in thing.locks_at_fork():
            if lock not in held:
                call_in_one_step(lock.acquire)
                held += (lock,)
        thing.rest_for_fork()


def _resume() -> None:
    held = _held.get(get_ident(), [])
    while held:
        call_in_one_step(held[-1].release)
        del held[-1]
    _held.pop(get_ident(), None)


def _after_in_parent() -> None:
    _resume()
    _let_load()
    for thing in alive(_looking):
        thing.after_fork_in_parent()


def _after_in_child() -> None:
    global loading  # noqa: PLW0603 - the parent's may be held by a thread that is not here
    process_mark.renew()
    loading = ReentrantLock()
    _forking.clear()
    _resume()
    _held.clear()
    for thing in alive(_resettable):
        thing.reset_after_fork()


def _is_importing() -> bool:
    """Return True if another thread imports a module for this package.

    Direct calls do that without the lock.
    """
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


if hasattr(os, "register_at_fork") and not _is_registered:
    # Hooks before a fork run in reverse order: loading stops first, then things pause.
    os.register_at_fork(before=_to_its_end(_pause))
    os.register_at_fork(
        before=_to_its_end(_stop_loading),
        after_in_parent=_to_its_end(_after_in_parent),
        after_in_child=_to_its_end(_after_in_child),
    )
    _is_registered = True
