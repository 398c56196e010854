"""`metered`: one event for each call of a function of any kind that ends well."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from coobird import AsyncCoomon, CoobirdError, Coomon
from coobird.errors import ConfigurationError
from coobird.mock import MockCoobird


class Metered:
    """A client, the events that it delivered, and the errors that it reported."""

    def __init__(self, mock: MockCoobird, key: str) -> None:
        self._mock, self._key = mock, key
        self.errors: list[CoobirdError] = []
        self.coomon = Coomon(key, host=mock.url, on_error=self.errors.append)

    def events(self) -> list[dict[str, Any]]:
        self.coomon.flush()
        return self._mock.events(api_key=self._key)


@pytest.fixture
def subject(mock: MockCoobird, key: str) -> Iterator[Metered]:
    made = Metered(mock, key)
    with made.coomon, made.coomon.run(customer_id="cust_1", agent_id="agent_1"):
        yield made


def test_a_function_is_metered_with_the_facts_of_its_result(subject: Metered) -> None:
    @subject.coomon.metered(
        signal_code="search",
        quantity=len,
        cost=lambda found: Decimal("0.005") * len(found),
        attributes=lambda found: {"first": found[0]},
        event_id=lambda query, *, page=1: f"search-{query}-{page}",
        action_type="outcome",
    )
    def search(query: str, *, page: int = 1) -> list[str]:
        """Search."""
        return [query] * 3

    assert search("birds", page=2) == ["birds"] * 3
    assert search("birds", page=2) == ["birds"] * 3
    assert (search.__name__, search.__doc__) == ("search", "Search.")
    (event,) = subject.events()
    assert (event["customer_id"], event["agent_id"], event["signal_code"]) == ("cust_1", "agent_1", "search")
    assert (event["event_id"], event["quantity"], event["action_type"]) == ("search-birds-2", 3, "outcome")
    assert event["attributes"]["first"] == "birds"
    assert Decimal(str(event["attributes"]["cost_usd"])) == Decimal("0.015")


def test_a_call_that_raises_is_not_metered(subject: Metered) -> None:
    @subject.coomon.metered()
    def fail() -> None:
        raise ValueError("no")

    @subject.coomon.metered()
    def items() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    with pytest.raises(ValueError, match="no"):
        list(items())
    assert subject.events() == []
    assert subject.errors == []


def test_coroutines_are_metered_when_they_are_awaited(subject: Metered) -> None:
    @subject.coomon.metered(quantity=lambda result: result)
    async def work(size: int) -> int:
        await asyncio.sleep(0)
        return size

    def plain(size: int) -> Any:
        return work.__wrapped__(size)  # type: ignore[attr-defined]

    async def main() -> list[int]:
        started = [work(2), subject.coomon.metered(quantity=lambda result: result)(plain)(5)]
        assert subject.events() == []
        return await asyncio.gather(*started)

    assert inspect.iscoroutinefunction(work)
    assert asyncio.run(main()) == [2, 5]
    assert sorted(event["quantity"] for event in subject.events()) == [2, 5]


def test_a_generator_is_metered_by_the_items_that_it_yielded(subject: Metered) -> None:
    @subject.coomon.metered(quantity=lambda count: count)
    def echo() -> Generator[Any, Any, str]:
        got = yield "first"
        try:
            got = yield got
        except KeyError:
            got = yield "thrown"
        return f"end {got}"

    items = echo()
    assert next(items) == "first"
    assert items.send("sent") == "sent"
    assert items.throw(KeyError) == "thrown"
    with pytest.raises(StopIteration) as end:
        items.send("last")
    assert end.value.value == "end last"
    assert [event["quantity"] for event in subject.events()] == [3]


def test_a_generator_that_is_closed_early_is_metered_by_what_it_yielded(subject: Metered) -> None:
    closed = []

    @subject.coomon.metered(quantity=lambda count: count)
    def numbers() -> Generator[int, None, None]:
        try:
            yield from range(100)
        finally:
            closed.append(True)

    for number in numbers():
        if number == 4:
            break
    never_started = numbers()
    never_started.close()
    assert closed == [True]
    assert [event["quantity"] for event in subject.events()] == [5]


def test_async_generators_are_metered_like_generators(subject: Metered) -> None:
    @subject.coomon.metered(quantity=lambda count: count)
    async def echo() -> AsyncGenerator[Any, Any]:
        got = yield "first"
        try:
            yield got
        except KeyError:
            yield "thrown"

    async def main() -> list[Any]:
        items = echo()
        seen = [await anext(items), await items.asend("sent"), await items.athrow(KeyError)]
        with pytest.raises(StopAsyncIteration):
            await anext(items)
        partly = echo()
        await anext(partly)
        await partly.aclose()
        return seen

    assert asyncio.run(main()) == ["first", "sent", "thrown"]
    assert [event["quantity"] for event in subject.events()] == [3, 1]


class Numbers:
    """Object whose calls return a generator, and which is no generator function."""

    def __call__(self) -> Generator[int, None, None]:
        yield from range(3)


def behind_another_decorator(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any) -> Any:
        return function(*args)

    return call


def test_a_generator_of_a_function_of_another_kind_is_metered_like_a_generator(subject: Metered) -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no")

    async def numbers() -> AsyncGenerator[int, None]:
        for number in range(5):
            yield number

    async def read(items: Any) -> list[int]:
        return [number async for number in items]

    decorate = subject.coomon.metered(quantity=lambda count: count)
    items = decorate(Numbers())()
    assert inspect.isgenerator(items)
    assert subject.events() == []
    assert list(items) == [0, 1, 2]
    with pytest.raises(ValueError, match="no"):
        list(decorate(behind_another_decorator(failing))())
    decorate(behind_another_decorator(failing))()
    assert asyncio.run(read(decorate(behind_another_decorator(numbers))())) == [0, 1, 2, 3, 4]
    assert [event["quantity"] for event in subject.events()] == [3, 5]
    assert subject.errors == []


@pytest.mark.parametrize("make", [property, functools.cached_property, functools.partialmethod])
def test_what_is_no_function_is_refused(subject: Metered, make: Any) -> None:
    with pytest.raises(ConfigurationError, match="is no function"):
        subject.coomon.metered()(make(lambda _: 1))
    with pytest.raises(ConfigurationError, match="is no function"):
        subject.coomon.run(customer_id="cust_1")(make(lambda _: 1))


def test_an_async_generator_that_is_open_when_its_event_loop_ends_is_metered(subject: Metered) -> None:
    left_open, errors = list[Any](), list[Any]()

    @subject.coomon.metered(quantity=lambda count: count)
    async def numbers() -> AsyncGenerator[int, None]:
        try:
            for number in range(100):
                yield number
        finally:
            await asyncio.sleep(0)  # so that closing it takes time

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        items = numbers()
        assert [await anext(items), await anext(items)] == [0, 1]
        left_open.append(items)

    loops = 20  # a loop closes its generators in any order
    for _ in range(loops):
        asyncio.run(main())
    assert errors == []
    assert [event["quantity"] for event in subject.events()] == [2] * loops


def test_methods_of_each_kind_are_metered(subject: Metered) -> None:
    class Tool:
        @subject.coomon.metered(signal_code="plain")
        def plain(self) -> str:
            return "plain"

        @subject.coomon.metered(signal_code="of_class")
        @classmethod
        def of_class(cls) -> str:
            return cls.__name__

        @staticmethod
        @subject.coomon.metered(signal_code="static")
        def static() -> str:
            return "static"

    assert (Tool().plain(), Tool.of_class(), Tool.static()) == ("plain", "Tool", "static")
    assert [event["signal_code"] for event in subject.events()] == ["plain", "of_class", "static"]


def test_each_call_is_billed_to_the_run_in_which_it_began(subject: Metered) -> None:
    @subject.coomon.metered(customer_id="cust_fallback", agent_id="agent_fallback")
    def numbers() -> Generator[int, None, None]:
        yield from range(3)

    def use(name: str) -> None:
        with subject.coomon.run(customer_id=name, agent_id="agent"):
            items = numbers()
            next(items)
        list(items)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, [f"cust_{number}" for number in range(8)]))
        pool.submit(lambda: list(numbers())).result()
    assert sorted(event["customer_id"] for event in subject.events()) == sorted(
        [*(f"cust_{number}" for number in range(8)), "cust_fallback"]
    )


@pytest.mark.parametrize("part", ["quantity", "cost", "attributes", "event_id"])
def test_a_function_that_fails_is_reported_and_changes_no_result(subject: Metered, part: str) -> None:
    def broken(*_: object) -> Any:
        raise KeyError("tokens")

    options: dict[str, Callable[..., Any]] = {part: broken}

    @subject.coomon.metered(**options)  # type: ignore[arg-type]
    def work(value: int) -> int:
        return value

    assert work(7) == 7
    assert subject.events() == []
    (error,) = subject.errors
    assert "work() was not metered: KeyError: 'tokens'" in str(error)


def test_an_unknown_cost_is_left_out(subject: Metered) -> None:
    subject.coomon.metered(cost=lambda _: None)(lambda: 1)()
    (event,) = subject.events()
    assert "cost_usd" not in event["attributes"]


def test_the_async_client_meters_too(mock: MockCoobird, key: str) -> None:
    async def main() -> None:
        async with AsyncCoomon(key, host=mock.url) as coomon:

            @coomon.metered(customer_id="cust_1", agent_id="agent_1")
            async def work() -> None: ...

            await work()

    asyncio.run(main())
    assert len(mock.events(api_key=key)) == 1
