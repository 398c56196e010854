"""A client under gunicorn and in a program that gevent has patched."""

from __future__ import annotations

import http.client
import signal

from tests.support.ports import free_port
from tests.support.programs import DEADLINE, missing, sent_twice
from tests.support.web import get, when_up


def test_gunicorn_workers_forked_from_a_preloaded_app_deliver(ingest, programs):
    programs.write(
        """
        import os
        from tests.support.child import new_client, track
        client = new_client()
        track(client, 30, "master")

        def app(environ, start_response):
            track(client, 1, environ["PATH_INFO"].strip("/"))
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [str(os.getpid()).encode()]
        """,
        "service.py",
    )
    port = free_port()
    arguments = ("-m", "gunicorn", "--preload", "--workers", "4", "--bind", f"127.0.0.1:{port}", "service:app")
    with programs.start(*arguments, "--log-level", "warning", "--no-control-socket") as process:
        when_up(lambda: get(port, "/hello"))
        held = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        held.connect()  # Keeps one worker busy, so that the others have to answer.
        workers = {get(port, f"/hit{number}") for number in range(100)}
        held.request("GET", "/held")
        assert held.getresponse().read().decode() not in workers
        held.close()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    assert not missing(ingest, "held", 1)
    assert not missing(ingest, "master", 30)
    assert not {f"hit{number}-0" for number in range(100)} - set(ingest.stored)
    assert not sent_twice(ingest)


GEVENT = """
from gevent import monkey
monkey.patch_all()
import gevent
from tests.support.child import new_client, track
client = new_client()
jobs = [gevent.spawn(track, client, 100, f"job{{number}}") for number in range(10)]
gevent.joinall(jobs)
{ending}
"""


def test_a_gevent_patched_program_delivers_with_and_without_flush(ingest, programs):
    for ending in ("client.flush()", "client.shutdown()", ""):
        ingest.stored.clear()
        programs.run(GEVENT.format(ending=ending), quiet=False)
        for number in range(10):
            assert not missing(ingest, f"job{number}", 100), ending


def test_the_servers_run_on_this_interpreter(programs):
    """If a package were missing, that would look like lost events in the other tests."""
    programs.run("import celery, gevent, gunicorn, starlette, uvicorn", quiet=False)


def test_gevent_workers_that_patch_after_the_app_was_preloaded_track_and_deliver(ingest, programs):
    programs.write(
        """
        from tests.support.child import new_client, track
        client = new_client(flush_interval=0.1)
        track(client, 5, "master")

        def app(environ, start_response):
            track(client, 1, environ["PATH_INFO"].strip("/"))
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"served"]
        """,
        "service.py",
    )
    port = free_port()
    arguments = ("-m", "gunicorn", "-k", "gevent", "--preload", "-w", "2", "-b", f"127.0.0.1:{port}", "service:app")
    with programs.start(*arguments, "--graceful-timeout", "10", "--no-control-socket") as process:
        when_up(lambda: get(port, "/hello"))
        for number in range(20):
            assert get(port, f"/hit{number}") == "served"
        process.send_signal(signal.SIGTERM)
        # On a busy machine some of these workers ignore the signal until gunicorn kills them, also
        # without a client.
        _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    assert "Error" not in err
    assert not missing(ingest, "master", 5)
    assert not {f"hit{number}-0" for number in range(20)} - set(ingest.stored)
