"""Targets of an export: the interface of an engine, and the URL that names one."""

import re
from typing import NamedTuple, Protocol, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from coobird.mock.export.tables import Row, Table

POSTGRES_EXAMPLE = "postgres://user:password@host:5432/database/coobird_events"
CHDB_EXAMPLE = "chdb:FOLDER"

_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,49}")


class ExportError(Exception):
    """The export cannot begin or go on. The message says why, and what to try."""


class Target(Protocol):
    """Engine that holds the tables, connected. Rows that were there before are replaced."""

    shown: str
    """Name of the place, without a password."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def begin(self, table: Table, *, replaces_all: bool) -> None:
        """Begin with a table, which is made if it does not exist.

        With `replaces_all`, rows that were there before go away.
        """
        ...

    def refusal(self, table: Table, row: Row) -> str | None:
        """Reason why the engine cannot hold a row as it is. None if it can."""
        ...

    def write(self, table: Table, rows: list[Row]) -> None:
        """Write rows, whose keys differ from each other."""
        ...

    def finish(self) -> None:
        """Keep what was written."""
        ...


class PostgresPlace(NamedTuple):
    """A table of Postgres: its name, perhaps with a schema, and the parameters of a connection."""

    table: str
    options: dict[str, str]

    @property
    def shown(self) -> str:
        host = self.options.get("host", "localhost")
        port = f":{self.options['port']}" if "port" in self.options else ""
        return f"postgres://{host}{port}/{self.options['dbname']}/{self.table}"


class ChdbPlace(NamedTuple):
    """A folder of chDB."""

    folder: str


def read_place(url: str) -> PostgresPlace | ChdbPlace:
    """The place that `--to` names.

    Raises:
        ExportError: It names none. The message repeats no password.
    """
    scheme, _, rest = url.partition(":")
    # What follows a question mark would be read as settings of the engine.
    if scheme.lower() == "chdb" and rest.strip("/") and "?" not in rest:
        return ChdbPlace(rest.removeprefix("//"))
    if scheme.lower() in ("postgres", "postgresql"):
        try:
            return _postgres(url)
        except ValueError:
            pass
    raise ExportError(f"--to must be {POSTGRES_EXAMPLE} or {CHDB_EXAMPLE}")


def _postgres(url: str) -> PostgresPlace:
    parts = urlsplit(url)
    database, _, table = unquote(parts.path).removeprefix("/").rpartition("/")
    names = table.split(".")
    if not database or "/" in database or len(names) > 2 or not all(map(_TABLE.fullmatch, names)):
        raise ValueError(url)
    given = {
        "host": unquote(parts.hostname or ""),
        "port": "" if parts.port is None else str(parts.port),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": database,
    }
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)) if parts.query else {}
    return PostgresPlace(table, {**{name: value for name, value in given.items() if value}, **options})
