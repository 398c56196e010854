# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The objects, enumerations and queries of the API. An object is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from .sort_order import SortOrder

if TYPE_CHECKING:
    from .action_type import ActionType
    from .action_value import ActionValue
    from .action_value_options import ActionValueOptions
    from .activate_contract_options import ActivateContractOptions
    from .agent_action_list_response import AgentActionListResponse
    from .agent_action_response import AgentActionResponse
    from .agent_list_response import AgentListResponse
    from .agent_response import AgentResponse
    from .agent_status import AgentStatus
    from .aggregation_type import AggregationType
    from .batch_track_response import BatchTrackResponse
    from .billable_signal import BillableSignal
    from .billable_signal_options import BillableSignalOptions
    from .billing_interval import BillingInterval
    from .billing_period import BillingPeriod
    from .cancel_contract_options import CancelContractOptions
    from .cancellation_type import CancellationType
    from .charge_type import ChargeType
    from .collection_method import CollectionMethod
    from .contract_agent_action import ContractAgentAction
    from .contract_charge import ContractCharge
    from .contract_list_response import ContractListResponse
    from .contract_response import ContractResponse
    from .create_agent_action_options import CreateAgentActionOptions
    from .create_agent_options import CreateAgentOptions
    from .create_agent_with_actions_options import CreateAgentWithActionsOptions
    from .create_contract_options import CreateContractOptions
    from .create_customer_options import CreateCustomerOptions
    from .create_invoice_line_item_options import CreateInvoiceLineItemOptions
    from .create_invoice_options import CreateInvoiceOptions
    from .create_invoice_tax_options import CreateInvoiceTaxOptions
    from .create_payment_options import CreatePaymentOptions
    from .create_plan_agent_action_options import CreatePlanAgentActionOptions
    from .create_plan_charge_options import CreatePlanChargeOptions
    from .create_plan_options import CreatePlanOptions
    from .create_pricing_tier_options import CreatePricingTierOptions
    from .create_signal_options import CreateSignalOptions
    from .create_wallet_options import CreateWalletOptions
    from .credit_type import CreditType
    from .customer_list_response import CustomerListResponse
    from .customer_response import CustomerResponse
    from .customer_status import CustomerStatus
    from .customer_type import CustomerType
    from .deduct_wallet_options import DeductWalletOptions
    from .event import Event
    from .finalize_invoice_options import FinalizeInvoiceOptions
    from .invoice_action_response import InvoiceActionResponse
    from .invoice_line_item import InvoiceLineItem
    from .invoice_list_response import InvoiceListResponse
    from .invoice_preview_response import InvoicePreviewResponse
    from .invoice_response import InvoiceResponse
    from .invoice_tax import InvoiceTax
    from .pagination import Pagination
    from .payment_list_response import PaymentListResponse
    from .payment_method import PaymentMethod
    from .payment_response import PaymentResponse
    from .plan_agent_action_response import PlanAgentActionResponse
    from .plan_category import PlanCategory
    from .plan_charge_response import PlanChargeResponse
    from .plan_list_response import PlanListResponse
    from .plan_response import PlanResponse
    from .plan_type import PlanType
    from .preview_invoice_options import PreviewInvoiceOptions
    from .pricing_tier_response import PricingTierResponse
    from .problem import Problem
    from .problem_field import ProblemField
    from .refund_payment_options import RefundPaymentOptions
    from .refund_response import RefundResponse
    from .refund_type import RefundType
    from .signal_list_response import SignalListResponse
    from .signal_response import SignalResponse
    from .signal_type import SignalType
    from .suspend_contract_options import SuspendContractOptions
    from .target_audience import TargetAudience
    from .top_up_wallet_options import TopUpWalletOptions
    from .track_event_response import TrackEventResponse
    from .track_events_request import TrackEventsRequest
    from .update_action_value_options import UpdateActionValueOptions
    from .update_agent_action_options import UpdateAgentActionOptions
    from .update_agent_options import UpdateAgentOptions
    from .update_billable_signal_options import UpdateBillableSignalOptions
    from .update_contract_options import UpdateContractOptions
    from .update_customer_options import UpdateCustomerOptions
    from .update_invoice_options import UpdateInvoiceOptions
    from .update_payment_options import UpdatePaymentOptions
    from .update_plan_agent_action_options import UpdatePlanAgentActionOptions
    from .update_plan_charge_options import UpdatePlanChargeOptions
    from .update_plan_options import UpdatePlanOptions
    from .update_pricing_tier_options import UpdatePricingTierOptions
    from .update_signal_options import UpdateSignalOptions
    from .void_invoice_options import VoidInvoiceOptions
    from .wallet_balance_response import WalletBalanceResponse
    from .wallet_response import WalletResponse
    from .wallet_transaction_response import WalletTransactionResponse

