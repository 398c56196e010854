"""Starting programs as processes of their own, and the Python versions to start them with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from tests.support import ROOT
from tests.support.ingest import Ingest

DEADLINE = 60.0
"""Seconds after which a program that should have ended by itself fails its test."""
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass
class Programs:
    """Runs Python source as `program.py` in a folder of its own, against one server."""

    folder: Path
    url: str
    python: str = sys.executable
    libraries: Path | None = None
    """Folder in which other interpreters than this one find the dependencies."""

    def write(self, source: str, name: str = "program.py") -> Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(source))
        return path

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        places = [ROOT, ROOT / "generated", self.folder, *([self.libraries] if self.libraries else [])]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "COOBIRD_TEST_URL": self.url,
            "COOBIRD_TEST_DEADLINE": str(int(DEADLINE * 0.75)),
            "PYTHONPATH": os.pathsep.join(map(str, places)),
            "PYTHONUNBUFFERED": "1",
            **(extra or {}),
        }

    def run(
        self, source: str, *, code: int | None = 0, quiet: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run to its end, with this exit code (`None`: any) and, if `quiet`, without stderr."""
        with self.start(str(self.write(source)), env=env) as process:
            try:
                out, err = process.communicate(timeout=DEADLINE)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"the program did not end by itself within {DEADLINE:.0f} s") from None
        assert code in (None, process.returncode), f"exit code {process.returncode}\n{err}"
        if quiet:
            assert err == "", err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    @contextmanager
    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None, command: str | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Start `python ...`, or `command ...`.

        At the end of the block the process and its children are killed. If the block failed, they
        show what each of their threads does, and all that they wrote is printed.
        """
        process = subprocess.Popen(
            [command or self.python, *arguments],
            cwd=self.folder,
            env=self.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        except BaseException:
            print(*_last_words(process), sep="\n", file=sys.stderr)
            raise
        finally:
            _kill_group(process, signal.SIGKILL)
            process.communicate()


def _last_words(process: subprocess.Popen[str]) -> tuple[str, str]:
    """End a process and its children by the signal at which `tests.support.child` shows threads."""
    _kill_group(process, signal.SIGALRM)
    try:
        return process.communicate(timeout=5)
    except (subprocess.TimeoutExpired, ValueError):  # it does not end, or its pipes were read and closed
        return "", ""


def _kill_group(process: subprocess.Popen[str], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


@cache
def interpreters() -> dict[str, str]:
    """Python version -> interpreter, for the supported versions that this machine has."""
    found = {THIS: sys.executable}
    managed = sorted(Path.home().glob(".pyenv/versions/*/bin/python3.*"))
    for version in VERSIONS:
        names = [shutil.which(f"python{version}"), *(str(path) for path in managed if path.name == f"python{version}")]
        for name in filter(None, names):
            # A version manager's stand-in exists for versions that it cannot start.
            if version not in found and subprocess.run([name, "-c", "import ssl"], capture_output=True).returncode == 0:
                found[version] = name
    return found


def link_libraries(folder: Path) -> None:
    """Link the runtime dependencies, which are pure Python, for other interpreters to import."""
    waiting, done = ["httpx", "attrs", "typing_extensions"], set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        package = distribution(name)
        waiting += [re.split(r"[^\w.-]", need)[0] for need in package.requires or () if ";" not in need]
        for top in {file.parts[0] for file in package.files or () if not file.parts[0].startswith("..")}:
            target = folder / top
            if not target.exists() and top != "__pycache__":
                target.symlink_to(Path(str(package.locate_file(top))))


def missing(ingest: Ingest, name: str, count: int) -> set[str]:
    """The ids of the `count` events called `name` that did not arrive."""
    return {f"{name}-{number}" for number in range(count)} - set(ingest.stored)


def sent_twice(ingest: Ingest) -> list[str]:
    sent = [event_id for batch in ingest.batches for event_id in batch]
    return sorted({event_id for event_id in sent if sent.count(event_id) > 1}) if len(sent) != len(set(sent)) else []
