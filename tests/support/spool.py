"""A spool without a client, and processes with a spool that can be killed."""

from __future__ import annotations

import queue
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from coobird._delivery.spool import sql
from coobird._delivery.spool.spool import Spool
from coobird._settings.api_key import ApiKey
from tests.support import ROOT

KEY = "sk_test_0123456789abcdef"
DEADLINE = 30.0


def open_spool(path: Path | str, key: str = KEY, **options: Any) -> Spool:
    return Spool(str(path), ApiKey(key), **options)


@contextmanager
def closing_connections() -> Iterator[None]:
    """Close connections of spools that were not closed: Python 3.13 and later warn of them."""
    made: list[sqlite3.Connection] = []
    connect = sql.connect

    def remembered(*args: Any, **options: Any) -> sqlite3.Connection:
        made.append(connect(*args, **options))
        return made[-1]

    sql.connect = remembered
    try:
        yield
    finally:
        sql.connect = connect
        for each in made:
            each.close()


def take(spool: Spool, most: int = 1_000_000) -> list[bytes]:
    """Lend the oldest events."""
    events: list[bytes] = []
    while len(events) < most and spool.load(1):
        events.append(spool.ready.popleft())
        spool.given_out += 1
    return events


def give_back(spool: Spool, events: list[bytes]) -> None:
    """Give back events that were lent."""
    spool.ready.extendleft(reversed(events))
    spool.given_out -= len(events)
    spool.took_back()


def finish(spool: Spool, events: list[bytes]) -> None:
    """These have been delivered."""
    spool.forgotten += spool.ids_of(events)
    spool.clean()


def recover(spool: Spool) -> None:
    """Bring to disk what is in memory, as a sender does.

    These are events whose turn to be stored did not come within the patience of `track`.
    """
    while spool.seconds_until_recovery(monotonic()) < inf:
        spool.recover()


def numbered(first: int, last: int, name: str = "event") -> list[bytes]:
    return [f'{{"event_id":"{name}-{number}"}}'.encode() for number in range(first, last)]


def on_disk(path: Path | str) -> list[bytes]:
    """Events in the file, in the order in which they are sent."""
    with closing(sqlite3.connect(path)) as db:
        return [event for (event,) in db.execute("SELECT event FROM events ORDER BY id")]


def problems(spool: Spool) -> str:
    return " ".join(map(str, spool.problems))


class Program:
    """A process that runs a program which says lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def line(self) -> str:
        """The next line that it says."""
        return self._lines.get(timeout=DEADLINE)

    def go_on(self) -> None:
        """Answer its `input()`."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(DEADLINE)

    def close(self) -> None:
        self.kill()
        self._listener.join(DEADLINE)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def end(self) -> None:
        assert self._process.wait(DEADLINE) == 0


@contextmanager
def program(source: str, *arguments: object) -> Iterator[Program]:
    """Run a program; its process has ended at the end of the block."""
    head = "import os, sys\nfrom tests.support.spool import *\nfrom pathlib import Path\n"
    process = subprocess.Popen(
        [sys.executable, "-u", "-W", "error", "-c", head + textwrap.dedent(source), *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    running = Program(process)
    try:
        yield running
    finally:
        running.close()
