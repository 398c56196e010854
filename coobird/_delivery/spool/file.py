"""Spool file as one client uses it: its connections, lanes and problems."""

from __future__ import annotations

import sqlite3
from collections import deque

from coobird._delivery.spool import opening, sql
from coobird._delivery.spool.share import Share
from coobird.errors import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coobird._settings.api_key import ApiKey


class UnavailableError(Exception):
    """The file is closed, or was out of reach a moment ago, and is not even tried."""


class ReplacedError(Exception):
    """The name leads to another spool than before, in which our numbers mean nothing."""


class SpoolFile:
    """Spool file as one client uses it.

    Attributes:
        path: Its name.
        share: Lanes that this client owns.
        is_closed: True after the end of the delivery. No connection opens any more.
        is_damaged: True if the file is broken. Nothing is written to it any more.
        problems: Errors to report to `on_error` once no lock is held.
        needs_attention: True if there is something to report, or too much to keep.
    """

    def __init__(self, path: str, api_key: ApiKey) -> None:
        """Raises `ConfigurationError` if the file cannot be used."""
        self.path = path
        with opening.opening:
            aside = opening.prepare(path)
            try:
                self.share = Share(path, api_key)
            except (OSError, sqlite3.Error) as error:
                raise opening.unusable(path, error) from error
        self._begin()
        if aside is not None:
            self.report(f"The spool {path} was damaged. It was set aside as {aside}, and a new one was begun.")

    def _begin(self) -> None:
        self.is_closed = self.is_damaged = self.needs_attention = False
        self.problems: deque[SpoolError] = deque()

    def reset_after_fork(self) -> None:
        """Begin anew, in the child of a fork: share and problems are the parent's."""
        self.share.reset_after_fork()
        self._begin()

    def connect(self, **options: Any) -> sqlite3.Connection:
        """Open a connection.

        Raises `UnavailableError`, `ReplacedError`, `sqlite3.Error` or `OSError`.
        """
        if self.is_closed:
            raise UnavailableError
        db = sql.connect(self.path, **options)
        try:
            if sql.salt(db) != self.share.salt:
                raise ReplacedError("another file has taken its place")
        except BaseException:
            db.close()
            raise
        return db

    def failed(self, verb: str, error: Exception) -> None:
        """Report that events could not be stored, read, removed or taken over.

        Note damage that will not pass.
        """
        if isinstance(error, UnavailableError):
            return
        message = f"Events cannot be {verb} in the spool {self.path}: {error}."
        if isinstance(error, ReplacedError):
            self.is_damaged = True
            message += " This process goes on without it."
        elif sql.is_damage(error):
            self.is_damaged = True
            opening.suspect(self.path, self.share.salt)
            message += " The file is damaged: this process goes on without it, the next one sets it aside."
        elif verb == "stored":
            message += " They are kept in memory until they can."
        self.report(message)

    def report(self, message: str) -> None:
        """Report a problem to `on_error`, once no lock is held."""
        self.problems.append(SpoolError(message))
        self.needs_attention = True
