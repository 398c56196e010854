"""A client under a real uWSGI, which forks its workers in C and ends Python in C's `exit()`."""

from __future__ import annotations

import http.server
import json
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
import trustme

from tests.support.ingest import wait_until
from tests.support.ports import free_port
from tests.support.programs import DEADLINE, Programs, missing
from tests.support.web import get, when_up

UWSGI = str(Path(sys.prefix, "bin", "uwsgi"))

APPLICATION = """
    import os
    from coobird import Coomon
    from tests.support.child import KEY, URL, track
    {load}
    def application(environ, start_response):
        track(client, 1, environ["PATH_INFO"].strip("/"))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]
"""
MADE = 'client = Coomon(KEY, host=URL, flush_interval=0.2, on_error=lambda error: print("REPORTED", error, flush=True))'


@dataclass
class Server:
    """A running uWSGI."""

    process: Popen[str]
    port: int
    stats_port: int

    def get(self, path: str) -> str:
        return get(self.port, path)

    def ask_workers(self, count: int) -> int:
        """Ask until so many workers have answered.

        Returns the number of requests, `/hit0` and so on.
        """
        seen: set[str] = set()
        asked = 0
        while len(seen) < count:
            assert asked < 2000, f"only {len(seen)} workers answered"
            with ThreadPoolExecutor(2) as pool:
                seen.update(pool.map(self.get, [f"/hit{asked}", f"/hit{asked + 1}"]))
            asked += 2
        return asked

    def end(self) -> str:
        """Stop the server. Returns its log."""
        # A worker that still writes its last answer would be killed, without Python's exit.
        wait_until(self._is_idle, "the end of all requests")
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=DEADLINE)
        log = out + err
        assert "egmentation fault" not in log, log
        assert "segfault" not in log, log
        assert "REPORTED" not in log, log
        return log

    def _is_idle(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.stats_port)) as connection:
            stats = json.load(connection.makefile())
        return all(worker["status"] == "idle" for worker in stats["workers"])


@contextmanager
def served(programs: Programs, load: str, *options: str, **env: str) -> Iterator[Server]:
    """A uWSGI whose application runs `load` when it is loaded."""
    programs.write(APPLICATION.format(load=load.replace("\n", "\n    ")), "service.py")
    port, stats_port = free_port(), free_port()
    sockets = ("--http-socket", f"127.0.0.1:{port}", "--stats", f"127.0.0.1:{stats_port}")
    arguments = ("-H", sys.prefix, "--wsgi-file", "service.py", "--master", "--die-on-term")
    with programs.start(*sockets, *arguments, *options, command=UWSGI, env=env) as process:
        server = Server(process, port, stats_port)
        when_up(lambda: server.get("/up"))
        yield server


USES = {
    "made only": "",
    "a call": 'client.track_task_immediate(customer_id="c", agent_id="a", event_id="load-0")',
    "an event": 'track(client, 1, "load")',
    "a flush": 'track(client, 1, "load"); client.flush()',
}


@pytest.mark.parametrize(
    ("use", "options"),
    [*((use, ()) for use in USES), ("a flush", ("--lazy-apps",)), ("an event", ("--enable-threads", "--threads", "2"))],
)
def test_workers_deliver_what_they_and_the_loading_application_tracked(ingest, programs, use, options) -> None:
    load = f"{MADE}\n{USES[use]}"
    with served(programs, load, "--processes", "2", *options) as server:
        asked = server.ask_workers(2)
        # Before the end, so that a sender of a worker has sent them.
        wait_until(
            lambda: not {f"hit{number}-0" for number in range(asked)} - set(ingest.stored), "the events of workers"
        )
        server.end()
    assert not (set() if use == "made only" else missing(ingest, "load", 1))


def test_workers_never_draw_the_same_ids(ingest, programs) -> None:
    load = f"""{MADE}
client.track_task_immediate(customer_id="load", agent_id="a")
def track(client, count, name): client.track_task(customer_id=str(os.getpid()), agent_id=name)"""
    with served(programs, load, "--processes", "2") as server:
        asked = server.ask_workers(2)
        server.end()
    assert len(ingest.stored) == asked + 2, "one event for each request, the first request, and the load"


@pytest.mark.parametrize("options", [(), ("--lazy-apps",), ("--py-call-uwsgi-fork-hooks",)], ids=" ".join)
def test_the_end_of_the_worker_delivers(ingest, programs, options) -> None:
    load = MADE.replace("flush_interval=0.2", "flush_interval=0")
    with served(programs, load, *options) as server:
        for number in range(3):
            server.get(f"/hit{number}")
        server.end()
    assert not {"hit0-0", "hit1-0", "hit2-0"} - set(ingest.stored)


