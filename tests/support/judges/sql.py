"""An SQL database to check sums with."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

SQL_PROCESS = """
import duckdb, json, sys
with duckdb.connect() as db:
    for line in sys.stdin:
        query, names = json.loads(line)
        print(json.dumps(db.execute(query, names).fetchall(), default=str), flush=True)
"""


class Database:
    """DuckDB in another process, so that it shares no library with the server that it checks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def rows(self, query: str, **names: str) -> list[list[Any]]:
        """Rows of a query. Numbers are text."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([query, names]), file=self._process.stdin, flush=True)
        answer: list[list[Any]] = json.loads(self._process.stdout.readline())
        return answer

    def number(self, query: str) -> Decimal:
        """Only value of the only row."""
        [[value]] = self.rows(query)
        return Decimal(value)


@contextmanager
def database() -> Iterator[Database]:
    command = [sys.executable, "-c", SQL_PROCESS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Database(process)
