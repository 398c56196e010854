"""Making a server that is ready to run. Heavy imports wait until then."""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

    from coobird.mock.service.service import Service


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
    any_host: bool = False,
) -> "tuple[uvicorn.Server, Service]":
    """A server that is ready to run, and the state that it serves, to be closed afterwards. `MissingExtraError` says what
    to install, `ValueError` what is wrong with a file. `any_host` is for a server that is bound to more than this machine."""
    try:
        import uvicorn

        from coobird.mock.service.seed import plant
        from coobird.mock.service.service import Service
        from coobird.mock.web.app import build
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
    app = build(service, latency=latency, any_host=any_host)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # An open page never ends its request by itself, and a server that stops would wait for it.
            app.feed.close()
            await super().shutdown(sockets)

    # One that does not even read is cut off after a second.
    config = uvicorn.Config(
        app, loop="asyncio", ws="none", lifespan="off", log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    return Server(config), service
