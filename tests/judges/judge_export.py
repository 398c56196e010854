"""Export of a local server into ClickHouse, by chDB, and the queries of the page there.

A judge because of its size: chDB is half a gigabyte. Each query runs in a process of its own, since
a process can open one folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from coobird import Coomon
from coobird.mock import MockCoobird
from tests.support.mock.exported import ANSWERS, KEY, add_a_mail, build, queries, with_external_ids

_NULL = "\u1d3a\u1d41\u1d38\u1d38"
"""Text that this format has for a null."""

_ASK = """
import sys
from chdb.session import Session
session = Session(sys.argv[1])
session.query("use coobird")
for statement in sys.argv[2:]:
    print(str(session.query(statement, "JSONCompactStringsEachRowWithNamesAndTypes")), end="")
session.close()
"""


@pytest.fixture(scope="module")
def mock() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as server:
        build(server)
        yield server


@pytest.fixture(scope="module")
def folder(mock: MockCoobird, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("chdb")
    assert export(mock, made).returncode == 0
    return made


def export(mock: MockCoobird, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "coobird.mock", "export", "--to", f"chdb:{folder}", "--host", mock.url]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def ask(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    """Rows of a query, with the values that their types state."""
    asked = subprocess.run([sys.executable, "-c", _ASK, folder, statement], capture_output=True, text=True, timeout=120)
    assert asked.returncode == 0, asked.stderr
    lines = [json.loads(line) for line in asked.stdout.splitlines()]
    if not lines:
        return []
    _, types, *rows = lines
    return [tuple(_value(cell, kind) for cell, kind in zip(row, types, strict=True)) for row in rows]


def _value(cell: str, kind: str) -> Any:
    if cell == _NULL and kind.startswith("Nullable("):
        return None
    kind = kind.removeprefix("Nullable(")
    if kind.startswith("Decimal"):
        return Decimal(cell)
    if kind.startswith(("Int", "UInt")):
        return int(cell)
    if kind.startswith("DateTime"):
        return datetime.fromisoformat(cell).replace(tzinfo=UTC)
    assert not kind.startswith("Float")
    return date.fromisoformat(cell) if kind.startswith("Date") else cell


@pytest.mark.parametrize("heading", ANSWERS)
def test_each_query_of_the_page_has_the_right_answer(mock: MockCoobird, folder: Path, heading: str) -> None:
    assert with_external_ids(mock, ask(folder, queries("ClickHouse")[heading])) == ANSWERS[heading]


def test_no_column_is_a_float(folder: Path) -> None:
    kinds = {kind for (kind,) in ask(folder, "select type from system.columns where database = 'coobird'")}
    assert len(kinds) >= 6
    assert not [kind for kind in kinds if "Float" in kind]


def test_a_second_export_adds_what_is_new_and_no_row_twice(tmp_path: Path) -> None:
    with MockCoobird() as mock:
        build(mock)
        assert (export(mock, tmp_path).returncode, export(mock, tmp_path).returncode) == (0, 0)
        add_a_mail(mock)
        assert export(mock, tmp_path).stdout.startswith("7 events, 1 lines of bills, 1 rejected events in chdb:")
    assert ask(tmp_path, "select count(*), count(distinct event_id) from coobird_events") == [(7, 7)]
    assert ask(tmp_path, "select sum(amount) from coobird_events_bill_lines") == [(Decimal(15),)]
    assert ask(tmp_path, "select count(*) from coobird_events_rejected") == [(1,)]


def test_texts_arrive_as_they_were_sent(folder: Path) -> None:
    ((text,),) = ask(folder, "select JSONExtractString(attributes, 'text') from coobird_events where event_id = 'g1'")
    assert text == "quote ' \" \\ ; -- ü"


def test_what_clickhouse_would_round_or_move_is_left_out_and_named(tmp_path: Path) -> None:
    with MockCoobird() as mock:
        with Coomon(KEY, host=mock.url) as coomon:
            for event_id, cost, year in (("fine", "1e-38", 1900), ("small", "1e-39", 2026), ("old", "1", 1899)):
                coomon.track_task(
                    customer_id="c",
                    agent_id="a",
                    signal_code="s",
                    event_id=event_id,
                    attributes={"cost_usd": cost},
                    timestamp=datetime(year, 1, 1, tzinfo=UTC),
                )
        ended = export(mock, tmp_path)
    assert ended.returncode == 1
    assert sorted(line.split(": ")[3].split()[-1] for line in ended.stderr.splitlines()) == ["old", "small"]
    assert ask(tmp_path, "select event_id, cost_usd from coobird_events") == [("fine", Decimal("1e-38"))]


def test_a_folder_that_another_process_has_open_is_named_and_can_be_used_later(
    mock: MockCoobird, tmp_path: Path
) -> None:
    program = "import sys\nfrom chdb.session import Session\ns = Session(sys.argv[1])\nprint(1, flush=True)\ninput()\ns.close()"
    holder = subprocess.Popen([sys.executable, "-c", program, tmp_path], stdin=-1, stdout=-1, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "1\n"
    ended = export(mock, tmp_path)
    assert ended.returncode == 1
    assert "that no other process has open" in ended.stderr
    holder.communicate("\n", timeout=60)
    assert export(mock, tmp_path).returncode == 0


def test_a_folder_that_cannot_be_used_is_named(mock: MockCoobird, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = export(mock, tmp_path / "file")
    assert ended.returncode == 1
    assert ended.stderr.startswith("coobird-mock export: chdb:")
    assert "Traceback" not in ended.stderr
