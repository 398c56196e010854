from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.spool import closing_connections


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    with closing_connections():
        yield
