"""Signal handlers that raise (Ctrl-C does) in the middle of our work: the account adds up."""

from __future__ import annotations

import json
import logging
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from coobird import Coomon
from coobird._delivery.queue import EventQueue, MemoryBuffer
from coobird._delivery.sender_threads import SenderThreads
from coobird._http.answer import Answer as Reply
from coobird.client.pipeline import Pipeline
from coobird.errors import CoobirdError, DroppedEventsError
from tests.support.error_lines import counted, keeping_lines, logged
from tests.support.ingest import DEADLINE, KEY, finish, reported, unequal
from tests.support.interrupts import Interrupt
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.recording import Judge, Recorder, accept, pipeline
from tests.support.spool import closing_connections, numbered, on_disk, open_spool


@pytest.fixture
def lines() -> Iterator[list[str]]:
    with keeping_lines() as lines:
        yield lines
    logging.getLogger("coobird").setLevel(logging.NOTSET)  # a debug log has set it


class Step(NamedTuple):
    """A step of the program: events that are tracked before it, and its call.

    Without senders, no thread starts to send. So the queue is as full as the step says.
    `locked` is the number of events that are tracked while another program has the spool locked.
    `left` is the number of events that another client leaves in the spool.
    """

    before: int
    call: Callable[[Pipeline], object]
    settings: dict[str, Any]
    has_senders: bool = False
    is_closed: bool = False
    is_down: bool = False
    judge: Judge = accept
    has_spool: bool = False
    is_folder_missing: bool = False
    locked: int = 0
    left: int = 0
    event_bytes: int = 0


def track(subject: Pipeline, event_id: str, event_bytes: int = 0, **values: Any) -> None:
    attributes = {"note": "x" * event_bytes} if event_bytes else None
    subject.track("c", "a", "task", event_id=event_id, attributes=attributes, **values)


def unavailable(_: list[dict[str, Any]]) -> Reply:
    return Reply(503, {}, b"")


SMALL = {"max_queue_size": 2, "max_batch_size": 1, "flush_at": 1}
FULL = {"spool_max_bytes": 64 * 1024}
NO_RETRY = {"max_batch_size": 2, "max_retries": 0}

STEPS = {
    "track": Step(1, lambda subject: track(subject, "now"), {}),
    "the first track": Step(0, lambda subject: track(subject, "now"), {}),
    "track makes a batch ready": Step(4, lambda subject: track(subject, "now"), SMALL),
    "track on a full queue": Step(14, lambda subject: track(subject, "now"), SMALL),
    "track with many reports due": Step(120, lambda subject: track(subject, "now"), SMALL),
    "track after shutdown": Step(1, lambda subject: track(subject, "now"), {}, has_senders=True, is_closed=True),
    "a bad event": Step(1, lambda subject: track(subject, "now", quantity=-1), {}),
    "flush": Step(4, lambda subject: subject.flush(), {"max_batch_size": 2}, has_senders=True),
    "flush after drops": Step(14, lambda subject: subject.flush(timeout=0), SMALL),
    "shutdown": Step(4, lambda subject: subject.shutdown(), {"max_batch_size": 2}, has_senders=True),
    "shutdown in an outage": Step(11, lambda subject: subject.shutdown(timeout=0), SMALL, is_down=True),
    "flush without threads": Step(2, lambda subject: subject.flush(), {}),
    "flush without threads, with a debug log": Step(1, lambda subject: subject.flush(), {"debug": True}),
    "shutdown without threads": Step(2, lambda subject: subject.shutdown(), {}),
    "stats": Step(14, lambda subject: subject.stats(), SMALL),
    "the first track with a spool": Step(0, lambda subject: track(subject, "now"), {}, has_spool=True),
    "track with a spool": Step(1, lambda subject: track(subject, "now"), {}, has_spool=True),
    "flush with a spool": Step(
        4, lambda subject: subject.flush(), {"max_batch_size": 2}, has_senders=True, has_spool=True
    ),
    "flush without threads, with a spool": Step(2, lambda subject: subject.flush(), SMALL, has_spool=True),
    "shutdown with a spool": Step(
        4, lambda subject: subject.shutdown(), {"max_batch_size": 2}, has_senders=True, has_spool=True
    ),
    "shutdown without threads, with a spool": Step(2, lambda subject: subject.shutdown(), SMALL, has_spool=True),
    "shutdown in an outage, with a spool": Step(
        4, lambda subject: subject.shutdown(timeout=0), SMALL, is_down=True, has_spool=True
    ),
    "track on a full spool": Step(
        28, lambda subject: track(subject, "now", 20_000), FULL, has_spool=True, event_bytes=1500
    ),
    "track on a spool without a folder": Step(
        3, lambda subject: track(subject, "now"), SMALL, has_spool=True, is_folder_missing=True
    ),
    "shutdown in an outage, with a spool without a folder": Step(
        4, lambda subject: subject.shutdown(timeout=0), {}, is_down=True, has_spool=True, is_folder_missing=True
    ),
    "shutdown in an outage, with a spool that was locked": Step(
        2, lambda subject: subject.shutdown(timeout=0), {}, is_down=True, has_spool=True, locked=2
    ),
    "flush without threads, in an outage": Step(3, lambda subject: subject.flush(), NO_RETRY, judge=unavailable),
    "flush without threads, in an outage, with a spool": Step(
        3, lambda subject: subject.flush(), NO_RETRY, judge=unavailable, has_spool=True
    ),
    "flush without threads, in an outage, with a spool that was locked": Step(
        1, lambda subject: subject.flush(), NO_RETRY, judge=unavailable, has_spool=True, locked=2
    ),
    "shutdown after an outage": Step(
        4, lambda subject: (subject.flush(), subject.shutdown(timeout=0)), NO_RETRY, judge=unavailable
    ),
    "shutdown that takes over events": Step(1, lambda subject: subject.shutdown(), {}, has_spool=True, left=2),
}


