"""The log accounts for each event that is dropped or rejected, and says what to do about it."""

from __future__ import annotations

import gc
import logging
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coobird import ConfigurationError, Coomon
from coobird._delivery import error_log
from coobird._delivery.error_log import DROPPED, LAST_LINES, LOG_INTERVAL_SECONDS, REJECTED, ErrorLog, LogEntry
from coobird.errors import (
    AuthenticationError,
    CoobirdError,
    InternalServerError,
    InvalidEventError,
    SettlementError,
    SpoolError,
)
from tests.support.error_lines import counted, keeping_lines, logged
from tests.support.ingest import KEY, Ingest, problem, refused_port, track, wait_until
from tests.support.loopback import Answer, LoopbackServer
from tests.support.retries import quicken_retries

PATH = "/api/v1/events/batch"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    with keeping_lines() as lines:
        yield lines


def server_error(status: int = 503) -> InternalServerError:
    return InternalServerError(
        "Down", method="POST", path=PATH, status_code=status, headers={"X-Request-Id": "req_7"}, hint="Try again later."
    )


def due(log: ErrorLog, now: float) -> list[str]:
    """Take the lines that are due."""
    log.let_due(now)
    return taken(log)


def rest(log: ErrorLog, now: float) -> list[str]:
    """Take all lines."""
    log.let_all(now)
    return taken(log)


def taken(log: ErrorLog) -> list[str]:
    lines = list(log.lines)
    log.lines.clear()
    return lines


# ---------------------------------------------------------------------------- which lines, and when


def test_a_kind_has_one_line_in_an_interval_and_the_next_has_the_sum() -> None:
    log = ErrorLog()
    for now in range(10):
        log.add(LogEntry(None, outcome=DROPPED, reason="queue_full", count=7))
        lines = due(log, float(now))
        assert [line.split(" dropped")[0] for line in lines] == (["7 events were"] if now == 0 else [])
    assert log.due_at == LOG_INTERVAL_SECONDS
    (line,) = due(log, LOG_INTERVAL_SECONDS)
    assert line.startswith("63 events were dropped: the queue was full")
    assert due(log, 1e9) == rest(log, 1e9) == []


def test_reasons_and_causes_do_not_hide_each_other() -> None:
    log = ErrorLog()
    kinds = [
        LogEntry(None, outcome=DROPPED, reason="queue_full"),
        LogEntry(server_error(500), outcome=DROPPED, reason="queue_full"),
        LogEntry(server_error(503), outcome=DROPPED, reason="queue_full"),
        LogEntry(server_error(503), outcome=DROPPED, reason="shutdown"),
        LogEntry(InvalidEventError("no"), outcome=REJECTED, reason="invalid"),
        LogEntry(InvalidEventError("no"), outcome=REJECTED, reason="refused"),
        LogEntry(server_error(503)),
        LogEntry(SpoolError("full")),
    ]
    for kind in kinds:
        log.add(kind)
    assert len(due(log, 0.0)) == len(kinds)


def test_the_rest_is_written_once_and_does_not_wait_for_its_interval() -> None:
    log = ErrorLog()
    for _ in range(3):
        log.add(LogEntry(None, outcome=DROPPED, reason="shutdown"))
        due(log, 0.0)
    assert [line[:16] for line in rest(log, 1.0)] == ["2 events were dr"]
    assert rest(log, 1.0) == []


def test_at_the_end_of_the_process_no_line_is_held_back_but_their_number_has_a_limit() -> None:
    log = ErrorLog()
    log.add(LogEntry(None, outcome=DROPPED, reason="after_shutdown"))
    assert len(due(log, 0.0)) == 1
    log.begin_end()
    lines: list[str] = []
    for _ in range(LAST_LINES + 100):
        log.add(LogEntry(None, outcome=DROPPED, reason="after_shutdown"))
        lines += due(log, 0.0)
    assert len(lines) == LAST_LINES + 1
    assert [line[:17] for line in rest(log, 0.0)] == ["99 events were dr"]


def test_a_line_that_is_postponed_counts_what_comes_meanwhile() -> None:
    log = ErrorLog()
    for now in (0.0, 1.0):
        log.add(LogEntry(None, outcome=DROPPED, reason="shutdown"))
        log.postpone(now)
        assert log.due_at > now
        assert due(log, now) == []
    assert [line[:16] for line in due(log, log.due_at)] == ["2 events were dr"]


def test_each_settlement_that_failed_has_its_line() -> None:
    log = ErrorLog()
    for number in range(5):
        log.add(LogEntry(SettlementError(f"settle {number}")))
    assert due(log, 0.0) == [f"settle {number}" for number in range(5)]


