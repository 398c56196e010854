"""File locks that the system releases when a process ends, however it ends.

No clock has to guess whether it still runs.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    # Not lockf: closing any descriptor of a file would release all locks of the process on it.
    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """Lock on a file of its own, held from the beginning until `release` or the end of the process.

    The child of a fork shares it. It must call `release` as well, or the lock outlives the parent.
    """

    def __init__(self, path: str) -> None:
        """Wait for the lock. Raises `OSError` if the file cannot be made."""
        self.path = path
        self._descriptor: int | None = None
        while self._descriptor is None:
            descriptor = create(path)
            try:
                _lock(descriptor, wait=True)
                # Another process may have removed the file, as one that an ended process had left.
                if _is_at(descriptor, path):
                    self._descriptor = descriptor
            finally:
                if self._descriptor is None:
                    os.close(descriptor)

    def release(self) -> None:
        """Release the lock. A second call does nothing."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def __del__(self) -> None:
        self.release()


def create(path: str) -> int:
    """Open a file for reading and writing. A new one is for its owner only, whatever the umask."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o600)
    return descriptor


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def is_held(path: str) -> bool:
    """True if a running process holds the lock. A file that does not exist is held by none."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True  # the file of another user, whose processes we cannot ask
    try:
        _lock(descriptor, wait=False)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
