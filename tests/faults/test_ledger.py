"""Ledger of the fault runs: it notices each way in which a promise can be broken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.ledger import QUEUE_SIZE, Life, Table, flaws, unbalanced

STATS: dict[str, Any] = {
    "tracked": 10,
    "delivered": 4,
    "queued": 3,
    "in_flight": 1,
    "dropped": 1,
    "rejected": 1,
    "dropped_by_reason": {"queue_full": 1},
    "rejected_by_reason": {"invalid": 1},
    "returned": 10,
}


def life(name: str, *lines: str, spool: bool = True, well: bool = False) -> Life:
    one = Life(name, has_spool=spool, ended_well=well)
    one.journal.read(lines)
    return one


def event(event_id: str, **changed: Any) -> dict[str, Any]:
    number = int(event_id.rpartition("-")[2])
    return {"event_id": event_id, "customer_id": "cust_1", "quantity": 1, "attributes": {"n": number}, **changed}


def judged(*lives: Life, events: list[dict[str, Any]], may_refuse: bool = False) -> str:
    return " ".join(flaws(lives, events, may_refuse=may_refuse))


def test_what_is_accepted_and_stored_is_in_order() -> None:
    assert judged(life("s1", "? s1-0", "+ s1-0"), events=[event("s1-0")]) == ""


def test_an_event_in_doubt_may_be_there_or_not() -> None:
    assert judged(life("s1", "? s1-0"), events=[]) == ""
    assert judged(life("s1", "? s1-0"), events=[event("s1-0")]) == ""


def test_an_accepted_event_that_is_missing_is_noticed() -> None:
    assert "lost without a report" in judged(life("s1", "? s1-0", "+ s1-0"), events=[])


@pytest.mark.parametrize("well", [True, False])
def test_without_a_spool_only_a_clean_end_promises_delivery(well: bool) -> None:
    found = judged(life("m1", "? m1-0", "+ m1-0", spool=False, well=well), events=[])
    assert ("lost without a report" in found) == well


def test_a_forked_child_without_a_spool_promises_delivery_once_it_has_ended_as_it_should() -> None:
    lines = ("? m1f1-0", "+ m1f1-0")
    assert judged(life("m1", *lines, spool=False), events=[]) == ""
    assert "lost without a report" in judged(life("m1", *lines, ". m1f1", spool=False), events=[])


def test_an_event_whose_loss_was_reported_is_no_flaw() -> None:
    lines = ("? m1-0", "+ m1-0", "- m1-0 DroppedEventsError shutdown")
    assert judged(life("m1", *lines, spool=False, well=True), events=[]) == ""


def test_with_a_spool_nothing_may_be_given_up_but_what_the_server_refused() -> None:
    dropped = ("? s1-0", "+ s1-0", "- s1-0 DroppedEventsError")
    refused = ("? s1-0", "+ s1-0", "- s1-0 InvalidEventError")
    assert "given up" in judged(life("s1", *dropped), events=[], may_refuse=True)
    assert "given up" in judged(life("s1", *refused), events=[])
    assert judged(life("s1", *refused), events=[], may_refuse=True) == ""


def test_events_twice_events_that_no_process_tracked_and_events_that_changed_are_noticed() -> None:
    one = life("s1", "? s1-0", "+ s1-0")
    assert "2 times" in judged(one, events=[event("s1-0"), event("s1-0")])
    assert "no process tracked it" in judged(one, events=[event("s1-0"), event("s1-1")])
    assert "changed" in judged(one, events=[event("s1-0", quantity=2)])


def test_what_a_process_complains_of_is_passed_on() -> None:
    assert "begins with 3 events" in judged(life("s1", "! s1f1 begins with 3 events"), events=[])


def test_counts_that_add_up_are_accepted() -> None:
    assert unbalanced(STATS, STATS, has_spool=False) == []
    assert unbalanced({**STATS, "tracked": 12, "queued": 5}, STATS, has_spool=True) == []


@pytest.mark.parametrize(
    "change",
    [
        {"tracked": 11},
        {"queued": 4, "in_flight": 0, "delivered": 5},
        {"queued": -3, "delivered": 10},
        {"dropped_by_reason": {}},
        {"returned": 11},
        {"returned": 9},
        {"delivered": 3, "queued": 4},
    ],
)
def test_counts_that_do_not_add_up_are_noticed(change: dict[str, Any]) -> None:
    assert unbalanced({**STATS, **change}, STATS, has_spool=False) != []


def test_the_table_counts_events_under_their_fault() -> None:
    table = Table()
    table.row("reset").tried += 2
    table.add({"a-0": "reset", "a-1": "reset", "a-2": "latency"}, {"a-0", "a-2"}, {"a-2"}, {"a-1"})
    assert table.markdown("while").splitlines()[2:] == [
        "| latency | 0 | 1 | 1 | 1 | 0 |",
        "| reset | 2 | 2 | 1 | 0 | 1 |",
        "| all | 2 | 3 | 2 | 1 | 1 |",
    ]


@pytest.mark.parametrize("reason", ["retries_exhausted", "expired", "queue_full", "failed", ""])
def test_an_event_in_memory_that_was_dropped_although_the_queue_had_room_is_noticed(reason: str) -> None:
    found = judged(life("m1", "? m1-0", "+ m1-0", f"- m1-0 DroppedEventsError {reason}", spool=False), events=[])
    assert "m1-0 was given up although the queue had room" in found


@pytest.mark.parametrize("reason", ["shutdown", "unauthorized", "after_shutdown"])
def test_an_event_in_memory_may_be_dropped_at_the_end(reason: str) -> None:
    lines = ("? m1-0", "+ m1-0", f"- m1-0 DroppedEventsError {reason}")
    assert judged(life("m1", *lines, spool=False, well=True), events=[]) == ""


def test_an_event_in_memory_may_be_dropped_from_a_queue_that_is_full() -> None:
    numbers = range(QUEUE_SIZE + 2)
    lines = [line for number in numbers for line in (f"? m1-{number}", f"+ m1-{number}")]
    one = life("m1", *lines, "- m1-0 DroppedEventsError queue_full", spool=False)
    assert judged(one, events=[event(f"m1-{number}") for number in numbers if number]) == ""
