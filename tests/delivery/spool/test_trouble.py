"""Failures of the disk under a spool: nothing is lost, nothing raises, and they are reported."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from math import inf
from time import monotonic, sleep

import pytest

from coobird import Coomon
from coobird._delivery.queue import EventQueue
from coobird._delivery.spool import spool as spool_module
from coobird._delivery.spool import sql
from tests.support.ingest import KEY, refused_port, track, wait_until
from tests.support.spool import finish, give_back, numbered, on_disk, open_spool, problems, program, take


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(spool_module, "PATIENCE_SECONDS", 0.05)


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
        spool.recover()
        for event in events[1500:]: spool.append(event)
        print(len(spool.problems), on_disk(sys.argv[1]) == events, take(spool) == events)
    """
    with program(source, path) as writer:
        assert writer.line() == "1500 True True"
        assert writer.line() == "1 True True"


def test_while_another_program_has_the_file_locked_events_wait_in_memory_in_their_order(path):
    spool = open_spool(path)
    events = numbered(0, 30)
    spool.append(events[0])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for event in events[1:10]:
            spool.append(event)
        assert problems(spool) == "", "a sender tries for longer, and says so then"
        spool.recover()
        spool.recover()
        assert len(spool.problems) == 1
        assert "locked" in problems(spool)
        assert "kept in memory" in problems(spool)
        other.execute("ROLLBACK")
    for event in events[10:20]:
        spool.append(event)
    assert len(on_disk(path)) == 1
    spool.recover()
    for event in events[20:]:
        spool.append(event)
    assert on_disk(path) == events
    taken = take(spool)
    assert taken == events
    finish(spool, taken)
    assert on_disk(path) == []


