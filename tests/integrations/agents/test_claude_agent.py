"""Claude Agent SDK, by the result messages of a program that imitates Claude Code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import claude_agent_sdk
import pytest
from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, ResultMessage

from coobird.errors import ConfigurationError
from coobird.integrations import PriceMissingError, UsageMissingError
from coobird.integrations.claude_agent import wrap
from tests.support.integrations.agents.claude_code import HELPER, MAIN, ClaudeCode, billed_totals, totals_of
from tests.support.integrations.agents.models import customer_of
from tests.support.integrations.recorder import Recorder

RUN = {"agent_id": "agent"}


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeCode:
    return ClaudeCode(tmp_path)


def options(claude: ClaudeCode, **more: Any) -> ClaudeAgentOptions:
    return ClaudeAgentOptions(cli_path=claude.path, cwd=claude.folder, **more)


def assert_each_turn_is_billed_once(coomon: Recorder, claude: ClaudeCode) -> None:
    """Check that each model of a turn has one event, with its tokens, for the turn's customer."""
    assert coomon.errors == []
    found = [
        (event["customer_id"], of["model"], billed_totals(of))
        for event in coomon.events
        for of in [event["attributes"]]
    ]
    wanted = [
        (customer_of(turn.prompt), model, totals_of(counts))
        for turn in claude.turns()
        for model, counts in turn.used.items()
    ]
    assert sorted(found) == sorted(wanted)
    assert len({event["event_id"] for event in coomon.events}) == len(wanted)


async def read(query: Callable[..., Any], prompt: str, made_with: ClaudeAgentOptions) -> ResultMessage:
    found: list[Any] = [message async for message in query(prompt=prompt, options=made_with)]
    return found[-1]  # type: ignore[no-any-return]


def test_each_model_of_a_query_is_billed_once(coomon: Recorder, claude: ClaudeCode) -> None:
    query = wrap(claude_agent_sdk.query, coomon)
    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(read(query, "About cust_a", options(claude)))
    assert [event["attributes"]["model"] for event in coomon.events] == [MAIN, HELPER]
    assert {event["attributes"]["provider"] for event in coomon.events} == {"anthropic"}
    assert_each_turn_is_billed_once(coomon, claude)


def test_each_turn_of_a_client_is_billed_by_what_it_added(coomon: Recorder, claude: ClaudeCode) -> None:
    async def talk() -> None:
        async with wrap(ClaudeSDKClient(options(claude)), coomon) as client:
            for customer in ("cust_a", "cust_b", "cust_a"):
                with coomon.run(customer_id=customer, **RUN):
                    await client.query(f"About {customer}")
                    async for _ in client.receive_response():
                        pass

    asyncio.run(talk())
    assert len(coomon.events) == 6
    assert_each_turn_is_billed_once(coomon, claude)


def test_queries_at_once_in_tasks_and_threads_have_their_own_payers(coomon: Recorder, claude: ClaudeCode) -> None:
    query = wrap(claude_agent_sdk.query, coomon)

    async def ask(customer: str) -> None:
        with coomon.run(customer_id=customer, **RUN):
            await read(query, f"About {customer}", options(claude))

    async def both(_: int) -> None:
        await asyncio.gather(ask("cust_a"), ask("cust_b"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda number: asyncio.run(both(number)), range(2)))
    assert len(coomon.events) == 8
    assert_each_turn_is_billed_once(coomon, claude)


@pytest.mark.parametrize("fork", [False, True], ids=["resumed", "forked"])
def test_a_session_that_goes_on_is_billed_by_the_difference_to_its_last_result(
    coomon: Recorder, claude: ClaudeCode, *, fork: bool
) -> None:
    known: dict[str, Any] = {}

    async def talk() -> None:
        result = await read(wrap(claude_agent_sdk.query, coomon), "About cust_a", options(claude))
        for _ in range(2):
            known[result.session_id] = result.model_usage
            # Another process would make a wrapper of its own.
            query = wrap(claude_agent_sdk.query, coomon, earlier_usage=known.get)
            again = options(claude, resume=result.session_id, fork_session=fork)
            result = await read(query, "Again about cust_a", again)

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert len(claude.turns()) == 3
    assert_each_turn_is_billed_once(coomon, claude)


