"""File locks that the system releases when a process ends, however it ends.

No clock has to guess whether it still runs.
"""

from __future__ import annotations

import errno
import os
import sys
from time import monotonic, sleep

from coobird._http.interruption import is_from_signal_handler

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    # Not lockf: closing any descriptor of a file would release all locks of the process on it.
    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


WAIT_SECONDS = 2.0
"""Longest wait for the lock of another process. A process that was stopped by a debugger must not
keep others from starting."""

_TURN_SECONDS = 0.005

_BUSY_ERRORS = (BlockingIOError, PermissionError) if sys.platform == "win32" else (BlockingIOError,)


class FileLock:
    """Lock on a file of its own, held from the beginning until `release` or the end of the process.

    The child of a fork shares it. It must call `release` as well, or the lock outlives the parent.
    """

    _descriptor: int | None = None

    def __init__(self, path: str, *, like: str | None = None) -> None:
        """Wait for the lock.

        Args:
            path: Name of the file.
            like: See `create`.

        Raises:
            OSError: The file cannot be made, or another process keeps the lock.
        """
        self.path = path
        give_up_at = monotonic() + WAIT_SECONDS
        while True:
            descriptor = create(path, like=like)
            try:
                _lock(descriptor)
                # Another process may have removed the file, as one that an ended process had left.
                if is_at(descriptor, path):
                    self._file = os.fstat(descriptor)
                    self._descriptor = descriptor
                    return
            except _BUSY_ERRORS as error:
                if monotonic() >= give_up_at:
                    raise TimeoutError(None, f"another process keeps the lock of {path}") from error
            finally:
                if self._descriptor is None:
                    os.close(descriptor)
            sleep(_TURN_SECONDS)

    def is_open(self) -> bool:
        """False if it was released, or if the program has closed the descriptor.

        A daemon closes all descriptors that it finds. Its next file may get the number of this one.
        """
        try:
            return self._descriptor is not None and os.path.samestat(os.fstat(self._descriptor), self._file)
        except OSError as error:
            if is_from_signal_handler(error):
                raise
            return False

    def release(self) -> None:
        """Release the lock. A second call does nothing."""
        is_open = self.is_open()
        descriptor, self._descriptor = self._descriptor, None
        if is_open and descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        self.release()


def create(path: str, *, like: str | None = None) -> int:
    """Open a file for reading and writing. A new one is for its owner only, whatever the umask.

    Args:
        path: Its name.
        like: File whose owner the new file gets, if this process is root's. SQLite does the same
            with its own files. Else a service could not use its spool any more after root had run
            `coobird-spool drain`.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o600)
    if like is not None and hasattr(os, "geteuid") and os.geteuid() == 0:
        try:
            owner = os.stat(like)
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        except OSError as error:  # a file system without owners, or there is no such file
            if is_from_signal_handler(error):
                os.close(descriptor)
                raise
    return descriptor


def is_at(descriptor: int, path: str) -> bool:
    """True if the name leads to the file of this descriptor."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno != errno.EBADF:
            raise
        return False  # the program has closed it


def is_closed_to_us(path: str) -> bool:
    """True if the file is another user's, so that `is_held` can only suppose that it is held."""
    return os.path.exists(path) and not os.access(path, os.R_OK | os.W_OK)


def is_held(path: str) -> bool:
    """True if a running process holds the lock. A file that does not exist is held by none.

    That of another user, whose processes we cannot ask, counts as held.
    """
    descriptor = take_if_free(path)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None and os.path.exists(path)


def take_if_free(path: str) -> int | None:
    """Take the lock of a file that exists, unless a running process holds it.

    Returns its descriptor, whose close releases it; `None` if it is held, is another user's, or
    does not exist.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except (FileNotFoundError, PermissionError):
        return None
    try:
        _lock(descriptor)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
