"""Reserve of a spool: room on the disk that is given free when the disk is full.

SQLite needs room to remove events: it writes the change into its log first, and moves the log into
the file later. On a disk that the spool has filled, events could be delivered but never removed.
"""

from __future__ import annotations

import os
import sys

from coobird._delivery.spool import format as form
from coobird._delivery.spool.file_lock import create
from coobird._http.interruption import is_from_signal_handler

_CHUNK_BYTES = 64 * 1024


class Reserve:
    """File next to the spool that takes up room. Any process that uses the spool may remove it.

    Attributes:
        is_there: True if the file was there the last time that this object looked.
    """

    def __init__(self, path: str) -> None:
        """Make no file yet. `path` is the path of the spool."""
        self._spool = path
        self._path = f"{path}-reserve"
        self.is_there = False

    def size(self) -> int:
        """Bytes that it takes up; 0 if there is none."""
        try:
            size = os.stat(self._path).st_size
        except OSError as error:
            if is_from_signal_handler(error):
                raise
            size = 0
        self.is_there = size > 0
        return size

    def make(self, room: int) -> bool:
        """Make the file, unless it is there or the disk has too little room. True if it is there.

        Args:
            room: Bytes of free pages in the spool, in which events can be stored without more room.
        """
        if not self.size():
            try:
                total, free = _disk(self._spool)
                size = form.reserve_to_make(total, free, _size_of(f"{self._spool}-wal"), room)
                if size:
                    self._fill(size)
                    self.is_there = True
            except OSError:
                self.free()
        return self.is_there

    def free(self) -> bool:
        """Give the room free. False if there was none to give."""
        self.is_there = False
        try:
            os.unlink(self._path)
        except OSError:
            return False
        return True

    def _fill(self, size: int) -> None:
        descriptor = create(self._path, like=self._spool)
        try:
            if hasattr(os, "posix_fallocate"):
                try:
                    os.posix_fallocate(descriptor, 0, size)
                    return
                except OSError:
                    pass  # a file system that cannot; a full disk fails below, too
            for _ in range(0, size, _CHUNK_BYTES):
                os.write(descriptor, bytes(_CHUNK_BYTES))
        finally:
            os.close(descriptor)


def _disk(path: str) -> tuple[int, int]:
    """Size of the disk that the file is on, and the bytes that this process may still use."""
    if sys.platform == "win32":
        from shutil import disk_usage  # loads much

        usage = disk_usage(os.path.dirname(path))
        return usage.total, usage.free
    disk = os.statvfs(path)
    return disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize


def _size_of(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