__all__ = (
    "ActionType",
    "ActionValue",
    "ActionValueOptions",
    "ActivateContractOptions",
    "AgentActionListResponse",
    "AgentActionResponse",
    "AgentListResponse",
    "AgentResponse",
    "AgentStatus",
    "AggregationType",
    "BatchTrackResponse",
    "BillableSignal",
    "BillableSignalOptions",
    "BillingInterval",
    "BillingPeriod",
    "CancelContractOptions",
    "CancellationType",
    "ChargeType",
    "CollectionMethod",
    "ContractAgentAction",
    "ContractCharge",
    "ContractListResponse",
    "ContractResponse",
    "CreateAgentActionOptions",
    "CreateAgentOptions",
    "CreateAgentWithActionsOptions",
    "CreateContractOptions",
    "CreateCustomerOptions",
    "CreateInvoiceLineItemOptions",
    "CreateInvoiceOptions",
    "CreateInvoiceTaxOptions",
    "CreatePaymentOptions",
    "CreatePlanAgentActionOptions",
    "CreatePlanChargeOptions",
    "CreatePlanOptions",
    "CreatePricingTierOptions",
    "CreateSignalOptions",
    "CreateWalletOptions",
    "CreditType",
    "CustomerListResponse",
    "CustomerResponse",
    "CustomerStatus",
    "CustomerType",
    "DeductWalletOptions",
    "Event",
    "FinalizeInvoiceOptions",
    "InvoiceActionResponse",
    "InvoiceLineItem",
    "InvoiceListResponse",
    "InvoicePreviewResponse",
    "InvoiceResponse",
    "InvoiceTax",
    "ListAgentActionsQuery",
    "ListAgentsQuery",
    "ListContractsQuery",
    "ListCustomersQuery",
    "ListInvoicesQuery",
    "ListPaymentsQuery",
    "ListPlansQuery",
    "ListSignalsQuery",
    "Pagination",
    "PaymentListResponse",
    "PaymentMethod",
    "PaymentResponse",
    "PlanAgentActionResponse",
    "PlanCategory",
    "PlanChargeResponse",
    "PlanListResponse",
    "PlanResponse",
    "PlanType",
    "PreviewInvoiceOptions",
    "PricingTierResponse",
    "Problem",
    "ProblemField",
    "RefundPaymentOptions",
    "RefundResponse",
    "RefundType",
    "SignalListResponse",
    "SignalResponse",
    "SignalType",
    "SortOrder",
    "SuspendContractOptions",
    "TargetAudience",
    "TopUpWalletOptions",
    "TrackEventResponse",
    "TrackEventsRequest",
    "UpdateActionValueOptions",
    "UpdateAgentActionOptions",
    "UpdateAgentOptions",
    "UpdateBillableSignalOptions",
    "UpdateContractOptions",
    "UpdateCustomerOptions",
    "UpdateInvoiceOptions",
    "UpdatePaymentOptions",
    "UpdatePlanAgentActionOptions",
    "UpdatePlanChargeOptions",
    "UpdatePlanOptions",
    "UpdatePricingTierOptions",
    "UpdateSignalOptions",
    "VoidInvoiceOptions",
    "WalletBalanceResponse",
    "WalletResponse",
    "WalletTransactionResponse",
)

