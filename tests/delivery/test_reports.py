"""Reports of losses: never too often in the log, never harmful, never nested without end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from coobird._delivery.error_log import LOG_INTERVAL_SECONDS
from coobird._delivery.reporter import Reporter
from coobird._http.debug_log import trace
from coobird.errors import ConfigurationError, CoobirdError, DroppedEventsError

EVENTS = [b'{"event_id":"1"}', b'{"event_id":"2"}', b'{"event_id":"3"}']


def test_the_log_has_one_line_a_kind_and_counts_the_rest(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("coobird._delivery.reporter.monotonic", lambda: now)
    reporter = Reporter(None)
    for _ in range(1000):
        reporter.error(CoobirdError("one"))
        reporter.error(DroppedEventsError("other"))
    assert caplog.messages == ["one", "other"]
    now += LOG_INTERVAL_SECONDS
    reporter.error(CoobirdError("one"))
    assert caplog.messages[2:] == ["one (999 more like this before)", "other (998 more like this before)"]


def test_losses_for_one_reason_are_one_report() -> None:
    errors: list[CoobirdError] = []
    reporter = Reporter(errors.append)
    cause = CoobirdError("cause")
    reporter.unreported.losses.append(([EVENTS[0]], "queue_full", None))
    reporter.unreported.losses.append(([EVENTS[1]], "retries_exhausted", cause))
    reporter.unreported.losses.append(([EVENTS[2]], "queue_full", None))
    reporter.report_losses()
    reporter.report_losses()
    first, second = errors
    assert isinstance(first, DroppedEventsError)
    assert isinstance(second, DroppedEventsError)
    assert (first.count, [event["event_id"] for event in first.events]) == (2, ["1", "3"])
    assert str(first).startswith("2 events were dropped: the queue was full")
    assert (second.count, second.__cause__) == (1, cause)


@pytest.mark.parametrize("failure", [ValueError, SystemExit, GeneratorExit, RecursionError])
def test_a_failing_callback_harms_nothing_and_is_logged(
    failure: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: CoobirdError) -> None:
        raise failure("secret")

    Reporter(fail).error(CoobirdError("one"))
    assert caplog.messages == ["one", f"The on_error callback failed: {failure.__name__}"]


def test_ctrl_c_in_a_callback_is_for_the_person_at_the_keyboard() -> None:
    def fail(_: CoobirdError) -> None:
        raise KeyboardInterrupt

    reporter = Reporter(fail)
    with pytest.raises(KeyboardInterrupt):
        reporter.error(CoobirdError("in the main thread"))
    thread = threading.Thread(target=reporter.error, args=(CoobirdError("in another"),))
    thread.start()
    thread.join()
    calls: list[CoobirdError] = []
    reporter._on_error = calls.append
    reporter.error(CoobirdError("again"))
    assert len(calls) == 1


def test_an_error_inside_the_callback_does_not_call_it_again(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[CoobirdError] = []

    def again(error: CoobirdError) -> None:
        calls.append(error)
        reporter.error(DroppedEventsError("inner"))

    reporter = Reporter(again)
    reporter.error(CoobirdError("outer"))
    assert [str(error) for error in calls] == ["outer"]
    assert caplog.messages == ["outer", "inner"]


def test_a_failing_log_handler_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError

    logger = logging.getLogger("coobird")
    handler = Failing()
    logger.addHandler(handler)
    try:
        calls: list[CoobirdError] = []
        reporter = Reporter(calls.append)
        reporter.error(CoobirdError("one"))
        trace("a line")
        assert len(calls) == 1
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


class SlowHandler(logging.Handler):
    """Goes on only when the end of the log has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.is_writing, self.is_ending = threading.Event(), threading.Event()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.is_writing.set()
        assert self.is_ending.wait(20)
        self.lines.append(record.getMessage())


@pytest.fixture
def slow_handler() -> Iterator[SlowHandler]:
    handler = SlowHandler()
    logging.getLogger("coobird").addHandler(handler)
    yield handler
    logging.getLogger("coobird").removeHandler(handler)


def test_the_end_of_the_log_waits_for_a_line_that_another_thread_is_writing(slow_handler: SlowHandler) -> None:
    reporter = Reporter(None)
    sender = threading.Thread(target=reporter.error, args=(CoobirdError("one"),))
    sender.start()
    assert slow_handler.is_writing.wait(20)
    slow_handler.is_ending.set()
    reporter.write_rest()
    written = list(slow_handler.lines)
    sender.join()
    assert written == ["one"]


def test_a_thread_does_not_wait_for_a_line_that_another_one_is_writing_and_its_own_is_written(
    slow_handler: SlowHandler,
) -> None:
    reporter = Reporter(None)
    sender = threading.Thread(target=reporter.error, args=(CoobirdError("one"),))
    sender.start()
    assert slow_handler.is_writing.wait(20)
    reporter.error(ConfigurationError("two"))
    assert slow_handler.lines == []
    slow_handler.is_ending.set()
    sender.join()
    assert slow_handler.lines == ["one", "two"]