def test_the_newest_conversation_is_continued_from_its_totals(coomon: Recorder, claude: ClaudeCode) -> None:
    known: dict[str, Any] = {}
    query = wrap(claude_agent_sdk.query, coomon, earlier_usage=known.get)

    async def talk() -> None:
        result = await read(query, "About cust_a", options(claude))
        known[result.session_id] = result.model_usage
        await read(query, "Again about cust_a", options(claude, continue_conversation=True))

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert_each_turn_is_billed_once(coomon, claude)


def test_an_old_version_begins_at_zero_when_it_resumes(coomon: Recorder, tmp_path: Path) -> None:
    claude = ClaudeCode(tmp_path, version="2.1.276")
    query = wrap(claude_agent_sdk.query, coomon)

    async def talk() -> None:
        result = await read(query, "About cust_a", options(claude))
        await read(query, "Again about cust_a", options(claude, resume=result.session_id))

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert_each_turn_is_billed_once(coomon, claude)


def test_a_resumed_session_whose_totals_are_unknown_is_reported_and_billed_from_then_on(
    coomon: Recorder, claude: ClaudeCode
) -> None:
    async def talk() -> None:
        session_id = (await read(claude_agent_sdk.query, "About cust_a", options(claude))).session_id
        async with wrap(ClaudeSDKClient(options(claude, resume=session_id)), coomon) as client:
            for _ in range(2):
                await client.query("About cust_a")
                async for _message in client.receive_response():
                    pass

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert "earlier_usage" in str(error)
    last = claude.turns()[-1]
    assert [billed_totals(event["attributes"]) for event in coomon.events] == [
        totals_of(of) for of in last.used.values()
    ]


def test_the_totals_at_an_earlier_point_of_a_session_are_unknown(coomon: Recorder, claude: ClaudeCode) -> None:
    known: dict[str, Any] = {}
    query = wrap(claude_agent_sdk.query, coomon, earlier_usage=known.get)

    async def talk() -> None:
        result = await read(claude_agent_sdk.query, "About cust_a", options(claude))
        known[result.session_id] = result.model_usage
        cut = options(claude, resume=result.session_id, resume_session_at=result.uuid, fork_session=True)
        await read(query, "Again about cust_a", cut)

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_a_reset_conversation_begins_at_zero(coomon: Recorder, claude: ClaudeCode) -> None:
    async def talk() -> None:
        async with wrap(ClaudeSDKClient(options(claude)), coomon) as client:
            for prompt in ("About cust_a", "clear, and about cust_a", "More about cust_a"):
                await client.query(prompt)
                async for _ in client.receive_response():
                    pass

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert len(coomon.events) == 6
    assert_each_turn_is_billed_once(coomon, claude)


def test_a_message_that_is_read_twice_is_billed_once(coomon: Recorder, claude: ClaudeCode) -> None:
    class Replayed:
        """Client whose messages a program has stored, and reads again."""

    Replayed.__module__ = "claude_agent_sdk"

    async def talk() -> None:
        query = wrap(wrap(claude_agent_sdk.query, coomon), coomon)
        result = await read(query, "About cust_a", options(claude))

        client: Any = Replayed()
        client.options = options(claude)
        client.receive_messages = lambda: again(result)
        client.connect = client.disconnect = None
        async for _ in wrap(client, coomon).receive_messages():
            pass

    async def again(result: ResultMessage) -> Any:
        yield result
        yield result

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert len(coomon.events) == 2
    assert_each_turn_is_billed_once(coomon, claude)


@pytest.mark.parametrize("crash", [True, False], ids=["crash", "closed"])
def test_a_turn_without_a_result_is_reported(coomon: Recorder, claude: ClaudeCode, *, crash: bool) -> None:
    query = wrap(claude_agent_sdk.query, coomon)

    async def talk() -> None:
        messages = query(prompt=f"{'crash' * crash} about cust_a", options=options(claude))
        async for message in messages:
            if not crash and type(message).__name__ == "AssistantMessage":
                break
        await messages.aclose()  # type: ignore[attr-defined]

    with coomon.run(customer_id="cust_a", **RUN):
        if crash:
            with pytest.raises(Exception):  # noqa: B017, PT011 - the SDK's
                asyncio.run(talk())
        else:
            asyncio.run(talk())
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert "without its result" in str(coomon.errors[0])


