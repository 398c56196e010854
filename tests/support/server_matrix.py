"""Snippets of docs/frameworks.md, as they stand, under each web server that is stopped."""

from __future__ import annotations

import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT
from tests.support.ingest import wait_until
from tests.support.ports import free_port
from tests.support.programs import DEADLINE, Programs
from tests.support.web import get, when_up

PAGE = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")

# In front of each snippet: what a program has around it. No timer, so only the end delivers.
CLIENT = """
import os, time
from pathlib import Path
import coobird
def began(path):
    "Say that a slow request is being served. Return the seconds that it takes."
    is_slow = "slow" in path
    if is_slow:
        Path("slow").touch()
    return 0.5 * is_slow
coomon = coobird.Coomon("sk_test_matrix", host=os.environ["COOBIRD_TEST_URL"], flush_interval=0)
"""

FASTAPI = """
import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from fastapi import Depends, FastAPI
from coobird.integrations import RunOptions
from coobird.integrations.fastapi import in_run

@dataclass
class User:
    account_id: str = "cust"

def current_user() -> User:
    return User()

SNIPPET

@app.get("/hit{number}")
async def endpoint(number: int) -> str:
    coomon.track_task()
    return "served"

@app.get("/slow{number}")
async def slow(number: int) -> str:
    await asyncio.sleep(began("slow"))
    coomon.track_task()
    return "served"
"""

STARLETTE = """
import asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from coobird.integrations.asgi import CoobirdMiddleware

async def endpoint(request):
    await asyncio.sleep(began(request.url.path))
    coomon.track_task()
    return PlainTextResponse("served")

def payer(scope):
    return {"customer_id": "cust", "agent_id": "assistant"}

app = Starlette(routes=[Route("/{path}", endpoint)])
SNIPPET
"""

FLASK = """
SNIPPET
@app.get("/<path>")
def endpoint(path):
    time.sleep(began(path))
    coomon.track_task()
    return "served"
"""

DJANGO = """
import sys
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

def payer(request):
    return {"customer_id": "cust", "agent_id": "assistant"}

def endpoint(request, path):
    time.sleep(began(path))
    coomon.track_task()
    return HttpResponse("served")

urlpatterns = [path("<path>", endpoint)]
names = {}
exec('''SNIPPET'''.replace("    ...,\\n", "").replace('    "django.contrib.auth.middleware.AuthenticationMiddleware",\\n', ""), names)
names = {name: value for name, value in names.items() if name.isupper()}
sys.modules["shop.billing"] = sys.modules["shop"] = sys.modules[__name__]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="only for this test", **names)
app, asgi = get_wsgi_application(), get_asgi_application()
"""


def snippet(start: str) -> str:
    """The code block of the page that contains this text."""
    blocks = [block for block in re.findall(r"```py\w*\n(.*?)```", PAGE, re.DOTALL) if start in block]
    assert len(blocks) == 1, f"{len(blocks)} blocks contain {start!r}"
    return blocks[0]


def program(framework: str) -> str:
    if framework == "flask":
        # The rest of the block asks for a page, and tracks there.
        code = snippet("Flask(").split("print(", 1)[0]
        code = re.sub(r"^coomon = .*$", "", code, flags=re.MULTILINE)
        code = code.replace('environ["HTTP_X_ACCOUNT"]', '"cust"')
        return CLIENT + FLASK.replace("SNIPPET", code)
    if framework == "django":
        return CLIENT + snippet("flush_on_signals()  # Django") + DJANGO.replace("SNIPPET", snippet("COOBIRD_RUN ="))
    if framework == "starlette":
        return CLIENT + STARLETTE.replace("SNIPPET", snippet("add_middleware("))
    return CLIENT + FASTAPI.replace("SNIPPET", snippet("in_run(coomon, payer)"))


GUNICORN = ("gunicorn", "--no-control-socket", "-b", "127.0.0.1:PORT", "-w", "2")
ASGI_WORKER = ("-k", "uvicorn_worker.UvicornWorker")
UWSGI = (
    "uwsgi",
    "-H",
    sys.prefix,
    "--http-socket",
    "127.0.0.1:PORT",
    "--module",
    "APP",
    "--master",
    "--die-on-term",
    "--processes",
    "2",
    "--hook-master-start",
    "unix_signal:15 gracefully_kill_them_all",
)

