"""Agents with one reporter of their calls, or two: one event for each call, or a report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.integrations.emitters import HANDLER, WRAPPER
from tests.support.integrations.matrix.judge import Found, less_than_the_better
from tests.support.integrations.matrix.page import PAGE, is_on, part
from tests.support.integrations.matrix.runs import run_section
from tests.support.integrations.matrix.section import Column, Section
from tests.support.integrations.matrix.sections import SECTIONS

Columns = dict[Column, Found]

GROUP = Path(sys.prefix).name.removeprefix(".venv-")
"""Dependency group that is installed here. Its environment is named after it."""
HERE = [name for name, each in SECTIONS.items() if each.environment == GROUP]
assert HERE, f"No section of the matrix has the packages of {sys.prefix}."


@pytest.fixture(scope="module", params=HERE)
def section(request: pytest.FixtureRequest) -> Section:
    return SECTIONS[request.param]


@pytest.fixture(scope="module")
def found(section: Section) -> Columns:
    return run_section(section)


def test_no_number_is_wrong_and_no_call_is_lost_without_a_report(found: Columns) -> None:
    assert {"+".join(column): each.causes for column, each in found.items() if each.causes} == {}


def test_the_account_of_every_column_adds_up(found: Columns) -> None:
    assert {"+".join(column): each.account for column, each in found.items() if each.account} == {}


def test_wrap_or_our_handler_alone_bills_each_call_of_an_agent_exactly(section: Section, found: Columns) -> None:
    ours = WRAPPER if WRAPPER in section.emitters else HANDLER
    kinds = zip(section.rows(), found[(ours,)].kinds, strict=True)
    assert {kind for row, kind in kinds if not row.is_broken} <= {"exact", "none", *section.limits_of_wrap}


def test_two_reporters_know_no_less_than_the_better_of_them(section: Section, found: Columns) -> None:
    assert less_than_the_better(section, found) == []


def test_the_page_shows_what_was_found(section: Section, found: Columns) -> None:
    assert is_on(PAGE.read_text(encoding="utf-8"), part(section, found)), (
        "run: python -m tests.support.integrations.matrix"
    )
