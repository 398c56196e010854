"""Where everything is kept: one SQLite database, in memory or in a file, written by one thread."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from coobird.mock.contract.json_text import encode_text
from coobird.mock.state.tables import Columns, opened

Doc = dict[str, Any]


class Present(NamedTuple):
    """Stands in a condition for "has any value" (or, with False, "has none")."""

    wanted: bool


class AtMost(NamedTuple):
    """Stands in a condition for "has a value up to this one"."""

    value: Any


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
        for kind, columns in kinds.items():
            fields = columns.all
            places = ", ".join("?" * (len(fields) + 3))
            self._inserts[kind] = f"insert into {kind} (doc, {', '.join(fields)}, tenant, id) values ({places})"
            changes = ", ".join(f"{field} = ?" for field in ["doc", *fields])
            self._updates[kind] = f"update {kind} set {changes} where tenant = ? and id = ?"
        self.db = opened(path, kinds)

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

    def setting(self, name: str) -> str | None:
        """What was kept under a name, for the whole server."""
        row = self.db.execute("select value from setting where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep_setting(self, name: str, value: str) -> None:
        self.db.execute("insert or replace into setting values (?, ?)", (name, value))

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
