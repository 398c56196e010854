"""Tables of the database, and the opening of a file that has them or gets them."""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

# Written into every file. Raise it when the tables change.
_FORMAT = 1

# `tally` counts documents: `made` ever, `kept` now. `replay` holds the answers to idempotency keys.
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
    """Fields that have a column of their own in addition to the document.

    Only such fields compare exactly: SQLite's JSON functions end a text at a NUL character.
    """

    indexed: tuple[str, ...]
    plain: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.indexed + self.plain


class UnusableFileError(ValueError):
    """The file given for the state cannot be used. The message gives the reason."""


def open_database(path: str | None, kinds: Mapping[str, Columns]) -> sqlite3.Connection:
    """The database of a file, or one in memory, with a table for each kind.

    Raises:
        UnusableFileError: The file cannot be opened, is no database, or has another format.
    """
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
    # With WAL, a commit is handed to the operating system before the answer is sent, so a killed
    # process loses nothing.
    db.executescript("pragma journal_mode=wal; pragma synchronous=normal; pragma temp_store=memory;")
    # Every batch changes pages all over the index of events by customer. So cache 64 MB of pages,
    # and let 40 MB of changes gather before they are written back.
    db.executescript("pragma cache_size=-65536; pragma wal_autocheckpoint=10000;")
    db.executescript(_TABLES)
    found = int(db.execute("pragma user_version").fetchone()[0])
    if found not in (0, _FORMAT):
        raise UnusableFileError("another version of the mock server wrote it; start with a new file")
    db.execute(f"pragma user_version = {_FORMAT}")
    for kind, columns in kinds.items():
        db.execute(
            f"create table if not exists {kind} (seq integer primary key, tenant text not null, id text not null,"
            f" doc text not null, {', '.join(columns.all)}, unique (tenant, id))"
        )
        for field in columns.indexed:
            # The index ends with the default order of lists, so a filtered page is read off the
            # index.
            order = ", ".join(dict.fromkeys(["tenant", field, "created_at", "seq"]))
            db.execute(f"create index if not exists {kind}_{field} on {kind} ({order})")


def _holds_text(value: object, text: str) -> bool:
    return isinstance(value, str) and text.casefold() in value.casefold()
