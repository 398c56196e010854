"""Command `coobird-mock export`: copies what a local server holds into a database."""

import argparse
import json
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from coobird.mock.export.tables import BILL_LINES, REJECTED, TABLES, Row, Table
from coobird.mock.export.target import CHDB_EXAMPLE, ChdbPlace, ExportError, Target, read_place
from coobird.mock.inprocess import MockCoobird
from coobird.mock.options import parsed
from coobird.mock.server import MissingPackageError

DEFAULT_HOST = "http://127.0.0.1:4444"

_ROWS = 1000
_SECONDS = 60.0
_READ_BYTES = 65_536
_MOST_SHOWN = 10
_KINDS = {"": "events", BILL_LINES.suffix: "lines of bills", REJECTED.suffix: "rejected events"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Export, and print how many rows there are. The exit code is 1 if one of them is left out."""
    options = parsed(_parser(), sys.argv[1:] if arguments is None else arguments)
    try:
        with _source(options) as host, _target(options.to) as target:
            counts, refused = _export(host, target)
    except (ExportError, MissingPackageError, ValueError) as error:
        print(f"coobird-mock export: {error}", file=sys.stderr)
        return 1
    print(f"{', '.join(f'{counts[table.suffix]:,} {_KINDS[table.suffix]}' for table in TABLES)} in {target.shown}")
    for text in refused[:_MOST_SHOWN]:
        print(f"coobird-mock export: left out: {text}", file=sys.stderr)
    if len(refused) > _MOST_SHOWN:
        print(f"coobird-mock export: left out: {len(refused) - _MOST_SHOWN:,} more", file=sys.stderr)
    return 1 if refused else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        allow_abbrev=False,
        prog="coobird-mock export",
        description="Copy the events of a local server, the lines of its bills and its rejected events into a database. "
        "A second run adds what is new, and changes what has changed.",
    )
    parser.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help=f"postgres://user:password@host/database/table (extra postgres), or {CHDB_EXAMPLE} (extra clickhouse)",
    )
    source = parser.add_mutually_exclusive_group().add_argument
    source("--host", default=DEFAULT_HOST, metavar="URL", help="the local server (default: %(default)s)")
    source("--db", metavar="FILE", help="its file instead, while no server runs")
    return parser


@contextmanager
def _source(options: argparse.Namespace) -> Generator[str]:
    """URL of the server, which is started for a file."""
    if options.db is None:
        yield options.host
        return
    if not Path(options.db).is_file():
        raise ExportError(f"there is no file {options.db}")  # the server would make an empty one
    with MockCoobird(db=options.db) as mock:
        yield mock.url


def _target(url: str) -> Target:
    place = read_place(url)
    try:
        if isinstance(place, ChdbPlace):
            from coobird.mock.export.clickhouse import ChdbTarget

            return ChdbTarget(place)
        from coobird.mock.export.postgres import PostgresTarget

        return PostgresTarget(place)
    except ImportError as error:
        extra = "clickhouse" if isinstance(place, ChdbPlace) else "postgres"
        raise ExportError(f'--to needs the package {error.name}: pip install "coobird[{extra}]"') from None


def _export(host: str, target: Target) -> tuple[dict[str, int], list[str]]:
    """Write all tables. Returns the rows of each, and why others are left out."""
    counts: dict[str, int] = {}
    refused: list[str] = []
    for table in TABLES:
        # A bill that has changed may have fewer lines.
        target.begin(table, replaces_all=table is BILL_LINES)
        counts[table.suffix] = 0
        for page in _pages(host, table):
            kept: list[Row] = []
            for row in page:
                if reason := target.refusal(table, row):
                    refused.append(
                        f"{_KINDS[table.suffix]}: {' '.join(str(row[name]) for name in table.key)}: {reason}"
                    )
                else:
                    kept.append(row)
            if kept:
                target.write(table, kept)
            counts[table.suffix] += len(kept)
    target.finish()
    return counts, refused


def _pages(host: str, table: Table) -> Iterator[list[Row]]:
    page: list[Row] = []
    for row in _rows(host, table):
        page.append(row)
        if len(page) == _ROWS:
            yield page
            page = []
    if page:
        yield page


def _rows(host: str, table: Table) -> Iterator[Row]:
    """Rows as they arrive. A server that ends in the middle is an error."""
    parts = urlsplit(host)
    if parts.scheme != "http" or parts.hostname is None:
        raise ExportError(f"--host must be the URL of a local server, such as {DEFAULT_HOST}")
    connection = HTTPConnection(parts.hostname, parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", table.path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ExportError(f"{host} answers {answer.status} to {table.path}: it is no local server of this version")
        # Not line by line: that takes a connection that breaks for the end.
        rest = b""
        while part := answer.read(_READ_BYTES):
            *lines, rest = (rest + part).split(b"\n")
            yield from map(json.loads, lines)
    except (OSError, HTTPException) as error:
        raise ExportError(
            f"{host} does not answer ({error or type(error).__name__}): start it with coobird-mock, or name it by --host"
        ) from None
    finally:
        connection.close()
