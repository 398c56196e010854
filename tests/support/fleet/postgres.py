"""A Postgres cluster of its own, in a temporary folder, on 127.0.0.1.

Postgres refuses to run as root, so it runs as the user that Debian's package makes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.support.fleet.stopping import stop
from tests.support.ports import free_port

PASSWORD = "correct-horse"


def binaries() -> Path | None:
    """Folder of the newest Postgres on this machine; `None` if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    single = shutil.which("initdb")
    return None if single is None else Path(single).parent


class Postgres:
    """A cluster. `url(table)` is the transport of a table in its database."""

    def __init__(self) -> None:
        bin_folder = binaries()
        assert bin_folder is not None, "Postgres is not installed: apt-get install postgresql"
        self._bin = bin_folder
        self._folder = Path(tempfile.mkdtemp(prefix="coobird-postgres-"))
        self._as: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
            self._as |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        data = self._folder / "data"
        subprocess.run(
            [
                self._bin / "initdb",
                "-D",
                data,
                "-U",
                "coobird",
                "-A",
                "scram-sha-256",
                f"--pwfile={secret}",
                "-N",
                "-E",
                "UTF8",
            ],
            check=True,
            **self._as,
        )

    def start(self) -> Postgres:
        settings = (f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self._folder}")
        options = [part for each in (*settings, "shared_buffers=16MB") for part in ("-c", each)]
        self._process = subprocess.Popen([self._bin / "postgres", "-D", self._folder / "data", *options], **self._as)
        subprocess.run(
            [self._bin / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-t", "20"], check=False, **self._as
        )
        for _ in range(200):
            try:
                self.connect().close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, "Postgres has ended"
                subprocess.run(["sleep", "0.05"], check=True)
            else:
                return self
        raise AssertionError("Postgres does not answer")

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="coobird", password=PASSWORD, dbname="postgres", autocommit=True
        )

    def url(self, table: str, password: str = PASSWORD) -> str:
        return f"postgres://coobird:{password}@127.0.0.1:{self.port}/postgres/{table}"

    def run(self, statement: str, *parameters: Any) -> list[Any]:
        with self.connect() as db:
            found = db.execute(statement, parameters)  # type: ignore[call-overload, unused-ignore]
            return found.fetchall() if found.description else []

    def pause(self) -> None:
        """Let no backend answer: the processes are stopped."""
        for pid in self._pids():
            with suppress(ProcessLookupError):  # a connection's process may have ended by now
                stop(pid)

    def resume(self) -> None:
        for pid in self._pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a crash does (an immediate shutdown)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _pids(self) -> list[int]:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [self._process.pid, *map(int, children)]
