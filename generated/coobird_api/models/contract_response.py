# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, list_of, required, text, write
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
        current_period_start: The first day of the current billing period, also if its first
            days are not billed; `None` unless the contract is `active`.
        current_period_end: The last day of the current billing period, also if the contract
            ends before it; `None` unless the contract is `active`.
        activation_date: The first day that is billed (after a trial, if there is one), or that
            is billed again; `None` if the contract was never activated.
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
        return write(self.additional_properties) | write(
            {
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
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            id=required(cls, fields, "id", text),
            plan_id=required(cls, fields, "plan_id", text),
            customer_id=required(cls, fields, "customer_id", text),
            name=required(cls, fields, "name", text),
            description=required(cls, fields, "description", text, None),
            status=required(cls, fields, "status", text),
            start_date=required(cls, fields, "start_date", datetime.date.fromisoformat),
            end_date=required(cls, fields, "end_date", datetime.date.fromisoformat, None),
            billing_interval=required(cls, fields, "billing_interval", text),
            currency=required(cls, fields, "currency", text),
            collection_method=required(cls, fields, "collection_method", text),
            payment_terms=required(cls, fields, "payment_terms", integer),
            metadata=required(cls, fields, "metadata", json_object),
            agent_actions=required(
                cls, fields, "agent_actions", list_of(ContractAgentAction.from_dict)
            ),
            charges=required(cls, fields, "charges", list_of(ContractCharge.from_dict)),
            current_period_start=required(
                cls, fields, "current_period_start", datetime.date.fromisoformat, None
            ),
            current_period_end=required(
                cls, fields, "current_period_end", datetime.date.fromisoformat, None
            ),
            activation_date=required(
                cls, fields, "activation_date", datetime.date.fromisoformat, None
            ),
            suspend_reason=required(cls, fields, "suspend_reason", text, None),
            resume_date=required(cls, fields, "resume_date", datetime.date.fromisoformat, None),
            cancellation_type=required(cls, fields, "cancellation_type", text, None),
            cancellation_date=required(
                cls, fields, "cancellation_date", datetime.date.fromisoformat, None
            ),
            refund_type=required(cls, fields, "refund_type", text, None),
            cancel_reason=required(cls, fields, "cancel_reason", text, None),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
