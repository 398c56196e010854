"""WSGI, here with Flask: every request is a run, and the pieces of a streamed body are made in it.

Usage: python examples/frameworks/flask_service.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response

from coobird import Coomon
from coobird.integrations import RunOptions
from coobird.integrations.wsgi import CoobirdMiddleware
from coobird.mock import MockCoobird

API_KEY = "sk_test_flask"


def payer(environ: dict[str, Any]) -> RunOptions:
    # For a service behind a gateway that authenticates callers. Never take the payer from a header
    # that any caller can write.
    return {"customer_id": environ["HTTP_X_ACCOUNT"], "agent_id": "assistant"}


def make_app(coomon: Coomon) -> Flask:
    app = Flask(__name__)

    @app.post("/answers")
    def answer() -> str:
        coomon.track_task(attributes={"step": "answer"})
        return "42"

    @app.get("/report")
    def report() -> Response:
        def pages() -> Iterator[str]:
            for number in (1, 2):
                coomon.track_task(attributes={"step": f"page {number}"})
                yield f"Page {number}. "

        return Response(pages())

    app.wsgi_app = CoobirdMiddleware(app.wsgi_app, coomon, run=payer)  # type: ignore[method-assign]
    return app


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        browser = make_app(coomon).test_client()
        print(browser.post("/answers", headers={"x-account": "acme"}).text)
        print(browser.get("/report", headers={"x-account": "blue_heron"}).text)
        coomon.flush()
        for event in server.events(API_KEY):
            print(event["customer_id"], "pays:", event["attributes"]["step"])


if __name__ == "__main__":
    main()
