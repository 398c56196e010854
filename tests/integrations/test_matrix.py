"""One reporter of a call or two: one event, with the provider's numbers."""

from __future__ import annotations

import pytest

from tests.support.integrations import matrix
from tests.support.integrations.emitters import NATIVE, OPENINFERENCE, OPENLLMETRY, OTEL, WRAPPER
from tests.support.integrations.llm_calls import rows


@pytest.fixture(scope="module")
def found() -> dict[matrix.Column, list[str]]:
    return matrix.run_all()


def test_every_cell_is_as_right_as_its_emitters_allow(found: dict[matrix.Column, list[str]]) -> None:
    wrong = [
        (str(row), "+".join(column), kind)
        for column, kinds in found.items()
        for row, kind in zip(rows(), kinds, strict=True)
        if kind not in matrix.expected(row, column)
    ]
    assert wrong == []


def test_the_page_shows_what_was_found(found: dict[matrix.Column, list[str]]) -> None:
    page = matrix.PAGE.read_text(encoding="utf-8")
    assert matrix.without_versions(matrix.render(found)) == matrix.without_versions(page), (
        "run: python -m tests.support.integrations.matrix"
    )


@pytest.mark.parametrize(
    "column",
    [
        (OPENINFERENCE,),
        (NATIVE, OPENINFERENCE),
        (OTEL, OPENINFERENCE),
        (OPENINFERENCE, OTEL),
        (OPENLLMETRY, OPENINFERENCE),
        (OPENINFERENCE, OPENLLMETRY),
        (OPENINFERENCE, WRAPPER),
    ],
    ids="+".join,
)
def test_a_call_counts_once_even_if_one_of_two_reports_hides_the_answer_and_its_id(column: matrix.Column) -> None:
    found = matrix.run_column(column, OPENINFERENCE_HIDE_OUTPUTS="true")
    # Less may be known of broken streams, but nothing is counted twice or wrongly.
    allowed = {True: {"input", "reported", "late"}, False: {"parts", "off"} if OPENLLMETRY in column else set()}
    wrong = [
        (str(row), kind)
        for row, kind in zip(rows(), found, strict=True)
        if kind not in matrix.expected(row, column) | allowed[row.cancel or row.scenario in ("cut", "failed")]
    ]
    assert wrong == []