def test_an_error_without_a_loss_is_counted_as_such() -> None:
    log = ErrorLog()
    for _ in range(3):
        log.add(LogEntry(SpoolError("The disk is full.")))
    assert due(log, 0.0) == ["The disk is full. (2 more like this before)"]


# ------------------------------------------------------------------------------- what the lines say


def test_a_line_has_cause_host_path_request_id_what_happens_next_and_what_to_try() -> None:
    log = ErrorLog("https://api.example")
    log.add(LogEntry(server_error(), outcome=DROPPED, reason="shutdown", count=2))
    (line,) = due(log, 0.0)
    for part in (
        "2 events were dropped: not sent by the end of shutdown",
        "Give a longer shutdown_timeout",
        "They are not sent again",
        "Down (POST /api/v1/events/batch, request id req_7)",
        "Try again later",
        "[shutdown, https://api.example/api/v1/events/batch, request id req_7]",
    ):
        assert part in line


@pytest.mark.parametrize("reason", error_log.REASONS)
def test_each_reason_of_a_drop_has_a_sentence_and_the_address_of_the_server(reason: str) -> None:
    log = ErrorLog("https://api.example")
    log.add(LogEntry(None, outcome=DROPPED, reason=reason))
    (line,) = due(log, 0.0)
    assert line.startswith("1 event was dropped: ")
    assert line.endswith(f"[{reason}, https://api.example{PATH}]")


def test_a_line_about_a_refused_key_names_the_server() -> None:
    log = ErrorLog("https://api.example")
    log.add(LogEntry(AuthenticationError("No such key", method="POST", path=PATH, status_code=401)))
    (line,) = due(log, 0.0)
    assert "Check that the API key is current" in line
    assert line.endswith(f"[https://api.example{PATH}]")


def test_the_cause_of_an_error_is_logged_once() -> None:
    log = ErrorLog()
    outer, quoting = SpoolError("The spool cannot be read."), SpoolError("Events wait: Down.")
    outer.__cause__, quoting.__cause__ = OSError("disk on fire"), CoobirdError("Down.")
    log.add(LogEntry(outer))
    log.add(LogEntry(quoting))
    assert due(log, 0.0) == ["The spool cannot be read. OSError: disk on fire.", "Events wait: Down."]


# ------------------------------------------------------------------------------------ whole clients

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("track"), st.integers(1, 40)),
        st.tuples(st.just("track badly"), st.integers(1, 5)),
        st.tuples(st.just("flush"), st.just(0)),
        st.tuples(st.just("reset"), st.just(0)),
        st.tuples(st.just("reject some"), st.just(0)),
        *(st.tuples(st.just("fail"), st.just(status)) for status in (400, 401, 404, 413, 422, 500, 503)),
        st.tuples(st.just("recover"), st.just(0)),
    ),
    max_size=12,
)


