"""A raw HTTP server on 127.0.0.1 whose answers a test writes, byte for byte if it must.

    with LoopbackServer() as server:
        # One answer for each request. The last one is repeated.
        server.script([Answer(503), Answer(200, {"id": "cus_1"})])
        server.script(lambda request: Answer(200, {"path": request.path}))
            ...
        assert server.requests[0].headers["authorization"] == "Bearer sk_test"

`Answer` can be slow, cut short or a broken connection. `server.requests` holds each request that
was read to its end, in the order of arrival, with its path as on the wire. Several connections are
served at once, and are kept alive.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass
class Request:
    """One request as it arrived: `path` is the raw request target, header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """An answer to send. `body` may be bytes, text, a value that is sent as JSON, or a function
    that makes bytes when they are needed; `None` is no body.

    `wait`: event to wait for before anything is sent; a server that is closed stops waiting.
    `reset`: send nothing and reset the connection.
    `cut`: send only this many bytes of the body, then close.
    `endless`: send the body again and again until the client closes the connection.
    `raw`: send exactly these bytes, then close.
    `act`: call this with the way to send and an event that says when to stop, then close.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None
    reset: bool = False
    cut: int | None = None
    endless: bool = False
    raw: bytes | None = None
    act: Callable[[Callable[[bytes], None], threading.Event], None] | None = None

    def payload(self) -> bytes:
        if callable(self.body):
            made: bytes = self.body()
            return made
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Script = Sequence[Answer] | Callable[[Request], Answer]


class LoopbackServer:
    """Serves scripted answers until the block ends. `url` is `http://127.0.0.1:<port>`."""

    def __init__(self, script: Script = ()) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._script: Script = script or [Answer(204)]
        self._answered = 0
        self._changed = threading.Condition()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def script(self, script: Script) -> None:
        """Replace the answers; the next request gets the first one."""
        with self._changed:
            self._script, self._answered = script, 0

    def wait_for_requests(self, count: int, seconds: float = 20.0) -> list[Request]:
        """Return the requests once `count` of them have arrived; fail after `seconds`."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, seconds), (
                f"{len(self.requests)} of {count} requests arrived within {seconds} s"
            )
            return list(self.requests)

    def wait_for_open_connections(self, count: int, seconds: float = 20.0) -> None:
        """Return once at most `count` connections are open; fail after `seconds`."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._sockets) <= count, seconds), (
                f"{len(self._sockets)} connections are open after {seconds} s"
            )

    def __enter__(self) -> LoopbackServer:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        for connection in list(self._sockets):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in list(self._threads):
            thread.join(10)
            assert not thread.is_alive(), "a connection of the loopback server did not end"

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.add(connection)
            self._start(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            with connection.makefile("rb") as stream:
                while (request := _read_request(stream, number)) is not None:
                    with self._changed:
                        self.requests.append(request)
                        if not callable(self._script):
                            answer = self._script[min(self._answered, len(self._script) - 1)]
                            self._answered += 1
                        else:
                            answer = self._script(request)
                        self._changed.notify_all()
                    if not self._send(connection, answer):
                        return
        except (OSError, ValueError):
            pass
        finally:
            connection.close()
            with self._changed:
                self._sockets.discard(connection)
                self._changed.notify_all()

    def _send(self, connection: socket.socket, answer: Answer) -> bool:
        """Send one answer; False if the connection must end with it."""
        while answer.wait is not None and not answer.wait.wait(0.02):
            if self._closing.is_set():
                return False
        if answer.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if answer.act is not None:
            answer.act(connection.sendall, self._closing)
            return False
        if answer.raw is not None:
            connection.sendall(answer.raw)
            return False
        payload = answer.payload()
        headers = {"Content-Type": "application/json", "X-Request-Id": f"req_{len(self.requests)}"}
        if answer.status != 204:
            headers |= {"Connection": "close"} if answer.endless else {"Content-Length": str(len(payload))}
        headers |= answer.headers
        known = {status.value: status.phrase for status in HTTPStatus}
        head = f"HTTP/1.1 {answer.status} {known.get(answer.status, 'Unheard Of')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value) + "\r\n"
        connection.sendall(head.encode("latin-1") + payload[: answer.cut])
        while answer.endless and not self._closing.is_set():
            connection.sendall(payload)
        return answer.cut is None and not answer.endless


def _read_request(stream: Any, number: int) -> Request | None:
    line = stream.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(method, target, headers, body, number)
