"""Judges that this project did not write, and proof that each of them sees what it is there for.

They take minutes and need more packages than `make test` installs. Therefore their files are named
`judge_*` and `full_*`: pytest runs them only if they are named, as `scripts/judges.sh` does.
"""

from collections.abc import Iterator

import pytest

from tests.support.judges.sabotage import Sabotaged


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """URL of a server without a bug that has had no request yet."""
    with Sabotaged() as server:
        yield server.url


@pytest.fixture(scope="session")
def sabotaged() -> Iterator[Sabotaged]:
    """A server to plant bugs in."""
    with Sabotaged() as server:
        yield server
