"""Runs for the requests of ASGI applications: FastAPI, Starlette, Litestar, Quart and others.

def payer(scope):
    return {"customer_id": scope["user"].account_id, "agent_id": "assistant"}

app.add_middleware(CoobirdMiddleware, coomon=coomon, run=payer)
"""

from __future__ import annotations

import asyncio
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.errors import ReportErrors
from coobird.integrations._run_opener import RunOpener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import AnyPayerFunction

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    ASGIApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class CoobirdMiddleware:
    """Makes each request, and each WebSocket connection, a run.

    The run lasts until the last byte and the last background task. Requests, errors and streams
    pass through unchanged. It is safe for concurrent requests and needs no framework.
    """

    def __init__(
        self, app: ASGIApp, coomon: Coomon | AsyncCoomon, *, run: AnyPayerFunction, shutdown: bool = False
    ) -> None:
        """Wrap an application. Nothing is called yet.

        Args:
            app: The application; `add_middleware` passes it.
            coomon: The client whose events take missing values from the run.
            run: Payer function. It is called with each request's scope, and returns `RunOptions`,
                or `None` for no payer. It may be a coroutine function. Inside the middleware that
                authenticates users, `scope["user"]` is set. An error of it is reported to
                `on_error`, and the request goes on without a run.
            shutdown: Shut the client down when the server ends (lifespan), within its
                `shutdown_timeout`. Otherwise queued events are delivered when the process ends.
                uvicorn that is stopped by `SIGTERM` ends by that signal, so it delivers them only
                with `coobird.flush_on_signals()`.
        """
        self._app = app
        self._opener = RunOpener(coomon, run)
        self._report_errors = ReportErrors(coomon, "The client could not be shut down")
        self._shutdown = coomon.shutdown if shutdown else None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, one connection, or the lifespan of the application."""
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
                with self._report_errors:
                    await self._shut_down()
            await send(message)

        return ending

    async def _shut_down(self) -> None:
        shutdown: Any = self._shutdown
        if iscoroutinefunction(shutdown):
            await shutdown()
        elif shutdown is not None:
            await asyncio.to_thread(shutdown)
