"""Spool file as one client uses it: its connections, lanes and problems."""

from __future__ import annotations

import sqlite3
from collections import deque

from coobird._delivery.spool import opening, sql
from coobird._delivery.spool.reserve import Reserve
from coobird._delivery.spool.share import Share
from coobird._http import fork_guard
from coobird._http.interruption import is_from_signal_handler
from coobird.errors import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coobird._settings.api_key import ApiKey


class UnavailableError(Exception):
    """The file is closed, or is not in use because it failed. It is not even tried."""


class NoRoomError(Exception):
    """The disk has so little room left that the spool must not grow, so that it can be emptied."""

    def __init__(self) -> None:
        super().__init__("the disk is full, except for the room that removing events needs")


class ReplacedError(Exception):
    """The name leads to another spool than before, in which our numbers mean nothing."""


class DescriptorsClosedError(Exception):
    """The program has closed all descriptors of the process, as a daemon does.

    SQLite still uses their numbers. It would wait for seconds, and write the events into the files
    that the program opens next.
    """

    def __init__(self) -> None:
        super().__init__("the program has closed its descriptors")


class SpoolFile:
    """Spool file as one client uses it.

    Attributes:
        path: Its name.
        share: Lanes that this client owns; `None` until the file could be opened.
        reserve: Room on the disk that removing events needs.
        is_closed: True after the end of the delivery. No connection opens any more.
        is_damaged: True if the file is broken. Nothing is written to it any more.
        are_descriptors_closed: True if the program has closed the descriptors of the file. It is
            not used any more.
        problems: Errors to report to `on_error` once no lock is held.
        needs_attention: True if there is something to report, or too much to keep.
    """

    def __init__(self, path: str, api_key: ApiKey) -> None:
        """Open the file, or note that it cannot be opened now.

        Raises `ConfigurationError` if it can never be used.
        """
        self.path = path
        self._api_key = api_key
        self.reserve = Reserve(path)
        self.share: Share | None = None
        # Once true, it stays so, in children, too: SQLite cannot forget the numbers.
        self.are_descriptors_closed = False
        self._begin()
        self.open()

    def _begin(self) -> None:
        self.is_closed = self.is_damaged = self.needs_attention = False
        self.problems: deque[SpoolError] = deque()
        self._failing: dict[str, str] = {}

    def reset_after_fork(self) -> None:
        """Begin anew, in the child of a fork: share and problems are the parent's."""
        if self.share is not None:
            self.share.reset_after_fork()
        self._begin()

    def open(self) -> bool:
        """Open the file, unless it is open already. True if it is open now.

        It takes a fraction of a second, and up to a few if other processes have the file locked.

        Raises `ConfigurationError` if it can never be used.
        """
        if self.share is not None:
            return True
        try:
            with opening.opening:
                try:
                    aside = self._open()
                except (OSError, sqlite3.Error) as error:
                    if not (sql.has_no_room(error) and self.reserve.free()):
                        raise
                    aside = self._open()
                self.make_reserve()
        except (OSError, sqlite3.Error) as error:
            self.failed("opened", error)
            return False
        self.works("opened")
        if aside is not None:
            self.report(f"The spool {self.path} was damaged. It was set aside as {aside}, and a new one was begun.")
        return True

    def make_reserve(self) -> bool:
        """Make the reserve, unless it is there. True if it is there."""
        if not self.reserve.make(0):
            try:
                db = self.connect()
            except Exception as error:  # it is tried again when events are to be stored
                if is_from_signal_handler(error):
                    raise
                return False
            try:
                if room := sql.free_bytes(db):
                    sql.empty_log(db)  # its room is used twice otherwise
                    self.reserve.make(room)
            except sqlite3.Error:
                pass
            finally:
                db.close()
        return self.reserve.is_there

    def _open(self) -> str | None:
        aside = opening.prepare(self.path)
        self.share = Share(self.path, self._api_key)
        return aside

    def connect(self, **options: Any) -> sqlite3.Connection:
        """Open a connection.

        Raises `UnavailableError`, `ReplacedError`, `sqlite3.Error` or `OSError`.
        """
        # A signal handler may track in the hooks of a fork, which have closed the connections.
        if self.is_closed or self.share is None or fork_guard.is_forking_here():
            raise UnavailableError
        self.require_descriptors()
        db = sql.connect(self.path, **options)
        try:
            if sql.salt(db) != self.share.salt:
                raise ReplacedError("another file has taken its place")
        except BaseException:
            db.close()
            raise
        return db

    def require_descriptors(self) -> None:
        """Raise `DescriptorsClosedError` if the program has closed our descriptors.

        The lock of this client tells: its descriptor is closed with the others. It takes a
        microsecond, and comes before each use of a connection.
        """
        if self.are_descriptors_closed or (self.share is not None and self.share.is_lock_lost()):
            self.are_descriptors_closed = True
            raise DescriptorsClosedError

    def disconnect(self, db: sqlite3.Connection) -> None:
        """Close a connection, unless SQLite would close and write to files of the program."""
        try:
            self.require_descriptors()
        except DescriptorsClosedError:
            leave_open(db)
        else:
            db.close()

    def failed(self, verb: str, error: Exception) -> None:
        """Report that the file could not be opened, or that events could not be stored, ...

        An error that lasts is reported once. Note damage that will not pass.

        Args:
            verb: Name of the step: opened, stored, read, removed or taken over.
            error: Its error. What a signal handler raised is raised again.
        """
        if is_from_signal_handler(error):
            raise error
        if isinstance(error, UnavailableError):
            return
        reason = opening.reason_of(error)
        message = f"Events cannot be {verb} in the spool {self.path}: {reason}."
        if isinstance(error, DescriptorsClosedError):
            self.is_damaged = True
            verb = "closed"
            message = (
                f"The program has closed the descriptors of the spool {self.path}. This process goes on without it: events "
                "are kept in memory. Those in the file are sent by another process, or the next one. Build the client after "
                "the descriptors are closed."
            )
        elif isinstance(error, ReplacedError):
            self.is_damaged = True
            message += " This process goes on without it."
        elif sql.is_damage(error) and self.share is not None:
            self.is_damaged = True
            opening.suspect(self.path, self.share.salt)
            message += " The file is damaged: this process goes on without it, the next one sets it aside."
        elif verb == "opened":
            message = (
                f"The spool {self.path} cannot be used now: {reason}. Events are kept in memory, and are sent from there, "
                "until it can. It is tried again every second. "
            )
            message += _remedy(error) if sql.is_busy(error) else _PLACE
        elif verb == "stored":
            message += f" They are kept in memory until they can. {_remedy(error)}"
        elif verb == "removed":
            message += " They are delivered; until they can be removed, another process may send them once more."
            message += f" {_remedy(error)}"
        else:
            message += f" They wait there, and it is tried again. {_remedy(error)}"
        if self._failing.get(verb) != message:
            self._failing[verb] = message
            self.report(message)

    def works(self, verb: str) -> None:
        """Note that a step succeeded, so that its next error is reported again."""
        self._failing.pop(verb, None)

    def report(self, message: str) -> None:
        """Report a problem to `on_error`, once no lock is held."""
        self.problems.append(SpoolError(message))
        self.needs_attention = True


def leave_open(db: sqlite3.Connection) -> None:
    """Let the connection exist until the process ends. Its destructor would close it."""
    import ctypes  # loads much

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(db))


_PLACE = (
    "Let the file be on a local disk with room left, in a folder that exists and that this process may write to; or name "
    "another file with spool=."
)


def _remedy(error: Exception) -> str:
    if sql.is_busy(error):
        return "Another program keeps the file locked: look for an open `sqlite3` shell, or a process that was stopped."
    return (
        "Make room on the disk, and see that this process may write to the file. `coobird-spool export` prints the events "
        "that are in it."
    )
