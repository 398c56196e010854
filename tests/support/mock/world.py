"""A document of each kind, and a valid request for each operation of the contract."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from coobird.mock.contract.spec import Operation, Spec
from tests.support.mock.api import Api, event

LINE = {"description": "API", "quantity": 10, "unit_price_cents": 5, "subtotal_cents": 50, "total_cents": 50}


class Request(NamedTuple):
    """One request below the base path."""

    operation: Operation
    path: str
    body: dict[str, Any] | None


def signal(code: str) -> dict[str, Any]:
    return {"signal_name": code.title(), "signal_code": code, "aggregation_type": "count"}


def action(code: str) -> dict[str, Any]:
    return {"action_name": code.title(), "action_type": "task", "billable_signal": signal(code)}


class World:
    """A customer with a contract, an invoice, a payment and a wallet, and a priced agent action."""

    def __init__(self, api: Api) -> None:
        self.customer = api.customer()["id"]
        self.cost_signal = api.made("/signals", **signal("llm") | {"signal_type": "cost"})["id"]
        self.agent = api.made("/agents", name="Agent")["id"]
        self.action = api.made(f"/agents/{self.agent}/actions", **action("search"))["id"]
        self.plan = api.made("/plans", name="Pro", code="pro")["id"]
        charge = {"charge_name": "Fee", "charge_code": "fee", "charge_type": "recurring", "amount": 9900}
        self.charge = api.made(f"/plans/{self.plan}/charges", **charge)["id"]
        tier = {"tier_order": 1, "start_unit": 0, "price_per_unit": 10}
        tiered = {"agent_action_id": self.action, "pricing_model": "tiered", "tiers": [tier]}
        price = api.made(f"/plans/{self.plan}/agent-actions", **tiered)
        self.price, self.tier = price["id"], price["tiers"][0]["id"]
        bound = {"plan_id": self.plan, "customer_id": self.customer, "name": "Contract", "start_date": "2026-01-01"}
        self.contract = api.made("/contracts", **bound)["id"]
        billed = {"customer_id": self.customer, "issue_date": "2026-04-01", "line_items": [LINE]}
        self.invoice = api.made("/invoices", **billed)["id"]
        self.payment = api.made("/payments", customer_id=self.customer, amount=100)["id"]
        api.changed(f"/payments/{self.payment}", status="completed")
        self.wallet = api.made("/wallets", customer_id=self.customer, name="Main", initial_credits=100)["id"]

    def requests(self, spec: Spec) -> Iterator[Request]:
        """Requests for all operations, in an order in which each of them succeeds."""
        bodies = self._bodies()
        last = ("suspend_contract", "cancel_contract", "finalize_invoice", "void_invoice")
        operations = sorted(
            spec.operations.values(), key=lambda each: last.index(each.id) + 1 if each.id in last else 0
        )
        for operation in (each for each in operations if each.method != "DELETE"):
            yield Request(operation, self.path(operation), bodies.get(operation.id))
        for name in ("tier", "price", "charge", "payment", "signal", "agent_action", "agent", "plan", "customer"):
            yield from (
                Request(operation, self.path(operation), None)
                for operation in spec.operations.values()
                if operation.method == "DELETE" and operation.id in _DELETES[name]
            )

    def path(self, operation: Operation) -> str:
        is_price = operation.tag != "agent_actions" and "/plans/" in operation.path
        values = {
            "customer_id": self.customer,
            "contract_id": self.contract,
            "agent_id": self.agent,
            "action_id": self.price if is_price else self.action,
            "plan_id": self.plan,
            "charge_id": self.charge,
            "tier_id": self.tier,
            "signal_id": self.cost_signal,
            "payment_id": self.payment,
            "invoice_id": self.invoice,
            "wallet_id": self.wallet,
        }
        return operation.path.format(**values)

    def _bodies(self) -> dict[str, dict[str, Any]]:
        return {
            "track_events": {"events": [event("w1", customer_id=self.customer, agent_id=self.agent)]},
            "create_customer": {"name": "Bolt", "type": "agent"},
            "update_customer": {"email": "a@b.test"},
            "create_contract": {
                "plan_id": self.plan,
                "customer_id": self.customer,
                "name": "Second",
                "start_date": "2026-01-01",
            },
            "update_contract": {"description": "d"},
            "activate_contract": {},
            "suspend_contract": {"suspend_reason": "r"},
            "cancel_contract": {"cancellation_type": "immediate"},
            "create_agent": {"name": "Other"},
            "create_agent_with_actions": {"agent": {"name": "Third"}, "actions": [action("third")]},
            "update_agent": {"tags": ["t"]},
            "create_agent_action": action("second") | {"cost_signal_ids": []},
            "update_agent_action": {"description": "d", "add_cost_signal_ids": [self.cost_signal]},
            "create_plan": {"name": "Add-on", "code": "addon", "parent_plan_id": self.plan},
            "update_plan": {"trial_days": 3},
            "create_plan_charge": {
                "charge_name": "Seat",
                "charge_code": "seat",
                "charge_type": "seat_based",
                "amount": 1,
            },
            "update_plan_charge": {"amount": 2},
            "create_plan_agent_action": {
                "agent_action_id": self.action,
                "pricing_model": "per_unit",
                "unit_price": 0.5,
            },
            "update_plan_agent_action": {"included_units": 5},
            "create_plan_agent_action_tier": {"tier_order": 2, "start_unit": 100, "price_per_unit": 1},
            "update_plan_agent_action_tier": {"flat_fee": 1},
            "create_signal": signal("fresh") | {"signal_type": "billable"},
            "update_signal": {"unit_label": "u"},
            "create_payment": {"customer_id": self.customer, "amount": 5},
            "update_payment": {"notes": "n"},
            "refund_payment": {"amount": 1},
            "create_invoice": {"customer_id": self.customer, "issue_date": "2026-05-01", "line_items": [LINE]},
            "update_invoice": {"notes": "n"},
            "finalize_invoice": {},
            "void_invoice": {"reason": "r"},
            "preview_invoice": {"customer_id": self.customer},
            "create_wallet": {"customer_id": self.customer, "name": "Second"},
            "top_up_wallet": {"amount": 5},
            "deduct_wallet": {"amount": 1},
        }


_DELETES = {
    "tier": ("delete_plan_agent_action_tier",),
    "price": ("delete_plan_agent_action",),
    "charge": ("delete_plan_charge",),
    "payment": ("delete_payment",),
    "signal": ("delete_signal",),
    "agent_action": ("delete_agent_action",),
    "agent": ("delete_agent",),
    "plan": ("delete_plan",),
    "customer": ("delete_customer",),
}
