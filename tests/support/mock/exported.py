"""A small world of a local server, and the answers to the queries of docs/queries.md about it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx

from coobird import Coomon
from coobird.mock import MockCoobird
from tests.support import ROOT

KEY = "sk_test_export"
NOW = "2026-04-10T12:00:00Z"
TINY = "0.000000000000000000000000000001"
"""A cost that no float and no rounded decimal would keep in a sum with others."""


def build(mock: MockCoobird) -> None:
    """Acme pays 3 dollars a mail, Bolt has no contract, and no customer is `ghost`."""
    mock.freeze("2026-04-01T00:00:00Z")
    with Coomon(KEY, host=mock.url, on_error=lambda _: None) as coomon:
        acme = coomon.create_customer(name="Acme", type="company", external_id="acme")
        coomon.create_customer(name="Bolt", type="company", external_id="bolt")
        agent = coomon.create_agent_with_actions(
            agent={"name": "Mailer", "external_id": "mailer"},
            actions=[
                {
                    "action_name": "Send",
                    "action_type": "task",
                    "billable_signal": {"signal_name": "Sent", "signal_code": "sent", "aggregation_type": "count"},
                }
            ],
        )
        plan = coomon.create_plan(name="Pay per mail", code="mails")
        coomon.create_plan_agent_action(
            plan.id, agent_action_id=agent.actions[0].id, pricing_model="per_unit", unit_price=300
        )
        contract = coomon.create_contract(
            plan_id=plan.id, customer_id=acme.id, name="Acme 2026", start_date="2026-04-01"
        )
        coomon.activate_contract(contract.id)
        mock.freeze(NOW)

        def track(event_id: str, customer: str, cost: str | None, when: str, **more: Any) -> None:
            attributes = {**({} if cost is None else {"cost_usd": cost}), **more}
            coomon.track_task(
                customer_id=customer,
                agent_id="mailer",
                signal_code="sent",
                event_id=event_id,
                timestamp=datetime.fromisoformat(when),
                attributes=attributes,
            )

        track("a1", "acme", "0.1", "2026-04-10T11:30:00Z", model="gpt-4o", input_tokens=1000, output_tokens=20)
        track("a2", "acme", "0.2", "2026-04-10T11:40:00Z", model="gpt-4o", input_tokens=500)
        track("a3", "acme", TINY, "2026-04-10T11:50:00Z", model="gpt-4o")
        track("a4", "acme", "1.5", "2026-04-09T23:59:59.999Z", model="claude")
        track("b1", "bolt", "7", "2026-04-10T11:59:00Z")
        track("g1", "ghost", None, "2026-04-10T11:59:00Z", text="quote ' \" \\ ; -- ü")
        track("bad", "acme", "much", "2026-04-10T11:59:00Z")
        track("a1", "acme", "0.1", "2026-04-10T11:30:00Z")  # a second time
        coomon.flush()


def add_a_mail(mock: MockCoobird) -> None:
    """Another event of Acme, named `new`."""
    with Coomon(KEY, host=mock.url) as coomon:
        coomon.track_task(
            customer_id="acme",
            agent_id="mailer",
            signal_code="sent",
            event_id="new",
            timestamp=datetime.fromisoformat(NOW),
        )


def queries(engine: str) -> dict[str, str]:
    """Queries of the page for an engine, by their headings."""
    text = (ROOT / "docs" / "queries.md").read_text("utf-8")
    found: dict[str, str] = {}
    for section in text.split("\n## ")[1:]:
        for block in re.findall(r"```sql\n-- (.+?)\n(.+?)```", section, re.DOTALL):
            if engine in block[0]:
                found[section.partition("\n")[0]] = block[1]
    return found


TENTH, NINTH = date(2026, 4, 10), date(2026, 4, 9)

# Texts, since Python's own sums would round.
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "Cost per customer, model and day": [
        ("Acme", "claude", NINTH, 1, Decimal("1.5")),
        ("Bolt", None, TENTH, 1, Decimal(7)),
        ("Acme", "gpt-4o", TENTH, 3, Decimal("0.300000000000000000000000000001")),
        ("ghost", None, TENTH, 1, None),
    ],
    # 4 mails at 3 dollars.
    "Margin: billed less cost": [
        (
            "Acme",
            Decimal(12),
            Decimal("1.800000000000000000000000000001"),
            Decimal("10.199999999999999999999999999999"),
            0,
        )
    ],
    "Top agents": [("mailer", 6, 1500, 20, Decimal("8.800000000000000000000000000001"))],
    "Events behind each line of a bill": [("Send", "2026-04-01", 4, Decimal("1.800000000000000000000000000001"))],
    "Events that bill nobody": [("Bolt", "sent", 1), ("ghost", "sent", 1)],
    "Late events": [
        ("a4", "acme", datetime(2026, 4, 9, 23, 59, 59, 999_000, UTC), datetime(2026, 4, 10, 12, tzinfo=UTC))
    ],
    "Duplicates": [],
    "Rejected events": [("attributes.cost_usd must be a number of US dollars, from 0 to 10^15", 1, 1)],
}
"""Rows of each query. Ids of customers and agents are those of `with_external_ids`."""


def with_external_ids(mock: MockCoobird, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with the external ids of this world in the place of ids, which differ in each run."""
    known: dict[Any, str] = {}
    for kind in ("customers", "agents"):
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = httpx.get(f"{mock.url}/api/v1/{kind}", headers=headers).json()
        known |= {each["id"]: each["external_id"] for each in answer["data"]}
    return [tuple(known.get(cell, cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
