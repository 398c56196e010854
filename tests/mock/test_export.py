"""Rows of an export, as the server gives them, and what the engines cannot hold."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from coobird.mock.cli import main
from coobird.mock.export.tables import EVENTS, TABLES, Kind, clickhouse_refusal, postgres_refusal


def rows(mock: MockCoobird, kind: str, **query: Any) -> list[dict[str, Any]]:
    answer = httpx.get(f"{mock.url}/_mock/enriched/{kind}", params=query, timeout=60)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_rows_have_the_columns_of_their_table_and_no_cell_is_a_float() -> None:
    kinds = {Kind.WHOLE: int}
    with MockCoobird(demo=True) as mock:
        for table in TABLES:
            found = rows(mock, table.path.rpartition("/")[2])
            assert found
            for row in found:
                assert list(row) == [column.name for column in table.columns]
                for column in table.columns:
                    cell = row[column.name]
                    assert type(cell) is kinds.get(column.kind, str) or (cell is None and column.is_optional)


def test_an_event_is_billed_as_its_own_page_says() -> None:
    with MockCoobird(demo=True) as mock:
        found = rows(mock, "events")
        lines = {(row["contract_id"], row["period_from"], row["source_id"]) for row in rows(mock, "bill_lines")}
        billed = [row for row in found if row["billed_as"] != "[]"]
        assert 0 < len(billed) < len(found)
        for row in found[:: len(found) // 50]:
            alone = httpx.get(f"{mock.url}/_mock/events/{row['seq']}/billing").json()["lines"]
            together = json.loads(row["billed_as"])
            assert [each["title"] for each in together] == [each["title"] for each in alone]
            assert [each["period_from"] for each in together] == [each["from"] for each in alone]
            assert {(each["contract_id"], each["period_from"], each["source_id"]) for each in together} <= lines


def test_a_table_that_does_not_exist_is_not_found(server: MockCoobird) -> None:
    assert httpx.get(f"{server.url}/_mock/enriched/customers").status_code == 404


ROW = {
    column.name: {Kind.NUMBER: "1", Kind.OBJECT: "{}", Kind.WHOLE: 1}.get(column.kind, "x") for column in EVENTS.columns
}
ROW |= {"timestamp": "2026-01-01T00:00:00.000Z", "received_at": "2026-01-01T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("attributes", "fits"),
    [
        ({"a": "b"}, True),
        ({"a": "\\u0000"}, True),  # a backslash and letters
        ({"a": "\\\\u0000"}, True),
        ({"a": "\0"}, False),
        ({"a": "\\\0"}, False),
        ({"\0": 1}, False),
        ({"a": [{"b": "x\0"}]}, False),
    ],
)
def test_a_nul_is_found_in_json_and_what_only_looks_like_one_is_not(attributes: dict[str, Any], fits: bool) -> None:
    assert (postgres_refusal(EVENTS, {**ROW, "attributes": json.dumps(attributes)}) is None) == fits


def test_a_nul_in_a_text_does_not_fit_postgres() -> None:
    assert postgres_refusal(EVENTS, ROW) is None
    assert "event_id has a NUL" in str(postgres_refusal(EVENTS, {**ROW, "event_id": "a\0"}))


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"cost_usd": None}, True),
        ({"cost_usd": "-" + "9" * 38 + "." + "9" * 38}, True),
        ({"cost_usd": "9" * 39}, False),
        ({"cost_usd": "0." + "0" * 38 + "1"}, False),
        ({"timestamp": "1900-01-01T00:00:00.000Z"}, True),
        ({"timestamp": "1899-12-31T23:59:59.999Z"}, False),
        ({"received_at": "2300-01-01T00:00:00.000Z"}, False),
    ],
)
def test_what_clickhouse_would_cut_or_move_does_not_fit(change: dict[str, str | None], fits: bool) -> None:
    assert (clickhouse_refusal(EVENTS, {**ROW, **change}) is None) == fits


@pytest.mark.parametrize(
    "arguments", [[], ["--to", "chdb:x", "--host", "http://h:1", "--db", "f"], ["--too", "sk_secret"]]
)
def test_arguments_that_make_no_sense_end_with_code_2_and_repeat_no_value(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", *arguments])
    assert ended.value.code == 2
    assert "sk_secret" not in capsys.readouterr().err
