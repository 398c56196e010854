"""Signals that end a program, with `coobird.flush_on_signals()` and without."""

from __future__ import annotations

import signal

import pytest

from tests.support.ingest import wait_until
from tests.support.programs import DEADLINE, missing
from tests.support.web import free_port, get, when_up


def test_no_signal_handler_is_installed_by_default(programs):
    result = programs.run("""
        import signal
        from tests.support.child import new_client, track
        before = [signal.getsignal(number) for number in signal.valid_signals()]
        client = new_client()
        track(client, 50)
        client.flush()
        print(before == [signal.getsignal(number) for number in signal.valid_signals()])
    """)
    assert result.stdout.split() == ["True"]


WAITING = """
    import signal, sys, time
    import coobird
    from tests.support.child import new_client, track
    {before}
    client = new_client(flush_at=1000)
    coobird.flush_on_signals()
    track(client, 50)
    print("ready", flush=True)
    while True:
        time.sleep(0.05)
"""


@pytest.mark.parametrize(
    ("before", "code", "printed"),
    [
        ("", -signal.SIGTERM, ""),
        ("signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))", 7, ""),
        ("signal.signal(signal.SIGTERM, lambda *_: (print('mine'), sys.exit(7)))", 7, "mine"),
    ],
    ids=["default", "exits", "prints-and-exits"],
)
def test_sigterm_delivers_then_does_what_it_did_before_if_asked_for(before, code, printed, ingest, programs):
    with programs.start(str(programs.write(WAITING.format(before=before)))) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert not ingest.stored
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert not missing(ingest, "event", 50)
    assert process.returncode == code
    assert out.strip() == printed


def test_an_ignored_sigterm_stays_ignored(ingest, programs):
    source = WAITING.format(before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    with programs.start(str(programs.write(source))) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: len(ingest.stored) == 50, "the events arrive")
        assert process.poll() is None


def test_a_signal_handler_may_track_at_any_moment(ingest, programs):
    result = programs.run(
        """
        import signal
        from tests.support.child import new_client, track
        told = []
        client = new_client(max_queue_size=20, flush_at=1, max_batch_size=3, on_error=lambda error: told.append(error.count))
        track(client, 1)
        client.flush()
        count, handled = 1, 0
        def handle(*_):
            global handled
            track(client, 3)
            handled += 3
        signal.signal(signal.SIGVTALRM, handle)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0005, 0.0003)
        while handled < 3000:
            track(client, 1)
            count += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        client.shutdown()
        stats = client.stats()
        print(stats.tracked - count - handled, stats.dropped - sum(told), stats.rejected, stats.queued, stats.in_flight)
        """,
        quiet=False,
    )
    assert result.stdout.split() == ["0"] * 5


MODULE_LEVEL_SERVICE = """
    import coobird
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    from tests.support.child import KEY, URL, track

    client = coobird.AsyncCoomon(KEY, host=URL, flush_interval=0)
    coobird.flush_on_signals()

    async def home(request):
        track(client, 5, "hit")
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/", home)])
"""


def test_a_service_that_uvicorn_ends_by_the_signal_itself_delivers_if_asked_for(ingest, programs):
    # No code shuts the client down, and uvicorn ends without running exit handlers.
    programs.write(MODULE_LEVEL_SERVICE, "service.py")
    port = free_port()
    with programs.start("-m", "uvicorn", "--port", str(port), "--log-level", "warning", "service:app") as process:
        when_up(lambda: get(port, "/"))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE)
    assert process.returncode == -signal.SIGTERM
    assert not missing(ingest, "hit", 5)
