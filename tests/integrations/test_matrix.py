"""One reporter of a call or two: one event, with the provider's numbers, or a report."""

from __future__ import annotations

import pytest

from tests.support.integrations.emitters import NATIVE, OPENINFERENCE, OPENLLMETRY, OTEL, WRAPPER
from tests.support.integrations.matrix.judge import Found, less_than_the_better
from tests.support.integrations.matrix.page import PAGE, is_on, part
from tests.support.integrations.matrix.runs import run_section
from tests.support.integrations.matrix.section import MAIN, Column, Section
from tests.support.integrations.matrix.sections import SECTIONS

Columns = dict[Column, Found]


@pytest.fixture(scope="module", params=[name for name, section in SECTIONS.items() if section.environment == MAIN])
def section(request: pytest.FixtureRequest) -> Section:
    return SECTIONS[request.param]


@pytest.fixture(scope="module")
def found(section: Section) -> Columns:
    return run_section(section)


def test_no_number_is_wrong_and_no_call_is_lost_without_a_report(found: Columns) -> None:
    assert {"+".join(column): each.causes for column, each in found.items() if each.causes} == {}


def test_the_account_of_every_column_adds_up(found: Columns) -> None:
    assert {"+".join(column): each.account for column, each in found.items() if each.account} == {}


def test_wrap_alone_bills_each_answer_exactly_that_has_its_usage(section: Section, found: Columns) -> None:
    wrapped = found.get((WRAPPER,))
    kinds = [] if wrapped is None else wrapped.kinds
    known = [kind for row, kind in zip(section.rows(), kinds, strict=False) if not row.is_broken]
    assert set(known) <= {"exact", "none", *section.limits_of_wrap}


def test_two_reporters_know_no_less_than_the_better_of_them(section: Section, found: Columns) -> None:
    assert less_than_the_better(section, found) == []


def test_the_page_shows_what_was_found(section: Section, found: Columns) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert is_on(page, part(section, found)), "run: python -m tests.support.integrations.matrix"


HIDDEN = [
    (OPENINFERENCE,),
    (NATIVE, OPENINFERENCE),
    (OTEL, OPENINFERENCE),
    (OPENINFERENCE, OTEL),
    (OPENLLMETRY, OPENINFERENCE),
    (OPENINFERENCE, OPENLLMETRY),
    (OPENINFERENCE, WRAPPER),
]


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_call_counts_once_even_if_one_of_two_reports_hides_the_answer_and_its_id(name: str) -> None:
    section = SECTIONS[name]
    wanted = [column for column in HIDDEN if set(column) <= set(section.emitters)]
    found = run_section(section, wanted, OPENINFERENCE_HIDE_OUTPUTS="true")
    assert {"+".join(column): each.causes + each.account for column, each in found.items()} == {
        "+".join(column): [] for column in wanted
    }
