"""Construction of a server that is ready to run.

The packages of the extra are imported in `make_server` only, so that `import coobird.mock` and
`--help` work without them.
"""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

    from coobird.mock.service.service import Service


class MissingPackageError(ImportError):
    """A package of the extra `mock` is not installed. The message says what to install."""


def listen(bind: str, port: int) -> socket.socket:
    """A listening socket. Port 0 takes a free port.

    Raises:
        OSError: The port is taken, or the address is not one of this machine.
    """
    # asyncio sets TCP_NODELAY only for sockets whose protocol is TCP. Without it, Nagle's algorithm
    # and delayed acknowledgements make every other answer 40 ms late.
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
    """URL of a server that listens on this socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(
    *,
    db: str | None = None,
    seed: str | None = None,
    strict: bool = False,
    latency: float = 0.0,
    salt: str | None = None,
    known_ids: bool = False,
    demo: bool = False,
    any_host: bool = False,
) -> "tuple[uvicorn.Server, Service]":
    """A server that is ready to run, and its service, which the caller closes afterwards.

    `db` and `seed` are file names, `latency` is in seconds. `salt` makes ids the same in every run.
    `known_ids` rejects events that name an unknown customer, agent or signal. `demo` starts with
    the demo data.
    `any_host` allows every `Host` header, for a server that other machines reach.

    Raises:
        MissingPackageError: A package of the extra `mock` is not installed.
        ValueError: The file of the state or of the seed cannot be used, for the reason in the
            message.
        OSError: The file of the seed cannot be read.
    """
    try:
        import uvicorn

        from coobird.mock.service.request_log import RequestLog
        from coobird.mock.service.seed import load_seed
        from coobird.mock.service.service import Service
        from coobird.mock.web.app import build_app
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] == "coobird":
            raise
        raise MissingPackageError(
            f"the mock server needs the package {error.name!r}: pip install 'coobird[mock]'", name=error.name
        ) from error
    # With a seed, programs rely on its data, so its ids are the same in every run.
    given = "seed" if seed else "demo" if demo else None
    service, requests = Service(db=db, strict=strict, salt=salt or given, known_ids=known_ids), RequestLog()
    try:
        if seed is not None:
            load_seed(service, Path(seed).read_text("utf-8"))
        elif demo:
            from coobird.mock.service.demo import load_demo

            load_demo(service, requests)
    except BaseException:
        service.close()
        raise
    app = build_app(service, requests, latency=latency, any_host=any_host)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # The stream of an open page never ends by itself, so the server would wait for it.
            app.notifier.close()
            await super().shutdown(sockets)

    # Connections that are still open after a second, such as one whose client does not read, are
    # closed.
    config = uvicorn.Config(
        app, loop="asyncio", ws="none", lifespan="off", log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    return Server(config), service
