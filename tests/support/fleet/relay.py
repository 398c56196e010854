"""Relays as processes, with logs that a test can read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.ingest import KEY, wait_until

_COMMAND = (sys.executable, "-m", "coobird.cli", "relay")

QUICK_GROUP = "session.timeout.ms=6000&max.poll.interval.ms=6000&heartbeat.interval.ms=500"
"""Options of a topic's URL. The broker in memory lets a new member wait as long as others may take
between two polls, which is five minutes by default."""


def with_quick_group(url: str) -> str:
    """Return the URL of a topic with these options, and a group of its own."""
    topic = url.partition("?")[0].rpartition("/")[2]
    return f"{url}{'&' if '?' in url else '?'}{QUICK_GROUP}&group.id={group_of(topic)}"


def group_of(topic: str) -> str:
    return f"relay-{topic}"


class RelayProcess:
    """A relay. Retries are quick, as in tests of clients."""

    def __init__(self, url: str, host: str, *options: str, env: dict[str, str] | None = None, key: str | None = KEY):
        if url.startswith("kafka:"):
            url = with_quick_group(url)
        self._log = Path(tempfile.mkstemp(prefix="coobird-relay-")[1])
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COOBIRD_")}
        environment |= {"COOBIRD_TESTING": "1", **({} if key is None else {"COOBIRD_API_KEY": key}), **(env or {})}
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*_COMMAND, url, "--host", host, "--json", "--metrics", "127.0.0.1:0", *options],
                stdout=log,
                stderr=log,
                env=environment,
            )

    def lines(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Lines of the log, those that are complete."""
        texts = self._log.read_text().splitlines(keepends=True)
        found = [json.loads(text) for text in texts if text.startswith("{") and text.endswith("\n")]
        return [line for line in found if kind in (None, line["event"])]

    def text(self) -> str:
        return self._log.read_text()

    def wait_for(self, kind: str) -> dict[str, Any]:
        wait_until(lambda: self.lines(kind) or self.process.poll() is not None, f"a line {kind!r} of the relay")
        assert self.lines(kind), self.text()
        return self.lines(kind)[0]

    def get(self, path: str) -> str:
        url = self.wait_for("started")["metrics"].replace("/metrics", path)
        with urllib.request.urlopen(url, timeout=10) as answer:
            text: str = answer.read().decode()
            return text

    def stop(self) -> dict[str, Any]:
        """End it by SIGTERM. Returns its last line."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0, self.text()
        return self.lines("stopped")[0]

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def close(self) -> None:
        """End it, and remove its log."""
        self.kill()
        self._log.unlink(missing_ok=True)
