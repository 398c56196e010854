"""Meter what AI agents do, attribute the cost to customers, and bill for it.

    from coobird import Coomon

    coomon = Coomon("sk_...")
    coomon.track_task(customer_id="cust_1", agent_id="agent_1", signal_code="api_call")

Everything public is a name of this module, and is loaded when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird_api.models import *
    from coobird_api.types import UNSET, Unset

    from coobird._delivery.signals import flush_on_signals
    from coobird._delivery.stats import Stats
    from coobird._encoding.event import TrackOptions, TrackOutcomeOptions, TrackTaskOptions, TrackWorkflowOptions
    from coobird._settings.options import CoomonOptions
    from coobird._version import __version__
    from coobird.client.budget.budget import AsyncBudget, Budget
    from coobird.client.coomon import AsyncCoomon, Coomon
    from coobird.client.runs.run import Run
    from coobird.client.types import ListQuery, PaginatedResponse
    from coobird.errors import (
        APIConnectionError,
        APIError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        BudgetError,
        ConfigurationError,
        ConflictError,
        CoobirdError,
        DisabledError,
        DroppedEventsError,
        InsecureHostWarning,
        InsufficientCreditsError,
        InternalServerError,
        InvalidEventError,
        InvalidRequestError,
        InvalidRunTokenError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        ResponseShapeError,
        SettlementError,
        SpoolError,
        UnprocessableEntityError,
    )

# The star brings the models; a test keeps this list complete.
# ruff: noqa: F403, F405
__all__ = (
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
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
    "AsyncBudget",
    "AsyncCoomon",
    "AuthenticationError",
    "BadRequestError",
    "BatchTrackResponse",
    "BillableSignal",
    "BillableSignalOptions",
    "BillingInterval",
    "BillingPeriod",
    "Budget",
    "BudgetError",
    "CancelContractOptions",
    "CancellationType",
    "ChargeType",
    "CollectionMethod",
    "ConfigurationError",
    "ConflictError",
    "ContractAgentAction",
    "ContractCharge",
    "ContractListResponse",
    "ContractResponse",
    "CoobirdError",
    "Coomon",
    "CoomonOptions",
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
    "DisabledError",
    "DroppedEventsError",
    "Event",
    "FinalizeInvoiceOptions",
    "InsecureHostWarning",
    "InsufficientCreditsError",
    "InternalServerError",
    "InvalidEventError",
    "InvalidRequestError",
    "InvalidRunTokenError",
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
    "ListQuery",
    "ListSignalsQuery",
    "NotFoundError",
    "PaginatedResponse",
    "Pagination",
    "PaymentListResponse",
    "PaymentMethod",
    "PaymentResponse",
    "PermissionDeniedError",
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
    "RateLimitError",
    "RefundPaymentOptions",
    "RefundResponse",
    "RefundType",
    "ResponseShapeError",
    "Run",
    "SettlementError",
    "SignalListResponse",
    "SignalResponse",
    "SignalType",
    "SortOrder",
    "SpoolError",
    "Stats",
    "SuspendContractOptions",
    "TargetAudience",
    "TopUpWalletOptions",
    "TrackEventResponse",
    "TrackEventsRequest",
    "TrackOptions",
    "TrackOutcomeOptions",
    "TrackTaskOptions",
    "TrackWorkflowOptions",
    "UnprocessableEntityError",
    "Unset",
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
    "__version__",
    "flush_on_signals",
)

_MODULES = {
    "coobird.client.budget.budget": (
        "AsyncBudget",
        "Budget",
    ),
    "coobird.client.types": (
        "ListQuery",
        "PaginatedResponse",
    ),
    "coobird._delivery.signals": ("flush_on_signals",),
    "coobird.client.runs.run": ("Run",),
    "coobird._delivery.stats": ("Stats",),
    "coobird._settings.options": ("CoomonOptions",),
    "coobird._version": ("__version__",),
    "coobird.client.coomon": (
        "AsyncCoomon",
        "Coomon",
    ),
    "coobird.errors": (
        "APIConnectionError",
        "APIError",
        "APIStatusError",
        "APITimeoutError",
        "AuthenticationError",
        "BadRequestError",
        "BudgetError",
        "ConfigurationError",
        "ConflictError",
        "CoobirdError",
        "DisabledError",
        "DroppedEventsError",
        "InsecureHostWarning",
        "InsufficientCreditsError",
        "InternalServerError",
        "InvalidEventError",
        "InvalidRequestError",
        "InvalidRunTokenError",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "ResponseShapeError",
        "SettlementError",
        "SpoolError",
        "UnprocessableEntityError",
    ),
    "coobird._encoding.event": (
        "TrackOptions",
        "TrackOutcomeOptions",
        "TrackTaskOptions",
        "TrackWorkflowOptions",
    ),
    "coobird_api.types": (
        "UNSET",
        "Unset",
    ),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        # What is not written by hand is a model of the API.
        value = getattr(import_module(_MODULE_OF.get(name, "coobird_api.models")), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
