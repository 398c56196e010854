"""Events that a price counts."""

from collections.abc import Iterable
from typing import Any

import pytest

from coobird.mock.billing.meters import ALWAYS, UsageMeter, former_code_spans, measure
from coobird.mock.state.event_log import StoredEvent


def event(**fields: Any) -> StoredEvent:
    plain = dict.fromkeys(StoredEvent._fields) | {"agent_id": "agent_1", "action_type": "task", "quantity": 1}
    return StoredEvent(**(plain | {"attributes": {}, "metadata": {}} | fields))


def meter(*codes: str, **fields: Any) -> UsageMeter:
    return UsageMeter(dict.fromkeys(codes, ALWAYS), **fields)


def quantities(meters: list[UsageMeter], events: Iterable[StoredEvent]) -> list[int]:
    measure(meters, events)
    return [int(each.quantity) for each in meters]


def test_an_event_counts_towards_every_price_of_the_signal_that_it_names() -> None:
    meters = [meter("a"), meter("a"), meter("b")]
    assert quantities(meters, [event(signal_code="a", quantity=3), event(signal_code="b")]) == [3, 3, 1]


def test_an_event_that_names_a_signal_counts_whichever_agent_sent_it() -> None:
    priced = meter("a", agent_id="agent_1", action_type="task")
    assert quantities([priced], [event(signal_code="a", agent_id="agent_2", action_type="outcome")]) == [1]


def test_an_event_that_names_another_signal_is_not_looked_up_by_its_action() -> None:
    priced = meter("a", agent_id="agent_1", action_type="task")
    assert quantities([priced], [event(signal_code="unheard of")]) == [0]


def test_an_event_without_a_signal_counts_for_its_agents_action_of_that_type() -> None:
    task = meter("a", agent_id="agent_1", action_type="task")
    workflow = meter("b", agent_id="agent_1", action_type="workflow")
    events = [
        event(),
        event(action_type="workflow", quantity=5),
        event(action_type="outcome"),
        event(agent_id="agent_2"),
    ]
    assert quantities([task, workflow], events) == [1, 5]


def test_an_event_without_a_signal_is_billed_once_even_if_two_actions_would_do() -> None:
    twins = [meter(code, agent_id="agent_1", action_type="task") for code in ("a", "b")]
    assert quantities(twins, [event(), event()]) == [2, 0]


def test_a_price_whose_action_is_gone_still_counts_the_events_that_name_its_signal() -> None:
    assert quantities([meter("a")], [event(), event(signal_code="a")]) == [1]


def test_a_renamed_signal_counts_under_both_codes() -> None:
    assert quantities([meter("old", "new")], [event(signal_code="old"), event(signal_code="new")]) == [2]


def taken(*entries: tuple[str, int]) -> list[dict[str, Any]]:
    """History of a code: signals that took it, each after this number of events."""
    return [{"signal_id": signal, "after": after} for signal, after in entries]


@pytest.mark.parametrize(
    ("signal", "holder", "history", "spans"),
    [
        ("one", "one", taken(("one", 0), ("two", 5)), [(0, None)]),
        ("one", "two", taken(("one", 0), ("two", 5)), []),
        ("one", None, taken(("one", 3)), [(0, None)]),
        ("one", None, taken(("one", 3), ("two", 5)), [(0, 5)]),
        ("two", None, taken(("one", 3), ("two", 5)), [(5, None)]),
        ("one", None, taken(("one", 0), ("two", 5), ("one", 9)), [(0, 5), (9, None)]),
        ("one", None, taken(("one", 2), ("two", 2)), [(0, 2)]),
        ("two", None, taken(("one", 2), ("two", 2)), [(2, None)]),
        ("one", None, taken(("one", 2), ("two", 4), ("one", 4)), [(0, 4), (4, None)]),
    ],
)
def test_each_event_under_a_former_code_belongs_to_one_signal(
    signal: str, holder: str | None, history: list[dict[str, Any]], spans: list[Any]
) -> None:
    assert list(former_code_spans(signal, holder, history)) == spans


def test_a_meter_counts_a_former_code_only_in_its_spans() -> None:
    former = UsageMeter({"old": ((0, 2), (4, None))})
    assert quantities([former], [event(signal_code="old", seq=seq, quantity=10**seq) for seq in range(1, 6)]) == [
        100110
    ]


def test_a_meter_aggregates_as_its_signal_says() -> None:
    peak = meter("a", aggregation="max", value_field="users")
    events = [event(signal_code="a", attributes={"users": users}) for users in (3, 9, None, 4)]
    assert quantities([peak], events) == [9]