ASGI = {
    "uvicorn": ("uvicorn", "--port", "PORT", "APP"),
    "uvicorn --workers": ("uvicorn", "--workers", "2", "--port", "PORT", "APP"),
    "gunicorn uvicorn_worker": (*GUNICORN, *ASGI_WORKER, "APP"),
    "gunicorn uvicorn_worker --preload": (*GUNICORN, *ASGI_WORKER, "--preload", "APP"),
    "gunicorn uvicorn_worker --max-requests": (*GUNICORN, *ASGI_WORKER, "--max-requests", "4", "APP"),
    "hypercorn": ("hypercorn", "-b", "127.0.0.1:PORT", "APP"),
    "hypercorn --workers": ("hypercorn", "-w", "2", "-b", "127.0.0.1:PORT", "APP"),
    "granian": ("granian", "--interface", "asgi", "--port", "PORT", "--workers", "1", "APP"),
}
# granian with one worker: another one that still loads the application when the signal comes may
# miss it.
WSGI = {
    "gunicorn sync": (*GUNICORN, "APP"),
    "gunicorn sync --preload": (*GUNICORN, "--preload", "APP"),
    "gunicorn sync --max-requests": (*GUNICORN, "--max-requests", "4", "APP"),
    "gunicorn gthread": (*GUNICORN, "-k", "gthread", "--threads", "2", "APP"),
    "gunicorn gthread --preload": (*GUNICORN, "-k", "gthread", "--threads", "2", "--preload", "APP"),
    "gunicorn gevent": (*GUNICORN, "-k", "gevent", "APP"),
    "gunicorn gevent --preload": (*GUNICORN, "-k", "gevent", "--preload", "--graceful-timeout", "10", "APP"),
    "hypercorn": ("hypercorn", "-b", "127.0.0.1:PORT", "wsgi:APP"),
    "granian": ("granian", "--interface", "wsgi", "--port", "PORT", "--workers", "1", "APP"),
    "uwsgi": UWSGI,
    "uwsgi --enable-threads": (*UWSGI, "--enable-threads"),
    # One worker: another one that still loads the application when the signal comes may miss it.
    "uwsgi --lazy-apps": (*UWSGI, "--lazy-apps", "--processes", "1"),
}


@dataclass(frozen=True)
class Cell:
    """A framework under a server.

    Attributes:
        framework: Name of the framework.
        app: Application, as the command names it.
        server: Name of the server, with its options.
        command: Command that starts it. `PORT` and `APP` are replaced.
    """

    framework: str
    app: str
    server: str
    command: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.framework}{' (ASGI)' if self.app.endswith('asgi') else ''}, {self.server}"


CELLS = [
    *(Cell("fastapi", "service:app", name, ASGI[name]) for name in ASGI),
    *(Cell("starlette", "service:app", name, ASGI[name]) for name in ASGI),
    *(Cell("flask", "service:app", name, WSGI[name]) for name in WSGI),
    *(Cell("django", "service:app", name, WSGI[name]) for name in WSGI),
    # docs/frameworks.md names the cell that is left out.
    *(Cell("django", "service:asgi", name, ASGI[name]) for name in ASGI if name != "gunicorn uvicorn_worker --preload"),
]


def serve_and_stop(cell: Cell, programs: Programs) -> tuple[int, str]:
    """Start the server, send requests that track an event each, and stop the server.

    Returns the number of requests that were answered, and the log of the server.
    """
    # docs/frameworks.md names the cells that need this line.
    needs_line = cell.app == "service:app" and cell.command == ASGI["hypercorn --workers"]
    line = "coobird.flush_on_signals()\n" if needs_line else ""
    programs.write(program(cell.framework) + line, "service.py")
    port = free_port()
    name, *arguments = [word.replace("PORT", str(port)).replace("APP", cell.app) for word in cell.command]
    with programs.start(*arguments, command=str(Path(sys.prefix, "bin", name))) as process:
        when_up(lambda: get(port, "/hit0"))
        for number in range(1, 8):
            # Again, if a worker that has served its number of requests resets the connection.
            assert "served" in when_up(lambda path=f"/hit{number}": get(port, path))
        with ThreadPoolExecutor(1) as pool:
            # One request is answered after the signal, by servers that wait for their last
            # requests.
            last = pool.submit(get, port, "/slow9")

            def is_in_progress() -> bool:
                nonlocal last
                is_begun = (programs.folder / "slow").exists()
                if not is_begun and last.done():
                    last = pool.submit(get, port, "/slow9")  # again, as above
                return is_begun

            wait_until(is_in_progress, "the slow request")
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=DEADLINE)
            return 8 + (last.exception() is None), log
