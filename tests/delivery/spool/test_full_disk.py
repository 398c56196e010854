"""A spool on a disk that is full: it is emptied, and used again.

With real disks of a few megabytes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from coobird._delivery.spool import format as form
from coobird._delivery.spool import reserve, sql
from coobird._delivery.spool import spool as spool_module
from coobird._delivery.spool.reserve import Reserve
from tests.support import ROOT
from tests.support.spool import finish, numbered, on_disk, open_spool, problems, take

MOUNT = 'mount -t tmpfs -o size=$1m none "$2" && shift 2 && exec "$@"'

HEAD = """
import os, subprocess, sys
from tests.support.spool import *
from coobird._delivery.spool import spool as module
module.RETRY_SECONDS = 0.0
FILE = os.path.abspath("disk/usage.db")

def room():
    disk = os.statvfs("disk")
    return disk.f_bavail * disk.f_frsize

def fill_with_events(spool):
    stored = 0
    while not spool.problems:
        spool.append(b'{"event_id":"event-%d","customer_id":"c","agent_id":"a","note":"%s"}' % (stored, b"x" * 200))
        stored += 1
    assert "full" in problems(spool), problems(spool)
    return stored

def fill_with_other_files():
    with open("disk/other", "wb", 0) as file:
        try:
            while file.write(bytes(4096)): pass
        except OSError: pass
    assert room() == 0
"""


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture(scope="session")
def run_on_small_disk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Run a program in a folder whose subfolder `disk` is a disk of so many megabytes, and return
    its lines.
    """
    if not can_mount():
        pytest.skip("no disk can be mounted here; the tests without one prove the same steps")

    def run(size: int, source: str, *arguments: str) -> list[str]:
        folder = tmp_path_factory.mktemp("small")
        (folder / "disk").mkdir()
        program = [sys.executable, "-W", "error", "-c", HEAD + textwrap.dedent(source), *arguments]
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", MOUNT, "sh", str(size), "disk", *program],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COOBIRD_API_KEY": "sk_test_0123456789abcdef"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("is_full", ["of events", "of other files as well"])
def test_a_full_disk_is_emptied_by_drain_and_the_spool_stores_again(size, is_full, run_on_small_disk, server, ingest):
    source = """
        if os.fork() == 0:
            spool = open_spool(FILE)
            print(fill_with_events(spool) - 1, flush=True)
            os._exit(0)
        assert os.wait()[1] == 0
        if sys.argv[2] == "of other files as well": fill_with_other_files()
        drain = [sys.executable, "-m", "coobird.cli.spool", "drain", FILE, "--host", sys.argv[1]]
        done = subprocess.run(drain, capture_output=True, text=True)
        print(done.returncode, done.stdout.strip(), flush=True)
        spool = open_spool(FILE)
        for event in numbered(0, 100): spool.append(event)
        assert not spool.problems, problems(spool)
        assert on_disk(FILE) == numbered(0, 100)
    """
    stored, drained = run_on_small_disk(size, source, server.url, is_full)
    assert drained == f"0 {int(stored):,} events sent, 0 refused, 0 left"
    assert len(ingest.stored) == int(stored)


@pytest.mark.parametrize("size", [1, 8])
def test_the_process_that_has_filled_the_disk_empties_it_and_stores_again(size, run_on_small_disk):
    source = """
        spool = open_spool(FILE)
        stored = fill_with_events(spool)
        for _ in range(2):
            while events := take(spool, 100): finish(spool, events)
            assert on_disk(FILE) == []
            spool.recover()
            for event in numbered(0, 100): spool.append(event)
            assert on_disk(FILE) == numbered(0, 100)
        assert len(spool.problems) == 1, problems(spool)
    """
    run_on_small_disk(size, source)


def test_on_a_disk_that_is_full_when_a_process_starts_the_events_in_the_spool_are_sent(
    run_on_small_disk, server, ingest
):
    """Also if the last process has ended in order: SQLite needs a file of its own to read."""
    source = """
        from coobird import Coomon
        spool = open_spool(FILE)
        for number in range(100): spool.append(b'{"event_id":"left-%d","customer_id":"c","agent_id":"a"}' % number)
        spool.close(is_idle=True)
        fill_with_other_files()
        errors = []
        module.RETRY_SECONDS = 0.05
        client = Coomon(host=sys.argv[1], spool=FILE, on_error=errors.append)
        for _ in range(10): client.track_task(customer_id="c", agent_id="a")
        client.shutdown()
        assert client.stats().delivered == 110, client.stats()
        assert all("spool" in str(error) for error in errors), errors
        print(len(on_disk(FILE)))
    """
    assert run_on_small_disk(1, source, server.url) == ["0"]
    assert len(ingest.stored) == 110


