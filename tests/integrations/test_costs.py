"""Each kind of call, reported in each way: the right cost, or none and a report of the reason."""

from __future__ import annotations

import pytest

from tests.support.integrations import costs
from tests.support.integrations.cost_calls import WRAP
from tests.support.integrations.cost_kinds import KINDS


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    return costs.run_all()


def test_no_cost_is_wrong_and_none_is_left_out_in_silence(found: dict[str, list[str]]) -> None:
    wrong = [
        (kind.name, way)
        for way, results in found.items()
        for kind, result in zip(KINDS, results, strict=True)
        if result == "wrong"
    ]
    assert wrong == []


def test_wrap_knows_each_cost_that_an_answer_tells(found: dict[str, list[str]]) -> None:
    expected = ["withheld" if kind.right is None else "stated" if kind.stated else "exact" for kind in KINDS]
    assert found[WRAP] == expected


def test_the_page_shows_what_was_found(found: dict[str, list[str]]) -> None:
    page = costs.PAGE.read_text(encoding="utf-8")
    assert costs.without_versions(costs.render(found)) == costs.without_versions(page), (
        "run: python -m tests.support.integrations.costs"
    )
