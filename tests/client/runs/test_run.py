"""Runs: an event takes the values that it does not name from its own run, and from no other."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from coobird.client.runs.token import MAX_TOKEN_LENGTH
from coobird.errors import InvalidEventError, InvalidRunTokenError
from tests.support.integrations.recorder import Recorder


@pytest.fixture
def coomon() -> Recorder:
    return Recorder()


def ids(coomon: Recorder) -> list[tuple[Any, ...]]:
    return [(event["customer_id"], event["agent_id"], event["signal_code"]) for event in coomon.events]


def test_an_event_takes_from_the_run_what_it_does_not_name_itself(coomon: Recorder) -> None:
    with coomon.run(customer_id="cust", agent_id="agent", signal_code="signal", attributes={"a": 1, "b": 1}):
        coomon.track_task()
        coomon.track_task(customer_id="own", agent_id="mine", signal_code="other", attributes={"b": 2, "c": 2})
    assert ids(coomon) == [("cust", "agent", "signal"), ("own", "mine", "other")]
    assert [event["attributes"] for event in coomon.events] == [{"a": 1, "b": 1}, {"a": 1, "b": 2, "c": 2}]


def test_an_inner_run_overrides_the_outer_one_and_attributes_merge(coomon: Recorder) -> None:
    with coomon.run(customer_id="outer", agent_id="agent", attributes={"a": 1, "b": 1}):
        with coomon.run(customer_id="inner", attributes={"b": 2}) as run:
            assert (run.customer_id, run.agent_id, run.attributes) == ("inner", "agent", {"a": 1, "b": 2})
            coomon.track_task()
        coomon.track_task()
    assert [event["customer_id"] for event in coomon.events] == ["inner", "outer"]
    assert [event["attributes"] for event in coomon.events] == [{"a": 1, "b": 2}, {"a": 1, "b": 1}]


def test_outside_a_run_an_event_without_ids_is_reported_and_not_sent(coomon: Recorder) -> None:
    with coomon.run(customer_id="cust", agent_id="agent"):
        pass
    coomon.track_task()
    assert (coomon.events, len(coomon.errors)) == ([], 1)
    assert not coomon.current_run()


def test_a_run_ends_with_its_block_also_after_an_exception(coomon: Recorder) -> None:
    with pytest.raises(LookupError), coomon.run(customer_id="cust"):
        raise LookupError
    assert not coomon.current_run()


def test_runs_of_two_clients_do_not_see_each_other(coomon: Recorder) -> None:
    other = Recorder()
    with coomon.run(customer_id="cust", agent_id="agent"), other.run(customer_id="other", agent_id="agent"):
        coomon.track_task()
        other.track_task()
    assert (ids(coomon), ids(other)) == ([("cust", "agent", None)], [("other", "agent", None)])


def test_changing_a_dict_after_the_run_began_changes_nothing(coomon: Recorder) -> None:
    attributes = {"tier": "gold"}
    scope = coomon.run(customer_id="cust", agent_id="agent", attributes=attributes)
    attributes["tier"] = "lead"
    with scope:
        coomon.track_task()
    assert coomon.events[0]["attributes"] == {"tier": "gold"}


def test_functions_of_every_kind_can_be_runs(coomon: Recorder) -> None:
    seen: list[str | None] = []

    def note() -> None:
        seen.append(coomon.current_run().customer_id)

    @coomon.run(customer_id="plain")
    def plain(value: int) -> int:
        """Adds one."""
        note()
        return value + 1

    @coomon.run(customer_id="coroutine")
    async def coroutine() -> str:
        await asyncio.sleep(0)
        note()
        return "done"

    @coomon.run(customer_id="generator")
    def generator() -> Iterator[Any]:
        note()
        try:
            got = yield 1
            note()
            yield got
        finally:
            note()

    @coomon.run(customer_id="stream")
    async def stream() -> AsyncIterator[int]:
        try:
            for number in range(3):
                note()
                yield number
        finally:
            note()

    async def main() -> None:
        with coomon.run(customer_id="consumer"):
            assert await coroutine() == "done"
            items = stream()
            async for number in items:
                assert coomon.current_run().customer_id == "consumer"
                if number == 1:
                    break
            await items.aclose()  # type: ignore[attr-defined]
            assert coomon.current_run().customer_id == "consumer"

    assert (plain(1), plain.__name__, plain.__doc__) == (2, "plain", "Adds one.")
    items: Any = generator()
    assert next(items) == 1
    assert not coomon.current_run()
    assert items.send("sent") == "sent"
    items.close()
    asyncio.run(main())
    assert seen == ["plain", "generator", "generator", "generator", "coroutine", "stream", "stream", "stream"]


def test_a_generator_in_a_run_gets_what_is_thrown_into_it_and_returns_its_value(coomon: Recorder) -> None:
    @coomon.run(customer_id="generator")
    def generator() -> Iterator[str]:
        try:
            yield "first"
        except LookupError:
            yield str(coomon.current_run().customer_id)
        return "value"

    items: Any = generator()
    next(items)
    assert items.throw(LookupError()) == "generator"
    with pytest.raises(StopIteration) as end:
        next(items)
    assert end.value.value == "value"


def test_a_generator_of_a_function_of_another_kind_happens_in_the_run(coomon: Recorder) -> None:
    def customer() -> str | None:
        return coomon.current_run().customer_id

    def generator() -> Iterator[Any]:
        yield customer()
        yield customer()

    async def stream() -> AsyncIterator[Any]:
        yield customer()
        yield customer()

    def plain(function: Any) -> Any:
        return function()

    async def main() -> list[Any]:
        return [item async for item in coomon.run(customer_id="stream")(plain)(stream)]

    with coomon.run(customer_id="consumer"):
        assert list(coomon.run(customer_id="generator")(plain)(generator)) == ["generator"] * 2
        assert asyncio.run(main()) == ["stream"] * 2
        assert customer() == "consumer"


def test_a_generator_that_is_open_when_its_event_loop_ends_is_closed_in_its_run(coomon: Recorder) -> None:
    left_open, errors, seen = list[Any](), list[Any](), list[str | None]()

    @coomon.run(customer_id="stream")
    async def stream() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)  # so that closing it takes time
            seen.append(coomon.current_run().customer_id)

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        items = stream()
        await anext(items)
        left_open.append(items)

    loops = 20  # a loop closes its generators in any order
    for _ in range(loops):
        asyncio.run(main())
    assert errors == []
    assert seen == ["stream"] * loops


def test_one_scope_serves_many_threads_and_tasks_at_once(coomon: Recorder) -> None:
    scope = coomon.run(customer_id="cust", agent_id="agent")
    meet = threading.Barrier(8, timeout=20)

    def work(_: int) -> None:
        with scope:
            meet.wait()
            coomon.track_task()
            meet.wait()
        assert not coomon.current_run()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert ids(coomon) == [("cust", "agent", None)] * 8


def test_a_thread_of_its_own_goes_on_with_a_run_that_is_entered_again(coomon: Recorder) -> None:
    with coomon.run(customer_id="cust", agent_id="agent") as run, ThreadPoolExecutor(1) as pool:

        def work() -> None:
            assert not coomon.current_run()
            with coomon.run(customer_id="other"), run:
                coomon.track_task()

        pool.submit(work).result(20)
    assert ids(coomon) == [("cust", "agent", None)]


def test_a_run_that_is_left_in_another_context_leaves_the_run_there_alone(coomon: Recorder) -> None:
    scope = coomon.run(customer_id="cust")
    contextvars.copy_context().run(scope.__enter__)
    with coomon.run(customer_id="other"):
        scope.__exit__()
        assert coomon.current_run().customer_id == "other"


def test_a_run_that_a_generator_left_open_ends_with_the_run_around_it(coomon: Recorder) -> None:
    def generator() -> Iterator[int]:
        with coomon.run(customer_id="generator"):
            yield 1

    async def stream() -> AsyncIterator[int]:
        with coomon.run(customer_id="stream"):
            yield 1

    async def main() -> None:
        with coomon.run(customer_id="consumer"):
            async for _ in stream():
                break
        assert not coomon.current_run()

    asyncio.run(main())
    items: Any = generator()
    with coomon.run(customer_id="around"):
        with coomon.run(customer_id="consumer"):
            next(items)
        assert coomon.current_run().customer_id == "around"
        items.close()
        assert coomon.current_run().customer_id == "around"
    assert not coomon.current_run()


def test_methods_and_functions_that_only_return_a_coroutine_can_be_runs(coomon: Recorder) -> None:
    async def coroutine() -> str | None:
        await asyncio.sleep(0)
        return coomon.current_run().customer_id

    class Agent:
        @coomon.run(customer_id="class")  # type: ignore[arg-type]
        @classmethod
        def of_class(cls) -> tuple[str, str | None]:
            return cls.__name__, coomon.current_run().customer_id

        @coomon.run(customer_id="static")  # type: ignore[arg-type]
        @staticmethod
        def static() -> str | None:
            return coomon.current_run().customer_id

    def returns_it() -> Any:
        return coroutine()

    decorated = coomon.run(customer_id="inner")(returns_it)
    with coomon.run(customer_id="outer"):
        assert asyncio.run(decorated()) == "inner"
        assert Agent.of_class() == Agent().of_class() == ("Agent", "class")
        assert Agent.static() == Agent().static() == "static"


def test_no_event_of_a_thousand_interleaved_tasks_and_threads_has_the_customer_of_another(coomon: Recorder) -> None:
    async def task(number: int) -> None:
        name = f"task_{number}"
        async with coomon.run(customer_id=name, agent_id="agent", attributes={"owner": name}):
            for step in range(4):
                await asyncio.sleep(0)
                if step == 2:
                    with coomon.run(customer_id=f"{name}_inner", attributes={"owner": f"{name}_inner"}):
                        await asyncio.to_thread(coomon.track_task) if number % 50 == 0 else coomon.track_task()
                        await asyncio.sleep(0)
                else:
                    coomon.track_task()

    async def tasks() -> None:
        await asyncio.gather(*(task(number) for number in range(900)))

    def thread(number: int) -> None:
        name = f"thread_{number}"
        with coomon.run(customer_id=name, agent_id="agent", attributes={"owner": name}):
            for _ in range(4):
                coomon.track_task()

    threads = [threading.Thread(target=thread, args=(number,)) for number in range(100)]
    for started in threads:
        started.start()
    asyncio.run(tasks())
    for started in threads:
        started.join(20)
    assert len(coomon.events) == 4000
    assert len({event["customer_id"] for event in coomon.events}) == 900 * 2 + 100
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []


def test_a_token_carries_the_run_into_another_process(coomon: Recorder) -> None:
    attributes = {"tier": "gold", "price": Decimal("0.10000000000000000001"), "tags": ["a", None], "ü": "日本"}
    with coomon.run(customer_id="cust", agent_id="agent", signal_code="signal", attributes=attributes) as run:
        token = run.token()
    program = (
        "import sys; from tests.support.integrations.recorder import Recorder; coomon = Recorder()\n"
        "with coomon.run(token=sys.argv[1], attributes={'mine': 1}) as run: coomon.track_task()\n"
        "print(ascii(coomon.events[0])); print(run.token())"
    )
    command = [sys.executable, "-W", "error", "-c", program, token]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    printed, again = done.stdout.splitlines()
    event = eval(printed, {"Decimal": Decimal})
    assert (event["customer_id"], event["agent_id"], event["signal_code"]) == ("cust", "agent", "signal")
    assert event["attributes"] == {**attributes, "mine": 1}
    with coomon.run(token=again) as run:
        assert run.attributes == {**attributes, "mine": 1}


def test_arguments_win_over_the_token_that_is_given_with_them(coomon: Recorder) -> None:
    with coomon.run(customer_id="cust", agent_id="agent") as run:
        token = run.token()
    with coomon.run(agent_id="around", signal_code="around"), coomon.run(customer_id="own", token=token):
        coomon.track_task()
    assert ids(coomon) == [("own", "agent", "around")]


def _tampered(token: str) -> Iterator[str]:
    yield from ("", "x", ".", "cr1", "cr1.", "cr1.!!!!", "cr1.e30 ", "cr2" + token[3:], token[:-3], token + "ÿ")
    yield token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    yield "cr1." + "A" * MAX_TOKEN_LENGTH


def _encoded(text: str) -> str:
    from base64 import urlsafe_b64encode

    return "cr1." + urlsafe_b64encode(text.encode()).decode()


def test_a_token_that_is_not_exactly_one_is_refused_without_being_quoted(coomon: Recorder) -> None:
    with coomon.run(customer_id="cust_secret", attributes={"a": 1}) as run:
        token = run.token()
    texts = ["[]", "1", "null", '{"customer_id": 1}', '{"customer_id": ""}', f'{{"agent_id": "{"x" * 256}"}}']
    texts += ['{"attributes": []}', '{"attributes": {"a": NaN}}', '{"new": 1}', "{" * 5000]
    for text in [*_tampered(token), *map(_encoded, texts), 0, b"cr1.e30"]:
        with pytest.raises(InvalidRunTokenError) as refused:
            coomon.run(token=text)
        assert "cust_secret" not in str(refused.value)
        assert len(str(refused.value)) < 200


@pytest.mark.parametrize("attributes", ["plan=gold", [1], {"gold"}])
def test_attributes_that_are_no_mapping_are_refused_when_the_run_is_made(coomon: Recorder, attributes: Any) -> None:
    with pytest.raises(InvalidEventError, match=f"must be a mapping, not {type(attributes).__name__}"):
        coomon.run(customer_id="cust", attributes=attributes)


@pytest.mark.parametrize("attributes", [{"x": object()}, {"x": float("nan")}, {"x": "y" * MAX_TOKEN_LENGTH}])
def test_a_run_that_no_token_can_carry_says_so(coomon: Recorder, attributes: dict[str, Any]) -> None:
    with coomon.run(customer_id="cust", attributes=attributes) as run, pytest.raises(InvalidRunTokenError):
        run.token()