def test_a_spool_on_a_disk_without_any_room_works_in_memory_and_on_disk_once_there_is_room(run_on_small_disk):
    source = """
        fill_with_other_files()
        spool = open_spool(FILE)
        for event in numbered(0, 10): spool.append(event)
        spool.recover()
        assert "cannot be used now" in problems(spool)
        os.unlink("disk/other")
        spool.recover()
        for event in numbered(10, 20): spool.append(event)
        print(on_disk(FILE) == numbered(0, 20), take(spool) == numbered(0, 20))
    """
    assert run_on_small_disk(1, source) == ["True True"]


# ------------------------------------------------- the same steps without a small disk


@pytest.fixture
def full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """SQLite has no room to remove events as long as the reserve is there."""
    tries: list[int] = []
    remove = sql.remove

    def remove_if_there_is_room(db: sqlite3.Connection, ids: list[int]) -> None:
        tries.append(len(ids))
        if Path(f"{path}-reserve").exists():
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        remove(db, ids)

    monkeypatch.setattr(sql, "remove", remove_if_there_is_room)
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 0.0)
    return tries


def test_removing_events_from_a_full_disk_gives_the_reserve_free_and_goes_on_with_few_events_at_a_time(path, full_disk):
    spool = open_spool(path)
    for event in numbered(0, 100):
        spool.append(event)
    finish(spool, take(spool))
    assert full_disk[0] == 100
    assert max(full_disk[1:]) <= 16
    assert on_disk(path) == []
    assert problems(spool) == ""


def test_without_the_reserve_events_go_to_memory_until_it_can_be_made_again(path, full_disk, monkeypatch):
    disk = [1 << 30, 0]
    spool = open_spool(path)
    spool.append(b"{}")
    finish(spool, take(spool))
    monkeypatch.setattr(reserve, "_disk", lambda _: tuple(disk))
    for event in numbered(0, 10):
        spool.append(event)
    spool.recover()
    assert on_disk(path) == []
    assert "except for the room that removing events needs" in problems(spool)
    disk[1] = 1 << 29
    spool.recover()
    assert on_disk(path) == numbered(0, 10)
    assert Path(f"{path}-reserve").exists()
    spool.append(b"{}")
    assert len(on_disk(path)) == 11


def test_another_process_that_gave_the_reserve_free_keeps_a_client_that_starts_from_using_up_the_room(
    path, monkeypatch
):
    open_spool(path).append(b"{}")
    monkeypatch.setattr(reserve, "_disk", lambda _: (1 << 30, 1 << 20))
    assert Reserve(str(path)).free()
    wal = Path(f"{path}-wal")
    wal.write_bytes(wal.read_bytes() + bytes(1 << 20))
    spool = open_spool(path)
    spool.append(b'{"n":1}')
    assert on_disk(path) == [b"{}"]
    assert take(spool) == [b'{"n":1}']


@pytest.mark.parametrize(
    ("total", "free", "log", "room", "expected"),
    [
        (1 << 40, 1 << 39, 0, 0, form.RESERVE_BYTES),  # an ordinary disk
        (1 << 20, 1 << 20, 0, 0, 1 << 17),  # a small one
        (1 << 40, 1 << 22, 0, 0, 1 << 20),  # little is left of a large one
        (1 << 40, 1 << 22, 1 << 21, 0, 0),  # too little for the log
        (1 << 40, 1 << 16, 0, 0, 0),  # next to nothing
        (1 << 20, 200_000, 0, 1 << 18, 89_642),  # full, but the file has room inside
    ],
)
def test_the_reserve_depends_on_the_disk_and_leaves_room_to_grow(total, free, log, room, expected):
    assert form.reserve_to_make(total, free, log, room) == expected


def test_the_log_of_the_spool_fits_the_reserve_twice():
    for reserve_bytes in (1 << 17, 1 << 20, form.RESERVE_BYTES):
        assert 2 * form.log_pages(reserve_bytes) * form.PAGE_BYTES < reserve_bytes
    assert form.log_pages(0) >= 16
