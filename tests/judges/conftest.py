"""Judges that this project did not write, and proof that each of them sees what it is there for.

They take minutes and need more than `make test` has, so their files are named `judge_*` and `full_*`: pytest runs them only
when they are asked for by name, as `scripts/judges.sh` does.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "contract"))

from sabotage import Sabotaged  # noqa: E402 - what it needs is found only now


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """A server that nobody has spoken to, without a bug; its URL."""
    with Sabotaged() as server:
        yield server.url


@pytest.fixture(scope="session")
def sabotaged() -> Iterator[Sabotaged]:
    """A server to plant bugs in."""
    with Sabotaged() as server:
        yield server
