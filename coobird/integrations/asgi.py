"""Runs for the requests of an ASGI application: FastAPI, Starlette, Litestar, Quart and every other.

def payer(scope):
    return {"customer_id": scope["user"].account_id, "agent_id": "assistant"}

app.add_middleware(CoobirdMiddleware, coomon=coomon, run=payer)
"""

from __future__ import annotations

import asyncio
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.meter import Shield
from coobird.integrations._run_opener import Opener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import AnyChooser

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    ASGIApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class CoobirdMiddleware:
    """Makes each request, and each connection of a WebSocket, a run. Holds until its last byte and its last background task.

    Requests, errors and streams pass through unchanged. Safe for any number of requests at once; it needs no framework.
    """

    def __init__(self, app: ASGIApp, coomon: Coomon | AsyncCoomon, *, run: AnyChooser, shutdown: bool = False) -> None:
        """Wrap an application. Nothing is called yet.

        Args:
            app: The application; `add_middleware` passes it.
            coomon: The client whose events take from the run.
            run: Called with each request's scope; says who pays as `RunOptions`, or `None` for nobody. May be a coroutine. A
                middleware inside the one that finds out who the user is can ask `scope["user"]`. If it fails, `on_error` is
                told and the request goes on without a run.
            shutdown: Shut the client down when the server ends (lifespan), within its `shutdown_timeout`. Left out, the end
                of the process delivers what is queued; uvicorn, which `SIGTERM` stops, then ends by that signal instead, and
                delivers only with `coobird.flush_on_signals()`.
        """
        self._app = app
        self._opener = Opener(coomon, run)
        self._shield = Shield(coomon, "The client could not be shut down")
        self._shutdown = coomon.shutdown if shutdown else None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, or the application's life."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, self._ending(send))
        elif scope["type"] in ("http", "websocket"):
            with (await self._opener.open_async(scope)).of_request(scope):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _ending(self, send: Send) -> Send:
        async def ending(message: Message) -> None:
            if message["type"] in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
                with self._shield:
                    await self._shut_down()
            await send(message)

        return ending

    async def _shut_down(self) -> None:
        shutdown: Any = self._shutdown
        if iscoroutinefunction(shutdown):
            await shutdown()
        elif shutdown is not None:
            await asyncio.to_thread(shutdown)
