# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The objects, enumerations and queries of the API. All but the queries are loaded when they are
first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from .action_type import ActionType
    from .action_value import ActionValue
    from .action_value_options import ActionValueOptions, ActionValueOptionsDict
    from .activate_contract_options import ActivateContractOptions, ActivateContractOptionsDict
    from .agent_action_list_response import AgentActionListResponse
    from .agent_action_response import AgentActionResponse
    from .agent_list_response import AgentListResponse
    from .agent_response import AgentResponse
    from .agent_status import AgentStatus
    from .aggregation_type import AggregationType
    from .batch_track_response import BatchTrackResponse
    from .billable_signal import BillableSignal
    from .billable_signal_options import BillableSignalOptions, BillableSignalOptionsDict
    from .billing_frequency import BillingFrequency
    from .billing_interval import BillingInterval
    from .billing_period import BillingPeriod
    from .cancel_contract_options import CancelContractOptions, CancelContractOptionsDict
    from .cancellation_type import CancellationType
    from .charge_type import ChargeType
    from .collection_method import CollectionMethod
    from .contract_agent_action import ContractAgentAction
    from .contract_charge import ContractCharge
    from .contract_list_response import ContractListResponse
    from .contract_response import ContractResponse
    from .contract_status import ContractStatus
    from .create_agent_action_options import CreateAgentActionOptions, CreateAgentActionOptionsDict
    from .create_agent_options import CreateAgentOptions, CreateAgentOptionsDict
    from .create_agent_with_actions_options import (
        CreateAgentWithActionsOptions,
        CreateAgentWithActionsOptionsDict,
    )
    from .create_contract_options import CreateContractOptions, CreateContractOptionsDict
    from .create_customer_options import CreateCustomerOptions, CreateCustomerOptionsDict
    from .create_invoice_line_item_options import (
        CreateInvoiceLineItemOptions,
        CreateInvoiceLineItemOptionsDict,
    )
    from .create_invoice_options import CreateInvoiceOptions, CreateInvoiceOptionsDict
    from .create_invoice_tax_options import CreateInvoiceTaxOptions, CreateInvoiceTaxOptionsDict
    from .create_payment_options import CreatePaymentOptions, CreatePaymentOptionsDict
    from .create_plan_agent_action_options import (
        CreatePlanAgentActionOptions,
        CreatePlanAgentActionOptionsDict,
    )
    from .create_plan_charge_options import CreatePlanChargeOptions, CreatePlanChargeOptionsDict
    from .create_plan_options import CreatePlanOptions, CreatePlanOptionsDict
    from .create_pricing_tier_options import CreatePricingTierOptions, CreatePricingTierOptionsDict
    from .create_signal_options import CreateSignalOptions, CreateSignalOptionsDict
    from .create_wallet_options import CreateWalletOptions, CreateWalletOptionsDict
    from .credit_type import CreditType
    from .customer_list_response import CustomerListResponse
    from .customer_response import CustomerResponse
    from .customer_status import CustomerStatus
    from .customer_type import CustomerType
    from .deduct_wallet_options import DeductWalletOptions, DeductWalletOptionsDict
    from .event import (
        Event,
        EventDict,
        TrackOptions,
        TrackOutcomeOptions,
        TrackTaskOptions,
        TrackWorkflowOptions,
    )
    from .finalize_invoice_options import FinalizeInvoiceOptions, FinalizeInvoiceOptionsDict
    from .invoice_action_response import InvoiceActionResponse
    from .invoice_line_item import InvoiceLineItem
    from .invoice_list_response import InvoiceListResponse
    from .invoice_preview_response import InvoicePreviewResponse
    from .invoice_response import InvoiceResponse
    from .invoice_status import InvoiceStatus
    from .invoice_tax import InvoiceTax
    from .pagination import Pagination
    from .payment_list_response import PaymentListResponse
    from .payment_method import PaymentMethod
    from .payment_response import PaymentResponse
    from .payment_status import PaymentStatus
    from .plan_agent_action_response import PlanAgentActionResponse
    from .plan_category import PlanCategory
    from .plan_charge_response import PlanChargeResponse
    from .plan_list_response import PlanListResponse
    from .plan_response import PlanResponse
    from .plan_status import PlanStatus
    from .plan_type import PlanType
    from .preview_invoice_options import PreviewInvoiceOptions, PreviewInvoiceOptionsDict
    from .pricing_model import PricingModel
    from .pricing_tier_response import PricingTierResponse
    from .problem import Problem
    from .problem_field import ProblemField
    from .refund_payment_options import RefundPaymentOptions, RefundPaymentOptionsDict
    from .refund_response import RefundResponse
    from .refund_type import RefundType
    from .settable_payment_status import SettablePaymentStatus
    from .signal_list_response import SignalListResponse
    from .signal_response import SignalResponse
    from .signal_status import SignalStatus
    from .signal_type import SignalType
    from .sort_order import SortOrder
    from .suspend_contract_options import SuspendContractOptions, SuspendContractOptionsDict
    from .target_audience import TargetAudience
    from .top_up_wallet_options import TopUpWalletOptions, TopUpWalletOptionsDict
    from .track_event_response import TrackEventResponse
    from .track_events_request import TrackEventsRequest, TrackEventsRequestDict
    from .update_action_value_options import UpdateActionValueOptions, UpdateActionValueOptionsDict
    from .update_agent_action_options import UpdateAgentActionOptions, UpdateAgentActionOptionsDict
    from .update_agent_options import UpdateAgentOptions, UpdateAgentOptionsDict
    from .update_billable_signal_options import (
        UpdateBillableSignalOptions,
        UpdateBillableSignalOptionsDict,
    )
    from .update_contract_options import UpdateContractOptions, UpdateContractOptionsDict
    from .update_customer_options import UpdateCustomerOptions, UpdateCustomerOptionsDict
    from .update_invoice_options import UpdateInvoiceOptions, UpdateInvoiceOptionsDict
    from .update_payment_options import UpdatePaymentOptions, UpdatePaymentOptionsDict
    from .update_plan_agent_action_options import (
        UpdatePlanAgentActionOptions,
        UpdatePlanAgentActionOptionsDict,
    )
    from .update_plan_charge_options import UpdatePlanChargeOptions, UpdatePlanChargeOptionsDict
    from .update_plan_options import UpdatePlanOptions, UpdatePlanOptionsDict
    from .update_pricing_tier_options import UpdatePricingTierOptions, UpdatePricingTierOptionsDict
    from .update_signal_options import UpdateSignalOptions, UpdateSignalOptionsDict
    from .void_invoice_options import VoidInvoiceOptions, VoidInvoiceOptionsDict
    from .wallet_balance_response import WalletBalanceResponse
    from .wallet_response import WalletResponse
    from .wallet_transaction_response import WalletTransactionResponse

