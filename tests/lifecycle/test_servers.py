"""A client in a web service: uvicorn, also when it reloads the code."""

from __future__ import annotations

import signal

from tests.support.ingest import wait_until
from tests.support.ports import free_port
from tests.support.programs import DEADLINE, missing
from tests.support.web import get, when_up

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
