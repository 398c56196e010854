"""ASGI, here with Starlette: each request names its payer; the server's end delivers queued events.

Usage: python examples/frameworks/starlette_service.py
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Scope

from coobird import AsyncCoomon
from coobird.integrations import RunOptions
from coobird.integrations.asgi import CoobirdMiddleware
from coobird.mock import MockCoobird

API_KEY = "sk_test_starlette"


def payer(scope: Scope) -> RunOptions:
    # For a service behind a gateway that authenticates callers. Never take the payer from a header
    # that any caller can write.
    return {"customer_id": HTTPConnection(scope).headers["x-account"], "agent_id": "assistant"}


def make_app(coomon: AsyncCoomon) -> Starlette:
    async def report(_: Request) -> StreamingResponse:
        async def pages() -> AsyncIterator[str]:
            for number in (1, 2):
                coomon.track_task(attributes={"step": f"page {number}"})
                yield f"Page {number}. "

        return StreamingResponse(pages())

    middleware = [Middleware(CoobirdMiddleware, coomon=coomon, run=payer, shutdown=True)]
    return Starlette(routes=[Route("/report", report)], middleware=middleware)


def main() -> None:
    with MockCoobird() as server:
        with TestClient(make_app(AsyncCoomon(API_KEY, host=server.url))) as browser:
            for account in ("acme", "blue_heron"):
                print(browser.get("/report", headers={"x-account": account}).text)
        for event in server.events(API_KEY):
            print(event["customer_id"], "pays:", event["attributes"]["step"])


if __name__ == "__main__":
    main()