# An example builds a client and lets it fail, so it counts for three.
@settings(max_examples=settings.default.max_examples // 3)
@given(
    steps=STEPS,
    max_retries=st.integers(0, 1),
    max_queue_size=st.sampled_from([20, 1000]),
    after=st.integers(0, 3),
)
def test_the_numbers_in_the_log_add_up_to_stats_whatever_fails(
    steps: list[tuple[str, int]], max_retries: int, max_queue_size: int, after: int
) -> None:
    ingest = Ingest()
    with keeping_lines() as lines, LoopbackServer(ingest) as server, quicken_retries():
        client = Coomon(
            KEY,
            host=server.url,
            flush_interval=0,
            max_batch_size=10,
            flush_at=10,
            max_retries=max_retries,
            max_queue_size=max_queue_size,
        )
        for number, (step, value) in enumerate(steps):
            if step == "track":
                track(client, value, first=1000 * number)
            elif step == "track badly":
                for _ in range(value):
                    client.track_task(customer_id="", agent_id="a")
            elif step == "flush":
                client.flush(timeout=0.2)
            elif step == "reset":
                ingest.otherwise = Answer(reset=True)
            elif step == "fail":
                ingest.otherwise = problem(value)
            elif step == "recover":
                ingest.otherwise, ingest.reject = ingest.store, lambda event: None
            else:
                ingest.reject = lambda event: "odd" if event["event_id"][-1] in "13579" else None
        client.shutdown(timeout=0.2)
        track(client, after, first=99_000)
        stats = client.stats()
        # As the end of the process does; a client that is gone by then has done it itself.
        del client
        gc.collect()
    assert logged(lines) == counted(stats)


def test_a_line_that_was_held_back_is_written_without_another_call(make_client, lines, monkeypatch):
    monkeypatch.setattr(error_log, "LOG_INTERVAL_SECONDS", 0.05)
    client = make_client(on_error=None)
    for _ in range(50):
        client.track_task(customer_id="", agent_id="a")
    wait_until(lambda: logged(lines)["rejected"]["invalid"] == 50, "the rest is logged")


def test_without_on_error_an_outage_is_explained(make_client, lines):
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", on_error=None, max_retries=0)
        track(client, 3)
        client.flush()  # returns after a try that has failed
        client.shutdown(timeout=0.2)
    text = "\n".join(lines)
    for part in ("Connection refused", f"http://127.0.0.1:{port}{PATH}", "Check the network"):
        assert part in text
    assert logged(lines)["dropped"].total() == 3


def test_a_rejection_in_the_answer_to_a_batch_has_the_id_of_its_request(ingest, make_client, lines):
    answers = {"named": [{"event_id": "event-0", "status": "rejected", "error": "no such signal"}], "unnamed": []}
    for results in answers.values():
        body = {"accepted": 1, "duplicates": 0, "rejected": 1, "results": results}
        ingest.next(Answer(200, body, {"X-Request-Id": "req_7"}))
    reported: list[CoobirdError] = []
    client = make_client(on_error=reported.append)
    for _ in answers:
        track(client, 2)
        client.flush()
    assert [error.request_id for error in reported] == ["req_7", "req_7"]
    assert "no such signal" in lines[0]
    client.shutdown()
    assert len(lines) == 2
    for line in lines:
        assert line.endswith(f"{PATH}, request id req_7]")


@pytest.mark.parametrize("spool", [False, True], ids=["memory", "spool"])
@pytest.mark.parametrize("status", [401, 403])
def test_the_line_about_a_refused_key_says_what_becomes_of_the_events(
    status, spool, ingest, make_client, lines, tmp_path
):
    ingest.otherwise = problem(status)
    client = make_client(on_error=None, **({"spool": tmp_path / "usage.db"} if spool else {}))
    track(client, 3)
    client.flush()
    assert f"3 events wait {'in the spool' if spool else 'in memory'}, and are sent once the server accepts" in lines[0]
    assert "API key" in lines[0]
    ingest.otherwise = ingest.store


@pytest.mark.parametrize("status", [402, 404, 405, 407, 410, 418, 451])
def test_a_line_about_a_server_that_is_none_of_ours_says_so(status, ingest, make_client, lines):
    ingest.otherwise = problem(status)
    client = make_client(on_error=None)
    track(client, 3)
    client.flush()
    (line,) = lines
    assert f"The server answered {status}" in line
    assert ("URL of the proxy" if status == 407 else "Check that `host` is a Coobird server") in line
    assert "Check the id" not in line


def test_a_line_about_an_event_that_is_too_large_for_a_proxy_says_what_to_try(ingest, make_client, lines):
    ingest.otherwise = problem(413)
    client = make_client(on_error=None)
    track(client, 1)
    client.flush()
    (line,) = lines
    assert "Send less, in attributes for example, or raise the limit of the proxy" in line
    assert "Check that `host`" not in line


def test_a_server_that_takes_a_request_and_never_answers_is_named_as_the_cause(make_client, lines):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.settimeout(20)
        client = make_client(host=host, on_error=None, flush_at=3)
        track(client, 3)
        connection, _ = listener.accept()
        client.flush(timeout=0.01)
        client.shutdown(timeout=0.01)
        connection.close()
    late, dropped = lines
    for line in late, dropped:
        assert "A request has had no answer for 0." in line
        assert "Check that `host` is reachable" in line
        assert host + PATH in line
    assert logged(lines)["dropped"] == {"shutdown": 3}


def test_no_line_shows_the_key(ingest, make_client, lines):
    client = make_client(on_error=None)
    ingest.reject = lambda event: f"no, {KEY}"
    track(client, 3)
    client.flush()
    client.report(CoobirdError(f"oh, {KEY}"))
    assert len(lines) == 2
    assert KEY not in "\n".join(lines)


def test_what_happens_while_the_log_is_switched_off_is_told_once_it_is_on_again(make_client, lines):
    client = make_client(on_error=None)
    logging.disable(logging.CRITICAL)
    try:
        for _ in range(5):
            client.track_task(customer_id="", agent_id="a")
    finally:
        logging.disable(logging.NOTSET)
    assert lines == []
    client.track_task(customer_id="", agent_id="a")
    client.shutdown()
    assert logged(lines)["rejected"]["invalid"] == 6


def test_an_unknown_level_in_the_environment_is_refused(monkeypatch):
    monkeypatch.setenv("COOBIRD_LOG", "loud")
    with pytest.raises(ConfigurationError, match="COOBIRD_LOG must be info or debug, not 'loud'"):
        Coomon(KEY, host="http://127.0.0.1:9")


def test_importing_and_making_a_client_load_no_logging(programs):
    programs.run("""
        import sys
        from coobird import Coomon
        client = Coomon("sk_test_1", host="http://127.0.0.1:9")
        assert "logging" not in sys.modules
    """)
