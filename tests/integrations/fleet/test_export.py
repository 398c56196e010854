"""Export of a local server into Postgres: rows, amounts, second runs, queries of the page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from coobird import Coomon
from coobird.mock import MockCoobird
from coobird.mock.cli import main
from tests.support.fleet.postgres import PASSWORD, Postgres
from tests.support.mock.exported import ANSWERS, KEY, add_a_mail, build, queries, with_external_ids
from tests.support.ports import free_port

_numbers = itertools.count()


@pytest.fixture
def mock() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as server:
        yield server


@pytest.fixture
def schema(postgres: Postgres) -> str:
    """A schema of its own, in which tables have the names of the page."""
    name = f"export_{next(_numbers)}"
    postgres.run(f"create schema {name}")
    return name


@pytest.fixture
def url(postgres: Postgres, schema: str) -> str:
    return postgres.url(f"{schema}.coobird_events")


def export(mock: MockCoobird, url: str) -> int:
    return main(["export", "--to", url, "--host", mock.url])


@pytest.mark.parametrize("heading", ANSWERS)
def test_each_query_of_the_page_has_the_right_answer(
    mock: MockCoobird, postgres: Postgres, schema: str, url: str, heading: str
) -> None:
    build(mock)
    assert export(mock, url) == 0
    with postgres.connect() as db:
        db.execute(f"set search_path to {schema}; set timezone to 'Asia/Tokyo'".encode())
        rows = db.execute(queries("Postgres")[heading].encode()).fetchall()
    assert with_external_ids(mock, rows) == ANSWERS[heading]


def test_every_query_of_the_page_has_an_answer_here() -> None:
    assert set(queries("Postgres")) == set(queries("ClickHouse")) == set(ANSWERS)


def test_a_second_export_adds_what_is_new_and_no_row_twice(
    mock: MockCoobird, postgres: Postgres, schema: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    build(mock)
    assert (export(mock, url), export(mock, url)) == (0, 0)
    assert capsys.readouterr().out.splitlines()[1].startswith("6 events, 1 lines of bills, 1 rejected events in ")
    add_a_mail(mock)
    assert export(mock, url) == 0
    assert postgres.run(f"select count(*), count(distinct event_id) from {schema}.coobird_events") == [(7, 7)]
    assert postgres.run(f"select sum(amount) from {schema}.coobird_events_bill_lines") == [(Decimal(15),)]


def test_a_name_and_a_bill_that_have_changed_are_changed_and_the_rest_is_not_written_again(
    mock: MockCoobird, postgres: Postgres, schema: str, url: str
) -> None:
    build(mock)
    export(mock, url)
    rows = f"select event_id, xmin::text from {schema}.coobird_events"
    before = dict(postgres.run(rows))
    (bolt,) = [each for each in _customers(mock) if each["name"] == "Bolt"]
    with Coomon(KEY, host=mock.url) as coomon:
        coomon.update_customer(bolt["id"], name="Bolt & Co")
    export(mock, url)
    changed = {event_id for event_id, written in postgres.run(rows) if before[event_id] != written}
    assert changed == {"b1"}
    assert postgres.run(f"select customer from {schema}.coobird_events where event_id = 'b1'") == [("Bolt & Co",)]


def _customers(mock: MockCoobird) -> list[dict[str, str]]:
    found: list[dict[str, str]] = httpx.get(
        f"{mock.url}/api/v1/customers", headers={"Authorization": f"Bearer {KEY}"}
    ).json()["data"]
    return found


def test_amounts_are_exact_and_no_column_is_a_float(
    mock: MockCoobird, postgres: Postgres, schema: str, url: str
) -> None:
    build(mock)
    export(mock, url)
    kinds = {
        kind
        for (kind,) in postgres.run("select data_type from information_schema.columns where table_schema = %s", schema)
    }
    assert kinds == {"bigint", "date", "jsonb", "numeric", "text", "timestamp with time zone"}
    stored = {event["event_id"]: event["cost_usd"] for event in mock.events()}
    found = dict(postgres.run(f"select event_id, cost_usd from {schema}.coobird_events"))
    assert {name: None if cost is None else Decimal(cost) for name, cost in stored.items()} == found


def test_lines_of_bills_add_up_to_the_previews(mock: MockCoobird, postgres: Postgres, schema: str, url: str) -> None:
    with MockCoobird(demo=True) as demo:
        assert export(demo, url) == 0
        found = dict(
            postgres.run(
                f"select contract_id, sum(amount * 100)::bigint from {schema}.coobird_events_bill_lines "
                "where period_to >= %s group by 1",
                demo.now().date(),
            )
        )
        expected = {}
        with Coomon("sk_test_demo", host=demo.url) as coomon:
            for contract in coomon.iter_contracts():
                if contract.id in found:
                    expected[contract.id] = coomon.preview_invoice(
                        customer_id=contract.customer_id, contract_id=contract.id
                    ).amount
    assert found == expected
    assert len(found) >= 3


def test_a_file_of_a_server_is_exported_without_one(postgres: Postgres, schema: str, url: str, tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    with MockCoobird(db=file) as mock:
        build(mock)
    assert main(["export", "--to", url, "--db", file]) == 0
    assert postgres.run(f"select count(*) from {schema}.coobird_events") == [(6,)]


def test_an_event_that_postgres_cannot_hold_is_left_out_and_named(
    mock: MockCoobird, postgres: Postgres, schema: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Coomon(KEY, host=mock.url) as coomon:
        for event_id, text in (("fine", "a\\u0000b"), ("nul", "a\0b"), ("back", "\\\0")):
            coomon.track_task(customer_id="c", agent_id="a", event_id=event_id, attributes={"text": text})
    assert export(mock, url) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("attributes has a NUL character" in line for line in lines)
    assert postgres.run(f"select event_id, attributes ->> 'text' from {schema}.coobird_events") == [
        ("fine", "a\\u0000b")
    ]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("(tenant text, event_id text)", "column seq is missing"),
        ("(like {}.model); alter table {}.coobird_events alter cost_usd type float8", "cost_usd is double precision"),
    ],
)
def test_a_table_of_another_shape_is_refused_and_stays_as_it_is(
    mock: MockCoobird,
    postgres: Postgres,
    schema: str,
    url: str,
    definition: str,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export(mock, postgres.url(f"{schema}.model"))
    capsys.readouterr()
    for statement in f"create table {schema}.coobird_events {definition.replace('{}', schema)}".split(";"):
        postgres.run(statement)
    build(mock)
    assert export(mock, url) == 1
    assert words in capsys.readouterr().err
    assert postgres.run(f"select count(*) from {schema}.coobird_events") == [(0,)]


def test_a_server_that_ends_in_the_middle_leaves_the_tables_as_they_were(
    mock: MockCoobird, postgres: Postgres, schema: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support.loopback import Answer, LoopbackServer, Request

    build(mock)
    export(mock, url)
    capsys.readouterr()

    def cut(request: Request) -> Answer:
        answer = httpx.get(f"{mock.url}{request.path}")
        if "bill_lines" not in request.path:
            return Answer(200, answer.content)
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        return Answer(raw=head + b"%x\r\n" % len(answer.content) + answer.content + b"\r\n")

    with LoopbackServer(cut) as server:
        assert main(["export", "--to", url, "--host", server.url]) == 1
    assert "does not answer" in capsys.readouterr().err
    assert postgres.run(f"select count(*) from {schema}.coobird_events_bill_lines") == [(1,)]


@pytest.mark.parametrize(
    "to",
    ["mysql://h/d/t", "postgres://u:swordfish@h/d", "postgres://u:swordfish@h/d/t;drop", "chdb:", "postgres://h:x/d/t"],
)
def test_a_target_that_cannot_be_is_refused_without_its_password(to: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--to", to]) == 1
    complaint = capsys.readouterr().err
    assert "postgres://user:password@host" in complaint
    assert "swordfish" not in complaint


def test_an_engine_or_a_server_that_is_away_is_named_without_the_password(
    mock: MockCoobird, postgres: Postgres, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    assert main(["export", "--to", postgres.url("t"), "--host", away]) == 1
    assert "start it with coobird-mock" in capsys.readouterr().err
    assert export(mock, postgres.url("t", password="swordfish")) == 1
    assert export(mock, f"postgres://u:swordfish@127.0.0.1:{free_port()}/d/t") == 1
    assert main(["export", "--to", postgres.url("t"), "--db", str(tmp_path / "none.db")]) == 1
    assert main(["export", "--to", postgres.url("t"), "--host", "https://api.example.com"]) == 1
    complaint = capsys.readouterr().err
    assert "swordfish" not in complaint
    assert PASSWORD not in complaint
    assert list(tmp_path.iterdir()) == []
