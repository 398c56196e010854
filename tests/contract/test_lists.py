"""Every list: pages, order, and iterators over all pages."""

from typing import Any, NamedTuple

import pytest

from coobird import Coomon
from tests.support.contract.given import Given
from tests.support.contract.judge import Judge
from tests.support.contract.spec import OPERATIONS

PAGED = [name for name, operation in OPERATIONS.items() if operation.is_paged]
BARE = ["list_plan_charges", "list_plan_agent_actions"]


# Ways to fill each list, and the thing that its items belong to.
FILLED_WITH = {
    "list_customers": ("customer", None),
    "list_contracts": ("contract", None),
    "list_agents": ("agent", None),
    "list_agent_actions": ("action", "agent"),
    "list_plans": ("plan", None),
    "list_plan_charges": ("charge", "plan"),
    "list_plan_agent_actions": ("price", "plan"),
    "list_signals": ("signal", None),
    "list_payments": ("payment", None),
    "list_invoices": ("invoice", None),
}


class Listed(NamedTuple):
    """Three things in one list, oldest first, and the ids that lead to the list."""

    ids: tuple[str, ...]
    found: list[Any]


@pytest.fixture
def listed(given: Given, operation: str) -> Listed:
    kind, parent = FILLED_WITH[operation]
    ids = (getattr(given, parent)().id,) if parent else ()
    return Listed(ids, [getattr(given, kind)(*ids) for _ in range(3)])


@pytest.mark.parametrize("operation", PAGED)
def test_a_page_holds_its_share_and_says_where_it_stands(coomon: Coomon, listed: Listed, operation: str) -> None:
    page = getattr(coomon, operation)(*listed.ids, page=2, limit=2)
    assert page.data == listed.found[2:]
    assert page.pagination.to_dict() == {"page": 2, "limit": 2, "total": 3, "total_pages": 2}


@pytest.mark.parametrize("operation", PAGED)
def test_a_list_is_oldest_first_with_25_to_a_page(coomon: Coomon, listed: Listed, operation: str) -> None:
    page = getattr(coomon, operation)(*listed.ids)
    assert page.data == listed.found
    assert page.pagination.to_dict() == {"page": 1, "limit": 25, "total": 3, "total_pages": 1}


@pytest.mark.parametrize("operation", PAGED)
def test_a_list_can_be_turned_around(coomon: Coomon, listed: Listed, operation: str) -> None:
    page = getattr(coomon, operation)(*listed.ids, sort="created_at", order="desc")
    assert page.data == listed.found[::-1]


@pytest.mark.parametrize("operation", PAGED)
def test_a_page_past_the_end_is_empty(coomon: Coomon, listed: Listed, operation: str) -> None:
    page = getattr(coomon, operation)(*listed.ids, page=1_000_000, limit=100)
    assert page.data == []
    assert page.pagination.total == 3


@pytest.mark.parametrize("operation", PAGED)
def test_an_iterator_yields_every_entry_of_every_page_once(
    coomon: Coomon, listed: Listed, operation: str, judge: Judge
) -> None:
    judge.begin()
    assert list(getattr(coomon, operation.replace("list_", "iter_"))(*listed.ids, limit=2)) == listed.found
    assert [answer.request.url.params.get("page", "1") for answer in judge.answers] == ["1", "2"]


@pytest.mark.parametrize("operation", PAGED)
def test_an_iterator_keeps_the_order_it_was_asked_for(coomon: Coomon, listed: Listed, operation: str) -> None:
    found = getattr(coomon, operation.replace("list_", "iter_"))(*listed.ids, limit=1, order="desc")
    assert list(found) == listed.found[::-1]


@pytest.mark.parametrize("operation", BARE)
def test_a_bare_array_holds_everything_oldest_first(coomon: Coomon, listed: Listed, operation: str) -> None:
    assert getattr(coomon, operation)(*listed.ids) == listed.found


@pytest.mark.parametrize("operation", BARE)
def test_a_bare_array_of_nothing_is_an_empty_list(coomon: Coomon, given: Given, operation: str) -> None:
    assert getattr(coomon, operation)(given.plan().id) == []
