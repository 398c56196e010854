from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coobird._delivery.spool import sql


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closes in the end what spools that were dropped like those of the dead have left open: from 3.13 on Python warns of it."""
    made: list[sqlite3.Connection] = []
    connect = sql.connect

    def remembered(*args: Any, **options: Any) -> sqlite3.Connection:
        made.append(connect(*args, **options))
        return made[-1]

    monkeypatch.setattr(sql, "connect", remembered)
    yield
    for each in made:
        each.close()
