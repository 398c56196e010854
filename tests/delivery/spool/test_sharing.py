"""A spool that several processes share: each event is sent once, also if some are killed."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from coobird._delivery.spool import file_lock, share, sql
from coobird._delivery.spool.file_lock import FileLock, is_held
from tests.support.spool import finish, give_back, numbered, on_disk, open_spool, problems, program, take

STORE = """
    spool = open_spool(sys.argv[1])
    for event in numbered(0, int(sys.argv[2]), sys.argv[3]): spool.append(event)
    print("stored")
    input()
"""


def owner_files(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.glob(f"{path.name}-owner-*"))


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_events_come_out_in_the_order_in_which_they_went_in(path):
    spool = open_spool(path)
    events = numbered(0, 3000)
    for event in events:
        spool.append(event)
    assert len(spool) == 3000
    assert take(spool) == events
    assert len(spool) == 0


def test_events_that_were_lent_and_taken_back_come_first_again(path):
    spool = open_spool(path)
    for event in numbered(0, 10):
        spool.append(event)
    lent = take(spool, 4)
    give_back(spool, lent)
    assert len(spool) == 10
    assert take(spool) == numbered(0, 10)


def test_what_was_appended_is_there_after_a_kill_at_the_very_next_moment(path):
    with program(STORE, path, 500, "killed") as writer:
        assert writer.line() == "stored"
        writer.kill()
    spool = open_spool(path)
    assert spool.adopt() == len(spool) == 500
    assert take(spool) == numbered(0, 500, "killed")


def test_what_was_acknowledged_before_a_kill_does_not_come_back(path):
    source = STORE.replace('print("stored")', 'finish(spool, take(spool, 200)); print("stored")')
    with program(source, path, 500, "killed") as writer:
        assert writer.line() == "stored"
        writer.kill()
    spool = open_spool(path)
    spool.adopt()
    assert take(spool) == numbered(200, 500, "killed")


def test_the_events_of_a_running_process_are_left_to_it_until_it_ends(path):
    spool = open_spool(path)
    with program(STORE, path, 100, "other") as other:
        assert other.line() == "stored"
        assert spool.adopt() == 0
        other.kill()
        assert spool.adopt() == 100
    assert take(spool) == numbered(0, 100, "other")


def test_of_many_clients_that_look_at_once_exactly_one_takes_over_what_a_killed_process_left(path):
    with program(STORE, path, 1000, "killed") as writer:
        writer.line()
        writer.kill()
    spools = [open_spool(path) for _ in range(8)]
    together = threading.Barrier(len(spools))

    def adopt(spool):
        together.wait()
        # Two that look at the same instant may each take the other for the running owner.
        for _ in range(50):
            spool.adopt()

    threads = [threading.Thread(target=adopt, args=(spool,)) for spool in spools]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(spool) for spool in spools) == [0] * 7 + [1000]


def test_events_that_were_taken_over_are_taken_over_again_if_the_new_owner_is_killed(path):
    with program(STORE, path, 300, "first") as first:
        first.line()
        first.kill()
    adopt = (
        'spool = open_spool(sys.argv[1]); print(spool.adopt()); finish(spool, take(spool, 100)); print("sent"); input()'
    )
    with program(adopt, path) as adopter:
        assert adopter.line() == "300"
        assert adopter.line() == "sent"
        adopter.kill()
    spool = open_spool(path)
    assert spool.adopt() == 200
    assert take(spool) == numbered(100, 300, "first")


def test_a_process_that_closes_leaves_its_events_to_others_and_no_file_of_its_own(path):
    spool = open_spool(path)
    for event in numbered(0, 50):
        spool.append(event)
    assert len(owner_files(path)) == 1
    spool.close(is_idle=True)
    assert owner_files(path) == []
    other = open_spool(path)
    assert other.adopt() == 50


def test_a_share_that_is_still_sending_keeps_its_events_until_it_is_done(path):
    busy = open_spool(path)
    for event in numbered(0, 50):
        busy.append(event)
    busy.close(is_idle=False)
    other = open_spool(path)
    assert other.adopt() == 0
    busy.close(is_idle=True)
    assert other.adopt() == 50


def test_owners_that_ended_leave_no_files_once_their_events_are_taken_over(path):
    for name in ("a", "b", "c"):
        with program(STORE, path, 10, name) as writer:
            writer.line()
            writer.kill()
    assert len(owner_files(path)) == 3
    spool = open_spool(path)
    assert spool.adopt() == 30
    finish(spool, take(spool))
    spool.close(is_idle=True)
    assert owner_files(path) == []
    assert rows(path, "SELECT (SELECT count(*) FROM lanes), (SELECT count(*) FROM events)") == [(0, 0)]


def test_a_process_that_is_killed_before_it_tracks_leaves_no_file_behind_for_long(path):
    # It has its name as an owner, and is about to write it into the file.
    source = "spool = open_spool(sys.argv[1]); spool._file.share._name(); print(1); input()"
    for _ in range(3):
        with program(source, path) as idle:
            idle.line()
            idle.kill()
    assert len(owner_files(path)) == 1, "each process removes the file of the one before"
    spool = open_spool(path)
    assert owner_files(path) == []
    spool.append(b"{}")
    assert len(owner_files(path)) == 1
    open_spool(path)
    assert len(owner_files(path)) == 1, "the file of a running owner stays"


def test_a_process_that_finds_nothing_to_take_over_makes_no_file_of_its_own(path):
    spool = open_spool(path)
    spool.adopt()
    assert owner_files(path) == []


def test_a_lock_whose_file_was_removed_while_waiting_for_it_is_taken_on_a_new_one(tmp_path):
    name = str(tmp_path / "lock")
    first = FileLock(name)
    taken: list[FileLock] = []
    waiting = threading.Thread(target=lambda: taken.append(FileLock(name)))
    waiting.start()
    os.unlink(name)
    first.release()
    waiting.join(30)
    assert is_held(name)
    taken[0].release()
    assert not is_held(name)


def test_processes_and_threads_that_write_at_once_lose_nothing(path):
    source = """
        import threading
        spool = open_spool(sys.argv[1])
        def write(name):
            for event in numbered(0, 500, name): spool.append(event)
        threads = [threading.Thread(target=write, args=(f"{sys.argv[2]}-{n}",)) for n in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        recover(spool)
        print(len(spool))
        input()
    """
    with program(source, path, "a") as first, program(source, path, "b") as second:
        assert (first.line(), second.line()) == ("1500", "1500")
        first.kill()
        second.kill()
    spool = open_spool(path)
    assert spool.adopt() == 3000
    expected = {event for name in ("a", "b") for n in range(3) for event in numbered(0, 500, f"{name}-{n}")}
    assert set(take(spool)) == expected


def test_track_asks_for_its_turn_a_hundred_times_before_an_event_goes_to_memory(path, monkeypatch):
    # SQLite itself asks six times in 50 ms: another process that stores in a loop wins them all.
    now = 0.0
    times: list[float] = []

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds
        times.append(now)

    spool = open_spool(path)
    spool.append(b"1")
    monkeypatch.setattr(sql, "monotonic", lambda: now)
    monkeypatch.setattr(sql, "sleep", wait)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool.append(b"2")
        other.execute("ROLLBACK")
    assert len(times) >= 100
    assert times[-1] <= 0.051
    assert on_disk(path) == [b"1"]
    assert take(spool) == [b"1", b"2"]


def test_a_forked_child_starts_empty_and_its_events_do_not_mix_with_those_of_its_parent(path):
    source = """
        spool = open_spool(sys.argv[1])
        for event in numbered(0, 50, "parent"): spool.append(event)
        child = os.fork()
        if child == 0:
            assert len(spool) == 0
            for event in numbered(0, 30, "child"): spool.append(event)
            assert take(spool) == numbered(0, 30, "child")
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        for event in numbered(50, 60, "parent"): spool.append(event)
        assert take(spool) == numbered(0, 60, "parent")
        assert spool.adopt() == 30
        assert take(spool) == numbered(0, 30, "child")
        assert not spool.problems
        print("done")
    """
    with program(source, path) as parent:
        assert parent.line() == "done"
        parent.end()


def test_a_running_child_does_not_keep_the_events_of_its_killed_parent(path):
    source = """
        spool = open_spool(sys.argv[1])
        for event in numbered(0, 50): spool.append(event)
        if os.fork() == 0:
            print("forked", os.getpid())
            input()
            os._exit(0)
        os.wait()
    """
    with program(source, path) as parent:
        assert parent.line().startswith("forked")
        parent.kill()
        assert open_spool(path).adopt() == 50
        parent.go_on()


def test_a_fork_while_other_threads_store_and_take_out_is_harmless(path):
    source = """
        import threading
        spool = open_spool(sys.argv[1])
        going, written, sent = True, [], []
        def write():
            while going:
                spool.append(b"{}")
                written.append(1)
        def send():
            while going:
                events = take(spool, 50)
                finish(spool, events)
                sent.extend(events)
        threads = [threading.Thread(target=work) for work in (write, write, send)]
        for thread in threads: thread.start()
        for _ in range(15):
            child = os.fork()
            if child == 0:
                for event in numbered(0, 10): spool.append(event)
                # An event waits in memory while the parent's threads hold the file for too long.
                while spool.seconds_until_recovery(monotonic()) < inf: spool.recover()
                os._exit(0 if take(spool) == numbered(0, 10) and not spool.problems else 1)
            assert os.waitpid(child, 0)[1] == 0
        going = False
        for thread in threads: thread.join()
        assert not spool.problems, list(spool.problems)
        assert len(sent) + len(take(spool)) == len(written)
        assert spool.adopt() == 150
        print("done")
    """
    with program(source, path) as parent:
        assert parent.line() == "done"
        parent.end()
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_events_of_another_key_are_not_taken_over_and_this_is_reported(path):
    mine, other = open_spool(path), open_spool(path, "sk_test_of_another_tenant")
    for event in numbered(0, 20):
        mine.append(event)
    mine.close(is_idle=True)
    assert other.adopt() == 0
    assert "20 events" in problems(other)
    assert "another API key" in problems(other)
    other.problems.clear()
    other.adopt()
    assert problems(other) == "", "reported twice"
    assert open_spool(path).adopt() == 20


def test_the_key_is_in_none_of_the_files(path):
    spool = open_spool(path)
    for event in numbered(0, 20):
        spool.append(event)
    contents = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"event-19" in contents
    assert b"0123456789abcdef" not in contents
    assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}


def test_another_client_of_the_same_process_does_not_end_the_locks_of_the_first(path):
    """SQLite's locks are the process's. They end when it closes any descriptor of the file."""
    spool = open_spool(path)
    spool.append(b"{}")
    open_spool(path)
    source = """
        with closing(sqlite3.connect(sys.argv[1])) as db: db.execute("SELECT count(*) FROM events").fetchone()
        print("closed")
    """
    with program(source, path) as other:
        assert other.line() == "closed"  # as the last one that has the file open, it would remove the log
    for event in numbered(0, 10):
        spool.append(event)
    with program("print(len(on_disk(sys.argv[1])))", path) as other:
        assert other.line() == "11"


def test_a_lock_that_is_made_while_another_client_starts_is_not_removed(path, monkeypatch):
    """A lock on a removed file proves nothing: others would take over from a running process."""
    owner = f"{path}-owner-starting"
    is_made, may_lock, has_tried = threading.Event(), threading.Event(), threading.Event()
    lock, lanes = file_lock._lock, sql.lanes
    made: list[FileLock] = []

    def lock_later(descriptor: int) -> None:
        if threading.current_thread() is not starting:
            return lock(descriptor)
        is_made.set()
        assert may_lock.wait(20)
        try:
            lock(descriptor)
        finally:
            has_tried.set()

    def lanes_later(db: sqlite3.Connection) -> list[tuple[int, bytes, str | None]]:
        may_lock.set()
        assert has_tried.wait(20)
        return lanes(db)

    open_spool(path).close(is_idle=True)
    starting = threading.Thread(target=lambda: made.append(FileLock(owner)))
    monkeypatch.setattr(file_lock, "_lock", lock_later)
    monkeypatch.setattr(sql, "lanes", lanes_later)
    starting.start()
    assert is_made.wait(20)
    open_spool(path)
    starting.join(20)
    assert made
    assert is_held(owner)
    made[0].release()


def test_a_lane_that_another_thread_sees_before_its_first_event_is_not_removed(path, monkeypatch):
    add_lane = sql.add_lane
    spool = open_spool(path)

    def interrupted(*args: Any) -> int:
        lane = add_lane(*args)
        looking = threading.Thread(target=spool.adopt)  # as a sender does every few seconds
        looking.start()
        looking.join()
        return lane

    monkeypatch.setattr(sql, "add_lane", interrupted)
    spool.append(b"1")
    spool.close(is_idle=True)
    spool = open_spool(path)
    assert (spool.adopt(), take(spool)) == (1, [b"1"])


def test_a_client_that_stores_and_takes_over_for_the_first_time_at_once_has_one_name(path, monkeypatch):
    left = open_spool(path)
    left.append(b"1")
    left.close(is_idle=True)
    spool = open_spool(path)
    both = threading.Barrier(2, timeout=20)

    def make_lock(*args: Any, **options: Any) -> FileLock:
        both.wait()
        return FileLock(*args, **options)

    monkeypatch.setattr(share, "FileLock", make_lock)
    storing = threading.Thread(target=spool.append, args=(b"2",))
    storing.start()
    assert spool.adopt() == 1
    storing.join()
    ((owner,),) = rows(path, "SELECT DISTINCT owner FROM lanes")
    assert is_held(f"{path}-owner-{owner}")
    spool.close(is_idle=True)
    assert owner_files(path) == []


def test_an_emptied_lane_is_removed_by_its_owner(path):
    left = open_spool(path)
    left.append(b"1")
    left.close(is_idle=True)
    spool = open_spool(path)
    assert spool.adopt() == 1
    finish(spool, take(spool))
    spool.append(b"2")
    spool.adopt()
    assert rows(path, "SELECT count(*) FROM lanes") == [(1,)]
