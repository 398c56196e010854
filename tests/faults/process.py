"""Processes of a fault run: they are started, get commands, and are killed or waited for."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.ledger import Life
from tests.support import ROOT
from tests.support.namespaces import FIRST

DEADLINE = 60.0
"""Seconds after which something that must happen counts as not happening."""


class StuckError(AssertionError):
    """A process was not ready in time."""


def environment() -> dict[str, str]:
    """Options of every process of a run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COOBIRD", "PYTEST"))}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]), "PYTHONUNBUFFERED": "1"}


def wait_until(condition: Callable[[], object], what: str, seconds: float = DEADLINE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise StuckError(f"after {seconds:.0f} seconds: {what}")
        time.sleep(0.0005)


class Process:
    """One `tests.faults.child`.

    It leads a process group of its own, so that its forked children can be ended with it.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        is_graceful: bool = False,
        is_first: bool = False,
        is_quick: bool = True,
        **options: Any,
    ) -> None:
        """Start it, and wait until it is there.

        Args:
            name: Its name, with which the ids of its events begin.
            folder: Folder of its journal and its standard error.
            is_graceful: True if it calls `flush_on_signals`.
            is_first: True if it is the first process (PID 1) of a namespace of its own. That needs
                `has_namespaces`.
            is_quick: False for the retries of a client outside of tests.
            options: Options of its client.
        """
        self.life = Life(name, has_spool="spool" in options)
        self.is_graceful = is_graceful
        self.stats: dict[str, Any] | None = None
        self._journal_path = folder / f"{name}.journal"
        self._errors_path = folder / f"{name}.stderr"
        self._offset = 0
        given = {
            "journal": str(self._journal_path),
            "name": name,
            "is_graceful": is_graceful,
            "is_quick": is_quick,
            **options,
        }
        self._journal_path.touch()
        # Its forked children inherit this pipe, which ends when all of them have ended.
        self._alive: int | None
        self._alive, end = os.pipe()
        with self._errors_path.open("wb") as errors:
            self._process = subprocess.Popen(
                [
                    *(FIRST if is_first else []),
                    sys.executable,
                    "-W",
                    "error",
                    "-m",
                    "tests.faults.child",
                    json.dumps(given),
                ],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
                pass_fds=(end,),
            )
        os.close(end)
        self.wait_for_answer()
        self._pid = self._process.pid
        if is_first:
            self._pid = int(Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text())

    def look(self) -> None:
        """Read new lines of the journal."""
        with self._journal_path.open("rb") as journal:
            journal.seek(self._offset)
            new = journal.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        self.life.journal.read(whole.decode().splitlines())

    def say(self, command: str, *arguments: object) -> None:
        """Send a command. Does not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([command, *arguments]).encode() + b"\n")
        self._process.stdin.flush()

    def wait_for_answer(self) -> dict[str, Any]:
        """Wait for the answer to the oldest command that has none yet."""

        def is_answered() -> bool:
            self.look()
            return bool(self.life.journal.answers) or self._process.poll() is not None

        wait_until(is_answered, f"no answer from {self.life.name}; {self._said()}")
        if not self.life.journal.answers:
            raise StuckError(f"{self.life.name} ended by itself; {self._said()}")
        answer: dict[str, Any] = json.loads(self.life.journal.answers.pop(0))
        return answer

    def ask(self, command: str, *arguments: object) -> dict[str, Any]:
        self.say(command, *arguments)
        return self.wait_for_answer()

    def wait_until_tried(self, total: int) -> None:
        """Wait until it is about to track its event of this number, or has done its commands."""

        def is_there() -> bool:
            self.look()
            return len(self.life.journal.tried) >= total or bool(self.life.journal.answers)

        wait_until(is_there, f"{self.life.name} does not track; {self._said()}")

    def kill(self, number: signal.Signals, *, code: int | None = None) -> None:
        """Send a signal that ends it, and check that the signal and nothing else ended it.

        Args:
            number: The signal.
            code: Exit code that says so. Default: Python's for a process that a signal ended.
        """
        os.kill(self._pid, number)
        # A handler runs once the main thread returns from its wait. A signal that comes a moment
        # before the wait does not end it.
        self._close_input()
        found = self._wait()
        self._bury()
        assert found == (-number if code is None else code), (
            f"{self.life.name} ended with {found} at {number!r}; {self._said()}"
        )

    def end(self) -> None:
        """Let it end by itself."""
        self._close_input()
        code = self._wait()
        self._bury()
        assert code == 0, f"{self.life.name} ended with {code}; {self._said()}"
        assert self._said() == "it said nothing", self._said()
        self.life.ended_well = True

    def discard(self) -> None:
        """Kill it and its children, whatever state it is in."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._bury()

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass

    def _wait(self) -> int:
        try:
            return self._process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise StuckError(f"{self.life.name} does not end; {self._said()}") from None

    def _bury(self) -> None:
        """Read the rest of the journal, once its forked children have ended too."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if self._alive is not None:
            if not select.select([self._alive], [], [], DEADLINE)[0]:
                raise StuckError(f"a child of {self.life.name} does not die")
            os.close(self._alive)
            self._alive = None
        self._close_input()
        self.look()

    def _said(self) -> str:
        said = self._errors_path.read_text("utf-8", "replace")
        return f"it said: {said}" if said.strip() else "it said nothing"
