"""Kinds of documents and their references: the tables that the generic operations use."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from coobird.mock.state.tables import Columns


class Resource(NamedTuple):
    """One kind of document: the facts that its schema in the contract cannot state."""

    prefix: str
    """Prefix of its ids."""
    name: str | None = None
    """Field that `search` looks into."""
    unique: tuple[str, ...] = ()
    """Fields whose values must differ within the tenant (within the parent, if there is one)."""
    parent: str | None = None
    """Field with the parent's id, named as in the path."""
    references: Mapping[str, str] = {}
    """Fields that hold an id, and the kind of document with that id."""
    used_by: tuple[tuple[str, str], ...] = ()
    """Kinds and fields that mention a document of this kind; `list[]` and `list[].field` are inside
    lists. A document that is mentioned cannot be deleted."""
    owns: tuple[tuple[str, str], ...] = ()
    """Kinds of documents that are deleted together with their owner, and the field with its id."""
    defaults: Mapping[str, Any] = {}
    """Values of a new document for fields that the request left out and that cannot be null."""
    filters: Mapping[str, str] = {}
    """Queries of its list whose name differs from the field that they compare."""
    indexed: tuple[str, ...] = ()
    """Further fields that are searched often."""
    computed: tuple[str, ...] = ()
    """Fields of an answer that are not stored, so that no list can be sorted by them."""


RESOURCES: dict[str, Resource] = {
    "customer": Resource(
        prefix="cust",
        name="name",
        unique=("external_id",),
        used_by=tuple((kind, "customer_id") for kind in ("contract", "wallet", "invoice", "payment")),
        defaults={"status": "active"},
        indexed=("status", "type"),
    ),
    "agent": Resource(
        prefix="agent",
        name="name",
        unique=("external_id",),
        owns=(("agent_action", "agent_id"),),
        defaults={"status": "draft"},
        indexed=("status",),
    ),
    "agent_action": Resource(
        prefix="action",
        name="action_name",
        parent="agent_id",
        used_by=(("plan_agent_action", "agent_action_id"), ("contract", "agent_actions[].agent_action_id")),
        indexed=("agent_id", "action_type", "billable_signal_id"),
    ),
    "signal": Resource(
        prefix="signal",
        name="signal_name",
        unique=("signal_code",),
        used_by=(
            ("agent_action", "billable_signal_id"),
            ("agent_action", "cost_signal_ids[]"),
            ("plan_agent_action", "billable_signal_id"),
            ("contract", "agent_actions[].billable_signal_id"),
        ),
        owns=(("signal_code", "signal_id"),),
        defaults={"status": "active", "aggregation_type": "count"},
        indexed=("signal_type", "status"),
    ),
    # History of the codes of signals, which no operation shows. `after` is the `seq` of the last
    # event before the signal took the code.
    "signal_code": Resource(prefix="code", indexed=("signal_id", "signal_code")),
    "plan": Resource(
        prefix="plan",
        name="name",
        unique=("code",),
        references={"parent_plan_id": "plan"},
        used_by=(("contract", "plan_id"), ("plan", "parent_plan_id")),
        owns=(("plan_charge", "plan_id"), ("plan_agent_action", "plan_id")),
        defaults={
            "target_audience": "both",
            "currency": "USD",
            "category": "plan",
            "plan_type": "standard",
            "billing_period": "monthly",
            "trial_available": False,
            "trial_days": 0,
            "status": "active",
        },
        filters={"type": "plan_type"},
        indexed=("status", "plan_type", "parent_plan_id"),
    ),
    "plan_charge": Resource(prefix="charge", unique=("charge_code",), parent="plan_id", indexed=("plan_id",)),
    "plan_agent_action": Resource(
        prefix="price",
        parent="plan_id",
        references={"agent_action_id": "agent_action", "billable_signal_id": "signal"},
        defaults={"included_units": 0, "minimum_commitment": 0, "overage_allowed": True},
        indexed=("plan_id", "agent_action_id", "billable_signal_id"),
    ),
    "contract": Resource(
        prefix="contract",
        references={"plan_id": "plan", "customer_id": "customer"},
        defaults={"collection_method": "charge_automatically", "payment_terms": 30, "status": "draft"},
        indexed=("status", "customer_id", "plan_id", "cancellation_date"),
        computed=("current_period_start", "current_period_end"),
    ),
    "payment": Resource(
        prefix="pay",
        references={"customer_id": "customer", "invoice_id": "invoice"},
        owns=(("refund", "payment_id"),),
        defaults={"status": "pending", "refunded_amount": 0},
        indexed=("status", "customer_id", "contract_id", "invoice_id"),
    ),
    "refund": Resource(prefix="refund", indexed=("payment_id",)),
    "invoice": Resource(
        prefix="inv",
        references={"customer_id": "customer", "contract_id": "contract"},
        defaults={"status": "draft"},
        indexed=("status", "customer_id"),
    ),
    # Invoices that billing runs made: the priced days, and the cents of each price and charge.
    "billing_run": Resource(prefix="run", indexed=("contract_id",)),
    "wallet": Resource(
        prefix="wallet",
        references={"customer_id": "customer"},
        defaults={
            "status": "active",
            "conversion_rate": 1,
            "auto_recharge_enabled": False,
            "allow_negative_balance": False,
        },
        indexed=("customer_id",),
    ),
    "wallet_transaction": Resource(prefix="txn", indexed=("wallet_id",)),
}

# Prefixes of all ids: those of documents, and of parts of documents that have an id.
PREFIXES = {kind: resource.prefix for kind, resource in RESOURCES.items()} | {
    "pricing_tier": "tier",
    "contract_agent_action": "cprice",
    "contract_charge": "ccharge",
    "line_item": "line",
    "invoice_tax": "tax",
}


def columns() -> dict[str, Columns]:
    """By kind, the fields that get a column: those that are compared or searched."""
    return {
        kind: Columns(
            indexed=tuple(sorted({"created_at", *resource.unique, *resource.indexed})),
            plain=(resource.name,) if resource.name else (),
        )
        for kind, resource in RESOURCES.items()
    }
