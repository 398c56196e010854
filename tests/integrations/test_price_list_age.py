"""Age of the price list: each event that it priced has it, and an old list is reported once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from genai_prices import data_snapshot

from coobird.integrations import MeteringError
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.list_age import date_of_list
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.usage import Usage
from tests.support.integrations.recorder import Recorder

RUN = {"customer_id": "cust", "agent_id": "agent"}
TODAY = dt.datetime.now(dt.UTC).date()
CALL = Call("openai", "chat", "gpt-4o", None, Usage(1_000_000, 0), "wrap")


def listed(*starts: str | None, fetched: dt.datetime | None = None) -> Any:
    constraints = [SimpleNamespace(start_date=dt.date.fromisoformat(start)) if start else None for start in starts]
    prices = [SimpleNamespace(constraint=constraint) for constraint in constraints]
    models = [SimpleNamespace(prices=prices, price_variants=None), SimpleNamespace(prices=object(), price_variants=[])]
    return SimpleNamespace(
        providers=[SimpleNamespace(models=models)], from_auto_update=fetched is not None, timestamp=fetched
    )


def test_a_list_is_as_new_as_the_newest_of_its_prices_that_is_in_force() -> None:
    today = dt.date(2026, 11, 27)
    snapshot = listed("2026-10-01", None, "2026-11-09", "2027-01-01")
    assert date_of_list(snapshot, today) == dt.date(2026, 11, 9)
    assert date_of_list(listed(None, "2027-01-01"), today) is None


def test_a_list_that_was_fetched_is_as_new_as_the_fetch() -> None:
    fetched = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    assert date_of_list(listed("2026-10-01", fetched=fetched), dt.date(2026, 11, 27)) == dt.date(2026, 11, 20)


def test_an_event_has_the_date_of_the_list_that_priced_it(coomon: Recorder) -> None:
    CallMeter(coomon, **RUN, cost=True).bill(CALL, None)
    (event,) = coomon.events
    expected = date_of_list(data_snapshot.get_snapshot(), TODAY)
    assert expected is not None
    assert event["metadata"]["price_list_date"] == expected.isoformat()
    assert event["metadata"]["cost_source"].startswith("genai-prices ")


@pytest.mark.parametrize(("days", "is_old"), [(90, False), (91, True)])
def test_a_list_older_than_90_days_is_reported_once(
    coomon: Recorder, monkeypatch: pytest.MonkeyPatch, days: int, is_old: bool
) -> None:
    # As UpdatePrices leaves it when its last fetch was that long ago.
    snapshot = data_snapshot.DataSnapshot(data_snapshot.get_snapshot().providers, from_auto_update=True)
    snapshot.timestamp = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    monkeypatch.setattr(data_snapshot, "_custom_snapshot", snapshot)
    meter = CallMeter(coomon, **RUN, cost=True)
    for _ in range(3):
        meter.bill(CALL, None)
    assert [event["attributes"]["cost_usd"] for event in coomon.events] == [Decimal("2.5")] * 3
    assert [type(error) for error in coomon.errors] == [MeteringError] * is_old
    if is_old:
        assert f"{TODAY - dt.timedelta(days=days)}" in str(coomon.errors[0])
        assert "UpdatePrices" in str(coomon.errors[0])


def test_a_list_that_the_package_fetched_is_used_from_then_on(
    coomon: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = CallMeter(coomon, **RUN, cost=True)
    meter.bill(CALL, None)
    snapshot = data_snapshot.DataSnapshot(data_snapshot.get_snapshot().providers, from_auto_update=True)
    monkeypatch.setattr(data_snapshot, "_custom_snapshot", snapshot)
    meter.bill(CALL, None)
    dates = [event["metadata"]["price_list_date"] for event in coomon.events]
    assert dates[1] == dt.datetime.now(dt.UTC).date().isoformat() > dates[0]
