"""FastAPI: every request is billed to the account of its user, with streams and background tasks.

Usage: python examples/frameworks/fastapi_service.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from coobird import Coomon
from coobird.integrations import RunOptions
from coobird.integrations.fastapi import in_run
from coobird.mock import MockCoobird

API_KEY = "sk_test_fastapi"
ACCOUNTS = {"key-of-ada": "acme", "key-of-bob": "blue_heron"}


def account(x_api_key: Annotated[str, Header()]) -> str:
    """Your own authentication: any dependency."""
    if x_api_key not in ACCOUNTS:
        raise HTTPException(401)
    return ACCOUNTS[x_api_key]


def payer(account: Annotated[str, Depends(account)]) -> RunOptions:
    return {"customer_id": account, "agent_id": "assistant"}


def make_app(coomon: Coomon) -> FastAPI:
    app = FastAPI(dependencies=[in_run(coomon, payer)])

    @app.post("/answers")
    async def answer(background: BackgroundTasks) -> str:
        coomon.track_task(attributes={"step": "answer"})
        background.add_task(coomon.track_outcome, attributes={"step": "in the background"})
        return "42"

    @app.get("/report")
    def report() -> StreamingResponse:
        def pages() -> Iterator[str]:
            for number in (1, 2):
                coomon.track_task(attributes={"step": f"page {number}"})
                yield f"Page {number}. "

        return StreamingResponse(pages())

    return app


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        with TestClient(make_app(coomon)) as browser:
            print(browser.post("/answers", headers={"x-api-key": "key-of-ada"}).json())
            print(browser.get("/report", headers={"x-api-key": "key-of-bob"}).text)
            print(browser.get("/report", headers={"x-api-key": "guessed"}).status_code)
        coomon.flush()
        for event in server.events(API_KEY):
            print(event["customer_id"], "pays:", event["attributes"]["step"])


if __name__ == "__main__":
    main()
