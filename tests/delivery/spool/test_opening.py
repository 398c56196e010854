"""Opening of a spool: a good file is used, any other is refused or set aside."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from tempfile import gettempdir

import pytest

from coobird._delivery.spool import file_lock, opening, sql
from coobird._delivery.spool.file_lock import FileLock
from coobird.errors import ConfigurationError
from tests.support.spool import KEY, numbered, open_spool, problems, program, take


def fill(path: Path, count: int) -> None:
    spool = open_spool(path)
    for event in numbered(0, count):
        spool.append(event)
    spool.close(is_idle=True)


@pytest.mark.parametrize("content", [b"customer,agent\n1,2\n", b"\x00" * 5000, b"SQLite format 3\x00" + b"\x01" * 84])
def test_a_file_of_another_program_is_refused_and_left_as_it_is(path, content):
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is not a spool"):
        open_spool(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_as_it_is(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE events (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="Name another file"):
        open_spool(path)
    assert path.read_bytes() == before


def test_a_spool_of_a_newer_version_is_refused_and_keeps_its_events(path):
    fill(path, 10)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 7")
    with pytest.raises(ConfigurationError, match=r"newer version of coobird \(format 7"):
        open_spool(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (10,)


@pytest.mark.parametrize("place", ["file/usage.db", "folder", "x" * 300])
def test_a_place_that_cannot_hold_a_file_is_refused_with_advice(tmp_path, place):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigurationError, match="in a folder that exists"):
        open_spool(tmp_path / place)


def test_in_a_folder_that_may_not_be_written_to_events_wait_in_memory_and_this_is_reported(tmp_path):
    # As another user, because root may do everything.
    source = """
        if os.getuid() == 0:
            os.setgid(65534); os.setuid(65534)
        spool = open_spool(sys.argv[1])
        spool.append(b"{}")
        print("Permission denied" in problems(spool), "kept in memory" in problems(spool), take(spool) == [b"{}"])
    """
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    with program(source, folder / "usage.db") as other_user:
        assert other_user.line() == "True True True"


def test_a_spool_whose_folder_appears_later_is_used_from_then_on_and_events_in_memory_go_there(tmp_path):
    path = tmp_path / "later" / "usage.db"
    spool = open_spool(path)
    events = numbered(0, 20)
    for event in events[:10]:
        spool.append(event)
    spool.recover()
    assert "No such file or directory" in problems(spool)
    assert len(spool.problems) == 1, "an error that lasts is reported once"
    path.parent.mkdir()
    spool.recover()
    for event in events[10:]:
        spool.append(event)
    with closing(sqlite3.connect(path)) as db:
        assert [event for (event,) in db.execute("SELECT event FROM events ORDER BY id")] == events
    assert take(spool) == events
    assert len(spool.problems) == 1


def test_a_file_of_another_program_that_appears_later_is_left_as_it_is(tmp_path):
    path = tmp_path / "later" / "usage.db"
    spool = open_spool(path)
    spool.append(b"{}")
    path.parent.mkdir()
    path.write_bytes(b"customer,agent")
    spool.recover()
    assert "is not a spool" in problems(spool)
    assert path.read_bytes() == b"customer,agent"
    assert take(spool) == [b"{}"]


def test_a_spool_that_another_process_keeps_opening_does_not_keep_a_program_from_starting(path, monkeypatch):
    monkeypatch.setattr(file_lock, "WAIT_SECONDS", 0.05)
    fill(path, 5)
    stopped = FileLock(f"{path}-lock")
    spool = open_spool(path)
    assert "another process keeps the lock" in problems(spool)
    stopped.release()
    spool.recover()
    assert spool.adopt() == 5


def test_a_spool_that_is_locked_does_not_keep_a_program_from_starting(path, monkeypatch):
    monkeypatch.setattr(sql, "PATIENT_BUSY_SECONDS", 0.05)
    fill(path, 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool = open_spool(path)
        other.execute("ROLLBACK")
    assert "Another program keeps the file locked" in problems(spool)
    assert "folder" not in problems(spool)
    spool.recover()
    assert spool.adopt() == 5


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be two users")
def test_files_that_root_makes_in_the_spool_of_another_user_belong_to_that_user(tmp_path):
    as_service = """
        os.setgid(65534); os.setuid(65534)
        spool = open_spool(sys.argv[1])
        print(spool.adopt(), problems(spool))
        spool.close(is_idle=True)
    """
    as_root = "spool = open_spool(sys.argv[1]); print(spool.adopt()); input()"
    folder = tmp_path / "service"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    # The folders of this run are its user's own; there is one more of them in each process of
    # xdist.
    for parent in takewhile(lambda parent: parent != Path(gettempdir()), [tmp_path, *tmp_path.parents]):
        parent.chmod(0o755)
    path = folder / "usage.db"
    with program(as_service, path) as service:
        assert service.line() == "0"
        service.end()
    Path(f"{path}-lock").unlink()  # as after a move of the spool
    fill(path, 5)
    with program(as_root, path) as drain:
        assert drain.line() == "5"
        drain.kill()
    assert {file.stat().st_uid for file in folder.iterdir()} == {65534}
    with program(as_service, path) as service:
        assert service.line() == "5"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be two users")
def test_a_lock_that_only_another_user_may_read_is_reported_and_its_removal_frees_the_events(tmp_path):
    """As of versions that did not give the files of root to the owner of the spool."""
    as_service = """
        os.setgid(65534); os.setuid(65534)
        spool = open_spool(sys.argv[1])
        for _ in range(2):
            print(spool.adopt(), problems(spool))
            spool.problems.clear()
        input()
        print(spool.adopt())
    """
    folder = tmp_path / "service"
    folder.mkdir()
    for parent in takewhile(lambda parent: parent != Path(gettempdir()), [tmp_path, *tmp_path.parents]):
        parent.chmod(0o755)
    path = folder / "usage.db"
    with program('spool = open_spool(sys.argv[1]); spool.append(b"{}"); print("there"); input()', path) as drain:
        assert drain.line() == "there"
        drain.kill()
    (lock,) = folder.glob("usage.db-owner-*")
    for file in [folder, *set(folder.iterdir()) - {lock}]:
        os.chown(file, 65534, 65534)
    with program(as_service, path) as service:
        first = service.line()
        assert first.startswith("0 ")
        assert str(lock) in first
        assert service.line().strip() == "0"
        lock.unlink()
        service.go_on()
        assert service.line() == "1"


def test_a_file_that_was_left_half_made_is_completed(path):
    path.touch()
    fill(path, 5)
    spool = open_spool(path)
    assert spool.adopt() == 5


def test_a_damaged_spool_is_set_aside_whole_and_a_new_one_is_begun(path):
    fill(path, 2000)
    content = bytearray(path.read_bytes())
    content[8192:40000] = b"\xff" * (40000 - 8192)
    path.write_bytes(content)
    spool = open_spool(path)
    (aside,) = path.parent.glob("usage.db.corrupt-*[0-9]")
    assert aside.read_bytes() == bytes(content)
    assert str(aside) in problems(spool)
    spool.append(b"{}")
    assert take(spool) == [b"{}"]


def test_damage_found_while_running_is_reported_and_the_next_process_sets_the_file_aside(path):
    fill(path, 2000)
    spool = open_spool(path)
    spool.adopt()
    content = bytearray(path.read_bytes())
    content[8192:40000] = b"\xff" * (40000 - 8192)
    path.write_bytes(content)
    spool.disconnect()  # forgets what is in SQLite's own memory
    readable = take(spool)
    assert len(readable) + spool.take_missing()[0] == 2000
    assert len(spool) == 0
    assert "malformed" in problems(spool)
    spool.append(b'{"kept":1}')
    assert take(spool) == [b'{"kept":1}']
    assert "was damaged" in problems(open_spool(path))


@pytest.mark.parametrize("name", ["pipe", "\ud800.db"])
def test_what_is_no_file_is_refused_at_once(tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        open_spool(tmp_path / name)
    with pytest.raises(ConfigurationError, match="not a file"):
        open_spool("/dev/null")


def test_a_mark_of_damage_that_means_an_earlier_file_does_not_set_the_new_one_aside(path):
    fill(path, 10)
    first = open_spool(path)
    first.adopt()
    opening.suspect(str(path), first._file.share.salt)
    second = open_spool(path)  # sets the first one aside
    second.append(b'{"n":1}')
    first._file.failed("read", damage())
    third = open_spool(path)
    assert not third.problems
    assert len(list(path.parent.glob("usage.db.corrupt-*[0-9]"))) == 1
    assert not Path(f"{path}-damaged").exists()


def damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def test_a_process_whose_file_was_replaced_leaves_the_new_one_alone(path):
    mine = open_spool(path)
    mine.append(b'{"mine":0}')
    for name in ("usage.db", "usage.db-wal", "usage.db-shm"):
        (path.parent / name).rename(path.parent / f"old-{name}")
    other = open_spool(path)
    for event in numbered(0, 5):
        other.append(event)
    mine.disconnect()  # as before a fork, or after an error
    mine.append(b'{"mine":1}')
    assert "another file has taken its place" in problems(mine)
    assert take(mine) == [b'{"mine":1}']
    assert mine.take_missing() == (1, 0)
    assert take(other) == numbered(0, 5)
    assert not other.problems


def test_a_path_that_begins_with_two_slashes_is_just_a_path(path):
    fill(f"/{path}", 3)
    assert open_spool(path).adopt() == 3


def test_a_fork_while_another_thread_opens_a_spool_does_not_keep_others_from_opening_it(path):
    source = """
        import signal, threading
        done = threading.Event()
        def open_often():
            while not done.is_set(): open_spool(sys.argv[1])
        thread = threading.Thread(target=open_often)
        thread.start()
        children = []
        for _ in range(30):
            child = os.fork()
            if child == 0:
                os.dup2(os.open(os.devnull, os.O_RDWR), 1)
                signal.alarm(60)
                signal.pause()
            children.append(child)
        done.set()
        thread.join()
        open_spool(sys.argv[1]).append(b"{}")
        print("opened")
        for child in children: os.kill(child, signal.SIGKILL)
    """
    with program(source, path) as parent:
        assert parent.line() == "opened"


def test_a_spool_that_is_opened_many_times_at_once_for_the_first_time_is_one_spool(path):
    source = """
        print("ready"); input()
        spool = open_spool(sys.argv[1])
        for event in numbered(0, 20, sys.argv[2]): spool.append(event)
        recover(spool)
        assert not spool.problems
        print("stored"); input()
    """
    with program(source, path, "a") as a, program(source, path, "b") as b, program(source, path, "c") as c:
        programs = (a, b, c)
        assert [each.line() for each in programs] == ["ready"] * 3
        for each in programs:
            each.go_on()
        assert [each.line() for each in programs] == ["stored"] * 3
        for each in programs:
            each.kill()
    assert open_spool(path).adopt() == 60


def test_a_name_with_signs_that_mean_something_in_an_address_is_just_a_name(tmp_path):
    path = tmp_path / "50%25 of ?mode=ro#é.db"
    fill(path, 3)
    assert path.exists()
    assert open_spool(path, KEY).adopt() == 3