def refuse(_: list[dict[str, Any]]) -> Reply:
    pytest.fail("nothing is sent")


def interrupted(
    step: Step, number: int, error: BaseException, lines: list[str], spool: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str | None, list[str]]:
    """Raise at this place of the step. Returns the place, and what is wrong with the account."""
    lines.clear()
    errors: list[CoobirdError] = []
    session = Recorder()
    if step.is_folder_missing:
        spool = spool.parent / "missing" / "spool"
    settings = {"spool": str(spool), **step.settings} if step.has_spool else step.settings
    if not step.has_senders:
        monkeypatch.setattr(SenderThreads, "start", lambda _: None)  # with a spool, one starts at once
    subject = pipeline(session, on_error=errors.append, **settings)
    tracked = [str(number) for number in range(step.before)]
    for event_id in tracked:
        track(subject, event_id, step.event_bytes)
    if step.locked:
        with closing(sqlite3.connect(spool, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for later in range(step.before, step.before + step.locked):
                tracked.append(str(later))
                track(subject, tracked[-1])
    if step.left:
        earlier = pipeline(Recorder(refuse), spool=str(spool))
        for later in range(step.before, step.before + step.left):
            tracked.append(str(later))
            track(earlier, tracked[-1])
        earlier.shutdown(timeout=0)
    if step.is_closed:
        subject.shutdown()
    session.judge = refuse if step.is_down else step.judge
    interrupt = Interrupt(number, error)
    raised = interrupt.call(lambda: step.call(subject))
    session.judge = accept
    monkeypatch.undo()

    # All threads go on as if nothing had happened.
    wrong = [] if interrupt.place is None or raised is error else [f"{raised!r} was raised"]
    finish(lambda: (track(subject, "after"), True), "track()")
    subject.flush(timeout=DEADLINE)
    finish(lambda: (subject.flush(), True), "flush()")
    finish(lambda: (subject.shutdown(), True), "shutdown()")
    if subject._state._reporting:
        wrong.append("a report is left open")
    stats = subject.stats()
    # In the thread that was interrupted, a request may be without an answer. It is sent again.
    sent = session.stored
    dropped = reported(error for error in errors if isinstance(error, DroppedEventsError))
    left = [json.loads(event)["event_id"] for event in on_disk(spool)] if spool.exists() else []
    accounted = Counter([*sent, *dropped, *left])
    wrong += [f"{event_id} is in two places" for event_id, times in accounted.items() if times > 1]
    wrong += [f"{event_id} is gone" for event_id in {*tracked, "after"} - accounted.keys()]
    if unequal(stats) or (stats.delivered, stats.dropped, stats.queued) != (len(sent), len(dropped), len(left)):
        wrong.append(f"{len(sent)} sent, {len(dropped)} reported, {len(left)} left on disk; stats() is {stats[:6]}")
    if logged(lines) != counted(stats):
        wrong.append(f"the log has {logged(lines)}, stats() {counted(stats)}")
    return interrupt.place, wrong


# An exception before a new connection has a name leaves it to its destructor to close it.
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize("error", [KeyboardInterrupt, TimeoutError])
@pytest.mark.parametrize("name", STEPS)
def test_the_account_adds_up_wherever_a_signal_handler_raises(
    name: str, error: type[BaseException], lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = STEPS[name]
    # This loads what the first event loads.
    interrupted(step, 100_000, KeyboardInterrupt(), lines, tmp_path / "first", monkeypatch)
    wrong: dict[str, list[str]] = {}
    for number in count():
        with TemporaryDirectory(dir=tmp_path) as folder:  # each spool reserves 16 MB
            spool = Path(folder, "spool")
            place, problems = interrupted(step, number, error(f"at {number}"), lines, spool, monkeypatch)
        if problems:
            wrong[f"{number} {place}"] = problems
        if place is None:
            break
    assert number > 20
    assert not wrong, f"{len(wrong)} of {number} places: " + "\n".join(f"{p}: {w}" for p, w in wrong.items())


@pytest.mark.parametrize("place", ["memory", "spool", "spool without a folder"])
def test_a_batch_that_is_put_back_behind_an_older_one_is_in_one_place_wherever_a_signal_handler_raises(
    place: str, tmp_path: Path
) -> None:
    for number in count():
        with TemporaryDirectory(dir=tmp_path) as folder, closing_connections():
            path = Path(folder, "missing", "spool") if place == "spool without a folder" else Path(folder, "spool")
            queue = EventQueue(MemoryBuffer(100) if place == "memory" else open_spool(path), max_batch_size=2)
            for event in numbered(0, 7):
                queue.buffer.append(event)
            batches = [batch for _ in range(3) if (batch := queue.take())]
            queue.put_back(batches[0])
            queue.put_back(batches[2])
            interrupt = Interrupt(number, KeyboardInterrupt())
            interrupt.call(lambda queue=queue, batch=batches[1]: queue.put_back(batch))
            queue.recover()
            stats = queue.stats()
            assert (stats.tracked, stats.queued + stats.in_flight) == (7, 7), interrupt.place
            found: list[bytes] = []
            while batch := queue.take():
                found += batch.events
            assert sorted(found) == numbered(0, 7), interrupt.place
            assert queue.stats()[:4] == (7, 0, 0, 7), interrupt.place
        if interrupt.place is None:
            assert found == numbered(0, 7)
            break
    assert number > 10


def test_a_line_whose_writing_a_signal_handler_ends_is_written_again_and_says_so(lines: list[str]) -> None:
    class Interrupted(logging.Handler):
        def emit(self, _: logging.LogRecord) -> None:
            log.removeHandler(self)
            raise KeyboardInterrupt

    log, handler = logging.getLogger("coobird"), Interrupted()
    subject = pipeline(Recorder())
    subject.shutdown()
    log.addHandler(handler)
    with pytest.raises(KeyboardInterrupt):
        track(subject, "now")
    assert (len(lines), subject.stats().dropped) == (1, 1)  # `lines` has it, the other handler does not
    subject.shutdown()
    first, second = lines
    assert second == f"{first} (This line may be there twice: a signal handler ended its writing.)"


@pytest.mark.parametrize("raises", ["a signal handler", "a value"])
def test_what_a_signal_handler_raises_reaches_the_program_and_what_a_value_raises_does_not(
    raises: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alarm(_: int, __: object) -> None:
        raise TimeoutError("too slow")

    def work() -> None:
        if raises == "a value":
            raise ValueError("no run")
        signal.raise_signal(signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, alarm)
    subject = pipeline(Recorder(), on_error=lambda _: None)
    monkeypatch.setattr(subject, "_active_run", work)  # `track` calls it
    try:
        with pytest.raises(TimeoutError) if raises == "a signal handler" else nullcontext():
            track(subject, "now")
    finally:
        signal.signal(signal.SIGUSR1, before)
    subject.shutdown()
    assert subject.stats()[:6] == ((0, 0, 0, 0, 0, 0) if raises == "a signal handler" else (1, 0, 0, 0, 0, 1))


@pytest.mark.parametrize("error", [TimeoutError, RuntimeError, ValueError])
def test_what_a_signal_handler_raises_ends_a_direct_call_though_it_looks_like_an_error_of_the_network(
    error: type[Exception],
) -> None:
    def alarm(_: int, __: object) -> None:
        raise error("too slow")

    answered = threading.Event()

    def interrupt(_: Request) -> Answer:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        return Answer(200, {"data": []}, wait=answered)

    before = signal.signal(signal.SIGUSR1, alarm)
    try:
        with LoopbackServer(interrupt) as server, Coomon(KEY, host=server.url) as coomon:
            with pytest.raises(error, match="too slow"):
                coomon.list_customers()
            answered.set()
            assert len(server.requests) == 1  # it is not tried again
    finally:
        signal.signal(signal.SIGUSR1, before)
