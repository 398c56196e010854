"""Client over httpx's transports. Apart from `pool` because httpx loads with the first request.

A request takes a third less time than over `httpx.Client`.
"""

from __future__ import annotations

from collections import deque
from time import monotonic

from coobird_api.types import cast

from coobird._http.http_library import httpx

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

_PHASES = ("connect", "read", "write", "pool")
_HAVE_BODY = ("POST", "PUT", "PATCH")

_MOST_IDLE_SECONDS = 5.0
"""Time without a call after which a connection beyond the last one used is closed, as httpx does.
Servers close theirs at some time, and each keeps a descriptor."""


class DirectClient:
    """Part of `httpx.Client` that a session needs. No cookies, redirects, hooks or log lines.

    Safe to use from any thread.

    Each call in progress has a transport of its own, with one connection. A transport with several
    looks at all of them several times in each call, and asks the system whether they are open.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._transports: set[httpx.HTTPTransport] = set()
        # Transports that no call uses, with the times of their last calls, the latest at the end.
        self._idle: deque[tuple[float, httpx.HTTPTransport]] = deque()
        self._url = "", httpx.URL()
        self.is_closed: bool = False
        # Made here because the first one loads modules.
        self._idle.append((monotonic(), self._new_transport()))

    def build_request(
        self, method: str, url: str, *, headers: httpx.Headers, content: bytes | None, timeout: float
    ) -> httpx.Request:
        """Return a request that has `timeout` seconds for each wait. Raises `httpx.InvalidURL`."""
        text, parsed = self._url
        if url != text:  # Batches all go to one URL, so parsing it again would be wasted.
            parsed = httpx.URL(url)
            self._url = url, parsed
        body = content or b""
        fields = [(b"Host", parsed.netloc), *headers.raw]
        if body or method in _HAVE_BODY:
            fields.append((b"Content-Length", b"%d" % len(body)))
        # With a stream, httpx takes the headers as they are; without one it searches them for
        # missing ones.
        return httpx.Request(
            method,
            parsed,
            headers=httpx.Headers(fields),
            stream=httpx.ByteStream(body),
            extensions={"timeout": dict.fromkeys(_PHASES, timeout)},
        )

    def send(self, request: httpx.Request, **_always: object) -> httpx.Response:
        """Send the request. Returns the answer as soon as its headers have arrived."""
        if self.is_closed:
            raise RuntimeError("closed")
        try:
            _, transport = self._idle.pop()
        except IndexError:
            transport = self._new_transport()
        try:
            response = transport.handle_request(request)
        except BaseException:
            self._end(transport)
            raise
        response.stream = _Body(cast("httpx.SyncByteStream", response.stream), transport, self._keep, self._end)
        return response

    def close(self) -> None:
        """Close the connections."""
        self.is_closed = True
        for transport in list(self._transports):
            self._end(transport)

    def _new_transport(self) -> httpx.HTTPTransport:
        transport = httpx.HTTPTransport(verify=self._tls)
        self._transports.add(transport)
        return transport

    def _keep(self, transport: httpx.HTTPTransport) -> None:
        """Keep a transport for the next call, and end one that has had no call for long."""
        now, idle = monotonic(), self._idle
        idle.append((now, transport))
        try:
            if now - idle[0][0] > _MOST_IDLE_SECONDS:
                self._end(idle.popleft()[1])
        except IndexError:  # another thread has taken it
            pass
        if self.is_closed:  # during the call, maybe before the transport was known
            self.close()

    def _end(self, transport: httpx.HTTPTransport) -> None:
        self._transports.discard(transport)
        try:
            transport.close()
        except OSError:
            pass  # the program has closed its descriptor, as a daemon closes all that it finds


class _Body(httpx.SyncByteStream):
    """Body of an answer. Its end is the end of the call."""

    def __init__(
        self,
        body: httpx.SyncByteStream,
        transport: httpx.HTTPTransport,
        keep: Callable[[httpx.HTTPTransport], None],
        end: Callable[[httpx.HTTPTransport], None],
    ) -> None:
        self._body = body
        self._transport = transport
        self._keep = keep
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            self._body.close()
        except BaseException:
            self._end(self._transport)
            raise
        self._keep(self._transport)


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