__all__ = (
    "ActionType",
    "ActionValue",
    "ActionValueOptions",
    "ActionValueOptionsDict",
    "ActivateContractOptions",
    "ActivateContractOptionsDict",
    "AgentActionListResponse",
    "AgentActionResponse",
    "AgentListResponse",
    "AgentResponse",
    "AgentStatus",
    "AggregationType",
    "BatchTrackResponse",
    "BillableSignal",
    "BillableSignalOptions",
    "BillableSignalOptionsDict",
    "BillingFrequency",
    "BillingInterval",
    "BillingPeriod",
    "CancelContractOptions",
    "CancelContractOptionsDict",
    "CancellationType",
    "ChargeType",
    "CollectionMethod",
    "ContractAgentAction",
    "ContractCharge",
    "ContractListResponse",
    "ContractResponse",
    "ContractStatus",
    "CreateAgentActionOptions",
    "CreateAgentActionOptionsDict",
    "CreateAgentOptions",
    "CreateAgentOptionsDict",
    "CreateAgentWithActionsOptions",
    "CreateAgentWithActionsOptionsDict",
    "CreateContractOptions",
    "CreateContractOptionsDict",
    "CreateCustomerOptions",
    "CreateCustomerOptionsDict",
    "CreateInvoiceLineItemOptions",
    "CreateInvoiceLineItemOptionsDict",
    "CreateInvoiceOptions",
    "CreateInvoiceOptionsDict",
    "CreateInvoiceTaxOptions",
    "CreateInvoiceTaxOptionsDict",
    "CreatePaymentOptions",
    "CreatePaymentOptionsDict",
    "CreatePlanAgentActionOptions",
    "CreatePlanAgentActionOptionsDict",
    "CreatePlanChargeOptions",
    "CreatePlanChargeOptionsDict",
    "CreatePlanOptions",
    "CreatePlanOptionsDict",
    "CreatePricingTierOptions",
    "CreatePricingTierOptionsDict",
    "CreateSignalOptions",
    "CreateSignalOptionsDict",
    "CreateWalletOptions",
    "CreateWalletOptionsDict",
    "CreditType",
    "CustomerListResponse",
    "CustomerResponse",
    "CustomerStatus",
    "CustomerType",
    "DeductWalletOptions",
    "DeductWalletOptionsDict",
    "Event",
    "EventDict",
    "FinalizeInvoiceOptions",
    "FinalizeInvoiceOptionsDict",
    "InvoiceActionResponse",
    "InvoiceLineItem",
    "InvoiceListResponse",
    "InvoicePreviewResponse",
    "InvoiceResponse",
    "InvoiceStatus",
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
    "PaymentStatus",
    "PlanAgentActionResponse",
    "PlanCategory",
    "PlanChargeResponse",
    "PlanListResponse",
    "PlanResponse",
    "PlanStatus",
    "PlanType",
    "PreviewInvoiceOptions",
    "PreviewInvoiceOptionsDict",
    "PricingModel",
    "PricingTierResponse",
    "Problem",
    "ProblemField",
    "RefundPaymentOptions",
    "RefundPaymentOptionsDict",
    "RefundResponse",
    "RefundType",
    "SettablePaymentStatus",
    "SignalListResponse",
    "SignalResponse",
    "SignalStatus",
    "SignalType",
    "SortOrder",
    "SuspendContractOptions",
    "SuspendContractOptionsDict",
    "TargetAudience",
    "TopUpWalletOptions",
    "TopUpWalletOptionsDict",
    "TrackEventResponse",
    "TrackEventsRequest",
    "TrackEventsRequestDict",
    "TrackOptions",
    "TrackOutcomeOptions",
    "TrackTaskOptions",
    "TrackWorkflowOptions",
    "UpdateActionValueOptions",
    "UpdateActionValueOptionsDict",
    "UpdateAgentActionOptions",
    "UpdateAgentActionOptionsDict",
    "UpdateAgentOptions",
    "UpdateAgentOptionsDict",
    "UpdateBillableSignalOptions",
    "UpdateBillableSignalOptionsDict",
    "UpdateContractOptions",
    "UpdateContractOptionsDict",
    "UpdateCustomerOptions",
    "UpdateCustomerOptionsDict",
    "UpdateInvoiceOptions",
    "UpdateInvoiceOptionsDict",
    "UpdatePaymentOptions",
    "UpdatePaymentOptionsDict",
    "UpdatePlanAgentActionOptions",
    "UpdatePlanAgentActionOptionsDict",
    "UpdatePlanChargeOptions",
    "UpdatePlanChargeOptionsDict",
    "UpdatePlanOptions",
    "UpdatePlanOptionsDict",
    "UpdatePricingTierOptions",
    "UpdatePricingTierOptionsDict",
    "UpdateSignalOptions",
    "UpdateSignalOptionsDict",
    "VoidInvoiceOptions",
    "VoidInvoiceOptionsDict",
    "WalletBalanceResponse",
    "WalletResponse",
    "WalletTransactionResponse",
)

