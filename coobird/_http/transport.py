"""Client over httpcore, httpx's network layer. Apart from `pool`: it loads with the first request.

A request takes less than half the time of one over `httpx.Client`.
"""

from __future__ import annotations

from collections import deque
from time import monotonic

from coobird._http.http_library import httpcore, httpx
from coobird._http.stream_deadline import watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

_PHASES = ("connect", "read", "write")
_HAVE_BODY = ("POST", "PUT", "PATCH")

_MOST_IDLE_SECONDS = 5.0
"""Time without a call after which a connection is not used again, as in httpx. Servers close theirs
at some time, and may do so while a request is under way. Networks forget theirs without a word."""


class _Backend(httpcore.SyncBackend):
    """Opens streams that end at the deadline of the try."""

    def connect_tcp(self, *where: Any, **options: Any) -> httpcore.NetworkStream:
        stream = super().connect_tcp(*where, **options)
        watch(stream)
        return stream


class DirectClient:
    """Part of `httpx.Client` that a session needs. No cookies, redirects, hooks or log lines.

    Safe to use from any thread.

    Each call in progress has a connection of its own. The pool of httpx looks at all of its
    connections several times in each call.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._backend = _Backend()
        self._connections: set[httpcore.HTTPConnection] = set()
        # Connections that no call uses, with the times of their last calls, the latest at the end.
        self._idle: deque[tuple[float, httpcore.HTTPConnection]] = deque()
        self._place = "", httpcore.URL(), b""
        self.is_closed: bool = False

    def build_request(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None, timeout: float
    ) -> httpcore.Request:
        """Return a request that has `timeout` seconds for each wait. Raises `httpx.InvalidURL`."""
        text, place, netloc = self._place
        if url != text:  # Batches all go to one URL, so parsing it again would be wasted.
            parsed = httpx.URL(url)
            place = httpcore.URL(
                scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
            )
            netloc = parsed.netloc
            self._place = url, place, netloc
        body = content or b""
        fields = [(b"Host", netloc)]
        fields += [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        if body or method in _HAVE_BODY:
            fields.append((b"Content-Length", b"%d" % len(body)))
        timeouts = dict.fromkeys(_PHASES, timeout)
        return httpcore.Request(method, place, headers=fields, content=body, extensions={"timeout": timeouts})

    def send(self, request: Any, **_always: object) -> DirectAnswer:
        """Send the request. Returns the answer as soon as its headers have arrived."""
        if self.is_closed:
            raise RuntimeError("closed")
        connection, origin = None, request.url.origin
        try:
            while (connection := self._idle_one()) and not _is_usable(connection, origin):
                self.end(connection)
            if connection is None:
                connection = self._new_one(origin)
                self._connections.add(connection)
            return DirectAnswer(connection.handle_request(request), connection, self)
        except BaseException:
            if connection is not None:
                self.end(connection)
            raise

    def close(self) -> None:
        """Close the connections."""
        self.is_closed = True
        for connection in list(self._connections):
            self.end(connection)

    def _idle_one(self) -> httpcore.HTTPConnection | None:
        try:
            return self._idle.pop()[1]
        except IndexError:
            return None

    def _new_one(self, origin: httpcore.Origin) -> httpcore.HTTPConnection:
        return httpcore.HTTPConnection(
            origin, ssl_context=self._tls, keepalive_expiry=_MOST_IDLE_SECONDS, network_backend=self._backend
        )

    def keep(self, connection: httpcore.HTTPConnection) -> None:
        """Keep a connection for the next call, and end one that has had no call for long."""
        if not connection.is_idle():
            self.end(connection)
            return
        now, idle = monotonic(), self._idle
        idle.append((now, connection))
        try:
            if now - idle[0][0] > _MOST_IDLE_SECONDS:
                self.end(idle.popleft()[1])
        except IndexError:  # another thread has taken it
            pass
        if self.is_closed:  # during the call, maybe while the connection was being opened
            self.end(connection)

    def end(self, connection: httpcore.HTTPConnection) -> None:
        """Close a connection, of which the state is not known or that no call needs any more."""
        self._connections.discard(connection)
        try:
            connection.close()
        except OSError:
            pass  # the program has closed its descriptor, as a daemon closes all that it finds


class DirectAnswer:
    """Part of `httpx.Response` that a session needs. Its end is the end of the call."""

    is_stream_consumed: bool = False

    def __init__(self, answer: httpcore.Response, connection: httpcore.HTTPConnection, client: DirectClient) -> None:
        self.status_code: int = answer.status
        self.headers: dict[str, str] = _joined(answer.headers)
        self._body: Any = answer.stream
        self._connection = connection
        self._client = client

    def iter_raw(self) -> Iterator[bytes]:
        """Yield the pieces of the body as they arrive."""
        return iter(self._body)

    iter_bytes = iter_raw

    def close(self) -> None:
        """End the call. What has not been read of the body is left unread."""
        try:
            self._body.close()
            self._client.keep(self._connection)
        except BaseException:
            self._client.end(self._connection)
            raise


def _is_usable(connection: httpcore.HTTPConnection, origin: httpcore.Origin) -> bool:
    """False if the server has closed it, if `end` has, or if it has had no request for long."""
    return connection.can_handle_request(origin) and connection.is_available() and not connection.has_expired()


def _joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers as texts by their names in lower case. One that is repeated is a list."""
    headers: dict[str, str] = {}
    for raw_name, raw_text in fields:
        name, text = raw_name.decode("ascii").lower(), _text_of(raw_text)
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def _text_of(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def new_client(limits: httpx.Limits, host: str | None) -> httpx.Client | DirectClient:
    """Return a client for requests to this host; to any host if it is `None`.

    With proxies in the environment it is an `httpx.Client`, which knows how to use them.
    """
    return httpx.Client(limits=limits) if _has_proxies() else DirectClient(_tls_for(host))


def new_async_client(limits: httpx.Limits, host: str | None) -> httpx.AsyncClient:
    """Return a client for requests of one event loop to this host; to any host if it is `None`."""
    return httpx.AsyncClient(limits=limits, verify=True if _has_proxies() else _tls_for(host))


def _has_proxies() -> bool:
    from urllib.request import getproxies

    return bool({"http", "https", "all"} & set(getproxies()))


def _tls_for(host: str | None) -> ssl.SSLContext:
    """Return the settings of TLS with which httpx verifies a server.

    To load the certificates of all authorities takes tens of milliseconds. A host without TLS needs
    none: with those of nobody, each handshake would fail.
    """
    if host is None or not host.startswith("http:"):
        return httpx.create_ssl_context()
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
