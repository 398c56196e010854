"""The oracle against the local server: each bill of random worlds, line by line.

One world: `python -m tests.support.oracle SEED 1`.
"""

import os
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from coobird.mock import MockCoobird
from tests.support.oracle import pricing, tenant, term, values
from tests.support.oracle.comparison import Comparison, check
from tests.support.oracle.pricing import Codes, Signal, Tier
from tests.support.oracle.server import Client
from tests.support.oracle.term import Term
from tests.support.oracle.worlds import world

WORLDS = 300 if os.environ.get("CI") else 3_000
SLICE = 50
"""Worlds of one test, so that several processes share them."""


@pytest.fixture(scope="module")
def comparison() -> Iterator[Comparison]:
    with MockCoobird() as mock:
        client = Client(mock.url)
        yield Comparison(client)
        client.close()


@pytest.mark.parametrize("first", range(0, WORLDS, SLICE))
def test_each_bill_of_a_random_world_is_the_one_that_the_oracle_computes(comparison: Comparison, first: int) -> None:
    bills = comparison.bills
    for seed in range(first, first + SLICE):
        check(comparison, seed, world(seed))
    assert comparison.bills - bills > 4 * SLICE


def test_the_same_seed_makes_the_same_world() -> None:
    assert world(7) == world(7) != world(8)


def _half_to_even(amount: Fraction) -> int:
    return round(amount)


def _last_day_stays(anchor: date, interval: str, n: int, right: Callable[..., date] = term.nth) -> date:
    """Counts months from the month before, so that the 31st never returns after a shorter month."""
    day = anchor
    for _ in range(n):
        day = right(day, interval, 1)
    return day


def _tier_later(order: int, start: int, *rest: Any) -> Tier:
    return Tier(order, start + 1, *rest)


def _owner_now(codes: Codes, code: str, arrival: int) -> Signal | None:
    return codes.has_now(code)


def _without_suspensions(billed: Term, day: date) -> bool:
    return billed.first is not None and billed.first <= day <= billed.last


def _text_is_no_number(value: Any, right: Callable[..., tuple[str, Any]] = values.identity) -> tuple[str, Any]:
    return ("text", value) if isinstance(value, str) else right(value)


BUGS: dict[str, tuple[object, str, Any]] = {
    "half a cent goes to the even cent": (pricing, "cents", _half_to_even),
    "periods drift after a short month": (term, "nth", _last_day_stays),
    "a tier starts one unit late": (tenant, "Tier", _tier_later),
    "old codes of a signal are forgotten": (Codes, "owner", _owner_now),
    "suspended days are billed": (Term, "bills", _without_suspensions),
    "arrivals count while their signal is inactive": (Signal, "was_inactive_at", lambda *_: False),
    "numbers and texts are different values": (pricing, "identity", _text_is_no_number),
    "a number beyond the bound is taken": (tenant, "is_refused", lambda _: False),
    "a trial is billed": (Term, "first", property(lambda it: it.activated and max(it.start, it.activated))),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_difference_in_the_rules_shows_in_some_world(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    monkeypatch.setattr(*BUGS[bug])
    assert any(comparison.difference(world(seed)) for seed in range(300))


def test_a_world_that_differs_is_shrunk_to_a_few_steps(comparison: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*BUGS["a tier starts one unit late"])
    seed = next(seed for seed in range(300) if comparison.difference(world(seed)))
    with pytest.raises(AssertionError, match=rf"The bills of world {seed} differ") as failure:
        check(comparison, seed, world(seed))
    assert str(failure.value).count('"do"') < 12