_MODULES = {
    "ActionType": "action_type",
    "ActionValue": "action_value",
    "ActionValueOptions": "action_value_options",
    "ActionValueOptionsDict": "action_value_options",
    "ActivateContractOptions": "activate_contract_options",
    "ActivateContractOptionsDict": "activate_contract_options",
    "AgentActionListResponse": "agent_action_list_response",
    "AgentActionResponse": "agent_action_response",
    "AgentListResponse": "agent_list_response",
    "AgentResponse": "agent_response",
    "AgentStatus": "agent_status",
    "AggregationType": "aggregation_type",
    "BatchTrackResponse": "batch_track_response",
    "BillableSignal": "billable_signal",
    "BillableSignalOptions": "billable_signal_options",
    "BillableSignalOptionsDict": "billable_signal_options",
    "BillingFrequency": "billing_frequency",
    "BillingInterval": "billing_interval",
    "BillingPeriod": "billing_period",
    "CancelContractOptions": "cancel_contract_options",
    "CancelContractOptionsDict": "cancel_contract_options",
    "CancellationType": "cancellation_type",
    "ChargeType": "charge_type",
    "CollectionMethod": "collection_method",
    "ContractAgentAction": "contract_agent_action",
    "ContractCharge": "contract_charge",
    "ContractListResponse": "contract_list_response",
    "ContractResponse": "contract_response",
    "ContractStatus": "contract_status",
    "CreateAgentActionOptions": "create_agent_action_options",
    "CreateAgentActionOptionsDict": "create_agent_action_options",
    "CreateAgentOptions": "create_agent_options",
    "CreateAgentOptionsDict": "create_agent_options",
    "CreateAgentWithActionsOptions": "create_agent_with_actions_options",
    "CreateAgentWithActionsOptionsDict": "create_agent_with_actions_options",
    "CreateContractOptions": "create_contract_options",
    "CreateContractOptionsDict": "create_contract_options",
    "CreateCustomerOptions": "create_customer_options",
    "CreateCustomerOptionsDict": "create_customer_options",
    "CreateInvoiceLineItemOptions": "create_invoice_line_item_options",
    "CreateInvoiceLineItemOptionsDict": "create_invoice_line_item_options",
    "CreateInvoiceOptions": "create_invoice_options",
    "CreateInvoiceOptionsDict": "create_invoice_options",
    "CreateInvoiceTaxOptions": "create_invoice_tax_options",
    "CreateInvoiceTaxOptionsDict": "create_invoice_tax_options",
    "CreatePaymentOptions": "create_payment_options",
    "CreatePaymentOptionsDict": "create_payment_options",
    "CreatePlanAgentActionOptions": "create_plan_agent_action_options",
    "CreatePlanAgentActionOptionsDict": "create_plan_agent_action_options",
    "CreatePlanChargeOptions": "create_plan_charge_options",
    "CreatePlanChargeOptionsDict": "create_plan_charge_options",
    "CreatePlanOptions": "create_plan_options",
    "CreatePlanOptionsDict": "create_plan_options",
    "CreatePricingTierOptions": "create_pricing_tier_options",
    "CreatePricingTierOptionsDict": "create_pricing_tier_options",
    "CreateSignalOptions": "create_signal_options",
    "CreateSignalOptionsDict": "create_signal_options",
    "CreateWalletOptions": "create_wallet_options",
    "CreateWalletOptionsDict": "create_wallet_options",
    "CreditType": "credit_type",
    "CustomerListResponse": "customer_list_response",
    "CustomerResponse": "customer_response",
    "CustomerStatus": "customer_status",
    "CustomerType": "customer_type",
    "DeductWalletOptions": "deduct_wallet_options",
    "DeductWalletOptionsDict": "deduct_wallet_options",
    "Event": "event",
    "EventDict": "event",
    "FinalizeInvoiceOptions": "finalize_invoice_options",
    "FinalizeInvoiceOptionsDict": "finalize_invoice_options",
    "InvoiceActionResponse": "invoice_action_response",
    "InvoiceLineItem": "invoice_line_item",
    "InvoiceListResponse": "invoice_list_response",
    "InvoicePreviewResponse": "invoice_preview_response",
    "InvoiceResponse": "invoice_response",
    "InvoiceStatus": "invoice_status",
    "InvoiceTax": "invoice_tax",
    "Pagination": "pagination",
    "PaymentListResponse": "payment_list_response",
    "PaymentMethod": "payment_method",
    "PaymentResponse": "payment_response",
    "PaymentStatus": "payment_status",
    "PlanAgentActionResponse": "plan_agent_action_response",
    "PlanCategory": "plan_category",
    "PlanChargeResponse": "plan_charge_response",
    "PlanListResponse": "plan_list_response",
    "PlanResponse": "plan_response",
    "PlanStatus": "plan_status",
    "PlanType": "plan_type",
    "PreviewInvoiceOptions": "preview_invoice_options",
    "PreviewInvoiceOptionsDict": "preview_invoice_options",
    "PricingModel": "pricing_model",
    "PricingTierResponse": "pricing_tier_response",
    "Problem": "problem",
    "ProblemField": "problem_field",
    "RefundPaymentOptions": "refund_payment_options",
    "RefundPaymentOptionsDict": "refund_payment_options",
    "RefundResponse": "refund_response",
    "RefundType": "refund_type",
    "SettablePaymentStatus": "settable_payment_status",
    "SignalListResponse": "signal_list_response",
    "SignalResponse": "signal_response",
    "SignalStatus": "signal_status",
    "SignalType": "signal_type",
    "SortOrder": "sort_order",
    "SuspendContractOptions": "suspend_contract_options",
    "SuspendContractOptionsDict": "suspend_contract_options",
    "TargetAudience": "target_audience",
    "TopUpWalletOptions": "top_up_wallet_options",
    "TopUpWalletOptionsDict": "top_up_wallet_options",
    "TrackEventResponse": "track_event_response",
    "TrackEventsRequest": "track_events_request",
    "TrackEventsRequestDict": "track_events_request",
    "TrackOptions": "event",
    "TrackOutcomeOptions": "event",
    "TrackTaskOptions": "event",
    "TrackWorkflowOptions": "event",
    "UpdateActionValueOptions": "update_action_value_options",
    "UpdateActionValueOptionsDict": "update_action_value_options",
    "UpdateAgentActionOptions": "update_agent_action_options",
    "UpdateAgentActionOptionsDict": "update_agent_action_options",
    "UpdateAgentOptions": "update_agent_options",
    "UpdateAgentOptionsDict": "update_agent_options",
    "UpdateBillableSignalOptions": "update_billable_signal_options",
    "UpdateBillableSignalOptionsDict": "update_billable_signal_options",
    "UpdateContractOptions": "update_contract_options",
    "UpdateContractOptionsDict": "update_contract_options",
    "UpdateCustomerOptions": "update_customer_options",
    "UpdateCustomerOptionsDict": "update_customer_options",
    "UpdateInvoiceOptions": "update_invoice_options",
    "UpdateInvoiceOptionsDict": "update_invoice_options",
    "UpdatePaymentOptions": "update_payment_options",
    "UpdatePaymentOptionsDict": "update_payment_options",
    "UpdatePlanAgentActionOptions": "update_plan_agent_action_options",
    "UpdatePlanAgentActionOptionsDict": "update_plan_agent_action_options",
    "UpdatePlanChargeOptions": "update_plan_charge_options",
    "UpdatePlanChargeOptionsDict": "update_plan_charge_options",
    "UpdatePlanOptions": "update_plan_options",
    "UpdatePlanOptionsDict": "update_plan_options",
    "UpdatePricingTierOptions": "update_pricing_tier_options",
    "UpdatePricingTierOptionsDict": "update_pricing_tier_options",
    "UpdateSignalOptions": "update_signal_options",
    "UpdateSignalOptionsDict": "update_signal_options",
    "VoidInvoiceOptions": "void_invoice_options",
    "VoidInvoiceOptionsDict": "void_invoice_options",
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

    status: Literal["active", "inactive", "suspended"]
    type: Literal["agent", "company", "individual"]
    search: str
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListContractsQuery(TypedDict, total=False):
    """The keyword arguments of `list_contracts`."""

    status: Literal["active", "cancelled", "draft", "suspended"]
    customer_id: str
    plan_id: str
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListAgentsQuery(TypedDict, total=False):
    """The keyword arguments of `list_agents`."""

    status: Literal["active", "archived", "draft", "inactive"]
    search: str
    has_external_id: bool
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListAgentActionsQuery(TypedDict, total=False):
    """The keyword arguments of `list_agent_actions`."""

    action_type: Literal["outcome", "task", "workflow"]
    search: str
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListPlansQuery(TypedDict, total=False):
    """The keyword arguments of `list_plans`."""

    status: Literal["active", "archived", "draft"]
    search: str
    type: Literal["enterprise", "freemium", "hybrid", "standard", "trial", "usage_based"]
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListSignalsQuery(TypedDict, total=False):
    """The keyword arguments of `list_signals`."""

    signal_type: Literal["billable", "cost"]
    status: Literal["active", "inactive"]
    search: str
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListPaymentsQuery(TypedDict, total=False):
    """The keyword arguments of `list_payments`."""

    status: Literal["completed", "failed", "partially_refunded", "pending", "refunded"]
    customer_id: str
    contract_id: str
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class ListInvoicesQuery(TypedDict, total=False):
    """The keyword arguments of `list_invoices`."""

    status: Literal["draft", "finalized", "void"]
    customer_id: str
    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]
