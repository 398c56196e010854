"""Documents of all tenants in one SQLite database, which is in memory or in a file."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.mock.contract.json_text import JsonObject, encode_text
from coobird.mock.state.tables import Columns, open_database

if TYPE_CHECKING:
    import sqlite3


class IsSet(NamedTuple):
    """Condition on a field: it is not null, or with False it is null."""

    wanted: bool


class AtMost(NamedTuple):
    """Condition on a field: its value is at most this one."""

    value: Any


class DocumentStore:
    """Documents by tenant and kind, counted and indexed, changed in atomic transactions.

    Not thread-safe: only the server's event loop uses it, so no request interrupts another one.
    With a file, committed changes survive the end of the process, also after `kill -9`.
    """

    def __init__(self, path: str | None, kinds: Mapping[str, Columns]) -> None:
        self._path = path
        self._kinds = kinds
        self._inserts: dict[str, str] = {}
        self._updates: dict[str, str] = {}
        self.changes: int = 0
        self.changed: dict[tuple[str, str], int] = {}
        """By tenant and kind, the value of `changes` after the last change. Readers that keep
        computed values compare it with the value that they saw, and so find what is out of date."""
        self.resets: int = 0
        self._undo: list[Callable[[], object]] = []
        for kind, columns in kinds.items():
            fields = columns.all
            places = ", ".join("?" * (len(fields) + 3))
            self._inserts[kind] = f"insert into {kind} (doc, {', '.join(fields)}, tenant, id) values ({places})"
            changes = ", ".join(f"{field} = ?" for field in ["doc", *fields])
            self._updates[kind] = f"update {kind} set {changes} where tenant = ? and id = ?"
        self.db: sqlite3.Connection = open_database(path, kinds)

    def close(self) -> None:
        self.db.close()

    def file_version(self) -> int:
        """A number that changes when another process commits to the same file. 0 in memory."""
        # Nobody else has a connection to a database in memory.
        return int(self.db.execute("pragma data_version").fetchone()[0]) if self._path else 0

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Commit all changes made inside, or none of them if the block raises."""
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
        """Have `undo` called if the open transaction is rolled back.

        For code that keeps in memory what the transaction has written.
        """
        self._undo.append(undo)

    def next_number(self, tenant: str, kind: str) -> int:
        """Next number of a series of this tenant, from 1. Numbers are never used twice."""
        row = self.db.execute(
            "insert into tally values (?, ?, 1, 0) on conflict do update set made = made + 1 returning made",
            (tenant, kind),
        ).fetchone()
        return int(row[0])

    def add(self, tenant: str, kind: str, doc: JsonObject) -> None:
        self.db.execute(self._inserts[kind], self._row(tenant, kind, doc))
        self._count(tenant, kind, +1)
        self._mark_changed(tenant, kind)

    def get(self, tenant: str, kind: str, identifier: str) -> JsonObject | None:
        row = self.db.execute(f"select doc from {kind} where tenant = ? and id = ?", (tenant, identifier)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, tenant: str, kind: str, doc: JsonObject) -> None:
        self.db.execute(self._updates[kind], self._row(tenant, kind, doc))
        self._mark_changed(tenant, kind)

    def remove(self, tenant: str, kind: str, identifier: str) -> None:
        deleted = self.db.execute(f"delete from {kind} where tenant = ? and id = ?", (tenant, identifier))
        self._count(tenant, kind, -deleted.rowcount)
        self._mark_changed(tenant, kind)

    def find(
        self,
        tenant: str,
        kind: str,
        where: Mapping[str, Any] | None = None,
        *,
        search: tuple[str, str] | None = None,
        sort: str | None = None,
        descending: bool = False,
        limit: int = -1,
        offset: int = 0,
    ) -> list[JsonObject]:
        """Documents whose fields equal all of `where`, by default in the order of creation.

        That order is not the one of `created_at` if the clock was set back. `search` is a field and
        a text that the field must contain; upper and lower case are equal. Documents with equal
        sort values are in the order of creation.
        """
        condition, values = self._condition(tenant, kind, where, search)
        direction = "desc" if descending else "asc"
        order = f"seq {direction}" if sort is None else f"{self._value(kind, sort)} {direction}, seq {direction}"
        rows = self.db.execute(
            f"select doc from {kind} where {condition} order by {order} limit ? offset ?",
            (*values, limit, offset),
        )
        return [json.loads(row[0]) for row in rows]

    def tenants(self) -> list[str]:
        """Names of the tenants that have a document, or had one since the last reset."""
        return [row[0] for row in self.db.execute("select distinct tenant from tally")]

    def newest(self, tenant: str | None, kind: str, limit: int, offset: int = 0) -> list[tuple[str, JsonObject]]:
        """Pairs of tenant and document, of one tenant or of all, the newest first."""
        # The plus keeps SQLite from the tenant's index, which would make it collect and sort all of
        # the tenant's documents.
        condition, values = ("", ()) if tenant is None else ("where +tenant = ?", (tenant,))
        sql = f"select tenant, doc from {kind} {condition} order by seq desc limit ? offset ?"
        return [(row[0], json.loads(row[1])) for row in self.db.execute(sql, (*values, limit, offset))]

    def total(self, tenant: str | None, kind: str) -> int:
        """Number of documents of one tenant or of all."""
        condition, values = ("", ()) if tenant is None else (" and tenant = ?", (tenant,))
        sql = f"select coalesce(sum(kept), 0) from tally where kind = ?{condition}"
        return int(self.db.execute(sql, (kind, *values)).fetchone()[0])

    def sorted_page(
        self,
        tenant: str | None,
        kind: str,
        sort: str,
        *,
        descending: bool,
        limit: int,
        offset: int,
        where: Mapping[str, Any] | None = None,
    ) -> list[tuple[str, JsonObject]]:
        """Pairs of tenant and document, of one tenant or of all, sorted by a field.

        `sort` may be a path such as `object.field`. It reads all documents of the kind.
        """
        condition, values = self._condition(tenant, kind, where, None)
        direction = "desc" if descending else "asc"
        rows = self.db.execute(
            f"select tenant, doc from {kind} where {condition}"
            f" order by {self._value(kind, sort)} {direction} nulls last, seq {direction} limit ? offset ?",
            (*values, limit, offset),
        )
        return [(row[0], json.loads(row[1])) for row in rows]

    def count(
        self,
        tenant: str,
        kind: str,
        where: Mapping[str, Any] | None = None,
        *,
        search: tuple[str, str] | None = None,
    ) -> int:
        """Number of documents that `find` would return without a limit."""
        if not where and not search:
            row = self.db.execute("select kept from tally where tenant = ? and kind = ?", (tenant, kind)).fetchone()
            return int(row[0]) if row else 0
        condition, values = self._condition(tenant, kind, where, search)
        return int(self.db.execute(f"select count(*) from {kind} where {condition}", values).fetchone()[0])

    def count_listed(self, tenant: str, kind: str, field: str, inner: str, value: str) -> int:
        """Number of documents with a list in `field` that holds this value.

        With `inner`, the list holds objects, and their field `inner` is compared.
        """
        part = f"json_extract(part.value, '$.{inner}')" if inner else "part.value"
        row = self.db.execute(
            f"select count(*) from {kind} where tenant = ?"
            f" and exists (select 1 from json_each(doc, '$.{field}') as part where {part} = ?)",
            (tenant, value),
        ).fetchone()
        return int(row[0])

    def stored_answer(self, tenant: str, scope: str, key: str) -> tuple[str, int, bytes] | None:
        """Fingerprint, status and body of the stored answer to this idempotency key, or None."""
        row: tuple[str, int, bytes] | None = self.db.execute(
            "select fingerprint, status, answer from replay where tenant = ? and scope = ? and key = ?",
            (tenant, scope, key),
        ).fetchone()
        return row

    def store_answer(self, tenant: str, scope: str, key: str, fingerprint: str, status: int, answer: bytes) -> None:
        self.db.execute(
            "insert into replay values (?, ?, ?, ?, ?, ?)", (tenant, scope, key, fingerprint, status, answer)
        )

    def setting(self, name: str) -> str | None:
        """Value of a setting of the whole server, or None."""
        row = self.db.execute("select value from setting where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_setting(self, name: str, value: str) -> None:
        self.db.execute("insert or replace into setting values (?, ?)", (name, value))

    def clear(self, tenant: str | None) -> None:
        """Delete all documents, numbers and stored answers, of one tenant or of all."""
        condition, values = ("", ()) if tenant is None else (" where tenant = ?", (tenant,))
        for table in [*self._kinds, "tally", "replay"]:
            self.db.execute(f"delete from {table}{condition}", values)
        self.resets += 1
        self.changed.clear()

    def _mark_changed(self, tenant: str, kind: str) -> None:
        self.changes += 1
        self.changed[tenant, kind] = self.changes

    def _count(self, tenant: str, kind: str, step: int) -> None:
        self.db.execute(
            "insert into tally values (?, ?, 0, ?) on conflict do update set kept = kept + ?",
            (tenant, kind, step, step),
        )

    def _row(self, tenant: str, kind: str, doc: JsonObject) -> list[Any]:
        columns = [doc.get(field) for field in self._kinds[kind].all]
        return [encode_text(doc), *columns, tenant, doc["id"]]

    def _value(self, kind: str, field: str) -> str:
        if field in self._kinds[kind].all:
            return field
        if not field.replace("_", "").isalnum():
            raise ValueError(f"not a field name: {field!r}")
        return f"json_extract(doc, '$.{field}')"

    def _condition(
        self, tenant: str | None, kind: str, where: Mapping[str, Any] | None, search: tuple[str, str] | None
    ) -> tuple[str, list[Any]]:
        parts: list[str] = ["1" if tenant is None else "tenant = ?"]
        values: list[Any] = [] if tenant is None else [tenant]
        for field, value in (where or {}).items():
            if isinstance(value, IsSet):
                parts.append(f"{self._value(kind, field)} is {'not ' if value.wanted else ''}null")
            else:
                parts.append(f"{self._value(kind, field)} {'<=' if isinstance(value, AtMost) else 'is'} ?")
                values.append(value.value if isinstance(value, AtMost) else value)
        if search:
            parts.append(f"holds_text({self._value(kind, search[0])}, ?)")
            values.append(search[1])
        return " and ".join(parts), values
