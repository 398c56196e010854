"""Requests of Django as runs, through its own handlers for WSGI and ASGI."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import django
import pytest
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path

from coobird import ConfigurationError
from coobird.integrations import MeteringError, RunOptions
from coobird.integrations.django import CoobirdMiddleware
from tests.support.integrations.recorder import Recorder

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], SECRET_KEY="only for tests")
    django.setup()


def track() -> None:
    settings.COOBIRD_CLIENT.track_task()


def plain(_: HttpRequest) -> HttpResponse:
    track()
    return HttpResponse("served")


async def awaited(_: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    track()
    return HttpResponse("served")


def streamed(_: HttpRequest) -> StreamingHttpResponse:
    def pages() -> Iterator[str]:
        for _ in range(2):
            track()
            yield "."

    return StreamingHttpResponse(pages())


def left(_: HttpRequest) -> StreamingHttpResponse:
    def pages() -> Iterator[str]:
        try:
            yield "."
            yield "."
        finally:
            track()

    return StreamingHttpResponse(pages())


async def async_streamed(_: HttpRequest) -> StreamingHttpResponse:
    async def pages() -> AsyncIterator[str]:
        for _ in range(2):
            await asyncio.sleep(0)
            track()
            yield "."

    return StreamingHttpResponse(pages())


def broken(_: HttpRequest) -> HttpResponse:
    track()
    raise ValueError


def file(_: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"content"))


VIEWS = (plain, awaited, streamed, left, async_streamed, broken, file)
urlpatterns = [path(view.__name__, view) for view in VIEWS]


def payer(request: HttpRequest) -> RunOptions:
    return {"customer_id": request.headers["x-account"], "agent_id": "agent"}


async def async_payer(request: HttpRequest) -> RunOptions:
    await asyncio.sleep(0)
    return payer(request)


@pytest.fixture(autouse=True)
def configured(coomon: Recorder) -> Iterator[None]:
    name = "coobird.integrations.django.CoobirdMiddleware"
    with override_settings(MIDDLEWARE=[name], COOBIRD_CLIENT=coomon, COOBIRD_RUN=payer, ROOT_URLCONF=__name__):
        yield


def customers(coomon: Recorder) -> list[str]:
    return [event["customer_id"] for event in coomon.events]


@pytest.mark.parametrize("view", ["plain", "awaited", "streamed"])
def test_under_wsgi_every_view_is_in_the_run_of_its_request(coomon: Recorder, view: str) -> None:
    browser: Any = Client()
    answers = [browser.get(f"/{view}", headers={"x-account": name}) for name in ("one", "two")]
    assert not coomon.current_run()
    # Streams of two requests, read piece by piece in turn.
    times = 2 if view == "streamed" else 1
    assert len(list(zip(*answers, strict=True))) == times
    assert sorted(customers(coomon)) == sorted(["one", "two"] * times)
    assert coomon.errors == []
    assert not coomon.current_run()


def test_a_stream_that_is_not_read_to_its_end_is_closed_in_its_run(coomon: Recorder) -> None:
    browser: Any = Client()
    answer = browser.get("/left", headers={"x-account": "cust"})
    assert next(iter(answer.streaming_content)) == b"."
    answer.close()
    assert customers(coomon) == ["cust"]
    assert coomon.errors == []
    assert not coomon.current_run()


@pytest.mark.parametrize("run", [payer, async_payer])
@pytest.mark.parametrize("view", ["plain", "awaited", "async_streamed"])
def test_under_asgi_requests_at_once_each_bill_their_own_customer(coomon: Recorder, view: str, run: Any) -> None:
    async def request(number: int) -> None:
        browser: Any = AsyncClient()
        answer = await browser.get(f"/{view}", headers={"x-account": f"cust_{number}"})
        if answer.streaming:
            assert [piece async for piece in answer.streaming_content] == [b".", b"."]

    async def all_requests() -> None:
        await asyncio.gather(*(request(number) for number in range(20)))

    with override_settings(COOBIRD_RUN=run):
        asyncio.run(all_requests())
    times = 2 if view == "async_streamed" else 1
    assert sorted(customers(coomon)) == sorted([f"cust_{number}" for number in range(20)] * times)
    assert coomon.errors == []


def test_a_request_whose_payer_is_not_found_is_served_and_reported(coomon: Recorder) -> None:
    browser: Any = Client()
    assert browser.get("/plain").content == b"served"
    assert coomon.events == []
    assert [type(error.__cause__) for error in coomon.errors if isinstance(error, MeteringError)] == [KeyError]


def test_errors_and_files_are_djangos_own(coomon: Recorder) -> None:
    browser: Any = Client(raise_request_exception=False)
    headers = {"x-account": "cust"}
    assert browser.get("/broken", headers=headers).status_code == 500
    sent = browser.get("/file", headers=headers)
    assert isinstance(sent, FileResponse)
    assert sent.getvalue() == b"content"
    assert customers(coomon) == ["cust"]
    assert coomon.errors == []


@pytest.mark.parametrize("wrong", [{"COOBIRD_CLIENT": None}, {"COOBIRD_RUN": None}, {"COOBIRD_RUN": "no.such.payer"}])
def test_a_setting_that_is_missing_or_leads_nowhere_is_refused_when_django_starts(wrong: dict[str, Any]) -> None:
    with override_settings(**wrong), pytest.raises(ConfigurationError, match=next(iter(wrong))):
        CoobirdMiddleware(lambda request: HttpResponse())


def test_a_setting_may_be_a_dotted_path(coomon: Recorder) -> None:
    browser: Any = Client()
    with override_settings(COOBIRD_RUN=f"{__name__}.payer"):
        browser.get("/plain", headers={"x-account": "cust"})
    assert customers(coomon) == ["cust"]
