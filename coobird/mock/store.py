"""Where everything is kept: one SQLite database, in memory or in a file, written by one thread."""

import json
import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from coobird.mock.wire import encode_text

Doc = dict[str, Any]


class Present(NamedTuple):
    """Stands in a condition for "has any value" (or, with False, "has none")."""

    wanted: bool


class AtMost(NamedTuple):
    """Stands in a condition for "has a value up to this one"."""

    value: Any


class Columns(NamedTuple):
    """Fields that have a column besides the document. Only these compare exactly: SQLite's JSON ends text at a NUL."""

    indexed: tuple[str, ...]
    plain: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.indexed + self.plain


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


class UnusableFileError(ValueError):
    """The file given for the state cannot be used; the message says why."""


class Store:
    """Documents per tenant and kind, counted and indexed, in transactions that hold wholly or not at all.

    Not thread-safe: the server uses it from its event loop only, so that a request is never interrupted by another.
    With a file, whatever was committed survives the end of the process, however it ends.
    """

    def __init__(self, path: str | None, kinds: Mapping[str, Columns]) -> None:
        self._kinds = kinds
        self._inserts: dict[str, str] = {}
        self._updates: dict[str, str] = {}
        self.changes = 0
        self.changed: dict[tuple[str, str], int] = {}
        """By tenant and kind, the number of the last change in `changes`: whoever keeps something sees what is out of date."""
        self.resets = 0
        self._undo: list[Callable[[], object]] = []
        try:
            self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise UnusableFileError(f"{path} cannot hold the state: {error}") from None
        try:
            self._prepare()
        except (sqlite3.DatabaseError, UnusableFileError) as error:
            self.db.close()
            raise UnusableFileError(f"{path} cannot hold the state: {error}") from None

    def _prepare(self) -> None:
        self.db.create_function("holds_text", 2, _holds_text, deterministic=True)
        # A commit is in the hands of the operating system before it is acknowledged: a killed process loses nothing.
        self.db.executescript("pragma journal_mode=wal; pragma synchronous=normal; pragma temp_store=memory;")
        # Event ids are random, so every batch touches pages all over their index: keep 64 MB of them at hand, and let
        # 40 MB of changes gather before they are written back.
        self.db.executescript("pragma cache_size=-65536; pragma wal_autocheckpoint=10000;")
        self.db.executescript(_TABLES)
        found = int(self.db.execute("pragma user_version").fetchone()[0])
        if found not in (0, _FORMAT):
            raise UnusableFileError("another version of the mock server wrote it, start with a new file")
        self.db.execute(f"pragma user_version = {_FORMAT}")
        for kind, columns in self._kinds.items():
            fields = columns.all
            self.db.execute(
                f"create table if not exists {kind} (seq integer primary key, tenant text not null, id text not null,"
                f" doc text not null, {', '.join(fields)}, unique (tenant, id))"
            )
            for field in columns.indexed:
                # With the order that lists have by default, a filtered page is read off the index.
                order = ", ".join(dict.fromkeys(["tenant", field, "created_at", "seq"]))
                self.db.execute(f"create index if not exists {kind}_{field} on {kind} ({order})")
            places = ", ".join("?" * (len(fields) + 3))
            self._inserts[kind] = f"insert into {kind} (doc, {', '.join(fields)}, tenant, id) values ({places})"
            changes = ", ".join(f"{field} = ?" for field in ["doc", *fields])
            self._updates[kind] = f"update {kind} set {changes} where tenant = ? and id = ?"

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All that happens inside is kept together, or, if it raises, not at all."""
        self.db.execute("begin immediate")
        self._undo.clear()
        try:
            yield
            self.db.execute("commit")
        except BaseException:
            for undo in self._undo:
                undo()
            self.db.execute("rollback")
            raise

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """For whoever remembers what the transaction under way has written: called if it is not kept."""
        self._undo.append(undo)

    def next_number(self, tenant: str, kind: str) -> int:
        """Counts what this tenant ever made of this kind, from 1; numbers of deleted documents do not come back."""
        row = self.db.execute(
            "insert into tally values (?, ?, 1, 0) on conflict do update set made = made + 1 returning made",
            (tenant, kind),
        ).fetchone()
        return int(row[0])

    def add(self, tenant: str, kind: str, doc: Doc) -> None:
        self.db.execute(self._inserts[kind], self._row(tenant, kind, doc))
        self._count(tenant, kind, +1)
        self._note(tenant, kind)

    def get(self, tenant: str, kind: str, identifier: str) -> Doc | None:
        row = self.db.execute(f"select doc from {kind} where tenant = ? and id = ?", (tenant, identifier)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, tenant: str, kind: str, doc: Doc) -> None:
        self.db.execute(self._updates[kind], self._row(tenant, kind, doc))
        self._note(tenant, kind)

    def remove(self, tenant: str, kind: str, identifier: str) -> None:
        gone = self.db.execute(f"delete from {kind} where tenant = ? and id = ?", (tenant, identifier))
        self._count(tenant, kind, -gone.rowcount)
        self._note(tenant, kind)

    def find(
        self,
        tenant: str,
        kind: str,
        where: Mapping[str, Any] | None = None,
        *,
        search: tuple[str, str] | None = None,
        sort: str = "created_at",
        descending: bool = False,
        limit: int = -1,
        offset: int = 0,
    ) -> list[Doc]:
        """Documents whose fields equal all of `where`, oldest first unless told otherwise.

        `search` is a field and a text that it must contain, whatever the case. Equal sort values keep the order of creation.
        """
        condition, values = self._condition(tenant, kind, where, search)
        direction = "desc" if descending else "asc"
        rows = self.db.execute(
            f"select doc from {kind} where {condition} order by {self._value(kind, sort)} {direction}, seq {direction}"
            " limit ? offset ?",
            (*values, limit, offset),
        )
        return [json.loads(row[0]) for row in rows]

    def count(
        self,
        tenant: str,
        kind: str,
        where: Mapping[str, Any] | None = None,
        *,
        search: tuple[str, str] | None = None,
    ) -> int:
        """How many documents `find` would answer without a limit."""
        if not where and not search:
            row = self.db.execute("select kept from tally where tenant = ? and kind = ?", (tenant, kind)).fetchone()
            return int(row[0]) if row else 0
        condition, values = self._condition(tenant, kind, where, search)
        return int(self.db.execute(f"select count(*) from {kind} where {condition}", values).fetchone()[0])

    def count_listed(self, tenant: str, kind: str, field: str, inner: str, value: str) -> int:
        """How many documents have a list in `field` with this value in it, or with a part whose `inner` is this value."""
        part = f"json_extract(part.value, '$.{inner}')" if inner else "part.value"
        row = self.db.execute(
            f"select count(*) from {kind} where tenant = ?"
            f" and exists (select 1 from json_each(doc, '$.{field}') as part where {part} = ?)",
            (tenant, value),
        ).fetchone()
        return int(row[0])

    def recall(self, tenant: str, scope: str, key: str) -> tuple[str, int, bytes] | None:
        """Fingerprint, status and answer of the first request with this idempotency key."""
        row: tuple[str, int, bytes] | None = self.db.execute(
            "select fingerprint, status, answer from replay where tenant = ? and scope = ? and key = ?",
            (tenant, scope, key),
        ).fetchone()
        return row

    def remember(self, tenant: str, scope: str, key: str, fingerprint: str, status: int, answer: bytes) -> None:
        self.db.execute(
            "insert into replay values (?, ?, ?, ?, ?, ?)", (tenant, scope, key, fingerprint, status, answer)
        )

    def forget(self, tenant: str | None) -> None:
        """Drop everything, or everything of one tenant."""
        condition, values = ("", ()) if tenant is None else (" where tenant = ?", (tenant,))
        for table in [*self._kinds, "tally", "replay"]:
            self.db.execute(f"delete from {table}{condition}", values)
        self.resets += 1
        self.changed.clear()

    def _note(self, tenant: str, kind: str) -> None:
        self.changes += 1
        self.changed[tenant, kind] = self.changes

    def _count(self, tenant: str, kind: str, step: int) -> None:
        self.db.execute(
            "insert into tally values (?, ?, 0, ?) on conflict do update set kept = kept + ?",
            (tenant, kind, step, step),
        )

    def _row(self, tenant: str, kind: str, doc: Doc) -> list[Any]:
        columns = [doc.get(field) for field in self._kinds[kind].all]
        return [encode_text(doc), *columns, tenant, doc["id"]]

    def _value(self, kind: str, field: str) -> str:
        if field in self._kinds[kind].all:
            return field
        if not field.replace("_", "").isalnum():
            raise ValueError(f"not a field name: {field!r}")
        return f"json_extract(doc, '$.{field}')"

    def _condition(
        self, tenant: str, kind: str, where: Mapping[str, Any] | None, search: tuple[str, str] | None
    ) -> tuple[str, list[Any]]:
        parts, values = ["tenant = ?"], [tenant]
        for field, value in (where or {}).items():
            if isinstance(value, Present):
                parts.append(f"{self._value(kind, field)} is {'not ' if value.wanted else ''}null")
            else:
                parts.append(f"{self._value(kind, field)} {'<=' if isinstance(value, AtMost) else 'is'} ?")
                values.append(value.value if isinstance(value, AtMost) else value)
        if search:
            parts.append(f"holds_text({self._value(kind, search[0])}, ?)")
            values.append(search[1])
        return " and ".join(parts), values


def _holds_text(value: object, text: str) -> bool:
    return isinstance(value, str) and text.casefold() in value.casefold()
