"""Runs for the requests of FastAPI, as a dependency that gets the payer from other dependencies.

    def payer(user: Annotated[User, Depends(current_user)]) -> RunOptions:
        return {"customer_id": user.account_id, "agent_id": "assistant"}

    app = FastAPI(dependencies=[in_run(coomon, payer)])

If the request alone names the payer, `coobird.integrations.asgi` does the same with less code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from coobird.integrations._checks import needs_extra
from coobird.integrations._run_opener import RunOpener

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
    """Return a dependency that makes each request a run.

    The run lasts until the last byte and the last background task. Put the dependency into
    `dependencies=[...]` of the application, a router or a route, before dependencies that track.
    uvicorn ends by the signal that stops it, without delivering queued events: shut the client down
    in the application's `lifespan`.

    Args:
        coomon: The client whose events take missing values from the run.
        payer: Your own dependency, which returns `RunOptions`, or `None` for no payer. It may
            depend on others, and refuse the request as every dependency may.
    """
    opener = RunOpener(coomon, _unchanged)

    # An async generator: FastAPI calls plain functions in a thread, and the context that they set
    # ends with the call.
    async def run(options: Any, connection: HTTPConnection) -> AsyncIterator[None]:
        with opener.open(options).of_request(connection.scope):
            yield

    run.__annotations__.update(options=Annotated[Any, Depends(payer)], connection=HTTPConnection)
    dependency: Dependency = Depends(run)
    return dependency


def _unchanged(options: RunOptions | None) -> RunOptions | None:
    return options
