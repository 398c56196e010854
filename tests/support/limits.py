"""Limits of a process that a test meets on purpose: open files, their size, and nested calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def take_descriptors() -> list[int]:
    """Open files until no descriptor is free. Returns theirs, to be closed again."""
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
    held: list[int] = []
    try:
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return held


@contextmanager
def no_file_may_grow() -> Iterator[None]:
    """Let no file of this process and of its children grow, as on a full disk."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def calls_left() -> int:
    """Number of calls that can be nested here before Python's recursion limit."""
    try:
        return calls_left() + 1
    except RecursionError:
        return 0


def call_with_left(left: int, call: Callable[[], object]) -> None:
    """Call where only so many nested calls are left."""
    _nested(calls_left() - left, call)


def _nested(depth: int, call: Callable[[], object]) -> None:
    if depth:
        _nested(depth - 1, call)
    else:
        call()
