"""Failures of the disk under a spool: nothing is lost, nothing raises, and they are reported."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from coobird._delivery.spool import spool, sql, store
from tests.support.spool import finish, numbered, open_spool, problems, program, take


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(store, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(spool, "RETRY_SECONDS", 0.0)


def test_a_full_disk_is_reported_and_events_wait_in_memory_in_their_order(path):
    # A limit on the size of files fails as a full disk does.
    source = """
        import resource
        spool = open_spool(sys.argv[1])
        events = numbered(0, 2000)
        for event in events[:1000]: spool.append(event)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        for event in events[1000:1500]: spool.append(event)
        print(len(spool), "cannot be stored" in problems(spool), "kept in memory" in problems(spool))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(take(spool, 1500) == events[:1500])
    """
    with program(source, path) as writer:
        assert writer.line() == "1500 True True"
        assert writer.line() == "True"


def test_while_another_program_has_the_file_locked_events_wait_in_memory_in_their_order(path):
    spool = open_spool(path)
    events = numbered(0, 30)
    spool.append(events[0])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for event in events[1:10]:
            spool.append(event)
        other.execute("ROLLBACK")
    for event in events[10:]:
        spool.append(event)
    assert "locked" in problems(spool)
    taken = take(spool)
    assert taken == events
    finish(spool, taken)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_events_that_cannot_be_removed_now_are_removed_later(path):
    spool = open_spool(path)
    for event in numbered(0, 10):
        spool.append(event)
    events = take(spool)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        finish(spool, events)
        other.execute("ROLLBACK")
    assert "cannot be removed" in problems(spool)
    spool.clean()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_after_a_failure_the_disk_is_left_alone_for_a_while(path, monkeypatch):
    monkeypatch.setattr(store, "RETRY_SECONDS", 600.0)
    spool = open_spool(path)
    spool.append(b"{}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for event in numbered(0, 100):
            spool.append(event)
    assert len(spool.problems) == 1
    assert len(take(spool)) == 101


def test_events_in_memory_go_to_disk_in_the_end_if_it_takes_them_by_then(path):
    spool = open_spool(path)
    spool.append(b'{"n":0}')
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool.append(b'{"n":1}')
        other.execute("ROLLBACK")
    assert spool.abandon() == ([], 2)
    spool.close(is_idle=True)
    heir = open_spool(path)
    heir.adopt()
    assert take(heir) == [b'{"n":0}', b'{"n":1}']


def test_when_memory_is_full_too_the_oldest_in_memory_are_dropped(path):
    spool = open_spool(path, max_in_memory=6)
    spool.append(b'{"n":"disk"}')
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for event in numbered(0, 10):
            spool.append(event)
        other.execute("ROLLBACK")
    assert spool.make_room() == {"queue_full": numbered(0, 4)}
    assert len(spool) == 7
    assert take(spool) == [b'{"n":"disk"}', *numbered(4, 10)]


def test_events_that_others_remove_from_the_file_are_counted_as_missing(path):
    spool = open_spool(path)
    for event in numbered(0, 10):
        spool.append(event)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM events WHERE id % 2")
        db.commit()
    assert len(take(spool)) == 5
    assert len(spool) == 0
    assert spool.take_missing() == 5
    assert "5 events are gone" in problems(spool)


def test_a_file_that_grows_too_large_asks_for_attention_and_makes_a_little_room(path):
    attended: list[int] = []
    spool = open_spool(path, max_bytes=100_000, look_after_queue=lambda: attended.append(1))
    for number in range(3000):
        spool.append(b'{"event_id":"%d","attributes":{"note":"%s"}}' % (number, b"x" * 200))
        if attended:
            break
    assert len(spool) < 500
    dropped = spool.make_room()["spool_full"]
    assert 0 < sum(map(len, dropped)) < 100_000


def test_events_of_any_size_come_back_byte_for_byte(path):
    spool = open_spool(path)
    events = [b"%d" % size + os.urandom(size) for size in (0, 1, 2000, 2048, 5000, 256 * 1024)]
    for event in events:
        spool.append(event)
    assert take(spool) == events
