"""The programs that Python services really run in: web servers, patched sockets."""

from __future__ import annotations

import http.client
import signal
import sys

from tests.support.ingest import wait_until
from tests.support.programs import DEADLINE, missing, sent_twice
from tests.support.web import free_port, get, when_up


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


UVICORN = """
    import contextlib
    from coobird import AsyncCoomon
    from tests.support.child import KEY, URL, track

    VERSION = "one"

    @contextlib.asynccontextmanager
    async def lifespan(app):
        async with AsyncCoomon(KEY, host=URL, flush_interval=0) as app.state.client:
            yield

    async def home(request):
        track(request.app.state.client, 5, VERSION + request.url.path.replace("/", "-"))
        return PlainTextResponse(VERSION)

    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    app = Starlette(lifespan=lifespan, routes=[Route("/{number}", home)])
"""


def test_a_uvicorn_service_with_a_client_in_its_lifespan_delivers(ingest, programs):
    programs.write(UVICORN, "service.py")
    port = free_port()
    with programs.start("-m", "uvicorn", "--port", str(port), "--log-level", "warning", "service:app") as process:
        when_up(lambda: get(port, "/up"))
        for number in range(20):
            get(port, f"/{number}")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE)
    for number in range(20):
        assert not missing(ingest, f"one-{number}", 5)


def test_a_uvicorn_service_that_reloads_delivers_what_the_old_process_tracked(ingest, programs):
    path = programs.write(UVICORN, "service.py")
    port = free_port()
    arguments = ("--port", str(port), "--log-level", "warning", "--reload", "--reload-delay", "0.05", "service:app")
    with programs.start("-m", "uvicorn", *arguments) as process:
        assert when_up(lambda: get(port, "/0")) == "one"
        # Of another length: a cached module counts as fresh if second and size are the same.
        programs.write(UVICORN.replace('"one"', '"three"'), path.name)
        wait_until(lambda: when_up(lambda: get(port, "/1")) == "three", "the new code answers")
        wait_until(lambda: not missing(ingest, "one-0", 5), "the old process's events arrive")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE)
    assert not missing(ingest, "three-1", 5)


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


def test_uvicorn_and_the_rest_run_on_this_interpreter(programs):
    """What the other tests start is there: a missing package would look like lost events."""
    programs.run("import celery, gevent, gunicorn, starlette, uvicorn", quiet=False)
    assert sys.executable == programs.python
