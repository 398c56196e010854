# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, read_list, write
from .contract_agent_action import ContractAgentAction
from .contract_charge import ContractCharge


@attrs.define(kw_only=True)
class ContractResponse:
    """A contract, with the pricing that it copied from its plan.

    Attributes:
        id: The contract's id.
        plan_id: The plan whose pricing was copied.
        customer_id: The customer who is billed.
        name: The name to show.
        description: Description of the contract.
        status: The state. Known values: `draft`, `active`, `suspended`, `cancelled`.
        start_date: The first day of the contract.
        end_date: The last day of the contract; `None` if it is open-ended.
        billing_interval: Billing interval. Known values: `daily`, `weekly`, `monthly`,
            `quarterly`, `semi_annual` (only as the plan's billing period), `annual`.
        currency: Currency of the bills as an ISO 4217 code.
        collection_method: Collection of the money. Known values: `charge_automatically`,
            `send_invoice`.
        payment_terms: Days that the customer has to pay an invoice.
        metadata: Notes of your own; empty if there are none.
        agent_actions: The prices of agent actions, copied from the plan when the contract was
            created.
        charges: The charges, copied from the plan when the contract was created.
        current_period_start: The first day of the current billing period; `None` unless the
            contract is `active`.
        current_period_end: The last day of the current billing period; `None` unless the
            contract is `active`.
        activation_date: The first day that is billed; `None` for a draft.
        suspend_reason: Reason for the suspension; `None` unless it is suspended.
        resume_date: The day on which the contract is meant to continue; `None` unless it is
            suspended.
        cancellation_type: Kind of the cancellation. Known values: `immediate`, `end_of_period`.
        cancellation_date: The first day without the contract. It may be in the future: `status`
            stays as it was until then.
        refund_type: Refund of the charges. Known values: `none`, `prorated`, `full`.
        cancel_reason: Reason for the cancellation.
        created_at: Time at which the contract was created (UTC).
        updated_at: Time of the last change of the contract (UTC).
    """

    id: str
    plan_id: str
    customer_id: str
    name: str
    description: str | None
    status: str
    start_date: datetime.date
    end_date: datetime.date | None
    billing_interval: str
    currency: str
    collection_method: str
    payment_terms: int
    metadata: dict[str, Any]
    agent_actions: list[ContractAgentAction]
    charges: list[ContractCharge]
    current_period_start: datetime.date | None
    current_period_end: datetime.date | None
    activation_date: datetime.date | None
    suspend_reason: str | None
    resume_date: datetime.date | None
    cancellation_type: str | None
    cancellation_date: datetime.date | None
    refund_type: str | None
    cancel_reason: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                **self.additional_properties,
                "id": self.id,
                "plan_id": self.plan_id,
                "customer_id": self.customer_id,
                "name": self.name,
                "description": self.description,
                "status": self.status,
                "start_date": self.start_date,
                "end_date": self.end_date,
                "billing_interval": self.billing_interval,
                "currency": self.currency,
                "collection_method": self.collection_method,
                "payment_terms": self.payment_terms,
                "metadata": self.metadata,
                "agent_actions": self.agent_actions,
                "charges": self.charges,
                "current_period_start": self.current_period_start,
                "current_period_end": self.current_period_end,
                "activation_date": self.activation_date,
                "suspend_reason": self.suspend_reason,
                "resume_date": self.resume_date,
                "cancellation_type": self.cancellation_type,
                "cancellation_date": self.cancellation_date,
                "refund_type": self.refund_type,
                "cancel_reason": self.cancel_reason,
                "created_at": self.created_at,
                "updated_at": self.updated_at,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            plan_id=fields.pop("plan_id"),
            customer_id=fields.pop("customer_id"),
            name=fields.pop("name"),
            description=fields.pop("description"),
            status=fields.pop("status"),
            start_date=read(datetime.date.fromisoformat, fields.pop("start_date")),
            end_date=read(datetime.date.fromisoformat, fields.pop("end_date")),
            billing_interval=fields.pop("billing_interval"),
            currency=fields.pop("currency"),
            collection_method=fields.pop("collection_method"),
            payment_terms=fields.pop("payment_terms"),
            metadata=fields.pop("metadata"),
            agent_actions=read_list(ContractAgentAction.from_dict, fields.pop("agent_actions")),
            charges=read_list(ContractCharge.from_dict, fields.pop("charges")),
            current_period_start=read(
                datetime.date.fromisoformat, fields.pop("current_period_start")
            ),
            current_period_end=read(datetime.date.fromisoformat, fields.pop("current_period_end")),
            activation_date=read(datetime.date.fromisoformat, fields.pop("activation_date")),
            suspend_reason=fields.pop("suspend_reason"),
            resume_date=read(datetime.date.fromisoformat, fields.pop("resume_date")),
            cancellation_type=fields.pop("cancellation_type"),
            cancellation_date=read(datetime.date.fromisoformat, fields.pop("cancellation_date")),
            refund_type=fields.pop("refund_type"),
            cancel_reason=fields.pop("cancel_reason"),
            created_at=read(datetime.datetime.fromisoformat, fields.pop("created_at")),
            updated_at=read(datetime.datetime.fromisoformat, fields.pop("updated_at")),
        )
        model.additional_properties = fields
        return model
