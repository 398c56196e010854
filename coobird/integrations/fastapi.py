"""Runs for the requests of FastAPI as a dependency, where who pays is known from other dependencies.

    def payer(user: Annotated[User, Depends(current_user)]) -> RunOptions:
        return {"customer_id": user.account_id, "agent_id": "assistant"}

    app = FastAPI(dependencies=[in_run(coomon, payer)])

Where the request alone says it, `coobird.integrations.asgi` does the same with less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from coobird.integrations._checks import needs_extra
from coobird.integrations._run_opener import Opener

with needs_extra("fastapi"):
    from fastapi import Depends
    from fastapi.requests import HTTPConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from fastapi.params import Depends as Dependency

    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import RunOptions


def in_run(
    coomon: Coomon | AsyncCoomon, payer: Callable[..., RunOptions | Awaitable[RunOptions | None] | None]
) -> Dependency:
    """Return a dependency that makes each request a run, until its last byte and its last background task.

    Put it into `dependencies=[...]` of the application, a router or a route, before those that track. uvicorn ends by the signal
    that stops it, without delivering: shut the client down in the application's `lifespan`.

    Args:
        coomon: The client whose events take from the run.
        payer: A dependency of yours that says who pays as `RunOptions`, or `None` for nobody. It may depend on others, and
            refuse the request as every dependency may.
    """
    opener = Opener(coomon, _as_said)

    # A coroutine, because FastAPI calls plain functions in a thread, whose context ends with the call.
    async def run(options: Any, connection: HTTPConnection) -> AsyncIterator[None]:
        with opener.open(options).of_request(connection.scope):
            yield

    run.__annotations__.update(options=Annotated[Any, Depends(payer)], connection=HTTPConnection)
    dependency: Dependency = Depends(run)
    return dependency


def _as_said(options: RunOptions | None) -> RunOptions | None:
    return options
