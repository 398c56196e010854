"""Shared parts of a run: the local Coobird in its own process, the proxy, and the counts so far."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from coobird.mock.remote import control
from tests.faults.ledger import Table
from tests.faults.process import environment
from tests.faults.proxy import Proxy
from tests.support import ROOT


class World:
    """Shared parts of a run, in a `with` block.

    Attributes:
        folder: Folder of all files; keep it to find the cause of a failure.
        while_tracked: Outcomes of events by the fault of server or network while they were tracked.
        by_end: Outcomes of events by the end of the process that tracked them.
        kills: Number of processes that were killed.
    """

    def __init__(self, folder: Path, *, db: Path | None = None) -> None:
        self.folder = folder
        self.while_tracked, self.by_end = Table(), Table()
        self.examples = self.kills = self.forks = self.observations = self.flushes = 0
        self.began = time.monotonic()
        self._number = 0
        self._duplicates = folder / "duplicates"
        self._db = [str(db)] if db else []

    def __enter__(self) -> World:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server", str(self._duplicates), *self._db],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
        )
        assert self.server.stdout is not None
        self.url = self.server.stdout.readline().decode().strip()
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        self.proxy = Proxy(host, int(port)).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.proxy.__exit__(None, None, None)
        self.server.terminate()
        self.server.communicate(timeout=30)

    def new_number(self) -> int:
        """Return a number that no other process, key or folder of this run has."""
        self._number += 1
        return self._number

    def control(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Call a control route of the server, past the proxy."""
        return control(self.url, method, path, body, api_key=key)

    def events(self, key: str) -> list[dict[str, Any]]:
        """Events of this key's tenant on the server."""
        found: list[dict[str, Any]] = self.control("GET", "/events", key=key)["events"]
        return found

    def sent_twice(self) -> set[str]:
        """Ids of events that arrived again after the server had stored them."""
        return set(self._duplicates.read_text().split())


def waiting_in(spool: Path) -> int:
    """Number of events in a spool file that no process uses."""
    db = sqlite3.connect(spool)
    try:
        number: int = db.execute("SELECT count(*) FROM events").fetchone()[0]
        return number
    finally:
        db.close()
