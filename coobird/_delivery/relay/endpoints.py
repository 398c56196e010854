"""Endpoints of a relay for monitoring: `/metrics` for Prometheus, and `/healthz`."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from coobird._delivery.relay.facts import exposition

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird._delivery.relay.facts import Facts

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def serve_facts(address: tuple[str, int], facts: Callable[[], Facts]) -> ThreadingHTTPServer:
    """Serve the facts in a thread. The server's `server_port` is the port, also if it was 0.

    Raises:
        OSError: The address cannot be used.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            now = facts()
            if self.path == "/metrics":
                self._answer(200, _TEXT, exposition(now))
            elif self.path == "/healthz":
                # A container that is restarted because the API is away would only lose time.
                self._answer(200, "application/json", json.dumps({"healthy": now.is_healthy, **now.as_dict()}) + "\n")
            else:
                self._answer(404, "text/plain", "There is /metrics and /healthz.\n")

        def _answer(self, status: int, kind: str, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Write no line for each scrape."""

    server = ThreadingHTTPServer(address, Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="coobird-relay-metrics", daemon=True).start()
    return server
