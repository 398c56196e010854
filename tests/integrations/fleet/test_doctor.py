"""`coobird doctor` on transports: what it says about topics, tables, and engines that are away."""

from __future__ import annotations

import pytest

from coobird.cli import doctor
from coobird.cli.doctor import Finding
from tests.support.fleet.broker import Broker
from tests.support.fleet.postgres import Postgres
from tests.support.ports import free_port


def findings(monkeypatch: pytest.MonkeyPatch, url: str | None) -> list[Finding]:
    if url is None:
        monkeypatch.delenv("COOBIRD_TRANSPORT", raising=False)
    else:
        monkeypatch.setenv("COOBIRD_TRANSPORT", url)
    return list(doctor.transport())


def test_without_a_transport_there_is_nothing_to_say(monkeypatch):
    assert findings(monkeypatch, None) == []


def test_a_url_that_cannot_work_is_a_problem(monkeypatch):
    (found,) = findings(monkeypatch, "kafka://broker/topic")
    assert not found.ok
    assert "COOBIRD_TRANSPORT=kafka://" in found.fix


@pytest.mark.parametrize("scheme", ["kafka", "postgres"])
def test_an_engine_that_is_away_is_a_problem_without_the_password(monkeypatch, scheme):
    port = free_port()
    url = {"kafka": f"kafka://127.0.0.1:{port}/t", "postgres": f"postgres://u:swordfish@127.0.0.1:{port}/db/t"}[scheme]
    (found,) = findings(monkeypatch, url)
    assert not found.ok
    assert "swordfish" not in str(found)
    assert found.fix


def test_missing_topics_are_problems_with_a_way_out(monkeypatch, broker: Broker):
    topic = broker.make_topic("examined")
    found = findings(monkeypatch, f"kafka://{broker.address}/{topic}")
    assert [each.ok for each in found] == [True, False]
    assert "examined.dead" in found[1].text
    assert "Make it" in found[1].fix + found[1].text


def test_a_table_where_events_wait_for_long_is_a_problem(monkeypatch, postgres: Postgres):
    assert [each.ok for each in findings(monkeypatch, postgres.url("examined"))] == [True]
    postgres.run("insert into examined (alias, event, created_at) values ('', '{}', now() - interval '3 hours')")
    fine, late = findings(monkeypatch, postgres.url("examined"))
    assert "1 events waiting" in fine.text
    assert "3.0 hours" in late.text
    assert "relay" in late.fix
