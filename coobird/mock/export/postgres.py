"""Tables in Postgres, with psycopg 3. An export is one transaction: all of it or none."""

from typing import Any, Self

import psycopg

from coobird.mock.export.tables import Row, Table, postgres_refusal
from coobird.mock.export.target import ExportError, PostgresPlace

_CONNECT_SECONDS = "10"

_COLUMNS = (
    "select a.attname, format_type(a.atttypid, null) from pg_attribute a "
    "where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped"
)


class PostgresTarget:
    """A database. It is connected in the `with` block."""

    def __init__(self, place: PostgresPlace) -> None:
        self.shown: str = place.shown
        self._place = place

    def __enter__(self) -> Self:
        options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "application_name": "coobird-mock"}
        options.update(self._place.options)
        try:
            self._db: psycopg.Connection[Any] = psycopg.connect(**options)
        except psycopg.Error as error:
            raise self._failed(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def begin(self, table: Table, *, replaces_all: bool) -> None:
        """Make the table if there is none, and check its columns."""
        name = table.named(self._place.table)
        columns = [
            f'"{column.name}" {column.kind.postgres}{"" if column.is_optional else " not null"}'
            for column in table.columns
        ]
        try:
            # Two exports at the same time would delete each other's lines of bills.
            self._db.execute("select pg_advisory_xact_lock(hashtext(%s))", (self._place.table,))
            self._run(
                f"create table if not exists {_quoted(name)} ({', '.join(columns)}, primary key ({_list(table.key)}))"
            )
            found = dict(self._db.execute(_COLUMNS, (_quoted(name),)).fetchall())
            wrong = [each.name for each in table.columns if found.get(each.name) != each.kind.postgres]
            if wrong:
                raise ExportError(
                    f"the table {name} of {self.shown} is no table of an export: column {wrong[0]} is "
                    f"{found.get(wrong[0], 'missing')}. Name another table, which is made if it does not exist."
                )
            if replaces_all:
                self._run(f"delete from {_quoted(name)}")
        except psycopg.Error as error:
            raise self._failed(error) from None

    def refusal(self, table: Table, row: Row) -> str | None:
        """Reason why Postgres cannot hold a row as it is."""
        return postgres_refusal(table, row)

    def write(self, table: Table, rows: list[Row]) -> None:
        """Insert the rows. One that is there is replaced if it differs."""
        names = [column.name for column in table.columns]
        name = _quoted(table.named(self._place.table))
        values = ", ".join(f"%s::{column.kind.postgres}" for column in table.columns)
        rest = [each for each in names if each not in table.key]
        statement = (
            f"insert into {name} as kept ({_list(names)}) values ({values}) on conflict ({_list(table.key)}) do update "
            f"set ({_list(rest)}) = ({_list(rest, 'excluded.')}) "
            f"where ({_list(rest, 'kept.')}) is distinct from ({_list(rest, 'excluded.')})"
        )
        try:
            with self._db.cursor() as cursor:
                cursor.executemany(statement.encode(), [[row[each] for each in names] for row in rows])
        except psycopg.Error as error:
            raise self._failed(error) from None

    def finish(self) -> None:
        """Commit."""
        try:
            self._db.commit()
        except psycopg.Error as error:
            raise self._failed(error) from None

    def _run(self, statement: str) -> None:
        self._db.execute(statement.encode())

    def _failed(self, error: psycopg.Error) -> ExportError:
        text = str(error).strip() or type(error).__name__
        if password := self._place.options.get("password"):
            text = text.replace(password, "***")
        return ExportError(f"{self.shown}: {text}")


def _quoted(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))


def _list(names: tuple[str, ...] | list[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)
