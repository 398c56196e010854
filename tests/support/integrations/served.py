"""Base of the fakes that serve HTTP on 127.0.0.1 in a thread."""

from __future__ import annotations

import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Served:
    """Serves from the start of a `with` block to its end. The handler's `fake` is this object."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        # The same date in all answers: some SDKs show it in their errors, which tests compare.
        date = formatdate(usegmt=True)
        members = {"fake": self, "date_time_string": lambda *_: date}
        self._server = _Server(("127.0.0.1", 0), type("Handler", (handler,), members))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    # A connection that a client keeps open must not hold up the end of a test.
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print a mistake of the fake. Clients that disconnect are ignored, as some tests do it."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