def test_track_tries_a_locked_file_once_and_a_sender_tries_it_from_then_on(path, monkeypatch):
    spool = open_spool(path)
    spool.append(b"{}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool.append(b"{}")
        monkeypatch.setattr(sql, "connect", None)  # another try would fail
        for event in numbered(0, 100):
            spool.append(event)
    assert problems(spool) == ""
    assert len(spool) == 102


@pytest.mark.parametrize("first", range(4))
def test_events_that_go_to_disk_later_stay_in_their_order_also_among_events_of_others(path, first):
    spool = open_spool(path)
    events = numbered(0, 40)

    def append(part):
        for event in part:
            spool.append(event)

    def leave(part):
        left = open_spool(path)
        for event in part:
            left.append(event)
        left.close(is_idle=True)
        assert spool.adopt() == len(part)

    append(events[:first])
    leave(events[first:10])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        append(events[10:20])
        other.execute("ROLLBACK")
    leave(events[20:30])
    append(events[30:35])
    spool.recover()
    append(events[35:])
    assert len(on_disk(path)) == 40
    assert take(spool) == events
    assert spool.take_missing() == (0, 0)


def test_events_of_a_client_go_to_memory_while_the_file_is_locked_and_to_disk_without_another_event(path, monkeypatch):
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 0.05)
    reported: list[Exception] = []
    with refused_port() as port:
        client = Coomon(KEY, host=f"http://127.0.0.1:{port}", spool=path, max_retries=0, on_error=reported.append)
        track(client, 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            track(client, 200, first=1)
            wait_until(lambda: any("locked" in str(error) for error in reported), "the lock is reported")
            assert len(on_disk(path)) == 1
            other.execute("ROLLBACK")
        wait_until(lambda: len(on_disk(path)) >= 101, "a sender stores what was kept")
        client.shutdown(timeout=0.1)
    assert len(on_disk(path)) == client.stats().queued == 201


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


def test_a_line_about_events_that_cannot_be_taken_over_says_what_happens_next_and_what_to_try(path, monkeypatch):
    monkeypatch.setattr(spool_module, "PATIENCE_SECONDS", 0.05)
    ended = open_spool(path)
    for event in numbered(0, 5):
        ended.append(event)
    ended.close(is_idle=True)
    spool = open_spool(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert spool.adopt() == 0
        other.execute("ROLLBACK")
    for part in ("cannot be taken over", "They wait there, and it is tried again.", "keeps the file locked"):
        assert part in problems(spool)
    assert spool.adopt() == 5


def test_after_a_failure_the_disk_is_left_alone_for_a_while(path, monkeypatch):
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 600.0)
    spool = open_spool(path)
    spool.append(b"{}")
    assert spool.seconds_until_recovery(monotonic()) == inf
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool.append(b"{}")
        assert spool.seconds_until_recovery(monotonic()) == 0
        spool.recover()
    assert spool.seconds_until_recovery(monotonic()) > 500
    assert len(take(spool)) == 2


def test_events_in_memory_go_to_disk_in_the_end_if_it_takes_them_by_then(path):
    spool = open_spool(path)
    spool.append(b'{"n":0}')
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        spool.append(b'{"n":1}')
        other.execute("ROLLBACK")
    assert (spool.abandon(), list(spool.lost)) == (2, [])
    spool.close(is_idle=True)
    adopter = open_spool(path)
    adopter.adopt()
    assert take(adopter) == [b'{"n":0}', b'{"n":1}']


def test_when_memory_is_full_too_the_oldest_in_memory_are_dropped(path):
    spool = open_spool(path, max_in_memory=6)
    spool.append(b'{"n":"disk"}')
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for event in numbered(0, 10):
            spool.append(event)
        other.execute("ROLLBACK")
    assert (spool.make_room(), list(spool.lost)) == (0, numbered(0, 4))
    assert take(spool) == [b'{"n":"disk"}', *numbered(4, 10)]


def test_a_sender_that_waits_for_the_file_holds_no_lock_that_track_needs(path, monkeypatch, server):
    monkeypatch.setattr(spool_module, "PATIENCE_SECONDS", 600.0)
    is_waiting = threading.Event()

    def wait(seconds: float) -> None:
        if threading.current_thread() is not threading.main_thread():
            is_waiting.set()  # this is a sender, and not `track`, which waits as well
        sleep(seconds)

    monkeypatch.setattr(sql, "sleep", wait)
    client = Coomon(KEY, host=server.url, spool=path, flush_at=1000)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        track(client, 1)
        assert is_waiting.wait(30)
        tracking = threading.Thread(target=lambda: track(client, 900, first=1), daemon=True)
        tracking.start()
        tracking.join(30)
        assert not tracking.is_alive(), "it waits for the sender, which waits for the file"
        assert client.stats().queued == 901
        other.execute("ROLLBACK")
    wait_until(lambda: len(on_disk(path)) == 901, "all are on disk")
    client.shutdown(timeout=20)


def test_events_that_a_sender_took_from_memory_and_gave_back_go_to_disk_as_well(path):
    spool = open_spool(path)
    events = numbered(0, 20)
    for event in events[:5]:
        spool.append(event)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for event in events[5:]:
            spool.append(event)
        taken = take(spool, 10)
        other.execute("ROLLBACK")
    spool.recover()
    give_back(spool, taken)
    assert len(spool) == 20
    assert spool.seconds_until_recovery(monotonic()) == 0
    spool.recover()
    assert sorted(on_disk(path)) == sorted(events)
    assert spool.seconds_until_recovery(monotonic()) == inf
    again = take(spool)
    assert again == events
    finish(spool, again)
    assert on_disk(path) == []


@pytest.mark.parametrize("first", [0, 1])
def test_batches_that_only_memory_has_are_put_back_in_their_order_whichever_comes_first(path, first):
    spool = open_spool(f"{path}-missing/spool")
    queue = EventQueue(spool, max_batch_size=2)
    for event in numbered(0, 6):
        spool.append(event)
    batches = [queue.take(), queue.take()]
    queue.put_back(batches[first])
    queue.put_back(batches[1 - first])
    assert queue.stats()[:6] == (6, 0, 6, 0, 0, 0)
    assert [queue.take().events for _ in range(3)] == [numbered(0, 2), numbered(2, 4), numbered(4, 6)]


def test_events_that_others_remove_from_the_file_are_counted_as_missing(path):
    spool = open_spool(path)
    for event in numbered(0, 10):
        spool.append(event)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM events WHERE id % 2")
        db.commit()
    assert len(take(spool)) == 5
    assert len(spool) == 0
    assert spool.take_missing() == (5, 0)
    assert "5 events are gone" in problems(spool)


def test_a_file_that_grows_too_large_asks_for_attention_and_makes_a_little_room(path):
    attended: list[int] = []
    spool = open_spool(path, max_bytes=100_000, look_after_queue=lambda: attended.append(1))
    for number in range(3000):
        spool.append(b'{"event_id":"%d","attributes":{"note":"%s"}}' % (number, b"x" * 200))
        if attended:
            break
    assert len(spool) < 500
    number = spool.make_room()
    assert 0 < sum(map(len, list(spool.ready)[:number])) < 100_000


def test_events_of_any_size_come_back_byte_for_byte(path):
    spool = open_spool(path)
    events = [b"%d" % size + os.urandom(size) for size in (0, 1, 2000, 2048, 5000, 256 * 1024)]
    for event in events:
        spool.append(event)
    assert take(spool) == events
