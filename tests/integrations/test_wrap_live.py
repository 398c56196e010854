"""`wrap` of google-genai: live sessions, against a server that answers as Gemini's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from google import genai
from google.genai import errors, live, types

from coobird.integrations import UsageMissingError
from coobird.integrations._metering.errors import PriceMissingError
from coobird.integrations.google import wrap
from tests.support.ingest import refused_port
from tests.support.integrations.fake_live import CUT, SDK, allow_plain_sockets, live_server
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.recorder import Recorder

pytestmark = [
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
    pytest.mark.usefixtures("plain"),
    *LEFT_TO_THE_COLLECTOR,
]

RUN = {"customer_id": "cust", "agent_id": "agent"}
MODEL = "gemini-live-2.5-flash"
HI = {"role": "user", "parts": [{"text": "Hi"}]}
COMPLETE = {"serverContent": {"turnComplete": True}}

Message = dict[str, Any]
Talk = Callable[[Any], Awaitable[Any]]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_plain_sockets(monkeypatch)


def text(words: str = "Hello") -> Message:
    return {"serverContent": {"modelTurn": {"parts": [{"text": words}]}}}


def usage(prompt: int, output: int, **more: Any) -> Message:
    """Usage of a turn of text, as the Gemini API states it."""
    return {
        "promptTokenCount": prompt,
        "responseTokenCount": output,
        "totalTokenCount": prompt + output,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt}],
        "responseTokensDetails": [{"modality": "TEXT", "tokenCount": output}],
        **more,
    }


def ends(prompt: int, output: int, **more: Any) -> Message:
    """The message that ends a turn and states its usage."""
    return {**COMPLETE, "usageMetadata": usage(prompt, output, **more)}


def hold(
    coomon: Recorder,
    answers: Sequence[Sequence[Message]],
    talk: Talk,
    *,
    client: Any = None,
    config: Any = None,
    **options: Any,
) -> Any:
    """Hold a session with a wrapped client, and return what was talked."""

    async def session() -> Any:
        async with live_server(answers) as url:
            wrapped = wrap(client(url) if client else SDK.open(url), coomon, **options)
            async with wrapped.aio.live.connect(model=MODEL, config=config or {}) as live_session:
                return await talk(live_session)

    with coomon.run(**RUN):
        return asyncio.run(session())


async def say_and_read(session: Any) -> list[types.LiveServerMessage]:
    await session.send_client_content(turns=HI)
    return [message async for message in session.receive()]


def talk_times(times: int) -> Talk:
    async def talk(session: Any) -> list[int]:
        return [len(await say_and_read(session)) for _ in range(times)]

    return talk


def counts(coomon: Recorder) -> list[tuple[Any, ...]]:
    names = ("model", "input_tokens", "output_tokens", "total_tokens")
    return [tuple(event["attributes"].get(name) for name in names) for event in coomon.events]


def reports(coomon: Recorder) -> list[str]:
    return [str(error) for error in coomon.errors]


def test_each_turn_of_a_text_session_is_a_call_with_the_tokens_that_it_states(coomon: Recorder) -> None:
    turns = [[text(), text(" there"), ends(12, 5)], [text(), ends(31, 7)]]
    assert hold(coomon, turns, talk_times(2)) == [3, 2]
    assert counts(coomon) == [(MODEL, 12, 5, 17), (MODEL, 31, 7, 38)]
    assert [(event["customer_id"], event["agent_id"]) for event in coomon.events] == [("cust", "agent")] * 2
    assert {event["attributes"]["provider"] for event in coomon.events} == {"gcp.gemini"}
    assert coomon.errors == []


def test_turns_of_vertex_ai_are_read_by_the_names_that_it_uses(coomon: Recorder) -> None:
    stated = usage(12, 3)
    for name in ("TokenCount", "TokensDetails"):
        stated[f"candidates{name}"] = stated.pop(f"response{name}")
    stated["candidatesTokensDetails"].append({"modality": "AUDIO"})  # without a count, as it was recorded
    last: Message = {"serverContent": {"turnComplete": True, "groundingMetadata": {}}, "usageMetadata": stated}

    def open_vertex(url: str) -> Any:
        return genai.Client(vertexai=True, api_key="not-a-key", http_options={"base_url": url})

    hold(coomon, [[text(), last]], talk_times(1), client=open_vertex)
    assert counts(coomon) == [(MODEL, 12, 3, 15)]
    assert coomon.events[0]["attributes"]["provider"] == "gcp.vertex_ai"
    assert coomon.errors == []


def test_all_ways_to_send_and_to_receive_are_metered(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        await session.send_realtime_input(text="Hi")
        async for _ in session.receive():
            pass
        with pytest.warns(DeprecationWarning, match="send"):
            await session.send(input="Hi", end_of_turn=True)
        for _ in range(2):
            await session._receive()

    turn = [text(), ends(12, 5)]
    hold(coomon, [turn, turn], talk)
    assert counts(coomon) == [(MODEL, 12, 5, 17)] * 2
    assert coomon.errors == []


def test_content_that_asks_for_no_answer_is_no_call(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        await session.send_client_content(turns=HI, turn_complete=False)

    hold(coomon, [], talk)
    assert (coomon.events, coomon.errors) == ([], [])


def test_a_session_in_which_nothing_is_asked_is_no_call(coomon: Recorder) -> None:
    async def talk(_: Any) -> None:
        pass

    hold(coomon, [], talk)
    assert (coomon.events, coomon.errors) == ([], [])


def call_of(name: str) -> Message:
    return {"toolCall": {"functionCalls": [{"name": name, "args": {}, "id": "1"}]}}


async def answer_a_call(session: Any) -> None:
    await session.send_client_content(turns=HI)
    async for message in session.receive():
        if message.tool_call:
            result = types.FunctionResponse(id="1", name="look", response={"found": 1})
            await session.send_tool_response(function_responses=result)


def test_a_function_call_and_its_answer_are_one_turn_where_the_server_makes_them_one(coomon: Recorder) -> None:
    hold(coomon, [[call_of("look")], [text(), ends(40, 22)]], answer_a_call)
    assert counts(coomon) == [(MODEL, 40, 22, 62)]
    assert coomon.errors == []


def test_a_function_call_and_its_answer_are_two_turns_where_the_server_makes_them_two(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        await answer_a_call(session)
        async for _ in session.receive():
            pass

    hold(coomon, [[call_of("look")], [ends(24, 5), text(), ends(44, 11)]], talk)
    assert counts(coomon) == [(MODEL, 24, 5, 29), (MODEL, 44, 11, 55)]
    assert coomon.errors == []


def test_a_result_whose_answer_is_not_read_is_reported(coomon: Recorder) -> None:
    hold(coomon, [[call_of("look")], [ends(24, 5), text(), ends(44, 11)]], answer_a_call)
    assert counts(coomon) == [(MODEL, 24, 5, 29)]
    (report,) = reports(coomon)
    assert "the live session ended before the turn did. It is not billed" in report


def test_an_interrupted_turn_and_the_one_that_interrupts_it_are_two_calls(coomon: Recorder) -> None:
    interrupted = {"serverContent": {"interrupted": True}}

    async def talk(session: Any) -> None:
        await session.send_client_content(turns=HI)
        await session._receive()
        with coomon.run(customer_id="other", agent_id="agent"):
            await session.send_client_content(turns=HI)
        for _ in range(2):
            async for _ in session.receive():
                pass

    hold(coomon, [[text()], [interrupted, ends(12, 2), text(), ends(20, 6)]], talk)
    assert counts(coomon) == [(MODEL, 12, 2, 14), (MODEL, 20, 6, 26)]
    assert [event["customer_id"] for event in coomon.events] == ["cust", "other"]
    assert coomon.errors == []


def test_two_turns_of_which_neither_ends_are_two_reports(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        await session.send_client_content(turns=HI)
        await session._receive()
        await session.send_client_content(turns=HI)

    hold(coomon, [[text()]], talk)
    assert coomon.events == []
    assert len(coomon.errors) == 2


def test_a_turn_belongs_to_the_run_in_which_it_was_asked_for(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        for name in ("one", "two"):
            with coomon.run(customer_id=name, agent_id="agent"):
                await session.send_client_content(turns=HI)
            async for _ in session.receive():
                pass

    hold(coomon, [[text(), ends(12, 5)], [text(), ends(12, 5)]], talk)
    assert [event["customer_id"] for event in coomon.events] == ["one", "two"]


# Neither of these says for certain what the turn costs.
UNCLEAR = {
    "states its usage twice": (
        [text(), {**text(), "usageMetadata": usage(12, 2)}, ends(12, 5)],
        "(promptTokenCount 12, responseTokenCount 2, totalTokenCount 14; promptTokenCount 12, responseTokenCount 5, ",
    ),
    "states no usage": ([text(), COMPLETE], "no message of this turn of a live session states it"),
    "does not end": ([text()], "the live session ended before the turn did"),
    "does not end, with usage": (
        [text(), {"usageMetadata": usage(12, 2)}],
        "before the turn did. It had stated its usage so far (promptTokenCount 12,",
    ),
    "states no input": ([text(), {**COMPLETE, "usageMetadata": {"responseTokenCount": 5}}], "its input tokens"),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_turn_of_unclear_usage_is_reported_with_what_it_states_and_not_billed(name: str, coomon: Recorder) -> None:
    messages, reason = UNCLEAR[name]

    async def talk(session: Any) -> None:
        await session.send_client_content(turns=HI)
        for _ in messages:
            await session._receive()

    hold(coomon, [messages], talk)
    assert coomon.events == []
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert reason in str(error)
    assert str(error).endswith("It is not billed.")


def test_usage_in_a_message_of_its_own_is_that_of_the_turn_before(coomon: Recorder) -> None:
    turn = [text(), COMPLETE, {"usageMetadata": usage(12, 5)}]

    async def talk(session: Any) -> None:
        for _ in range(2):
            await session.send_client_content(turns=HI)
            for _ in turn:
                await session._receive()

    hold(coomon, [turn, turn], talk)
    assert counts(coomon) == [(MODEL, 12, 5, 17)] * 2
    assert coomon.errors == []


def test_a_turn_without_usage_does_not_take_that_of_the_next(coomon: Recorder) -> None:
    hold(coomon, [[text(), COMPLETE], [text(), ends(20, 6)]], talk_times(2))
    assert counts(coomon) == [(MODEL, 20, 6, 26)]
    (report,) = reports(coomon)
    assert "no message of this turn of a live session states it" in report


def test_a_broken_connection_raises_the_error_of_the_sdk_and_its_turn_is_reported(coomon: Recorder) -> None:
    with pytest.raises(errors.APIError):
        hold(coomon, [[text(), ends(12, 5)], [text(), CUT]], talk_times(2))
    assert counts(coomon) == [(MODEL, 12, 5, 17)]
    (report,) = reports(coomon)
    assert "the live session ended before the turn did" in report


def test_a_message_that_could_not_be_sent_is_no_call(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        await session.close()
        await session.send_client_content(turns=HI)

    with pytest.raises(Exception, match="sent 1000"):
        hold(coomon, [], talk)
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_error_of_the_program_leaves_the_session_as_it_is(coomon: Recorder) -> None:
    async def talk(session: Any) -> None:
        await say_and_read(session)
        raise LookupError("of the program")

    with pytest.raises(LookupError, match="of the program"):
        hold(coomon, [[text(), ends(12, 5)]], talk)
    assert counts(coomon) == [(MODEL, 12, 5, 17)]
    assert coomon.errors == []


def test_messages_are_the_same_with_and_without_wrap(coomon: Recorder) -> None:
    turn = [text(), {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}}, ends(12, 5)]

    async def unwrapped() -> Any:
        async with live_server([turn]) as url, SDK.open(url).aio.live.connect(model=MODEL, config={}) as session:
            return await say_and_read(session)

    assert hold(coomon, [turn], say_and_read) == asyncio.run(unwrapped())


AUDIO = [{"modality": "TEXT", "tokenCount": 10}, {"modality": "AUDIO", "tokenCount": 2}]
MEDIA: dict[str, list[Message]] = {
    "audio": [{"serverContent": {"modelTurn": {"parts": [{"inlineData": {"data": "YQ==", "mimeType": "audio/pcm"}}]}}}],
    "a transcript": [{"serverContent": {"outputTranscription": {"text": "Hello"}}}],
    "audio tokens in the input": [text(), ends(12, 5, promptTokensDetails=AUDIO)],
    "audio tokens in the output": [text(), ends(12, 12, responseTokensDetails=AUDIO)],
    "image tokens": [text(), ends(12, 5, promptTokensDetails=[{"modality": "IMAGE", "tokenCount": 12}])],
}


@pytest.mark.parametrize("name", MEDIA)
def test_a_session_with_more_than_text_is_reported_once_and_not_billed(name: str, coomon: Recorder) -> None:
    turn = [*MEDIA[name], *([] if "usageMetadata" in MEDIA[name][-1] else [ends(12, 5)])]
    assert hold(coomon, [turn, [text(), ends(30, 5)]], talk_times(2)) == [len(turn), 2]
    assert coomon.events == []
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert MODEL in str(error)
    assert "this live session has audio, images or video" in str(error)


@pytest.mark.parametrize("send", ["send_realtime_input", "send_client_content"])
def test_a_session_that_is_sent_more_than_text_is_reported_once(send: str, coomon: Recorder) -> None:
    blob = {"data": b"a", "mime_type": "image/png"}
    sent = {"video": blob} if "realtime" in send else {"turns": {"role": "user", "parts": [{"inline_data": blob}]}}

    async def talk(session: Any) -> None:
        for _ in range(2):
            await getattr(session, send)(**sent)
            async for _ in session.receive():
                pass

    hold(coomon, [[text(), ends(12, 5)]] * 2, talk)
    assert coomon.events == []
    (report,) = reports(coomon)
    assert "this live session has audio, images or video" in report


def test_turns_before_the_first_audio_are_billed(coomon: Recorder) -> None:
    hold(coomon, [[text(), ends(12, 5)], [*MEDIA["audio"], ends(20, 6)]], talk_times(2))
    assert counts(coomon) == [(MODEL, 12, 5, 17)]
    assert len(coomon.errors) == 1


def cost_of(last: Message, config: Any = None) -> tuple[Decimal | None, dict[str, Any], list[str]]:
    """Return the cost of a turn, the attributes of its event, and the reports."""
    coomon = Recorder()
    hold(coomon, [[text(), last]], talk_times(1), config=config, cost=True)
    (event,) = coomon.events
    return event["attributes"].get("cost_usd"), event["attributes"], reports(coomon)


def test_a_turn_of_text_costs_the_price_of_text(coomon: Recorder) -> None:
    cost, _, reported = cost_of(ends(1000, 100))
    # 0.50 and 2.00 US dollars for a million tokens.
    assert cost == (1000 * Decimal("0.5") + 100 * Decimal(2)) / 10**6
    assert reported == []


def without(name: str) -> Message:
    last = ends(1000, 100)
    del last["usageMetadata"][name]
    return last


WITHHELD: dict[str, tuple[Message, Any, str]] = {
    "modalities of the input": (without("promptTokensDetails"), None, "audio_input_tokens are unknown"),
    "modalities of the output": (without("responseTokensDetails"), None, "audio_output_tokens are unknown"),
    "the modality of a part": (
        ends(1000, 100, promptTokensDetails=[{"modality": "TEXT", "tokenCount": 900}]),
        None,
        "does not say the modality of all tokens",
    ),
    "a count": (ends(1000, 100, hologramTokenCount=5), None, "usageMetadata.hologramTokenCount is not understood"),
    "a tool": (ends(1000, 100), {"tools": [{"google_maps": {}}]}, "'googleMaps'"),
    "a tool as an object": (
        ends(1000, 100),
        types.LiveConnectConfig(tools=[types.Tool(google_maps=types.GoogleMaps())]),
        "'googleMaps'",
    ),
    "a search": (
        {
            **ends(1000, 100),
            "serverContent": {"turnComplete": True, "groundingMetadata": {"webSearchQueries": ["birds"]}},
        },
        None,
        "web_search_requests",
    ),
}


@pytest.mark.parametrize("name", WITHHELD)
def test_a_turn_with_something_unknown_is_billed_without_cost_and_says_so(name: str) -> None:
    last, config, fact = WITHHELD[name]
    cost, attributes, reported = cost_of(last, config)
    assert (cost, attributes["input_tokens"], attributes["output_tokens"]) == (None, 1000, 100)
    assert "usage_inexact" not in attributes
    (report,) = reported
    assert fact in report


@pytest.mark.parametrize(
    ("more", "output"),
    [({"thoughtsTokenCount": 28}, 100), ({"totalTokenCount": 1128}, 128), ({"totalTokenCount": 900}, 100)],
)
def test_a_turn_whose_total_is_not_the_sum_is_inexact(more: Message, output: int) -> None:
    cost, attributes, reported = cost_of(ends(1000, 100, **more))
    assert (cost, attributes["usage_inexact"], attributes["output_tokens"]) == (None, True, output)
    assert any("contradict" in report for report in reported)


def test_thoughts_and_tool_use_that_are_in_the_total_are_exact() -> None:
    stated = {"thoughtsTokenCount": 28, "toolUsePromptTokenCount": 4, "totalTokenCount": 1132}
    _, attributes, _ = cost_of(ends(1000, 100, **stated))
    assert (attributes["input_tokens"], attributes["output_tokens"]) == (1004, 128)
    assert "usage_inexact" not in attributes


def test_wrapping_twice_makes_one_event_of_a_turn_for_each_client(coomon: Recorder) -> None:
    other = Recorder()

    def wrapped(url: str) -> Any:
        return wrap(wrap(SDK.open(url), coomon), other, customer_id="cust", agent_id="agent")

    hold(coomon, [[text(), ends(12, 5)]], talk_times(1), client=wrapped)
    assert (len(coomon.events), len(other.events)) == (1, 1)


def test_a_version_of_the_sdk_whose_messages_cannot_be_read_is_reported(
    coomon: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Session(live.AsyncSession):
        def __init__(self, api_client: Any, websocket: Any, **more: Any) -> None:
            super().__init__(api_client, websocket, **more)
            self._socket = vars(self).pop("_ws")

    monkeypatch.setattr(live, "AsyncSession", Session)

    async def talk(_: Any) -> None:
        pass

    hold(coomon, [], talk)
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert "cannot be read with this version" in str(error)


def test_a_live_session_that_does_not_begin_is_no_call(coomon: Recorder) -> None:
    async def talk(url: str) -> None:
        async with wrap(SDK.open(url), coomon).aio.live.connect(model=MODEL, config={}):
            pass

    with refused_port() as port, pytest.raises(OSError, match=r"refused|failed"):
        asyncio.run(talk(f"http://127.0.0.1:{port}"))
    assert coomon.errors == []


def test_a_withheld_cost_is_a_missing_price(coomon: Recorder) -> None:
    hold(coomon, [[text(), without("promptTokensDetails")]], talk_times(1), cost=True)
    assert [type(error) for error in coomon.errors] == [PriceMissingError]
