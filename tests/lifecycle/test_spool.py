"""A client with a spool: its events arrive, whatever happens to processes, servers and keys."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from coobird import AsyncCoomon, ConfigurationError, Coomon, DeliveryResumed, OutageError
from coobird._delivery.spool import spool, sql, upkeep
from tests.support.ingest import KEY, ServerAt, finish, hold, problem, refused_port, track, wait_until
from tests.support.loopback import Answer, LoopbackServer
from tests.support.programs import missing, sent_twice
from tests.support.spool import closing_connections, numbered, open_spool

START = """
    import os, sys, signal, threading, time
    from tests.support.child import new_client, track
    from coobird._delivery.spool import sql, upkeep
    upkeep.ADOPT_SECONDS = 0.1
    # A program that ends by `os._exit` or a kill loses what it has in memory, because the disk of this
    # machine was slow while another process was writing.
    sql.BUSY_SECONDS = sql.FIRST_BUSY_SECONDS = 20.0
    def client(**options): return new_client(spool="usage.db", **options)
"""


@pytest.fixture(autouse=True)
def quick(quick_retries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "ADOPT_SECONDS", 0.1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    with closing_connections():
        yield


@pytest.fixture
def errors() -> list[Any]:
    return []


@pytest.fixture
def new(server: LoopbackServer, path: Path, errors: list[Any]) -> Iterator[Any]:
    clients: list[Coomon] = []

    def make(key: str = KEY, **options: Any) -> Coomon:
        defaults = {"host": server.url, "spool": path, "on_error": errors.append, "flush_interval": 0}
        clients.append(Coomon(key, **{**defaults, **options}))
        return clients[-1]

    yield make
    for client in clients:
        client.shutdown(timeout=5)
        assert balanced(client)


def balanced(client: Coomon) -> bool:
    stats = client.stats()
    return stats.tracked == stats.delivered + stats.queued + stats.in_flight + stats.dropped + stats.rejected


def on_disk(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM events").fetchone()[0])


def test_an_event_is_on_disk_before_track_returns_and_gone_after_flush(new, path, ingest):
    client = new(flush_at=1000)
    for count in (1, 2, 3):
        track(client, 1, first=count)
        assert on_disk(path) == count
    answer = client.flush()
    assert answer is not None
    assert answer.accepted == 3
    assert on_disk(path) == 0
    assert len(ingest.stored) == 3


def test_everything_tracked_before_a_kill_arrives_after_a_restart(ingest, programs):
    with programs.start(
        str(
            programs.write(
                START
                + """
    track(client(flush_at=10_000), 777)
    os.kill(os.getpid(), signal.SIGKILL)
    """
            )
        )
    ) as killed:
        assert killed.wait(60) == -signal.SIGKILL
    assert not ingest.stored
    programs.run(START + "    client().shutdown()")
    assert not missing(ingest, "event", 777)
    assert not sent_twice(ingest)


@pytest.mark.parametrize("sent", [1, 20, 50])
def test_a_kill_in_the_middle_of_sending_loses_nothing(sent, ingest, programs):
    source = (
        START
        + """
    c = client(flush_at=1, max_batch_size=5)
    for n in range(100):
        track(c, 3, f"n{n}")
    time.sleep(60)
    """
    )
    with programs.start(str(programs.write(source))) as process:
        wait_until(lambda: len(ingest.stored) >= sent, "some events are stored")
        process.kill()
        process.wait()
    with closing(sqlite3.connect(programs.folder / "usage.db")) as db:
        left = {json.loads(event)["event_id"] for (event,) in db.execute("SELECT event FROM events")}
    programs.run(START + "    client().shutdown()")
    assert left <= set(ingest.stored)


def test_a_running_process_takes_over_from_one_that_is_killed(new, ingest, programs):
    running = new()
    track(running, 1, first=9000)
    running.flush()
    source = (
        START
        + """
    track(client(flush_at=10_000), 300, "killed")
    print("tracked", flush=True)
    time.sleep(60)
    """
    )
    with programs.start(str(programs.write(source))) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "tracked\n"
        process.kill()
    wait_until(
        lambda: not missing(ingest, "killed", 300),
        "the running process has sent the events that the killed process left",
    )
    wait_until(lambda: running.stats().delivered == 301, "the running process has counted them")
    assert not sent_twice(ingest)


def test_processes_that_share_a_spool_send_each_event_once(ingest, slow_answers, programs):
    source = (
        START
        + """
    c = client(flush_at=5, max_batch_size=20)
    children = []
    for number in range(4):
        pid = os.fork()
        if pid == 0:
            track(c, 250, f"child{number}")
            c.shutdown()
            os._exit(0)
        children.append(pid)
    track(c, 250, "parent")
    for pid in children: assert os.waitpid(pid, 0)[1] == 0
    """
    )
    programs.run(source, quiet=False)
    assert not missing(ingest, "parent", 250)
    assert not any(missing(ingest, f"child{number}", 250) for number in range(4))
    assert not sent_twice(ingest)


def test_children_that_end_by_os_exit_without_a_shutdown_lose_nothing(ingest, programs):
    programs.run(
        START
        + """
    c = client(flush_at=10_000)
    track(c, 10, "parent")
    for number in range(5):
        pid = os.fork()
        if pid == 0:
            threading.Thread.start = lambda thread: None  # it ends before a sender sends what others left
            track(c, 50, f"child{number}")
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    c.shutdown()
    client().shutdown()
    """,
        quiet=False,
    )
    assert not missing(ingest, "parent", 10)
    assert not any(missing(ingest, f"child{number}", 50) for number in range(5))
    assert not sent_twice(ingest)


JOBS = (
    START
    + """
    def job(number, count):
        if os.fork() == 0:
            threading.Thread.start = lambda thread: None  # it ends before a sender sends what others left
            track(c, count, f"job{number}")
            os._exit(0)
        os.wait()
    c = client(flush_at=10_000)