def test_a_turn_of_a_client_that_disconnects_before_the_result_is_reported(
    coomon: Recorder, claude: ClaudeCode
) -> None:
    async def talk() -> None:
        async with wrap(ClaudeSDKClient(options(claude)), coomon) as client:
            await client.query("About cust_a")
            async for message in client.receive_messages():
                if type(message).__name__ == "AssistantMessage":
                    break

    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(talk())
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_a_turn_that_used_nothing_is_no_event(coomon: Recorder, claude: ClaudeCode) -> None:
    query = wrap(claude_agent_sdk.query, coomon)
    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(read(query, "refused about cust_a", options(claude)))
    assert (coomon.events, coomon.errors) == ([], [])


def test_the_estimate_of_the_cost_is_shown_and_not_billed(coomon: Recorder, claude: ClaudeCode) -> None:
    query = wrap(claude_agent_sdk.query, coomon, cost=True)
    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(read(query, "About cust_a", options(claude)))
    used = claude.turns()[0].used
    for event, counts in zip(coomon.events, used.values(), strict=True):
        assert "cost_usd" not in event["attributes"]
        assert event["attributes"]["estimated_cost_usd"] == Decimal("0.001") * counts["outputTokens"]
    assert {type(error) for error in coomon.errors} == {PriceMissingError}


def test_a_function_may_take_the_estimate_as_the_cost(coomon: Recorder, claude: ClaudeCode) -> None:
    query = wrap(claude_agent_sdk.query, coomon, cost=lambda call: call.terms.estimated_cost)
    with coomon.run(customer_id="cust_a", **RUN):
        asyncio.run(read(query, "About cust_a", options(claude)))
    for event in coomon.events:
        assert event["attributes"]["cost_usd"] == event["attributes"]["estimated_cost_usd"] > 0
    assert coomon.errors == []


def tools_of(coomon: Recorder) -> Any:
    """Server of a tool that tracks an event, in the process of the caller."""

    @claude_agent_sdk.tool("search", "Searches.", {})
    async def search(_: Any) -> dict[str, Any]:
        coomon.track_task(signal_code="search")
        return {"content": [{"type": "text", "text": "Found."}]}

    return {"tools": claude_agent_sdk.create_sdk_mcp_server("tools", tools=[search])}


def searches(coomon: Recorder) -> list[str | None]:
    return [event["customer_id"] for event in coomon.events if event["signal_code"] == "search"]


def test_tools_that_a_query_calls_are_billed_to_its_payer(coomon: Recorder, claude: ClaudeCode) -> None:
    query = wrap(claude_agent_sdk.query, coomon)

    async def ask(customer: str) -> None:
        with coomon.run(customer_id=customer, **RUN):
            await read(query, f"About {customer}, with a tool", options(claude, mcp_servers=tools_of(coomon)))

    async def ask_both() -> None:
        await asyncio.gather(ask("cust_a"), ask("cust_b"))

    asyncio.run(ask_both())
    assert coomon.errors == []
    assert sorted(map(str, searches(coomon))) == ["cust_a", "cust_b"]


def test_tools_that_a_client_calls_keep_the_run_in_which_it_connected(coomon: Recorder, claude: ClaudeCode) -> None:
    # So the page says to connect in the run. If this fails, the page may say less.
    async def ask(starter: str) -> None:
        client = wrap(ClaudeSDKClient(options(claude, mcp_servers=tools_of(coomon))), coomon)
        with coomon.run(customer_id=starter, **RUN):
            await client.connect()
        with coomon.run(customer_id="cust_a", **RUN):
            await client.query("About cust_a, with a tool")
            assert [message async for message in client.receive_response()]
        await client.disconnect()

    for starter in ("cust_a", "cust_b"):
        asyncio.run(ask(starter))
    assert searches(coomon) == ["cust_a", "cust_b"]


def test_what_makes_no_messages_is_refused(coomon: Recorder) -> None:
    for mistake in (ClaudeSDKClient, claude_agent_sdk, print, read):
        with pytest.raises(ConfigurationError):
            wrap(mistake, coomon)
