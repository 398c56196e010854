"""`wrap` of OpenAI and Anthropic: attempts whose answer was lost, and which the SDK repeats."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import anthropic
import openai
import pytest

from coobird.integrations import UsageMissingError
from coobird.integrations._wrapping.answers import CLOSED, is_unsent, may_have_left
from coobird.integrations.openai import wrap
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients, Row, create
from tests.support.integrations.recorder import Recorder

RUN = {"customer_id": "cust", "agent_id": "agent"}
APIS = pytest.mark.parametrize("api", ["chat", "responses", "messages"])
# Only an answer that does not come ends an attempt, however slow the machine is.
IMPATIENT = openai.Timeout(60, read=2)
LOST = "an attempt ended before the answer came, and may be charged for (the SDK tries again)"


def scenario(name: str) -> dict[str, Any]:
    return {"extra_headers": {"x-scenario": name, "x-scenario-key": name}}


def open_clients(fake: FakeLLM, coomon: Recorder, **options: Any) -> Clients:
    return Clients(fake.openai_url, fake.anthropic_url, **options).wrap(coomon)


@APIS
@pytest.mark.parametrize("how", ["late", "dropped"])
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_lost_attempt_is_reported_and_the_next_one_is_billed(
    fake: FakeLLM, coomon: Recorder, api: str, how: str, is_async: bool
) -> None:
    clients = open_clients(fake, coomon, max_retries=1, timeout=IMPATIENT)

    async def call() -> None:
        if is_async:
            await create(clients, Row(api, is_async=True), **scenario(how))
        await clients.close()

    with coomon.run(**RUN):
        if not is_async:
            create(clients, Row(api), **scenario(how))
        asyncio.run(call())
    (event,), (error,) = coomon.events, coomon.errors
    assert event["metadata"]["response_id"] == fake.calls[-1].id
    assert isinstance(error, UsageMissingError)
    assert LOST in str(error)
    assert error.call["model"] == fake.bodies[0]["model"]
    assert error.call["provider"] == event["attributes"]["provider"]
    assert len(fake.bodies) == 2


@APIS
def test_each_lost_attempt_is_reported_once_and_the_last_one_by_the_end_of_the_call(
    fake: FakeLLM, coomon: Recorder, api: str
) -> None:
    clients = open_clients(fake, coomon, max_retries=1, timeout=IMPATIENT)
    with coomon.run(**RUN), pytest.raises((openai.APITimeoutError, anthropic.APITimeoutError)):
        create(clients, Row(api, "silent"))
    asyncio.run(clients.close())
    assert len(fake.bodies) == 2
    assert [LOST in str(error) for error in coomon.errors] == [True, False]
    assert coomon.events == []


@APIS
def test_an_attempt_that_was_refused_or_not_sent_is_not_reported(fake: FakeLLM, coomon: Recorder, api: str) -> None:
    clients = open_clients(fake, coomon, max_retries=1)
    try:
        raise TimeoutError("an error of the caller, in whose handling the call is made")
    except TimeoutError:
        with coomon.run(**RUN):
            create(clients, Row(api), **scenario("overloaded"))
    asyncio.run(clients.close())
    assert (len(fake.bodies), len(coomon.events), coomon.errors) == (2, 1, [])
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        cut_off = Clients(url, url, max_retries=1).wrap(coomon)
        with coomon.run(**RUN), pytest.raises((openai.APIConnectionError, anthropic.APIConnectionError)):
            create(cut_off, Row(api))
        asyncio.run(cut_off.close())
    assert coomon.errors == []


@APIS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_call_of_a_closed_client_is_not_reported(
    fake: FakeLLM, coomon: Recorder, api: str, stream: bool, is_async: bool
) -> None:
    clients = open_clients(fake, coomon, max_retries=1)

    async def call() -> None:
        await clients.close()
        with coomon.run(**RUN):
            result = create(clients, Row(api, stream=stream, is_async=is_async))
            if is_async:
                await result

    with pytest.raises((RuntimeError, openai.APIConnectionError, anthropic.APIConnectionError)):
        asyncio.run(call())
    assert (fake.bodies, coomon.events, coomon.errors) == ([], [], [])


@pytest.mark.parametrize(
    "error", [RuntimeError("Event loop is closed"), ValueError(CLOSED), TimeoutError(CLOSED)], ids=repr
)
def test_no_other_error_is_taken_for_that_of_a_closed_client(error: Exception) -> None:
    assert not is_unsent(error)
    assert may_have_left(error)


def test_a_copy_of_a_client_reports_a_lost_attempt_once(fake: FakeLLM, coomon: Recorder) -> None:
    clients = open_clients(fake, coomon)
    again = clients.openai.with_options(max_retries=1)
    messages: Any = [{"role": "user", "content": "Hi"}]
    with coomon.run(**RUN):
        again.chat.completions.create(model="gpt-4o", messages=messages, **scenario("dropped"))
    asyncio.run(clients.close())
    assert (len(coomon.events), [LOST in str(error) for error in coomon.errors]) == (1, [True])


def test_a_lost_request_that_calls_no_model_is_not_reported(fake: FakeLLM, coomon: Recorder) -> None:
    clients = open_clients(fake, coomon, max_retries=1)
    with pytest.raises(openai.APIConnectionError):
        clients.openai.post("/chat/completions/x", cast_to=object, body={}, options={"headers": {}})
    asyncio.run(clients.close())
    assert (coomon.events, coomon.errors) == ([], [])


class Cut:
    """Transport whose socket something else has closed."""

    def handle_request(self, _: Any) -> Any:
        raise ValueError("Invalid file descriptor: -1")

    def close(self) -> None: ...


def ask(fake: FakeLLM, coomon: Recorder, error: type[Exception], http: Any = None, **options: Any) -> None:
    client = openai.OpenAI(base_url=fake.openai_url, api_key="x", http_client=http, max_retries=0)
    messages: Any = [{"role": "user", "content": "Hi"}]
    # Older versions of the SDK raise an error of their own from it.
    with client, coomon.run(**RUN), pytest.raises((error, openai.APIConnectionError)):
        wrap(client, coomon).chat.completions.create(model="gpt-4o", messages=messages, **options)


def assert_it_is_reported_and_not_billed(coomon: Recorder) -> None:
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


@pytest.mark.parametrize("error", [ValueError, TypeError])
def test_an_answer_that_a_hook_of_the_program_refuses_is_reported(
    fake: FakeLLM, coomon: Recorder, error: type[Exception]
) -> None:
    def fail(_: Any) -> None:
        raise error("no")

    ask(fake, coomon, error, openai.DefaultHttpxClient(event_hooks={"response": [fail]}))
    assert len(fake.bodies) == 1
    assert_it_is_reported_and_not_billed(coomon)


def test_a_request_that_breaks_off_with_an_error_of_no_library_is_reported(fake: FakeLLM, coomon: Recorder) -> None:
    transport: Any = Cut()
    ask(fake, coomon, ValueError, openai.DefaultHttpxClient(transport=transport))
    assert_it_is_reported_and_not_billed(coomon)


def test_an_answer_of_which_the_sdk_makes_no_object_is_reported(fake: FakeLLM, coomon: Recorder) -> None:
    client = wrap(openai.OpenAI(base_url=fake.openai_url, api_key="x", max_retries=0), coomon)
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
    with client, coomon.run(**RUN), pytest.raises(ValueError, match="int"):
        client.post("/chat/completions", cast_to=int, body=body)
    assert len(fake.bodies) == 1
    assert_it_is_reported_and_not_billed(coomon)


def test_a_request_that_cannot_be_written_as_json_is_not_reported(fake: FakeLLM, coomon: Recorder) -> None:
    ask(fake, coomon, TypeError, extra_body={"of": object()})
    assert (fake.bodies, coomon.events, coomon.errors) == ([], [], [])
