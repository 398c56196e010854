"""Signals that end a program, with `coobird.flush_on_signals()` and without."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.ingest import wait_until
from tests.support.namespaces import FIRST, has_namespaces
from tests.support.ports import free_port
from tests.support.programs import DEADLINE, missing
from tests.support.web import get, when_up


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


def test_a_signal_that_cannot_be_handled_is_refused_with_advice_and_disturbs_nothing(programs, ingest):
    result = programs.run("""
        import multiprocessing, signal, threading
        import coobird
        from tests.support.child import new_client, track

        def refused(*signals):
            try:
                coobird.flush_on_signals(*signals)
            except coobird.ConfigurationError as error:
                print("main thread" in str(error) and "SIGKILL" in str(error))

        refused(signal.SIGKILL)
        refused(0)
        in_thread = threading.Thread(target=refused)
        in_thread.start()
        in_thread.join()
        print(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
        coobird.flush_on_signals()
        client = new_client(flush_at=1000)
        # A child of multiprocessing delivers by what is prepared after the handlers.
        child = multiprocessing.get_context("fork").Process(target=track, args=(client, 3, "child"))
        child.start()
        child.join()
        track(client, 3)
        client.flush()
    """)
    assert result.stdout.split() == ["True"] * 4
    assert not missing(ingest, "event", 3) | missing(ingest, "child", 3)


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


def test_the_last_calls_before_the_end_are_made_when_the_default_effect_of_a_signal_ends_the_process(ingest, programs):
    result = programs.run(
        """
        import signal
        from coobird import before_last_delivery, flush_on_signals
        from tests.support.child import new_client, track
        client = new_client(flush_at=1000)

        def fail():
            raise ValueError("mine")

        before_last_delivery(fail)
        before_last_delivery(lambda: track(client, 5, name))
        flush_on_signals(signal.SIGTERM, signal.SIGWINCH)
        name = "resized"
        signal.raise_signal(signal.SIGWINCH)  # its default effect does not end the process
        name = "late"
        signal.raise_signal(signal.SIGTERM)
        """,
        code=-signal.SIGTERM,
        quiet=False,
    )
    assert "ValueError: mine" in result.stderr
    assert len(ingest.stored) == 5
    assert not missing(ingest, "late", 5)


def test_a_signal_that_interrupts_on_error_waits_for_the_delivery(ingest, slow_answers, programs):
    programs.run(
        """
        import signal
        from coobird import flush_on_signals
        from tests.support.child import new_client, track
        client = new_client(flush_at=1000, on_error=lambda error: signal.raise_signal(signal.SIGTERM))
        flush_on_signals()
        track(client, 50)
        client.track_task(customer_id="", agent_id="agent_1")
        """,
        code=-signal.SIGTERM,
        quiet=False,
    )
    assert not missing(ingest, "event", 50)


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
        reported = []
        client = new_client(max_queue_size=20, flush_at=1, max_batch_size=3, on_error=lambda error: reported.append(error.count))
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
        print(stats.tracked - count - handled, stats.dropped - sum(reported), stats.rejected, stats.queued, stats.in_flight)
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


def test_events_after_the_signal_are_delivered_before_track_returns(ingest, slow_answers, programs):
    """As in a server that goes on with its last requests, and then ends by the signal's default
    effect.
    """
    programs.run(
        """
        import os, signal
        from coobird import flush_on_signals
        from tests.support.child import new_client, track
        client = new_client(flush_at=1000)
        signal.signal(signal.SIGTERM, lambda *_: None)
        flush_on_signals()
        track(client, 3, "before")
        signal.raise_signal(signal.SIGTERM)
        track(client, 5, "after")
        os._exit(0)
        """
    )
    assert not missing(ingest, "before", 3) | missing(ingest, "after", 5)


def test_a_handler_that_replaces_ours_is_called_by_it_once_the_main_thread_tracks(ingest, programs):
    result = programs.run(
        """
        import os, signal
        from coobird import flush_on_signals
        from tests.support.child import new_client, track
        client = new_client(flush_at=1000)
        flush_on_signals()
        ours = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, lambda *_: print("theirs", client.stats().delivered, flush=True))
        track(client, 3)
        signal.raise_signal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, ours)  # uvicorn puts back what it found, and raises the signal again
        track(client, 1, "last")
        signal.raise_signal(signal.SIGTERM)
        print("still here")
        """,
        code=-signal.SIGTERM,
    )
    assert result.stdout.split() == ["theirs", "3"]
    assert not missing(ingest, "event", 3) | missing(ingest, "last", 1)


FIRST_PROCESS = """
    import atexit, os, signal, threading, time
    from coobird import flush_on_signals
    from tests.support.child import new_client, track
    client = new_client(flush_at=1000)
    flush_on_signals()
    track(client, 3)
    atexit.register(print, "exit handler", os.getpid())
    threading.Thread(target=threading.Event().wait).start()  # not a daemon
    print("up", flush=True)
    while True:
        time.sleep(0.01)
"""


@pytest.mark.skipif(not has_namespaces(), reason="needs unshare, and the right to use it")
def test_the_first_process_of_a_container_delivers_and_ends(ingest, programs):
    """The kernel leaves out the default effect of a signal for PID 1."""
    program = str(programs.write(FIRST_PROCESS))
    command, *arguments = FIRST
    with programs.start(*arguments, programs.python, program, command=command) as process:
        assert process.stdout.readline() == "up\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out) == (128 + signal.SIGTERM, "exit handler 1\n"), err
    assert not missing(ingest, "event", 3)


@pytest.mark.parametrize("left", [20, 60, 120, 200])
def test_a_signal_near_the_recursion_limit_delivers_and_ends_the_process(left, ingest, programs):
    programs.run(
        f"""
        import os, signal
        from tests.support.child import new_client, track
        from tests.support.limits import call_with_left
        from coobird import flush_on_signals
        client = new_client()
        flush_on_signals()
        track(client, 10)
        call_with_left({left}, lambda: os.kill(os.getpid(), signal.SIGTERM))
        """,
        code=-signal.SIGTERM,
    )
    assert not missing(ingest, "event", 10)


@pytest.mark.parametrize("module", ["coobird._encoding.event", "logging", "coobird._http.session"])
def test_a_signal_while_a_module_is_loaded_delivers_what_is_being_tracked(module, ingest, programs):
    done = programs.run(
        f"""
        import signal, sys
        import coobird
        from tests.support.child import new_client, track

        class Finder:
            def find_spec(self, name, path, target=None):
                if name == "{module}":
                    sys.meta_path.remove(self)
                    print("interrupted", flush=True)
                    signal.raise_signal(signal.SIGTERM)

        coobird.flush_on_signals()
        client = new_client(flush_at=1)
        sys.modules.pop("{module}", None)
        sys.meta_path.insert(0, Finder())
        track(client, 1)
        client.flush()
        client.list_customers()
        """,
        code=-signal.SIGTERM,
    )
    assert done.stdout == "interrupted\n"
    assert not missing(ingest, "event", 1)
