"""Events that are tracked so deep in a program that few calls are left before Python's limit."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from coobird import AsyncCoomon, Coomon
from coobird._delivery.stats import Stats
from coobird.errors import CoobirdError, InvalidEventError
from tests.support.ingest import KEY, parsed, problem, wait_until
from tests.support.limits import calls_left

MOST_LEFT = 170
"""Calls that are left in the roomiest place that is tried. With more, nothing is special."""


def nested(depth: int, call: Callable[[], object]) -> None:
    if depth:
        nested(depth - 1, call)
    else:
        call()


def raised_in(error: BaseException) -> str:
    """File of the code that could not make its call."""
    return traceback.extract_tb(error.__traceback__)[-1].filename


def with_each_number_of_calls_left(call: Callable[[int], object]) -> list[int]:
    """Call once for each number of calls that are left. Returns those at which it was entered.

    With very few left, Python cannot even enter the method that is called. That is the caller's
    error, and the only one that is allowed.
    """
    entered: list[int] = []
    raised: dict[int, str] = {}
    for left in range(MOST_LEFT):
        try:
            nested(calls_left() - left, lambda left=left: call(left))  # type: ignore[misc]
        except RecursionError as error:
            raised[left] = raised_in(error)
        else:
            entered.append(left)
    assert set(raised.values()) <= {__file__}, raised
    assert entered == list(range(entered[0], MOST_LEFT))
    assert entered[0] <= 6
    return entered


def adds_up(stats: Stats) -> bool:
    return stats.tracked == stats.delivered + stats.queued + stats.in_flight + stats.dropped + stats.rejected


def event_id(left: int) -> str:
    return f"left-{left}"


METHODS: dict[str, Callable[[Any, int], None]] = {
    "track": lambda client, left: client.track(
        customer_id="c", agent_id="a", action_type="task", event_id=event_id(left)
    ),
    "track_task": lambda client, left: client.track_task(customer_id="c", agent_id="a", event_id=event_id(left)),
    "track_workflow": lambda client, left: client.track_workflow(
        customer_id="c", agent_id="a", event_id=event_id(left)
    ),
    "track_outcome": lambda client, left: client.track_outcome(
        customer_id="c", agent_id="a", signal_code="s", event_id=event_id(left)
    ),
    "attributes": lambda client, left: client.track_task(
        customer_id="c", agent_id="a", event_id=event_id(left), attributes={"a": {"b": [{"c": {1, 2}}]}}
    ),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("options", [{}, {"flush_at": 1}, {"spool": True}, {"spool": True, "flush_at": 1}], ids=str)
def test_an_event_is_delivered_or_reported_however_few_calls_are_left(
    method, options, make_client, errors, ingest, tmp_path
) -> None:
    client = make_client(**{**options, **({"spool": tmp_path / "usage.db"} if "spool" in options else {})})
    entered = with_each_number_of_calls_left(lambda left: METHODS[method](client, left))
    client.flush()
    stats = client.stats()
    assert adds_up(stats)
    assert (stats.tracked, stats.queued, stats.in_flight, stats.dropped) == (len(entered), 0, 0, 0)
    # Each was sent once, under one id, or reported.
    sent = [event for batch in ingest.batches for event in batch]
    refused = [error.event["event_id"] for error in errors if isinstance(error, InvalidEventError)]
    assert sorted([*sent, *refused]) == sorted(map(event_id, entered))
    assert len(refused) == stats.rejected <= 6
    assert all("recursion limit" in str(error) for error in errors)


@pytest.mark.parametrize("name", ["first", "loaded"])
def test_ids_that_we_make_are_never_made_twice_for_one_event(name, make_client, ingest) -> None:
    client = make_client()
    if name == "loaded":
        client.track_task(customer_id="c", agent_id="a", attributes={"left": None})
    entered = with_each_number_of_calls_left(
        lambda left: client.track_task(customer_id="c", agent_id="a", attributes={"left": left})
    )
    client.flush()
    seen = [event["attributes"]["left"] for event in ingest.stored.values() if event["attributes"]["left"] is not None]
    assert len(seen) == len(set(seen)) == len(entered) - client.stats().rejected


def test_the_run_and_the_time_are_those_of_the_call(make_client, ingest) -> None:
    client = make_client()
    with client.run(customer_id="of-the-run", attributes={"region": "eu"}):
        with_each_number_of_calls_left(lambda left: client.track_task(agent_id="a", event_id=event_id(left)))
    client.flush()
    events = parsed(ingest.bodies)
    assert {event["customer_id"] for event in events} == {"of-the-run"}
    assert {event["attributes"]["region"] for event in events} == {"eu"}


def test_a_bad_event_is_reported_however_few_calls_are_left(make_client, errors, ingest) -> None:
    client = make_client()
    entered = with_each_number_of_calls_left(
        lambda left: client.track_task(customer_id="c", agent_id="a", quantity=-1, event_id=event_id(left))
    )
    wait_until(lambda: client.stats().rejected + client.stats().queued == len(entered), "all are counted")
    client.flush()
    assert client.stats().rejected == len(entered) == len(errors)
    assert {error.event["event_id"] for error in errors} == set(map(event_id, entered))
    assert not ingest.stored


def test_a_full_queue_drops_and_counts_however_few_calls_are_left(make_client, errors, ingest) -> None:
    ingest.otherwise = problem(503)
    client = make_client(max_queue_size=3, flush_at=1, max_batch_size=1, max_retries=0)
    entered = with_each_number_of_calls_left(
        lambda left: client.track_task(customer_id="c", agent_id="a", event_id=event_id(left))
    )
    client.flush(timeout=0.2)
    client.shutdown(timeout=0.2)
    stats = client.stats()
    assert adds_up(stats)
    assert stats.tracked == len(entered) == stats.dropped + stats.rejected
    carried = [event["event_id"] for error in errors for event in getattr(error, "events", [])]
    refused = [error.event["event_id"] for error in errors if isinstance(error, InvalidEventError)]
    assert sorted([*carried, *refused]) == sorted(map(event_id, entered))


def test_an_event_after_shutdown_is_counted_however_few_calls_are_left(make_client, errors) -> None:
    client = make_client()
    client.shutdown()
    entered = with_each_number_of_calls_left(
        lambda left: client.track_task(customer_id="c", agent_id="a", event_id=event_id(left))
    )
    client.shutdown()
    stats = client.stats()
    assert stats.tracked == len(entered) == stats.dropped + stats.rejected
    wait_until(lambda: sum(getattr(error, "count", 1) for error in errors) == len(entered), "all are reported")


def test_a_disabled_client_ignores_events_however_few_calls_are_left() -> None:
    client = Coomon(disabled=True)
    with_each_number_of_calls_left(lambda left: client.track_task(customer_id="c", agent_id="a"))
    assert client.stats().tracked == 0


def test_the_async_client_raises_as_little(server, ingest, quick_retries) -> None:
    import asyncio

    async def main() -> None:
        async with AsyncCoomon(KEY, host=server.url, flush_interval=0) as client:
            entered = with_each_number_of_calls_left(
                lambda left: client.track_task(customer_id="c", agent_id="a", event_id=event_id(left))
            )
            await client.flush()
            assert client.stats().tracked == len(entered) == client.stats().delivered + client.stats().rejected

    asyncio.run(main())


def test_an_event_that_waits_for_more_room_counts_as_queued(make_client, errors, monkeypatch) -> None:
    client = make_client()
    monkeypatch.setattr(client._pipeline._delivery, "call_apart", lambda *_: False)
    with_each_number_of_calls_left(lambda left: client.track_task(customer_id="c", agent_id="a"))
    stats = client.stats()
    assert adds_up(stats)
    assert stats.queued + stats.rejected == stats.tracked > 100
    assert stats.rejected <= 6


@pytest.mark.parametrize("call", ["flush", "shutdown"])
def test_flush_and_shutdown_do_nothing_at_all_or_everything(call, make_client, ingest) -> None:
    client = make_client(flush_at=1000)
    for left in range(MOST_LEFT):
        client.track_task(customer_id="c", agent_id="a", event_id=event_id(left))
        before = client.stats()
        try:
            nested(calls_left() - left, getattr(client, call))
        except RecursionError:
            assert client.stats()[:6] == before[:6]
        else:
            break
    client.flush()
    assert client.stats().tracked == client.stats().delivered + client.stats().dropped


@pytest.mark.parametrize("failure", [MemoryError, RecursionError])
def test_an_encoder_that_runs_out_of_room_once_loses_nothing_silently(
    failure, make_client, errors, ingest, monkeypatch
) -> None:
    from coobird._encoding.event import EventEncoder

    client = make_client()
    client.track_task(customer_id="c", agent_id="a", event_id="first")
    encode = EventEncoder.encode

    def fail_once(*args: Any, **options: Any) -> bytes:
        monkeypatch.setattr(EventEncoder, "encode", encode)
        raise failure

    monkeypatch.setattr(EventEncoder, "encode", fail_once)
    client.track_task(customer_id="c", agent_id="a", event_id="second")
    client.flush()
    stats = client.stats()
    assert (stats.tracked, stats.delivered + stats.rejected) == (2, 2)
    assert len(errors) == stats.rejected
    assert stats.rejected == (failure is MemoryError)


def test_a_value_that_needs_endless_calls_is_reported_as_a_bad_event(make_client, errors) -> None:
    class Endless:
        def model_dump(self) -> Any:
            return self.model_dump()

    Endless.__module__, Endless.__qualname__ = "pydantic.main", "BaseModel"
    client = make_client()
    client.track_task(customer_id="c", agent_id="a", attributes={"x": Endless()})
    client.flush()
    (error,) = errors
    assert isinstance(error, InvalidEventError)
    assert client.stats().rejected == 1


@pytest.mark.parametrize("place", ["encode", "append", "look"])
def test_ctrl_c_goes_to_the_program_and_leaves_all_counts_right(place, make_client, ingest, monkeypatch) -> None:
    client = make_client(flush_at=1)
    client.track_task(customer_id="c", agent_id="a", event_id="first")
    pipeline = client._pipeline

    class Interrupting(dict[str, Any]):
        def items(self) -> Any:
            raise KeyboardInterrupt

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    attributes = Interrupting(a={1}) if place == "encode" else {}
    if place == "append":
        monkeypatch.setattr(pipeline._state, "append", interrupt)
    if place == "look":
        monkeypatch.setattr(pipeline._state, "look_after_queue", interrupt)
        pipeline._state.wake_at_length = 0
    with pytest.raises(KeyboardInterrupt):
        client.track_task(customer_id="c", agent_id="a", event_id="second", attributes=attributes)
    monkeypatch.undo()
    client.track_task(customer_id="c", agent_id="a", event_id="third")
    client.flush()
    assert set(ingest.ids) == {"first", "third", *(["second"] if place == "look" else [])}
    assert client.stats().tracked == client.stats().delivered == len(ingest.ids)


def test_a_report_reaches_on_error_with_few_calls_left(make_client, errors) -> None:
    client = make_client()
    nested(calls_left() - 20, lambda: client.report(CoobirdError("deep")))
    wait_until(lambda: errors, "it is reported")
    assert str(errors[0]) == "deep"


def test_a_pipeline_that_is_forgotten_deep_in_a_program_delivers(make_client, ingest) -> None:
    for left in range(12, MOST_LEFT, 12):
        client = make_client()
        client.track_task(customer_id="c", agent_id="a", event_id=event_id(left))
        # Its destructor alone: those of sockets need calls, too, and complain without them.
        nested(calls_left() - left, client._pipeline.__del__)
        wait_until(lambda left=left: event_id(left) in ingest.stored, "its event is sent")  # type: ignore[misc]


def run_to_its_end(coroutine: Any) -> Any:
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits for something")


@pytest.mark.parametrize("kind", ["function", "coroutine", "generator"])
def test_a_metered_function_returns_its_result_and_is_metered_however_few_calls_are_left(
    kind, make_client, ingest
) -> None:
    client = make_client()

    @client.metered(customer_id="c", agent_id="a", attributes=lambda result: {"left": MOST_LEFT})
    def function(left: int) -> int:
        return left

    @client.metered(customer_id="c", agent_id="a")
    async def coroutine(left: int) -> int:
        return left

    @client.metered(customer_id="c", agent_id="a")
    def generator(left: int) -> Any:
        yield left
        return left

    def drain(left: int) -> int:
        for _ in generator(left):
            pass
        return left

    function(0)  # what the first event loads is loaded
    client.flush()
    kinds: dict[str, Callable[[int], int]] = {
        "function": function,
        "coroutine": lambda left: run_to_its_end(coroutine(left)),
        "generator": drain,
    }
    results: list[int] = []
    entered = 0
    for left in range(16, MOST_LEFT, 3):
        entered += 1
        nested(calls_left() - left, lambda left=left: results.append(kinds[kind](left)))  # type: ignore[misc]
    assert len(results) == entered
    wait_until(lambda: client.stats().tracked == 1 + entered, "all are tracked")
    client.flush()
    assert len(ingest.stored) + client.stats().rejected == 1 + entered
