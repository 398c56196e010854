"""Django: every request is billed to the account of its user, in sync, async and streaming views.

Usage: python examples/frameworks/django_service.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path

from coobird import Coomon
from coobird.integrations import RunOptions
from coobird.mock import MockCoobird

API_KEY = "sk_test_django"


def payer(request: HttpRequest) -> RunOptions:
    # With Django's own authentication, request.user knows the account.
    return {"customer_id": request.headers["x-account"], "agent_id": "assistant"}


async def answer(_: HttpRequest) -> HttpResponse:
    settings.COOBIRD_CLIENT.track_task(attributes={"step": "answer"})
    return HttpResponse("42")


def report(_: HttpRequest) -> StreamingHttpResponse:
    def pages() -> Iterator[str]:
        for number in (1, 2):
            settings.COOBIRD_CLIENT.track_task(attributes={"step": f"page {number}"})
            yield f"Page {number}. "

    return StreamingHttpResponse(pages())


urlpatterns = [path("answer", answer), path("report", report)]


def start(coomon: Coomon) -> None:
    """Configure Django as a settings module would.

    A settings module may name the client and the payer function by their paths, such as
    "shop.billing.coomon" and "shop.billing.payer".
    """
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["testserver"],
        SECRET_KEY="only for this example",
        MIDDLEWARE=["coobird.integrations.django.CoobirdMiddleware"],
        COOBIRD_CLIENT=coomon,
        COOBIRD_RUN=payer,
    )
    django.setup()


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        start(coomon)
        browser: Any = Client()
        print(browser.get("/answer", headers={"x-account": "acme"}).text)
        print(browser.get("/report", headers={"x-account": "blue_heron"}).getvalue().decode())
        coomon.flush()
        for event in server.events(API_KEY):
            print(event["customer_id"], "pays:", event["attributes"]["step"])


if __name__ == "__main__":
    main()
