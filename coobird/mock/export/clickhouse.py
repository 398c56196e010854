"""Tables in a folder of chDB, which is ClickHouse inside a process. No server runs."""

import json
import os
import tempfile
from typing import Any, Self

from chdb import session as chdb_session

from coobird.mock.export.tables import Column, Row, Table, clickhouse_refusal
from coobird.mock.export.target import ChdbPlace, ExportError

EVENTS_TABLE = "coobird_events"
_DATABASE = "coobird"

# It has no types.
_Session: Any = chdb_session.Session


class ChdbTarget:
    """A folder, open in the `with` block. One process at a time can use it."""

    def __init__(self, place: ChdbPlace) -> None:
        self.shown: str = f"chdb:{place.folder}"
        self._folder = os.path.abspath(place.folder)
        self._begun: list[Table] = []

    def __enter__(self) -> Self:
        try:
            os.makedirs(self._folder, exist_ok=True)
            self._session = _Session(self._folder)
            self._run(f"create database if not exists {_DATABASE}")
        except (OSError, RuntimeError) as error:
            reason = str(error).strip()
            raise ExportError(
                f"{self.shown} cannot be used: {reason} Name a folder that no other process has open, or a new one."
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def begin(self, table: Table, *, replaces_all: bool) -> None:
        """Make the table if there is none. Of two rows of one key the later one is kept."""
        name = self._name(table)
        columns = ", ".join(f"`{column.name}` {_type(column)}" for column in table.columns)
        self._run(
            f"create table if not exists {name} ({columns}) engine = ReplacingMergeTree order by ({', '.join(table.key)})"
        )
        if replaces_all:
            self._run(f"truncate table {name}")
        self._begun.append(table)

    def refusal(self, table: Table, row: Row) -> str | None:
        """Reason why ClickHouse cannot hold a row as it is."""
        return clickhouse_refusal(table, row)

    def write(self, table: Table, rows: list[Row]) -> None:
        """Insert the rows, by a file: no value is part of a statement."""
        structure = ", ".join(f"`{column.name}` {_type(column)}" for column in table.columns).replace("'", "\\'")
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
            file.flush()
            self._run(
                f"insert into {self._name(table)} select * from file('{file.name}', JSONEachRow, '{structure}') "
                "settings date_time_input_format = 'best_effort'"
            )

    def finish(self) -> None:
        """Remove the rows that were replaced."""
        for table in self._begun:
            self._run(f"optimize table {self._name(table)} final")

    def _name(self, table: Table) -> str:
        return f"{_DATABASE}.{table.named(EVENTS_TABLE)}"

    def _run(self, statement: str) -> Any:
        try:
            return self._session.query(statement)
        except RuntimeError as error:
            raise ExportError(f"{self.shown}: {error}") from None


def _type(column: Column) -> str:
    return f"Nullable({column.kind.clickhouse})" if column.is_optional else column.kind.clickhouse
