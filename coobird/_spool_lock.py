"""File locks that the system releases when a process dies, however it dies: no clock has to guess whether it still lives."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    # Not lockf: closing any descriptor of a file would give up all of a process's locks on it.
    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """A lock on a file of its own, held from the beginning until `release` or the death of the process.

    A child of a fork shares it: it must call `forget`, or the lock outlives the parent.
    """

    def __init__(self, path: str, *, wait: bool = False) -> None:
        """Raises `OSError` if the file cannot be made, or, unless told to wait, if somebody else has the lock."""
        self.path = path
        self._descriptor: int | None = None
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor, wait=wait)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    forget = release
    """In the child of a fork: closing the child's descriptor leaves the parent's lock as it is."""

    def __del__(self) -> None:
        self.release()


def is_held(path: str) -> bool:
    """Whether a living process holds the lock. A file that is not there is held by nobody."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _lock(descriptor, wait=False)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
