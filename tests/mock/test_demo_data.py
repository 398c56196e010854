"""Demo data of the local server: `--demo`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from coobird.mock.service.demo import DEMO_KEY, load_demo
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from coobird.mock.state.tenants import tenant_of
from tests.support.mock.api import Api
from tests.support.mock.command import command

NOW = datetime(2026, 11, 27, 15, 20, tzinfo=UTC)
TENANT = tenant_of(f"Bearer {DEMO_KEY}")


def filled(requests: RequestLog, db: str | None = None) -> Service:
    service = Service(salt="demo", strict=True, db=db)
    service.clock.freeze(NOW)
    load_demo(service, requests)
    return service


def state(service: Service) -> list[Any]:
    """All documents and events of the demo."""
    kinds = ("customer", "agent", "signal", "plan", "contract", "invoice", "payment", "wallet", "wallet_transaction")
    return [*(service.store.find(TENANT, kind) for kind in kinds), list(service.events.read())]


@pytest.fixture(scope="module")
def requests() -> RequestLog:
    return RequestLog()


@pytest.fixture(scope="module")
def service(requests: RequestLog) -> Iterator[Service]:
    with closing(filled(requests)) as made:
        yield made


def test_the_demo_has_what_the_page_can_show(service: Service, requests: RequestLog) -> None:
    data = service.data(TENANT)
    events = list(service.events.read())
    assert len({event.customer_id for event in events}) == data.count("customer") == 5
    assert len({event.agent_id for event in events}) == data.count("agent") == 3
    assert len({event.attributes.get("model") for event in events} - {None}) == 4
    days = {event.timestamp[:10] for event in events}
    assert len(days) > 30
    assert max(event.timestamp for event in events) < "2026-11-27T15:20"
    assert all(timedelta(0) <= arrival(event) <= timedelta(hours=1) for event in events)
    assert {price["pricing_model"] for price in data.find("plan_agent_action")} == {"tiered", "per_unit", "package"}
    assert {contract["status"] for contract in data.find("contract")} == {"active", "draft"}
    assert all(invoice["total_cents"] > 0 and invoice["status"] == "finalized" for invoice in data.find("invoice"))
    assert data.count("invoice") == 4
    balances = [float(wallet["credits_balance"]) for wallet in data.find("wallet")]
    assert 0 <= min(balances) < 300
    assert [("cost_usd" in each.error) for each in requests.rejected] == [True, True]
    assert service.clock.now() == NOW


def arrival(event: Any) -> timedelta:
    return datetime.fromisoformat(event.received_at) - datetime.fromisoformat(event.timestamp)


def test_the_same_clock_gives_the_same_data_also_after_a_reset_and_never_twice(
    service: Service, tmp_path: Path
) -> None:
    file = str(tmp_path / "state.db")
    with closing(filled(RequestLog(), file)) as again:
        assert state(again) == state(service)
    with closing(filled(RequestLog(), file)) as reopened:
        assert reopened.events.last_seq() == service.events.last_seq()
    before = service.events.last_seq()
    service.reset(tenant_of("Bearer sk_another"))
    assert service.events.last_seq() == before
    service.reset(TENANT)
    assert len(list(service.events.read())) == before


def test_the_command_says_whose_data_they_are() -> None:
    with command("--port", "0", "--demo") as (process, url), Api(url, DEMO_KEY) as api:
        assert process.stdout is not None
        assert DEMO_KEY in process.stdout.readline()
        assert api.got("/customers")["pagination"]["total"] == 5
        assert len(httpx.get(f"{url}/_mock/requests").json()["requests"][0]["results"]) == 2


def test_a_seed_and_the_demo_are_not_given_together(tmp_path: Path) -> None:
    with command("--port", "0", "--demo", "--seed", str(tmp_path / "seed.yaml")) as (process, first):
        assert (process.wait(10), first) == (2, "")