@pytest.mark.parametrize("threads", ["", "--enable-threads"])
def test_events_that_a_crash_left_in_a_spool_are_sent_by_a_worker(ingest, programs, threads) -> None:
    spool = MADE.replace("flush_interval", "spool='events.db', flush_interval")
    programs.run(
        f"""
        import os
        from coobird import Coomon
        from tests.support.child import KEY, URL, track
        {spool.replace("host=URL", "host='http://127.0.0.1:9'")}
        track(client, 5, "left")
        os._exit(0)
        """,
        quiet=False,
    )
    with served(programs, spool, "--processes", "2", *filter(None, [threads])) as server:
        wait_until(lambda: not missing(ingest, "left", 5), "events of the crash")
        server.get("/hit")
        server.end()
    assert not missing(ingest, "hit", 1)


def test_a_spool_that_was_used_before_the_fork_works_in_the_workers(ingest, programs) -> None:
    load = f"""{MADE.replace("flush_interval", "spool='events.db', flush_interval")}
track(client, 3, "load"); client.flush()"""
    with served(programs, load, "--processes", "2") as server:
        asked = server.ask_workers(2)
        server.end()
    assert not missing(ingest, "load", 3)
    assert not {f"hit{number}-0" for number in range(asked)} - set(ingest.stored)


@pytest.mark.parametrize("order", ["before", "after"])
def test_hooks_of_the_program_go_on_to_run(ingest, programs, order) -> None:
    hooks = """from uwsgidecorators import postfork
@postfork
def started(): print("STARTED", os.getpid(), flush=True)
"""
    load = hooks + MADE if order == "before" else f"{MADE}\n{hooks}"
    with served(programs, load, "--processes", "2") as server:
        asked = server.ask_workers(2)
        log = server.end()
    assert log.count("STARTED") == 2
    assert not {f"hit{number}-0" for number in range(asked)} - set(ingest.stored)


class Secure(http.server.BaseHTTPRequestHandler):
    """The events endpoint over TLS."""

    protocol_version = "HTTP/1.1"
    events: list[Any]

    def do_POST(self) -> None:
        events = json.loads(self.rfile.read(int(self.headers["content-length"])))["events"]
        self.events.extend(events)
        body = json.dumps({"accepted": len(events), "duplicates": 0, "rejected": 0, "results": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


IN_A_REQUEST = """
def track(client, count, name, made=[]):
    made or made.append({made})
    made[0].track_task(customer_id="c", agent_id="a", event_id=f"{{name}}-0")
client = None
"""


@pytest.mark.parametrize("is_made_in_a_request", [False, True])
@pytest.mark.parametrize("options", [(), ("--lazy-apps",)], ids=" ".join)
def test_a_worker_that_is_stopped_delivers_over_https(programs, tmp_path, options, is_made_in_a_request) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    handler = type("Handler", (Secure,), {"events": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as secure:
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        threading.Thread(target=secure.serve_forever, daemon=True).start()
        load = MADE.replace("host=URL", f"host='https://localhost:{secure.server_port}'")
        load = load.replace("flush_interval=0.2", "flush_interval=0")
        if is_made_in_a_request:
            load = IN_A_REQUEST.format(made=load.removeprefix("client = "))
        with served(programs, load, *options, SSL_CERT_FILE=str(tmp_path / "ca.pem")) as server:
            for number in range(3):
                server.get(f"/hit{number}")
            server.end()
        secure.shutdown()
    assert {event["event_id"] for event in handler.events} == {"up-0", "hit0-0", "hit1-0", "hit2-0"}


GRACEFUL = ("--hook-master-start", "unix_signal:15 gracefully_kill_them_all")


def test_a_worker_that_finishes_its_request_after_the_signal_delivers(ingest, programs) -> None:
    load = f"""{MADE.replace("flush_interval=0.2", "flush_interval=0")}
import time
track_fast = track
def track(client, count, name):
    if name == "slow":
        open("slow", "w").close()
        time.sleep(0.5)
    track_fast(client, count, name)"""
    with served(programs, load, *GRACEFUL) as server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.get, "/slow")
        wait_until((programs.folder / "slow").exists, "the slow request")
        server.process.send_signal(signal.SIGTERM)
        server.process.communicate(timeout=DEADLINE)
        answer.result(DEADLINE)
    assert not missing(ingest, "slow", 1)