"""
)


def test_a_process_that_tracks_nothing_sends_what_its_children_left_while_it_runs(ingest, programs):
    """As the worker of RQ: a child for each job, which ends by `os._exit`."""
    source = (
        JOBS
        + """
    for number in range(20): job(number, 3)
    while not os.path.exists("all are sent"): time.sleep(0.05)
    assert c.stats().delivered > 0
    """
    )
    with programs.start(str(programs.write(source))) as worker:
        wait_until(lambda: not any(missing(ingest, f"job{number}", 3) for number in range(20)), "all are sent")
        (programs.folder / "all are sent").touch()
        assert worker.wait(60) == 0
    assert not sent_twice(ingest)


@pytest.mark.parametrize("end", ["", "c.shutdown()", "sys.exit(3)"])
def test_a_process_that_tracks_nothing_sends_what_its_last_child_left_when_it_ends(end, ingest, programs):
    programs.run(JOBS + f"    job(0, 50)\n    {end}", quiet=False, code=None)
    assert not missing(ingest, "job0", 50)
    assert not sent_twice(ingest)


@pytest.mark.parametrize(("patience_seconds", "arrives"), [(0.0, False), (20.0, True)])
def test_a_job_that_ends_at_once_keeps_what_the_disk_takes_in_time(patience_seconds, arrives, ingest, programs):
    """While another process is writing, as the one that sends for the jobs does now and then."""
    source = (
        JOBS
        + f"""
    sql.BUSY_SECONDS = sql.FIRST_BUSY_SECONDS = {patience_seconds}
    print("built", flush=True)
    while not os.path.exists("locked"): time.sleep(0.01)
    if os.fork() == 0:
        threading.Thread.start = lambda thread: None  # it ends before a sender writes
        print("tracking", flush=True)
        track(c, 3, "job")
        os._exit(0)
    os.wait()
    print("ended", flush=True)
    """
    )
    with programs.start(str(programs.write(source))) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "built\n"
        with closing(sqlite3.connect(programs.folder / "usage.db", isolation_level=None)) as writing:
            writing.execute("BEGIN IMMEDIATE")
            (programs.folder / "locked").touch()
            assert worker.stdout.readline() == "tracking\n"
            if arrives:
                writing.execute("ROLLBACK")
            assert worker.stdout.readline() == "ended\n"
        assert worker.wait(60) == 0
    programs.run(START + "    client().shutdown()")
    assert missing(ingest, "job", 3) == (set() if arrives else {f"job-{number}" for number in range(3)})


def test_a_client_that_does_nothing_sends_what_a_killed_process_left_since_it_was_built(new, ingest, programs):
    new()
    programs.run(START + "    track(client(flush_at=10_000), 50)\n    os.kill(os.getpid(), signal.SIGKILL)", code=None)
    wait_until(lambda: not missing(ingest, "event", 50), "all are sent")


def test_a_client_that_only_looks_after_its_spool_loads_nothing_to_send_with(programs):
    result = programs.run(
        START
        + """
    import threading
    from coobird._delivery.spool.spool import Spool
    looks, adopt = [], Spool.adopt
    Spool.adopt = lambda spool: looks.append(spool) or adopt(spool)
    c = client()
    while len(looks) < 3: time.sleep(0.01)
    print(threading.active_count(), [name for name in ("httpx", "json", "ssl") if name in sys.modules])
    c.shutdown()
    print(threading.active_count())
    """
    )
    assert result.stdout.split() == ["2", "[]", "1"]


def test_a_client_sends_at_its_end_what_a_killed_process_left_since_it_was_built(new, ingest, programs):
    idle = new()
    programs.run(START + "    track(client(flush_at=10_000), 50)\n    os.kill(os.getpid(), signal.SIGKILL)", code=None)
    idle.shutdown()
    assert not missing(ingest, "event", 50)


def test_a_child_that_does_not_use_the_client_takes_over_nothing_when_it_ends(ingest, programs):
    programs.run(
        JOBS
        + """
    job(0, 5)
    if os.fork() == 0:
        c.shutdown()
        assert c.stats().tracked == 0
        os._exit(0)
    assert os.wait()[1] == 0
    """,
        quiet=False,
    )
    assert not missing(ingest, "job0", 5)


def test_a_signal_handler_that_flushes_in_the_middle_of_tracking_gets_its_events_out(ingest, programs):
    programs.run(
        START
        + """
    c = client(flush_at=10_000)
    track(c, 1, "warm")
    flushed = 0
    def handler(*_):
        global flushed
        track(c, 1, f"signal{flushed}")
        c.flush(timeout=20)
        flushed += 1
        if flushed < 15: signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    n = 0
    while flushed < 15:
        track(c, 1, f"n{n}")
        n += 1
    c.flush()
    """,
        quiet=True,
    )
    assert set().union(*(missing(ingest, f"signal{number}", 1) for number in range(15))) == set()
    assert not sent_twice(ingest)


def test_an_outage_longer_than_all_retries_drops_nothing_and_is_reported(path, errors, ingest):
    with refused_port() as port:
        client = Coomon(
            KEY, host=f"http://127.0.0.1:{port}", spool=path, on_error=errors.append, max_retries=1, flush_interval=0
        )
        ids = track(client, 50)
        wait_until(lambda: errors, "the outage is reported")
        track(client, 200, first=50)
        client.flush()
    assert "wait in the spool" in str(errors[0])
    with ServerAt(port, ingest):
        client.shutdown(timeout=20)
    assert set(ids) <= set(ingest.stored)
    assert len(ingest.stored) == 250
    assert client.stats().dropped == 0
    assert [type(error) for error in errors] == [OutageError, DeliveryResumed]


def test_what_a_shutdown_cannot_send_is_no_loss_but_waits_for_the_next_process(path, errors, new, ingest):
    with refused_port() as port:
        client = Coomon(KEY, host=f"http://127.0.0.1:{port}", spool=path, on_error=errors.append, max_retries=0)
        ids = track(client, 50)
        client.shutdown(timeout=0.2)
    stats = client.stats()
    assert (stats.tracked, stats.queued, stats.dropped) == (50, 50, 0)
    assert not [error for error in errors if "dropped" in str(error)]
    next_one = new()
    wait_until(lambda: set(ingest.stored) == set(ids), "the next client sends it")
    wait_until(lambda: next_one.stats().delivered == 50, "and counts it")


@pytest.mark.parametrize("status", [401, 403, 404, 307, 402])
def test_an_answer_that_says_nothing_about_the_events_keeps_them(status, new, path, errors, ingest):
    ingest.otherwise = problem(status)
    client = new()
    ids = track(client, 30)
    client.flush()  # returns after a try that the server has answered
    assert on_disk(path) == 30
    assert client.stats().dropped == 0
    assert client.stats().is_key_refused == (status in (401, 403))
    assert errors
    ingest.otherwise = ingest.store
    client.shutdown(timeout=10)
    assert set(ingest.stored) == set(ids)
    assert on_disk(path) == 0


@pytest.mark.parametrize("status", [401, 403, 404, 307, 402])
def test_a_refusal_that_lasts_is_reported_once_and_its_pauses_grow(status, new, path, errors, ingest, server):
    ingest.otherwise = problem(status)
    client = new(shutdown_timeout=600)
    track(client, 3)
    health = client._pipeline._delivery.state._health
    for refusals in (1, 2, 3, 4):
        finish(lambda: (client.flush(), True), "flush()")  # after a try that was refused
        assert health.holds >= refusals
    assert [getattr(error, "status_code", None) for error in errors] == [status]
    ingest.otherwise = ingest.store
    client.shutdown(timeout=10)
    assert on_disk(path) == 0


def test_an_event_that_the_server_rejects_is_reported_and_does_not_stay(new, path, errors, ingest):
    ingest.reject = lambda event: "no such customer" if event["event_id"] == "event-1" else None
    client = new()
    track(client, 3)
    client.flush()
    assert on_disk(path) == 0
    assert "no such customer" in str(errors[0])


def test_a_poison_event_is_found_reported_and_does_not_stay(new, path, errors, ingest):
    def judge(request: Any) -> Answer:
        ids = [event["event_id"] for event in request.json()["events"]]
        return problem(400) if "event-7" in ids else ingest.store(request)

    ingest.otherwise = judge
    client = new()
    track(client, 16)
    client.flush()
    assert len(ingest.stored) == 15
    assert on_disk(path) == 0
    assert [error.event["event_id"] for error in errors] == ["event-7"]


def test_more_events_than_max_queue_size_wait_without_a_drop(new, ingest):
    release = hold(ingest)
    client = new(max_queue_size=50)
    ids = track(client, 5000)
    assert client.stats().tracked == 5000
    assert client.stats().dropped == 0
    release.set()
    client.shutdown(timeout=30)
    assert set(ingest.stored) == set(ids)


def test_above_spool_max_bytes_the_oldest_are_dropped_and_reported(new, path, errors, ingest):
    ingest.otherwise = problem(503)
    client = new(spool_max_bytes=100_000, flush_at=10_000, max_queue_size=10_000)
    ids = track(client, 2000, attributes={"note": "x" * 200})
    stats = client.stats()
    assert stats.dropped_by_reason == {"spool_full": stats.dropped}
    assert 0 < stats.dropped < 2000
    assert stats.tracked == 2000
    client.flush(timeout=0.1)
    dropped = [event["event_id"] for error in errors if hasattr(error, "events") for event in error.events]
    assert dropped == ids[: len(dropped)]
    assert len(dropped) == client.stats().dropped
    assert path.stat().st_size < 200_000
    ingest.otherwise = ingest.store


def test_events_of_another_key_stay_until_a_client_has_it(new, path, errors, ingest, server):
    other = new("sk_test_of_another_tenant", host="http://127.0.0.1:9", max_retries=0)
    track(other, 20)
    other.shutdown(timeout=0.1)
    errors.clear()
    mine = new()
    track(mine, 1, first=100)
    mine.shutdown()
    assert list(ingest.stored) == ["event-100"]
    assert any("another API key" in str(error) for error in errors)
    assert on_disk(path) == 20
    new("sk_test_of_another_tenant").shutdown()
    assert len(ingest.stored) == 21
    keys = {request.headers["authorization"]: len(request.json()["events"]) for request in server.requests}
    assert keys == {f"Bearer {KEY}": 1, "Bearer sk_test_of_another_tenant": 20}


def test_the_key_is_in_no_file_of_the_spool_and_in_no_error(new, path, errors, ingest):
    ingest.otherwise = problem(401)
    client = new()
    track(client, 20)
    client.flush(timeout=0.2)
    contents = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    assert KEY.encode() not in contents
    assert KEY not in repr(errors) + repr(client) + "".join(map(str, errors))
    ingest.otherwise = ingest.store


def test_the_async_client_takes_a_spool_too(path, server, ingest):
    async def main() -> None:
        async with AsyncCoomon(KEY, host=server.url, spool=path) as client:
            track(client, 30)
            assert on_disk(path) == 30 or ingest.stored

    asyncio.run(main())
    assert len(ingest.stored) == 30
    assert on_disk(path) == 0


def test_the_environment_names_a_spool_and_an_argument_wins(monkeypatch, tmp_path, server):
    monkeypatch.setenv("COOBIRD_SPOOL", str(tmp_path / "environment.db"))
    Coomon(KEY, host=server.url).shutdown()
    Coomon(KEY, host=server.url, spool=tmp_path / "argument.db").shutdown()
    Coomon(disabled=True, spool=tmp_path / "disabled.db").shutdown()
    assert {file.name for file in tmp_path.glob("*.db")} == {"environment.db", "argument.db"}


@pytest.mark.parametrize(
    "options",
    [
        {"spool": ""},
        {"spool": ":memory:"},
        {"spool": 7},
        {"spool": "a\0b"},
        {"spool": "/dev/null/usage.db"},
        {"spool_sync": "sometimes"},
        {"spool_max_bytes": 10},
        {"spool_max_bytes": True},
    ],
)
def test_what_cannot_work_is_refused_at_construction(options):
    with pytest.raises(ConfigurationError, match="spool"):
        Coomon(KEY, host="http://127.0.0.1:9", **options)


def test_what_the_disk_did_not_take_at_first_is_on_it_after_a_shutdown_without_a_server(path, monkeypatch):
    monkeypatch.setattr(sql, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(spool, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(spool, "PATIENCE_SECONDS", 0.01)
    with refused_port() as port:
        client = Coomon(KEY, host=f"http://127.0.0.1:{port}", spool=path, max_retries=0, flush_at=1000)
        track(client, 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            track(client, 300, first=1)
            other.execute("ROLLBACK")
        wait_until(lambda: track(client, 1, first=301) and on_disk(path) > 1, "the disk takes events again")
        client.shutdown(timeout=0.5)
    stats = client.stats()
    assert stats.dropped == 0
    assert on_disk(path) == stats.tracked == stats.queued


def test_work_on_a_large_backlog_shows_in_the_log(new, path, ingest, caplog, monkeypatch):
    monkeypatch.setattr(upkeep, "LOG_SECONDS", 0.0)
    monkeypatch.setattr(upkeep, "_LARGE", 1000)
    left = open_spool(path)
    for event in numbered(0, 2_000):
        left.append(event)
    left.close(is_idle=True)
    with caplog.at_level("INFO", "coobird"):
        client = new(max_batch_size=50)  # 16 senders leave enough in the queue
        client.shutdown(timeout=30)
    lines = [record.getMessage() for record in caplog.records if "waiting in the spool" in record.getMessage()]
    waiting = [int(line.split()[0].replace(",", "")) for line in lines]
    assert waiting
    assert 1_000 <= max(waiting) <= 2_000
    assert len(ingest.stored) == 2_000


def test_with_full_sync_everything_arrives_as_well(new, path, ingest):
    client = new(spool_sync="full")
    ids = track(client, 100)
    client.flush()
    assert set(ingest.stored) == set(ids)
    assert on_disk(path) == 0


def test_a_track_after_shutdown_is_reported_or_left_in_the_spool(new, path, errors):
    client = new()
    client.shutdown()
    track(client, 3)
    stats = client.stats()
    assert stats.tracked == 3
    assert stats.dropped == sum(error.count for error in errors) == 3 - on_disk(path)


def test_without_a_spool_no_file_is_made_and_sqlite_is_not_loaded(programs):
    result = programs.run("""
        import os, sys
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 5)
        client.shutdown()
        print("sqlite3" in sys.modules, sorted(os.listdir()))
    """)
    assert result.stdout.strip() == "False ['program.py']"


def test_a_client_that_is_collected_lets_go_of_its_share(ingest, programs):
    programs.run(
        START
        + """
    import gc
    c = client()
    track(c, 10)
    del c
    gc.collect()
    """,
        quiet=False,
    )
    assert not missing(ingest, "event", 10)
    assert os.listdir(programs.folder)


def test_a_client_that_was_shut_down_in_the_middle_of_a_request_leaves_its_events_once_that_is_over(new, ingest):
    release = hold(ingest)
    first = new(request_timeout=600)
    ids = track(first, 50)
    wait_until(lambda: ingest.batches, "a request is on its way")
    first.shutdown(timeout=0.1)
    assert first.stats().queued == 50
    second = new()
    track(second, 1, first=100)
    second.flush(timeout=0.3)
    sent = sum(len(batch) for batch in ingest.batches)
    assert sent <= 51, "sent by both at once"
    release.set()
    wait_until(lambda: second.stats().delivered == 51, "the second client has the events of the first")
    assert set(ingest.stored) == {*ids, "event-100"}


@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize("files", [0, 20])
@pytest.mark.parametrize(
    "ending",
    [
        "client.shutdown()",
        "pass",
        "os.fork() and os.wait(); track(client, 2, f'forked-{os.getpid() == begun_as}')",
    ],
)
def test_a_program_that_closes_the_descriptors_of_its_spool_loses_no_event_and_finds_its_own_files_untouched(
    before, files, ending, tmp_path, ingest, programs
):
    result = programs.run(
        START
        + f"""
    begun_as, errors = os.getpid(), []
    client = client(on_error=errors.append)
    track(client, {before})
    os.closerange(3, 256)
    kept = [os.open(f"mine-{{number}}", os.O_RDWR | os.O_CREAT) for number in range({files})]
    track(client, 5, "later")
    client.flush()
    print([str(error) for error in errors])
    client.stats()
    {ending}
    """,
        quiet=False,
    )
    programs.run("from tests.support.child import new_client\nnew_client(spool='usage.db').shutdown()", quiet=False)
    assert not missing(ingest, "event", before) | missing(ingest, "later", 5)
    if "fork" in ending:
        assert not missing(ingest, "forked-True", 2) | missing(ingest, "forked-False", 2)
    assert ("has closed the descriptors of the spool" in result.stdout) == (before > 0), result.stdout
    assert [(tmp_path / f"mine-{number}").read_bytes() for number in range(files)] == [b""] * files


def test_a_child_that_closes_all_descriptors_right_after_the_fork_goes_on_with_the_spool(path, ingest, programs):
    result = programs.run(
        START
        + """
    errors = []
    client = client(on_error=errors.append, flush_at=1000)
    track(client, 3)
    if os.fork():
        os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
    os.closerange(3, 256)
    track(client, 5, "child")
    print(errors)
    os.kill(os.getpid(), signal.SIGKILL)
    """,
        quiet=False,
        code=None,
    )
    assert result.stdout.strip() == "[]"
    assert on_disk(path) == 8
