"""Fields of requests that change nothing: the page "What it is not" names all of them."""

import re
from typing import Any

import pytest

from coobird.mock import MockCoobird
from coobird.mock.contract.spec import packaged_spec
from tests.support import ROOT
from tests.support.mock.shop import Shop

SCHEMAS: dict[str, Any] = packaged_spec().schemas.document["components"]["schemas"]
ROWS = re.findall(r"^\| (`[^|]*) \|", (ROOT / "docs" / "what-it-is-not.md").read_text("utf-8"), re.MULTILINE)
NAMED = [name for row in ROWS for name in re.findall(r"`([a-z_*]+\.[a-z_]+)`", row)]
# Fields with an effect: on bills, amounts, states, lists or other answers. A new field of the
# contract belongs here, with a test of its effect, or on the page.
EFFECTIVE = {
    "action": "cost_signal_ids add_cost_signal_ids remove_cost_signal_ids action_name action_type billable_signal value",
    "activate_contract": "activation_date skip_validation",
    "agent": "external_id name",
    "agent_with_actions": "agent actions",
    "billable_signal": "signal_code signal_name aggregation_type unit_label value_field",
    "cancel_contract": "cancellation_type cancellation_date",
    "contract": "plan_id customer_id start_date end_date billing_interval currency payment_terms name",
    "customer": "external_id currency name",
    "deduct_wallet": "amount idempotency_key",
    "event": "event_id customer_id agent_id action_type signal_code quantity attributes timestamp",
    "finalize_invoice": "",
    "invoice": "customer_id contract_id issue_date due_date line_items currency tax_rate taxes auto_finalize "
    "billing_period_from billing_period_to",
    "invoice_line_item": "subtotal_cents discount_cents tax_cents total_cents period_from period_to sort_order",
    "invoice_tax": "tax_amount",
    "payment": "customer_id invoice_id amount currency status",
    "plan": "name code currency billing_period trial_available trial_days",
    "plan_agent_action": "agent_action_id billable_signal_id pricing_model unit_price package_size package_price "
    "included_units minimum_commitment overage_allowed tiers",
    "plan_charge": "charge_name charge_code charge_type amount",
    "preview_invoice": "customer_id contract_id",
    "pricing_tier": "tier_order start_unit end_unit price_per_unit flat_fee",
    "refund_payment": "amount",
    "signal": "signal_name signal_code signal_type aggregation_type unit_label value_field status",
    "top_up_wallet": "amount credit_amount idempotency_key",
    "track_events_request": "events",
    "wallet": "customer_id name currency conversion_rate initial_credits auto_recharge_enabled "
    "auto_recharge_threshold auto_recharge_amount allow_negative_balance",
}


def thing_of(schema: str) -> str:
    """Name of the thing whose fields a schema has: `customer` for `CreateCustomerOptions`."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", schema.removesuffix("Options")).lower()
    name = re.sub(r"^(create|update)_", "", name)
    return {"agent_action": "action"}.get(name, name)


FIELDS = {
    f"{thing_of(name)}.{field}"
    for name, schema in SCHEMAS.items()
    if schema.get("additionalProperties") is False
    for field in schema["properties"]
}


def test_each_field_of_a_request_has_an_effect_or_is_named_on_the_page() -> None:
    everywhere = {name.removeprefix("*.") for name in NAMED if name.startswith("*.")}
    named = {name for name in FIELDS if name.rpartition(".")[2] in everywhere} | (set(NAMED) & FIELDS)
    effective = {f"{thing}.{field}" for thing, fields in EFFECTIVE.items() for field in fields.split()}
    assert named | effective == FIELDS
    assert not named & effective


def test_the_page_names_only_fields_of_the_contract_each_once() -> None:
    assert len(NAMED) == len(set(NAMED)) > 40
    fields = FIELDS | {f"*.{name.rpartition('.')[2]}" for name in FIELDS}
    assert [name for name in NAMED if name not in fields] == []


@pytest.mark.parametrize("is_filled", [False, True])
def test_what_the_page_names_changes_no_bill(own_server: MockCoobird, is_filled: bool) -> None:
    notes: dict[str, Any] = {"metadata": {"a": 1}, "description": "D"} if is_filled else {}
    with Shop(own_server.url) as shop:
        if is_filled:
            shop.changed(f"/agents/{shop.agent_id}", status="archived", tags=["t"], config={"c": 1}, **notes)
            kind = {"target_audience": "human", "category": "addon", "plan_type": "trial", "status": "draft"}
            parent = shop.made("/plans", name="Parent", code="parent")["id"]
            shop.changed(f"/plans/{shop.plan_id}", **kind, parent_plan_id=parent, **notes)
        shop.priced()
        if is_filled:
            action = shop.got(f"/agents/{shop.agent_id}/actions")["data"][0]["id"]
            value = {"fte_equivalent": 2, "revenue_per_unit": 5, "default_price_cents": 77}
            shop.changed(f"/agents/{shop.agent_id}/actions/{action}", value=value)
        often = {"billing_frequency": "daily"} if is_filled else {}
        shop.charge("one_time", 700, charge_code="setup", **often)
        shop.charge("usage_based", 3, charge_code="unit", **often)
        contract_id = shop.contract(**({"collection_method": "send_invoice"} | notes if is_filled else {}))
        if is_filled:
            changed = {"status": "suspended", "type": "individual", "email": "a@b.test", "phone": "1"}
            shop.changed(f"/customers/{shop.customer_id}", **changed, metadata={"a": 1})
        shop.used("2026-04-02", "2026-04-03", metadata={"note": 1} if is_filled else {})
        shop.used("2026-04-02", code="unit")
        assert [line["total_cents"] for line in shop.preview()["line_items"]] == [20, 700, 3]
        invoice = shop.billed(contract_id, 201, auto_finalize=True)
        paid = shop.made("/payments", customer_id=shop.customer_id, invoice_id=invoice["id"], amount=723)["id"]
        shop.changed(f"/payments/{paid}", status="completed")
        resumed = {"resume_date": "2026-04-15", "suspend_reason": "r"} if is_filled else {}
        shop.act(contract_id, "suspend", **resumed)
        assert shop.got(f"/contracts/{contract_id}")["status"] == "suspended"
        refund = {"refund_type": "full", "reason": "r"} if is_filled else {}
        shop.act(contract_id, "cancel", cancellation_type="immediate", **refund)
        assert shop.got(f"/payments/{paid}")["refunded_amount"] == 0
        assert shop.got(f"/invoices/{invoice['id']}") == {**invoice, "status": "finalized"}
