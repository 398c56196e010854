"""Ends of a program that has not called `shutdown()`."""

from __future__ import annotations

import signal
import threading

import pytest

from tests.support.ingest import problem, refused_port
from tests.support.loopback import Answer
from tests.support.programs import Programs, missing, sent_twice


@pytest.mark.parametrize("count", [1, 1000, 4000])
def test_a_normal_exit_delivers_everything_although_answers_are_slow(count, ingest, slow_answers, each_python):
    each_python.run(f"""
        from tests.support.child import new_client, track
        track(new_client(), {count})
    """)
    assert not missing(ingest, "event", count)
    assert not sent_twice(ingest)


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("import sys; sys.exit(3)", 3),
        ("raise ValueError('mine')", 1),
        ("raise KeyboardInterrupt", None),
        ("import threading, sys; threading.Thread(target=sys.exit).start()", 0),
        ("import threading; threading.Thread(target=lambda: 1 / 0).start()", 0),
        ("del client; import gc; gc.collect()", 0),
    ],
    ids=["sys.exit", "exception", "ctrl-c", "sys.exit-in-thread", "exception-in-thread", "client-collected"],
)
def test_every_ending_that_runs_exit_handlers_delivers(ending, code, ingest, programs):
    programs.run(
        f"""
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 50)
        {ending}
        """,
        code=code,
        quiet=False,
    )
    assert not missing(ingest, "event", 50)


def test_events_of_a_thread_that_ends_after_the_main_thread_arrive(ingest, programs):
    programs.run("""
        import threading, time
        from tests.support.child import new_client, track
        client = new_client()
        main = threading.current_thread()
        def work():
            main.join()
            track(client, 100)
        threading.Thread(target=work).start()
    """)
    assert not missing(ingest, "event", 100)


def test_a_daemon_thread_that_goes_on_tracking_does_not_hold_up_the_exit(ingest, programs):
    programs.run(
        """
        import threading
        from tests.support.child import new_client, track
        client = new_client(max_queue_size=500)
        started = threading.Event()
        def work():
            while True:
                track(client, 20)
                started.set()
        threading.Thread(target=work, daemon=True).start()
        started.wait()
        """,
        quiet=False,
    )
    assert ingest.stored


@pytest.mark.parametrize("before", [True, False], ids=["registered-before-the-client", "registered-after-the-client"])
def test_an_event_tracked_by_an_exit_handler_arrives_or_is_reported(before, ingest, each_python):
    done = each_python.run(
        f"""
        import atexit
        from tests.support.child import new_client, track
        def last():
            track(client, 5, "late")
            client.flush()
        if {before}: atexit.register(last)
        client = new_client(on_error=lambda error: print("reported", getattr(error, "count", 1)))
        track(client, 3)
        if not {before}: atexit.register(last)
        """,
        quiet=False,
    )
    assert not missing(ingest, "event", 3)
    if not before:
        assert not missing(ingest, "late", 5)
    reported = sum(int(line.split()[1]) for line in done.stdout.splitlines())
    assert len(missing(ingest, "late", 5)) == reported


def test_a_function_that_fails_before_the_last_delivery_holds_up_no_event(ingest, each_python):
    done = each_python.run(
        """
        from coobird import before_last_delivery
        from tests.support.child import new_client, track
        client = new_client()

        def fail():
            raise ValueError("mine")

        before_last_delivery(fail)
        before_last_delivery(lambda: track(client, 5, "late"))
        track(client, 3)
        """,
        quiet=False,
    )
    assert "ValueError: mine" in done.stderr
    assert not missing(ingest, "event", 3)
    assert not missing(ingest, "late", 5)


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("work()", 0),
        ("work(); flush_on_signals(); signal.raise_signal(signal.SIGTERM)", -signal.SIGTERM),
        ("child = multiprocessing.get_context('fork').Process(target=work); child.start(); child.join()", 0),
    ],
    ids=["exit", "signal", "multiprocessing"],
)
def test_what_is_called_after_the_last_delivery_sees_its_counts(ending, code, each_python):
    done = each_python.run(
        f"""
        import multiprocessing, os, signal
        from coobird import after_last_delivery, flush_on_signals
        from tests.support.child import new_client, track
        client = new_client(flush_at=100)
        after_last_delivery(lambda: os.write(1, b"%d " % client.stats().delivered))

        def work():
            track(client, 5)

        {ending}
        """,
        code=code,
    )
    assert done.stdout.split()[0] == "5"


def test_a_client_first_used_by_an_exit_handler_delivers_or_reports(ingest, each_python):
    done = each_python.run("""
        import atexit
        from tests.support.child import new_client, track
        client = new_client(on_error=lambda error: print("reported", getattr(error, "count", 1)))
        def last():
            track(client, 5, "late")
            client.flush()
        atexit.register(last)
    """)
    reported = sum(int(line.split()[1]) for line in done.stdout.splitlines())
    assert len(missing(ingest, "late", 5)) == reported == 0


def test_a_client_that_was_never_used_opens_nothing_and_starts_no_thread(server, each_python):
    result = each_python.run("""
        import threading
        from tests.support.child import new_client
        client = new_client()
        print(threading.active_count())
    """)
    assert result.stdout.split() == ["1"]
    assert server.connections == 0


def test_an_exit_while_the_server_stumbles_waits_for_it(ingest, programs):
    ingest.next(problem(503), problem(503))
    programs.run("""
        from tests.support.child import new_client, track
        track(new_client(), 50)
    """)
    assert not missing(ingest, "event", 50)


@pytest.mark.parametrize("clients", [1, 20])
def test_an_exit_with_the_server_down_ends_by_itself_within_one_deadline_for_all_clients(clients, tmp_path, libraries):
    with refused_port() as port:
        # One after the other, 20 clients would take longer than a program of these tests may.
        done = Programs(tmp_path, f"http://127.0.0.1:{port}").run(
            f"""
            import os
            from tests.support.child import new_client, track
            def report(error):
                os.write(1, b"%d\\n" % error.count)  # in one piece: several threads may report at once
            clients = [new_client(shutdown_timeout=5, max_retries=100_000, on_error=report) for _ in range({clients})]
            for client in clients:
                track(client, 50)
        """,
            quiet=False,
        )
    lost = sum(map(int, done.stdout.split()))
    assert lost == 50 * clients


def test_an_exit_with_a_server_that_never_answers_ends_by_itself(ingest, programs):
    ingest.otherwise = Answer(wait=threading.Event())
    programs.run(
        """
        from tests.support.child import new_client, track
        track(new_client(shutdown_timeout=1, request_timeout=600), 500)
        """,
        quiet=False,
    )


def test_a_callback_that_raises_at_exit_changes_neither_exit_code_nor_the_rest(ingest, programs):
    ingest.next(problem(404))
    programs.run(
        """
        from tests.support.child import new_client, track
        def fail(error):
            raise SystemExit(9)
        client = new_client(on_error=fail, flush_at=1000)
        track(client, 150)
        """,
        quiet=False,
    )
    assert len(ingest.stored) == 50


def test_after_flush_even_os_exit_loses_nothing(ingest, programs):
    programs.run("""
        import os
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 50)
        client.flush()
        os._exit(0)
    """)
    assert not missing(ingest, "event", 50)


@pytest.mark.parametrize("ending", ["", "client.flush()", "client.shutdown()", "del client"])
def test_no_ending_leaves_anything_open_that_development_mode_would_complain_of(ending, ingest, each_python):
    each_python.run(
        f"""
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 250)
        {ending}
        """,
        env={"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error"},
    )
    assert not missing(ingest, "event", 250)
