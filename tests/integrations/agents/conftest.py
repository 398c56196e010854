"""Fixtures of the tests with frameworks for agents.

The tests of this folder run in `.venv-agents`, those of `older/` in `.venv-agents-older`,
and those of `crewai/` in `.venv-crewai`. Those of the matrix run in each environment with sections.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.providers.server import Fake


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignore warnings that frameworks cause by themselves.

    They leave clients to the garbage collector, and call functions of their own that are
    deprecated.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::DeprecationWarning"))


@pytest.fixture(scope="module", autouse=True)
def collected_always(collected: None) -> None:
    """Collect clients at the end of each module."""


@pytest.fixture
def models() -> Iterator[Fake]:
    with agent_models() as server:
        yield server
