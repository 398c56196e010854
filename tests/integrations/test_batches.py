"""`meter_batch` of OpenAI, Anthropic and Gemini: one event for each answered line, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import anthropic
import openai
import pytest
from google import genai

from coobird import AsyncCoomon, Coomon
from coobird.errors import ConfigurationError
from coobird.integrations import (
    BatchNotEndedError,
    MeteringError,
    PriceMissingError,
    UsageMissingError,
)
from coobird.integrations import anthropic as of_anthropic
from coobird.integrations import google as of_google
from coobird.integrations import openai as of_openai
from coobird.integrations.prices import Usage, cost_usd
from coobird.mock import MockCoobird
from tests.support.integrations import fake_batches as fakes
from tests.support.integrations.fake_batches import ANTHROPIC_ID, GEMINI_ID, OPENAI_ID, BatchServer
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.recorder import Recorder

pytestmark = [
    *LEFT_TO_THE_COLLECTOR,
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
]

RUN = {"customer_id": "cust", "agent_id": "agent"}
ENDED = datetime.fromtimestamp(fakes.ENDED_SECONDS, UTC)


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer() as made:
        yield made


class Provider(NamedTuple):
    """Provider with a batch whose lines `a` and `b` are answered, and the other lines are not."""

    name: str
    batch_id: str
    put: Callable[[BatchServer], None]
    open: Callable[[str], Any]
    open_async: Callable[[str], Any]
    meter: Callable[..., Any]
    unanswered: set[str]


def _put_openai(server: BatchServer) -> None:
    answered = [fakes.openai_line(name, fakes.completion(f"chatcmpl-0123456789{name}")) for name in "ab"]
    refused = fakes.openai_line("c", {"error": {"code": "invalid_value", "message": "no such model"}}, 400)
    server.openai_batch(answered, [refused, fakes.openai_expired("d")], [fakes.openai_request(name) for name in "abcd"])


def _put_anthropic(server: BatchServer) -> None:
    problems = [fakes.anthropic_problem(*each) for each in (("c", "errored"), ("d", "expired"), ("e", "canceled"))]
    server.anthropic_batch([fakes.anthropic_result("a"), fakes.anthropic_result("b"), *problems])


def _put_gemini(server: BatchServer) -> None:
    lines = [{"key": name, "response": fakes.gemini_answer(f"r0123456789abcdef{name}")} for name in "ab"]
    error = {"code": 3, "message": "The request is not acceptable."}
    server.gemini_job({"responsesFile": "files/out"}, [*lines, {"key": "c", "error": error}])


def _gemini(url: str) -> genai.Client:
    return genai.Client(api_key="x", http_options={"base_url": url, "api_version": "v1beta"})


PROVIDERS = [
    Provider(
        "openai",
        OPENAI_ID,
        _put_openai,
        lambda url: openai.OpenAI(base_url=f"{url}/v1", api_key="x", max_retries=0),
        lambda url: openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="x", max_retries=0),
        of_openai.meter_batch,
        {"c", "d"},
    ),
    Provider(
        "anthropic",
        ANTHROPIC_ID,
        _put_anthropic,
        lambda url: anthropic.Anthropic(base_url=url, api_key="x", max_retries=0),
        lambda url: anthropic.AsyncAnthropic(base_url=url, api_key="x", max_retries=0),
        of_anthropic.meter_batch,
        {"c", "d", "e"},
    ),
    Provider(
        "gcp.gemini",
        GEMINI_ID,
        _put_gemini,
        _gemini,
        lambda url: _gemini(url).aio,
        of_google.meter_batch,
        {"c"},
    ),
]
each_provider = pytest.mark.parametrize("of", PROVIDERS, ids=[each.name for each in PROVIDERS])


def metered(of: Provider, server: BatchServer, coomon: Any, *, is_async: bool = False, **options: Any) -> Any:
    options = {"provider": of.name} | options
    if not is_async:
        return of.meter(of.open(server.url), coomon, of.batch_id, **options)

    async def go() -> Any:
        return await of.meter(of.open_async(server.url), coomon, of.batch_id, **options)

    return asyncio.run(go())


@each_provider
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_each_answered_line_is_one_event_at_the_price_of_batches(
    server: BatchServer, coomon: Recorder, of: Provider, is_async: bool
) -> None:
    of.put(server)
    with coomon.run(**RUN):
        report = metered(of, server, coomon, is_async=is_async, cost=True)
    assert (report.batch_id, report.tracked, report.without_usage) == (of.batch_id, 2, ())
    assert set(report.unanswered) == of.unanswered
    assert len({event["event_id"] for event in coomon.events}) == 2
    for event, name in zip(coomon.events, "ab", strict=True):
        facts = event["attributes"]
        assert (event["customer_id"], event["agent_id"], event["timestamp"]) == ("cust", "agent", ENDED)
        assert (facts["provider"], facts["operation"], facts["service_tier"]) == (of.name, "chat", "batch")
        assert (facts["input_tokens"], facts["output_tokens"]) == (1000, 50)
        usual = cost_usd(of.name, facts["model"], Usage(1000, 50, other=(("audio_input_tokens", 0),)), at=ENDED)
        assert usual is not None
        assert facts["cost_usd"] == usual / 2
        assert event["metadata"] | {"batch_id": of.batch_id, "custom_id": name} == event["metadata"]
        assert event["metadata"]["response_id"].endswith(name)
    (error,) = coomon.errors
    assert type(error) is MeteringError
    assert set(error.call["unanswered"]) == of.unanswered
    assert all(name in str(error) for name in (of.batch_id, *of.unanswered))


@each_provider
def test_a_batch_that_is_metered_twice_and_on_two_machines_is_billed_once(server: BatchServer, of: Provider) -> None:
    of.put(server)
    with MockCoobird() as mock:
        with Coomon("sk_test_1", host=mock.url, on_error=lambda _: None) as one:
            for _ in range(2):
                metered(of, server, one, **RUN)

        async def elsewhere() -> None:
            async with AsyncCoomon("sk_test_1", host=mock.url, on_error=lambda _: None) as other:
                await of.meter(of.open_async(server.url), other, of.batch_id, provider=of.name, **RUN)

        asyncio.run(elsewhere())
        assert len(mock.events()) == 2


@each_provider
def test_each_line_is_of_its_own_payer_and_the_others_are_of_the_run(
    server: BatchServer, coomon: Recorder, of: Provider
) -> None:
    of.put(server)
    with coomon.run(**RUN):
        metered(of, server, coomon, payer={"a": {"customer_id": "cust_a"}})
        metered(of, server, coomon, payer=lambda name: {"customer_id": f"of_{name}", "agent_id": "batches"})
    paid = [(event["customer_id"], event["agent_id"]) for event in coomon.events]
    assert paid == [("cust_a", "agent"), ("cust", "agent"), ("of_a", "batches"), ("of_b", "batches")]
    assert len(coomon.accepted()) == 2


def test_an_error_of_the_payer_function_is_raised_and_bills_nobody_else(server: BatchServer, coomon: Recorder) -> None:
    def payer(name: str) -> Any:
        raise KeyError(name)

    PROVIDERS[0].put(server)
    with coomon.run(**RUN), pytest.raises(KeyError):
        metered(PROVIDERS[0], server, coomon, payer=payer)
    assert coomon.events == []


def test_a_line_without_a_payer_is_reported_and_not_lost(server: BatchServer, coomon: Recorder) -> None:
    PROVIDERS[0].put(server)
    metered(PROVIDERS[0], server, coomon)
    assert [type(error).__name__ for error in coomon.errors[:2]] == ["InvalidEventError"] * 2


NOT_ENDED: list[tuple[Provider, str, Callable[[BatchServer], None]]] = [
    (PROVIDERS[0], "in_progress", lambda server: server.openai_batch([], status="in_progress")),
    (PROVIDERS[0], "cancelling", lambda server: server.openai_batch([], status="cancelling")),
    (PROVIDERS[1], "in_progress", lambda server: server.anthropic_batch([], processing_status="in_progress")),
    (PROVIDERS[1], "canceling", lambda server: server.anthropic_batch([], processing_status="canceling")),
    (PROVIDERS[2], "JOB_STATE_RUNNING", lambda server: server.gemini_job(None, state="BATCH_STATE_RUNNING")),
    (PROVIDERS[2], "JOB_STATE_PENDING", lambda server: server.gemini_job(None, state="BATCH_STATE_PENDING")),
]


@pytest.mark.parametrize(("of", "status", "put"), NOT_ENDED)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_batch_that_has_not_ended_raises_its_status_and_tracks_nothing(
    server: BatchServer,
    coomon: Recorder,
    of: Provider,
    status: str,
    put: Callable[[BatchServer], None],
    is_async: bool,
) -> None:
    put(server)
    with pytest.raises(BatchNotEndedError, match=f"{of.batch_id}.*{status}.*Call meter_batch again") as caught:
        metered(of, server, coomon, is_async=is_async)
    assert caught.value.status == status
    assert (coomon.events, coomon.errors) == ([], [])


def test_openais_responses_and_embeddings_are_metered_by_the_endpoint_of_the_batch(
    server: BatchServer, coomon: Recorder
) -> None:
    usage = {
        "input_tokens": 90,
        "input_tokens_details": {"cached_tokens": 40},
        "output_tokens": 30,
        "output_tokens_details": {"reasoning_tokens": 20},
        "total_tokens": 120,
    }
    response = {
        "id": "resp_0123456789abcdef",
        "object": "response",
        "status": "completed",
        "model": "gpt-5-2025-08-07",
        "output": [],
        "service_tier": "default",
        "usage": usage,
    }
    server.openai_batch([fakes.openai_line("r", response)], endpoint="/v1/responses")
    metered(PROVIDERS[0], server, coomon, **RUN)
    embedding = {"object": "list", "model": "text-embedding-3-small", "data": []}
    embedding["usage"] = {"prompt_tokens": 8, "total_tokens": 8}
    server.openai_batch([fakes.openai_line("e", embedding)], endpoint="/v1/embeddings")
    metered(PROVIDERS[0], server, coomon, **RUN)
    first, second = (event["attributes"] for event in coomon.events)
    assert (first["operation"], first["input_tokens"], first["output_tokens"]) == ("chat", 90, 30)
    assert (first["cache_read_input_tokens"], first["reasoning_output_tokens"]) == (40, 20)
    assert (second["operation"], second["input_tokens"], second["output_tokens"]) == ("embeddings", 8, 0)
    assert "response_id" not in coomon.events[1]["metadata"]
    assert coomon.errors == []


def test_a_batch_of_another_endpoint_is_refused_with_what_to_write(server: BatchServer, coomon: Recorder) -> None:
    server.openai_batch([], endpoint="/v1/images/generations")
    with pytest.raises(ConfigurationError, match=r"/v1/images/generations.*track_task"):
        metered(PROVIDERS[0], server, coomon)


def test_costs_of_openai_are_withheld_if_the_request_is_unknown_or_allowed_a_search(
    server: BatchServer, coomon: Recorder
) -> None:
    answered = [fakes.openai_line(name, fakes.completion(f"chatcmpl-0123456789{name}")) for name in "abc"]
    requests = [fakes.openai_request("a"), fakes.openai_request("b", web_search_options={})]
    server.openai_batch(answered, requests=requests)
    metered(PROVIDERS[0], server, coomon, cost=True, **RUN)
    assert ["cost_usd" in event["attributes"] for event in coomon.events] == [True, False, False]
    assert [type(error) for error in coomon.errors] == [PriceMissingError] * 2
    assert "allowed to search" in str(coomon.errors[0])
    assert "not in the input file" in str(coomon.errors[1])
    del server.files["/v1/files/file-in/content"]
    metered(PROVIDERS[0], server, coomon, cost=True, **RUN)
    assert not any("cost_usd" in event["attributes"] for event in coomon.events[3:])


def test_requests_are_read_for_costs_only(server: BatchServer, coomon: Recorder) -> None:
    PROVIDERS[0].put(server)
    metered(PROVIDERS[0], server, coomon, **RUN)
    metered(PROVIDERS[0], server, coomon, cost=lambda _: Decimal("0.01"), **RUN)
    assert "/v1/files/file-in/content" not in server.gets


def test_a_model_without_a_price_of_batches_has_no_cost_and_an_own_price_is_taken(
    server: BatchServer, coomon: Recorder
) -> None:
    server.anthropic_batch([fakes.anthropic_result("a", model="claude-imaginary-9")])
    own = {
        "prices": [
            {
                "provider": "anthropic",
                "model": "claude-imaginary-9",
                "service_tier": "batch",
                "input_tokens": 1.0,
                "output_tokens": 2.0,
            }
        ]
    }
    metered(PROVIDERS[1], server, coomon, cost=True, **RUN)
    metered(PROVIDERS[1], server, coomon, prices=own, **RUN)
    withheld, priced = (event["attributes"].get("cost_usd") for event in coomon.events)
    assert (withheld, priced) == (None, Decimal("0.0011"))
    assert [type(error) for error in coomon.errors] == [PriceMissingError]


def test_a_batch_that_ended_before_the_list_knows_its_price_has_no_cost(server: BatchServer, coomon: Recorder) -> None:
    server.anthropic_batch([fakes.anthropic_result("a")], ended_at="2026-09-21T14:13:20Z")
    metered(PROVIDERS[1], server, coomon, cost=True, **RUN)
    assert "cost_usd" not in coomon.events[0]["attributes"]
    assert "for service_tier 'batch'" in str(coomon.errors[0])


def test_an_answer_that_names_another_tier_has_no_cost(server: BatchServer, coomon: Recorder) -> None:
    server.anthropic_batch([fakes.anthropic_result("a", {"service_tier": "priority"})])
    metered(PROVIDERS[1], server, coomon, cost=True, **RUN)
    assert "cost_usd" not in coomon.events[0]["attributes"]
    assert "names the tier 'priority'" in str(coomon.errors[0])


def test_an_answer_without_usage_is_reported_and_not_billed(server: BatchServer, coomon: Recorder) -> None:
    body = fakes.completion("chatcmpl-0123456789a")
    del body["usage"]
    server.openai_batch([fakes.openai_line("a", body)])
    report = metered(PROVIDERS[0], server, coomon, **RUN)
    assert (report.tracked, report.without_usage) == (0, ("a",))
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert "line 'a' of batch" in str(error)


def test_geminis_inlined_responses_and_embeddings_are_metered(server: BatchServer, coomon: Recorder) -> None:
    inlined = [
        {"response": fakes.gemini_answer("r0123456789abcdefa"), "metadata": {"key": "a"}},
        {"response": fakes.gemini_answer("r0123456789abcdefb")},
        {"error": {"code": 3, "message": "no"}, "metadata": {"key": "c"}},
    ]
    server.gemini_job({"inlinedResponses": {"inlinedResponses": inlined}})
    for is_async in (False, True):
        report = metered(PROVIDERS[2], server, coomon, is_async=is_async, cost=True, **RUN)
        assert (report.tracked, set(report.unanswered)) == (2, {"c"})
    assert [event["metadata"]["custom_id"] for event in coomon.accepted()] == ["a", "#1"]
    assert all("cost_usd" in event["attributes"] for event in coomon.events)
    embedded = [{"response": {"embedding": {"values": [0.1]}, "tokenCount": 7}, "metadata": {"key": "e"}}]
    server.gemini_job({"inlinedResponses": {"inlinedResponses": embedded}}, model="models/gemini-embedding-001")
    coomon.events.clear()
    metered(PROVIDERS[2], server, coomon, **RUN)
    (facts,) = [event["attributes"] for event in coomon.events]
    assert (facts["operation"], facts["model"], facts["input_tokens"]) == ("embeddings", "gemini-embedding-001", 7)


def test_a_count_that_the_sdk_does_not_know_withholds_the_cost_of_an_inlined_response(
    server: BatchServer, coomon: Recorder
) -> None:
    answer = fakes.gemini_answer("r0123456789abcdefa")
    answer["usageMetadata"]["dreamTokenCount"] = 5
    server.gemini_job({"inlinedResponses": {"inlinedResponses": [{"response": answer}]}})
    metered(PROVIDERS[2], server, coomon, cost=True, **RUN)
    assert "cost_usd" not in coomon.events[0]["attributes"]
    assert "dreamTokenCount is not understood" in str(coomon.errors[0])


def test_lines_with_the_same_key_are_two_events(server: BatchServer, coomon: Recorder) -> None:
    lines = [{"key": "a", "response": fakes.gemini_answer(f"r0123456789abcdef{number}")} for number in "12"]
    server.gemini_job({"responsesFile": "files/out"}, lines)
    metered(PROVIDERS[2], server, coomon, **RUN)
    metered(PROVIDERS[2], server, coomon, **RUN)
    assert len(coomon.accepted()) == 2


def test_a_failed_batch_is_reported_with_its_reason(server: BatchServer, coomon: Recorder) -> None:
    errors = {"object": "list", "data": [{"code": "invalid_json_line", "line": 3, "message": "This line is no JSON."}]}
    server.openai_batch([], status="failed", errors=errors, completed_at=None, failed_at=fakes.ENDED_SECONDS)
    report = metered(PROVIDERS[0], server, coomon, **RUN)
    assert report.tracked == 0
    assert "invalid_json_line: This line is no JSON." in str(coomon.errors[0])


def test_results_with_fewer_answers_than_the_provider_counts_are_reported(
    server: BatchServer, coomon: Recorder
) -> None:
    counts = {"processing": 0, "succeeded": 3, "errored": 0, "canceled": 0, "expired": 0}
    server.anthropic_batch([fakes.anthropic_result("a")], request_counts=counts)
    metered(PROVIDERS[1], server, coomon, **RUN)
    assert "have 1 answers, and the provider counts 3" in str(coomon.errors[0])


RESULTS = {
    "openai": "/v1/files/file-out/content",
    "anthropic": f"/v1/messages/batches/{ANTHROPIC_ID}/results",
    "gcp.gemini": "/v1beta/files/out:download",
}


@each_provider
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("end", [b'{"custom_id": "z", "res', b'{"custom_id": "\xc3'], ids=["text", "character"])
def test_results_that_break_off_are_an_error_and_calling_again_bills_the_rest(
    server: BatchServer, coomon: Recorder, of: Provider, end: bytes, is_async: bool
) -> None:
    of.put(server)
    kind, whole = server.files[RESULTS[of.name]]
    server.files[RESULTS[of.name]] = (kind, whole.splitlines(keepends=True)[0] + end)
    with pytest.raises(MeteringError, match=rf"results of batch {of.batch_id} break off"):
        metered(of, server, coomon, is_async=is_async, **RUN)
    server.files[RESULTS[of.name]] = (kind, whole)
    metered(of, server, coomon, is_async=is_async, **RUN)
    assert {event["metadata"]["custom_id"] for event in coomon.events} == {"a", "b"}
    assert len({event["event_id"] for event in coomon.events}) == 2


def test_a_batch_of_more_lines_than_the_queue_holds_loses_none(server: BatchServer) -> None:
    lines = [fakes.openai_line(f"n{number}", fakes.completion(f"chatcmpl-012345{number:04}")) for number in range(300)]
    server.openai_batch(lines)
    with MockCoobird() as mock:
        with Coomon("sk_test_1", host=mock.url, max_queue_size=20, flush_at=20) as coomon:
            assert metered(PROVIDERS[0], server, coomon, **RUN).tracked == 300

        async def elsewhere() -> None:
            async with AsyncCoomon("sk_test_1", host=mock.url, max_queue_size=20, flush_at=20) as other:
                client = PROVIDERS[0].open_async(server.url)
                await of_openai.meter_batch(client, other, OPENAI_ID, **RUN)

        asyncio.run(elsewhere())
        assert len(mock.events()) == 300


def test_events_that_cannot_be_delivered_end_the_metering_and_calling_again_bills_the_rest(
    server: BatchServer,
) -> None:
    lines = [fakes.openai_line(f"n{number}", fakes.completion(f"chatcmpl-012345{number:04}")) for number in range(50)]
    server.openai_batch(lines)
    errors: list[Exception] = []
    with MockCoobird() as mock:
        settings: dict[str, Any] = {"max_queue_size": 10, "flush_at": 10, "max_retries": 0, "shutdown_timeout": 1}
        with (
            Coomon("sk_test_1", host="http://127.0.0.1:9", on_error=errors.append, **settings) as cut_off,
            pytest.raises(MeteringError, match="Call meter_batch again"),
        ):
            metered(PROVIDERS[0], server, cut_off, **RUN)
        assert errors
        with Coomon("sk_test_1", host=mock.url) as coomon:
            metered(PROVIDERS[0], server, coomon, **RUN)
        assert len(mock.events()) == 50


def test_a_short_batch_id_is_refused(server: BatchServer, coomon: Recorder) -> None:
    server.openai_batch([fakes.openai_line("a", fakes.completion("chatcmpl-0123456789a"))], id="batch_1")
    with pytest.raises(ConfigurationError, match="too short to be unique"):
        metered(PROVIDERS[0], server, coomon, **RUN)
    assert coomon.events == []


def test_an_async_coomon_needs_an_async_client(server: BatchServer) -> None:
    PROVIDERS[0].put(server)
    with pytest.raises(ConfigurationError, match="use the async client"):
        metered(PROVIDERS[0], server, AsyncCoomon("sk_test_1", host="http://127.0.0.1:9"), **RUN)


def test_another_object_than_a_client_is_refused(coomon: Recorder) -> None:
    for meter, what in ((of_openai.meter_batch, openai), (of_anthropic.meter_batch, anthropic)):
        with pytest.raises(ConfigurationError, match="meter_batch"):
            meter(what, coomon, OPENAI_ID)  # type: ignore[call-overload]
