"""Things that must exist before a test begins, made through the client.

By default each thing is valid and different from all others.
"""

from itertools import count
from typing import Any

from coobird import (
    AgentActionResponse,
    AgentResponse,
    ContractResponse,
    Coomon,
    CustomerResponse,
    InvoiceResponse,
    PaymentResponse,
    PlanAgentActionResponse,
    PlanChargeResponse,
    PlanResponse,
    PricingTierResponse,
    SignalResponse,
    WalletResponse,
)


def line(**fields: Any) -> dict[str, Any]:
    """A line of an invoice over 10.00, without tax."""
    amounts = {"quantity": 2, "unit_price_cents": 500, "subtotal_cents": 1000, "total_cents": 1000}
    return {"description": "Support", **amounts, **fields}


class Given:
    """One method per kind of thing; each takes the options of the operation that makes it."""

    def __init__(self, coomon: Coomon, *, prefix: str = "") -> None:
        self._coomon = coomon
        self._prefix = prefix
        self._numbers = count(1)

    def code(self, word: str) -> str:
        """A code that nothing else of this tenant has; `prefix` keeps several makers apart."""
        return f"{self._prefix}{word}_{next(self._numbers)}"

    def customer(self, **options: Any) -> CustomerResponse:
        return self._coomon.create_customer(**{"name": "Acme", "type": "company", **options})

    def signal(self, **options: Any) -> SignalResponse:
        names = {"signal_name": "Calls", "signal_code": self.code("calls"), "signal_type": "billable"}
        return self._coomon.create_signal(**{**names, **options})

    def cost_signal(self) -> SignalResponse:
        return self.signal(signal_type="cost")

    def agent(self, **options: Any) -> AgentResponse:
        return self._coomon.create_agent(**{"name": "Helper", **options})

    def billable_signal(self, **fields: Any) -> dict[str, Any]:
        names = {"signal_name": "Answers", "signal_code": self.code("answers"), "aggregation_type": "count"}
        return {**names, **fields}

    def action(self, agent_id: str | None = None, **options: Any) -> AgentActionResponse:
        names = {"action_name": "Answer", "action_type": "task", "billable_signal": self.billable_signal()}
        return self._coomon.create_agent_action(agent_id or self.agent().id, **{**names, **options})

    def plan(self, **options: Any) -> PlanResponse:
        return self._coomon.create_plan(**{"name": "Basic", "code": self.code("basic"), **options})

    def charge(self, plan_id: str | None = None, **options: Any) -> PlanChargeResponse:
        names = {"charge_name": "Platform", "charge_code": self.code("platform")}
        amount = {"charge_type": "recurring", "amount": 4900}
        return self._coomon.create_plan_charge(plan_id or self.plan().id, **{**names, **amount, **options})

    def price(self, plan_id: str | None = None, **options: Any) -> PlanAgentActionResponse:
        if "agent_action_id" not in options:
            options["agent_action_id"] = self.action().id
        return self._coomon.create_plan_agent_action(
            plan_id or self.plan().id, **{"pricing_model": "per_unit", "unit_price": 2.5, **options}
        )

    def tier(self, price: PlanAgentActionResponse, **options: Any) -> PricingTierResponse:
        bounds = {"tier_order": 1, "start_unit": 1, "end_unit": 100, "price_per_unit": 2}
        return self._coomon.create_plan_agent_action_tier(price.plan_id, price.id, **{**bounds, **options})

    def contract(self, **options: Any) -> ContractResponse:
        if "plan_id" not in options:
            options["plan_id"] = self.plan().id
        if "customer_id" not in options:
            options["customer_id"] = self.customer().id
        return self._coomon.create_contract(**{"name": "Frame", "start_date": "2026-01-01", **options})

    def active_contract(self, **options: Any) -> ContractResponse:
        return self._coomon.activate_contract(self.contract(**options).id, activation_date="2026-01-01")

    def payment(self, **options: Any) -> PaymentResponse:
        if "customer_id" not in options:
            options["customer_id"] = self.customer().id
        return self._coomon.create_payment(**{"amount": 5000, **options})

    def completed_payment(self, **options: Any) -> PaymentResponse:
        return self._coomon.update_payment(self.payment(**options).id, status="completed")

    def invoice(self, **options: Any) -> InvoiceResponse:
        if "customer_id" not in options:
            options["customer_id"] = self.customer().id
        return self._coomon.create_invoice(**{"issue_date": "2026-04-01", "line_items": [line()], **options})

    def finalized_invoice(self, **options: Any) -> InvoiceResponse:
        return self.invoice(auto_finalize=True, **options)

    def wallet(self, **options: Any) -> WalletResponse:
        if "customer_id" not in options:
            options["customer_id"] = self.customer().id
        return self._coomon.create_wallet(**{"name": "Credits", **options})
