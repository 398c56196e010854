"""Running the server: in a thread of this process, or as the whole process. Heavy imports wait until it starts."""

import http.client
import json
import socket
import threading
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

    from coobird.mock.service import Service

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class MissingExtraError(ImportError):
    """The packages of the extra `mock` are not installed."""


def listen(bind: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. `OSError` if the port is taken."""
    # asyncio turns Nagle's algorithm off only for sockets that say TCP; with it, every other answer takes 40 ms.
    listener = socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bind, port))
        listener.listen(512)
    except BaseException:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(
    *,
    db: str | None = None,
    seed: str | None = None,
    strict: bool = False,
    latency: float = 0.0,
    salt: str | None = None,
) -> "tuple[uvicorn.Server, Service]":
    """A server that is ready to run, and the state that it serves, to be closed afterwards. `MissingExtraError` says what
    to install, `ValueError` what is wrong with a file."""
    try:
        import uvicorn

        from coobird.mock.app import build
        from coobird.mock.seed import plant
        from coobird.mock.service import Service
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] == "coobird":
            raise
        raise MissingExtraError(
            f"the mock server needs the package {error.name!r}: pip install 'coobird[mock]'", name=error.name
        ) from error
    # A seed is there to be relied upon: with one, ids are the same in every run.
    service = Service(db=db, strict=strict, salt=salt or ("seed" if seed else None))
    if seed is not None:
        try:
            plant(service, Path(seed).read_text("utf-8"))
        except BaseException:
            service.close()
            raise
    app = build(service, latency=latency)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # An open page never ends its request by itself, and a server that stops would wait for it.
            app.state.feed.close()
            await super().shutdown(sockets)

    # One that does not even read is cut off after a second.
    config = uvicorn.Config(
        app, loop="asyncio", ws="none", lifespan="off", log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    return Server(config), service


class MockCoobird:
    """A Coobird of your own while the `with` block lasts, in a thread of this process, on a free port of 127.0.0.1.

        with MockCoobird() as mock:
            coomon = Coomon("sk_test_1", host=mock.url)

    Every API key that starts with `sk_` is a tenant of its own. `strict` turns an answer of the server that breaks the
    contract into a 500 that says how. `db` names a file that keeps the state. `seed` names a file of calls to start with.
    `latency` seconds pass before each answer. `salt` (any text) makes ids the same in every run, as a seed does.

    The methods may be called from any thread. It does not survive `fork()`: the child has no server.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        db: str | None = None,
        seed: str | None = None,
        strict: bool = False,
        latency: float = 0.0,
        salt: str | None = None,
    ) -> None:
        self._port = port
        self._options: dict[str, Any] = {"db": db, "seed": seed, "strict": strict, "latency": latency, "salt": salt}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where it listens, for example `http://127.0.0.1:49152`: the `host` of a client."""
        if not self._url:
            raise RuntimeError(
                "the mock server is not running: use it as 'with MockCoobird() as mock', or call start()"
            )
        return self._url

    def start(self) -> "MockCoobird":
        """Listen, and return once requests are answered."""
        if self._thread is not None:
            raise RuntimeError("the mock server is already running")
        listener = listen("127.0.0.1", self._port)
        try:
            server, service = make_server(**self._options)
        except BaseException:
            listener.close()
            raise
        self._url = url_of(listener)
        self._server = server

        def run() -> None:
            with listener, closing(service):
                server.run(sockets=[listener])

        self._thread = threading.Thread(target=run, name="coobird-mock", daemon=True)
        self._thread.start()
        try:
            self._control("GET", "/health", timeout=_START_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Close every connection and forget what was kept in memory. Does nothing if it is not running."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        self._url = ""
        if server is not None and thread is not None:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
            if thread.is_alive():
                raise RuntimeError("the mock server did not stop")

    def __enter__(self) -> "MockCoobird":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def events(self, api_key: str | None = None) -> list[dict[str, Any]]:
        """The events that were kept, in the order of arrival: of this key's tenant, or of all."""
        found: list[dict[str, Any]] = self._control("GET", "/events", api_key=api_key)["events"]
        return found

    def requests(self, api_key: str | None = None) -> list[dict[str, Any]]:
        """The last 1,000 requests to the API, oldest first."""
        found: list[dict[str, Any]] = self._control("GET", "/requests", api_key=api_key)["requests"]
        return found

    def reset(self, api_key: str | None = None) -> None:
        """Forget what this key's tenant has, or everything: data, faults, recorded requests and the clock's settings."""
        self._control("POST", "/reset", api_key=api_key)

    def fail(
        self,
        operation: str | None = None,
        *,
        status: int | None = 500,
        retry_after: int | None = None,
        times: int | None = 1,
        latency: float = 0.0,
        path: str | None = None,
        after: bool = False,
    ) -> None:
        """Make the next `times` requests (None: all) of an operation, or of any, fail with `status`.

        `retry_after` is in seconds. `latency` seconds pass first; with `status=None` that is all that happens. `after`
        lets the request take effect and spoils only its answer. `ValueError` for an operation that does not exist.
        """
        fault = {"operation": operation, "path": path, "status": status, "retry_after": retry_after}
        self._control("POST", "/faults", {**fault, "times": times, "latency": latency, "after": after})

    def freeze(self, at: str | None = None) -> None:
        """Stop the clock, at an instant such as `2026-04-01T00:00:00Z` or where it is."""
        self._control("PUT", "/clock", {"freeze": at or True})

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self._control("PUT", "/clock", {"advance": seconds})

    def _control(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
    ) -> Any:
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        try:
            connection.request(method, f"/_mock{path}", None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        answer: Any = json.loads(content) if content else None
        if response.status >= 400:
            raise ValueError(answer["detail"])
        return answer
