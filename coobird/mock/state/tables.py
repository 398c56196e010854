"""The database: which tables there are, and how a file is opened that has them or gets them."""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

# Written into every file; to be raised when the tables change.
_FORMAT = 1

_TABLES = """
create table if not exists tally (
    tenant text not null, kind text not null, made integer not null, kept integer not null,
    primary key (tenant, kind)
) without rowid;
create table if not exists replay (
    tenant text not null, scope text not null, key text not null,
    fingerprint text not null, status integer not null, answer blob not null,
    primary key (tenant, scope, key)
) without rowid;
create table if not exists setting (name text primary key, value text not null) without rowid;
"""


class Columns(NamedTuple):
    """Fields that have a column besides the document. Only these compare exactly: SQLite's JSON ends text at a NUL."""

    indexed: tuple[str, ...]
    plain: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.indexed + self.plain


class UnusableFileError(ValueError):
    """The file given for the state cannot be used; the message says why."""


def opened(path: str | None, kinds: Mapping[str, Columns]) -> sqlite3.Connection:
    """The database in a file, or in memory, with a table for each kind. `UnusableFileError` if the file is something else."""
    try:
        db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise UnusableFileError(f"{path} cannot hold the state: {error}") from None
    try:
        _prepare(db, kinds)
    except (sqlite3.DatabaseError, UnusableFileError) as error:
        db.close()
        raise UnusableFileError(f"{path} cannot hold the state: {error}") from None
    return db


def _prepare(db: sqlite3.Connection, kinds: Mapping[str, Columns]) -> None:
    db.create_function("holds_text", 2, _holds_text, deterministic=True)
    # A commit is in the hands of the operating system before it is acknowledged: a killed process loses nothing.
    db.executescript("pragma journal_mode=wal; pragma synchronous=normal; pragma temp_store=memory;")
    # Every batch touches pages all over the index of events by customer: keep 64 MB of them at hand, and let 40 MB of
    # changes gather before they are written back.
    db.executescript("pragma cache_size=-65536; pragma wal_autocheckpoint=10000;")
    db.executescript(_TABLES)
    found = int(db.execute("pragma user_version").fetchone()[0])
    if found not in (0, _FORMAT):
        raise UnusableFileError("another version of the mock server wrote it, start with a new file")
    db.execute(f"pragma user_version = {_FORMAT}")
    for kind, columns in kinds.items():
        db.execute(
            f"create table if not exists {kind} (seq integer primary key, tenant text not null, id text not null,"
            f" doc text not null, {', '.join(columns.all)}, unique (tenant, id))"
        )
        for field in columns.indexed:
            # With the order that lists have by default, a filtered page is read off the index.
            order = ", ".join(dict.fromkeys(["tenant", field, "created_at", "seq"]))
            db.execute(f"create index if not exists {kind}_{field} on {kind} ({order})")


def _holds_text(value: object, text: str) -> bool:
    return isinstance(value, str) and text.casefold() in value.casefold()