_MODULES = {
    "ActionType": "action_type",
    "ActionValue": "action_value",
    "ActionValueOptions": "action_value_options",
    "ActivateContractOptions": "activate_contract_options",
    "AgentActionListResponse": "agent_action_list_response",
    "AgentActionResponse": "agent_action_response",
    "AgentListResponse": "agent_list_response",
    "AgentResponse": "agent_response",
    "AgentStatus": "agent_status",
    "AggregationType": "aggregation_type",
    "BatchTrackResponse": "batch_track_response",
    "BillableSignal": "billable_signal",
    "BillableSignalOptions": "billable_signal_options",
    "BillingInterval": "billing_interval",
    "BillingPeriod": "billing_period",
    "CancelContractOptions": "cancel_contract_options",
    "CancellationType": "cancellation_type",
    "ChargeType": "charge_type",
    "CollectionMethod": "collection_method",
    "ContractAgentAction": "contract_agent_action",
    "ContractCharge": "contract_charge",
    "ContractListResponse": "contract_list_response",
    "ContractResponse": "contract_response",
    "CreateAgentActionOptions": "create_agent_action_options",
    "CreateAgentOptions": "create_agent_options",
    "CreateAgentWithActionsOptions": "create_agent_with_actions_options",
    "CreateContractOptions": "create_contract_options",
    "CreateCustomerOptions": "create_customer_options",
    "CreateInvoiceLineItemOptions": "create_invoice_line_item_options",
    "CreateInvoiceOptions": "create_invoice_options",
    "CreateInvoiceTaxOptions": "create_invoice_tax_options",
    "CreatePaymentOptions": "create_payment_options",
    "CreatePlanAgentActionOptions": "create_plan_agent_action_options",
    "CreatePlanChargeOptions": "create_plan_charge_options",
    "CreatePlanOptions": "create_plan_options",
    "CreatePricingTierOptions": "create_pricing_tier_options",
    "CreateSignalOptions": "create_signal_options",
    "CreateWalletOptions": "create_wallet_options",
    "CreditType": "credit_type",
    "CustomerListResponse": "customer_list_response",
    "CustomerResponse": "customer_response",
    "CustomerStatus": "customer_status",
    "CustomerType": "customer_type",
    "DeductWalletOptions": "deduct_wallet_options",
    "Event": "event",
    "FinalizeInvoiceOptions": "finalize_invoice_options",
    "InvoiceActionResponse": "invoice_action_response",
    "InvoiceLineItem": "invoice_line_item",
    "InvoiceListResponse": "invoice_list_response",
    "InvoicePreviewResponse": "invoice_preview_response",
    "InvoiceResponse": "invoice_response",
    "InvoiceTax": "invoice_tax",
    "Pagination": "pagination",
    "PaymentListResponse": "payment_list_response",
    "PaymentMethod": "payment_method",
    "PaymentResponse": "payment_response",
    "PlanAgentActionResponse": "plan_agent_action_response",
    "PlanCategory": "plan_category",
    "PlanChargeResponse": "plan_charge_response",
    "PlanListResponse": "plan_list_response",
    "PlanResponse": "plan_response",
    "PlanType": "plan_type",
    "PreviewInvoiceOptions": "preview_invoice_options",
    "PricingTierResponse": "pricing_tier_response",
    "Problem": "problem",
    "ProblemField": "problem_field",
    "RefundPaymentOptions": "refund_payment_options",
    "RefundResponse": "refund_response",
    "RefundType": "refund_type",
    "SignalListResponse": "signal_list_response",
    "SignalResponse": "signal_response",
    "SignalType": "signal_type",
    "SortOrder": "sort_order",
    "SuspendContractOptions": "suspend_contract_options",
    "TargetAudience": "target_audience",
    "TopUpWalletOptions": "top_up_wallet_options",
    "TrackEventResponse": "track_event_response",
    "TrackEventsRequest": "track_events_request",
    "UpdateActionValueOptions": "update_action_value_options",
    "UpdateAgentActionOptions": "update_agent_action_options",
    "UpdateAgentOptions": "update_agent_options",
    "UpdateBillableSignalOptions": "update_billable_signal_options",
    "UpdateContractOptions": "update_contract_options",
    "UpdateCustomerOptions": "update_customer_options",
    "UpdateInvoiceOptions": "update_invoice_options",
    "UpdatePaymentOptions": "update_payment_options",
    "UpdatePlanAgentActionOptions": "update_plan_agent_action_options",
    "UpdatePlanChargeOptions": "update_plan_charge_options",
    "UpdatePlanOptions": "update_plan_options",
    "UpdatePricingTierOptions": "update_pricing_tier_options",
    "UpdateSignalOptions": "update_signal_options",
    "VoidInvoiceOptions": "void_invoice_options",
    "WalletBalanceResponse": "wallet_balance_response",
    "WalletResponse": "wallet_response",
    "WalletTransactionResponse": "wallet_transaction_response",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class ListCustomersQuery(TypedDict, total=False):
    """The keyword arguments of `list_customers`."""

    status: str
    type: str
    search: str
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListContractsQuery(TypedDict, total=False):
    """The keyword arguments of `list_contracts`."""

    status: str
    customer_id: str
    plan_id: str
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListAgentsQuery(TypedDict, total=False):
    """The keyword arguments of `list_agents`."""

    status: str
    search: str
    has_external_id: bool
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListAgentActionsQuery(TypedDict, total=False):
    """The keyword arguments of `list_agent_actions`."""

    action_type: str
    search: str
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListPlansQuery(TypedDict, total=False):
    """The keyword arguments of `list_plans`."""

    status: str
    search: str
    type: str
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListSignalsQuery(TypedDict, total=False):
    """The keyword arguments of `list_signals`."""

    signal_type: str
    status: str
    search: str
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListPaymentsQuery(TypedDict, total=False):
    """The keyword arguments of `list_payments`."""

    status: str
    customer_id: str
    contract_id: str
    page: int
    limit: int
    sort: str
    order: SortOrder


class ListInvoicesQuery(TypedDict, total=False):
    """The keyword arguments of `list_invoices`."""

    status: str
    customer_id: str
    page: int
    limit: int
    sort: str
    order: SortOrder
