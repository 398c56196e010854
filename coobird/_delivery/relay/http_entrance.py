"""HTTP entrance of a relay: takes the events that any SDK posts, as its `host`.

A batch is answered when it is on the disk. An SDK that gets no answer, or 503, sends it again.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from uuid import uuid4

from coobird._delivery.relay.entrance import MAX_BODY_BYTES, PATH, Refusal, read_batch, taken
from coobird._settings.api_key import ApiKey
from coobird.errors import ConfigurationError, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird._delivery.relay.file_source import FileSource
    from coobird._delivery.relay.keys import Keys

_IDLE_SECONDS = 60.0
"""Time after which a connection is closed on which nothing arrives."""

_JSON, _PROBLEM = "application/json", "application/problem+json"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def serve_entrance(
    address: tuple[str, int], source: FileSource, keys: Keys, report: Callable[[str], object]
) -> ThreadingHTTPServer:
    """Take events in threads. The server's `server_port` is the port, also if it was 0.

    Raises:
        OSError: The address cannot be used.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "coobird-relay"
        timeout = _IDLE_SECONDS

        def do_POST(self) -> None:
            request_id = f"relay_{uuid4().hex}"
            outcome = self._take()
            if isinstance(outcome, Refusal):
                self._answer(outcome.status, _PROBLEM, outcome.body(request_id), request_id, outcome.retry_after)
            else:
                self._answer(200, _JSON, taken(outcome), request_id)

        def do_GET(self) -> None:
            request_id = f"relay_{uuid4().hex}"
            if self.path == "/healthz":
                self._answer(200, _JSON, b"{}", request_id)
            else:
                self._answer(404, _PROBLEM, _not_here(self.command, self.path).body(request_id), request_id)

        do_PATCH = do_DELETE = do_PUT = do_GET  # noqa: N815 - names of the library

        def _take(self) -> int | Refusal:
            """Store the events of the request. Returns their number."""
            length = self.headers.get("Content-Length", "")
            is_known = length.isascii() and length.isdigit()
            if not is_known or int(length) > MAX_BODY_BYTES:
                self.close_connection = True  # the body is not read, so the next request cannot be found
                if not is_known:
                    return Refusal(411, "length_required", "The request needs a Content-Length.")
                return Refusal(413, "too_large", f"The body is larger than {MAX_BODY_BYTES:,} bytes.")
            content = self.rfile.read(int(length))
            if len(content) < int(length):
                self.close_connection = True
                return Refusal(400, "incomplete", "The connection ended in the middle of the body.")
            if self.path.partition("?")[0] != PATH:
                return _not_here(self.command, self.path)
            scheme, _, key = self.headers.get("Authorization", "").partition(" ")
            try:
                alias = keys.alias_of(ApiKey(key.strip())) if scheme.lower() == "bearer" else None
            except ConfigurationError as error:
                report(str(error))
                return Refusal(503, "no_keys", "The relay cannot read its keys.", retry_after=10)
            if alias is None:
                return Refusal(401, "unauthorized", "The relay does not know this API key.")
            events = read_batch(content)
            if isinstance(events, Refusal):
                return events
            try:
                source.publish(alias, events)
            except TransportError as error:
                report(str(error))
                return Refusal(503, "not_stored", "The relay cannot store events at the moment.", retry_after=5)
            return len(events)

        def _answer(
            self, status: int, kind: str, content: bytes, request_id: str, retry_after: int | None = None
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Request-Id", request_id)
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Write no line for each request."""

    server = _Server(address, Handler)
    threading.Thread(target=server.serve_forever, name="coobird-relay-http", daemon=True).start()
    return server


def _not_here(method: str, path: str) -> Refusal:
    return Refusal(
        404, "not_here", f"{method} {path[:200]}: the relay takes POST {PATH} only. Send other calls to the API itself."
    )
