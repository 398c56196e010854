# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The typed methods of all resources, for a client that supplies `_call`.

Importing this loads nothing else: a method loads the module of its operation when it is called.
"""

from __future__ import annotations

from .agent_actions import AgentActionsMethods, AsyncAgentActionsMethods
from .agents import AgentsMethods, AsyncAgentsMethods
from .contracts import AsyncContractsMethods, ContractsMethods
from .customers import AsyncCustomersMethods, CustomersMethods
from .invoices import AsyncInvoicesMethods, InvoicesMethods
from .payments import AsyncPaymentsMethods, PaymentsMethods
from .plan_agent_actions import AsyncPlanAgentActionsMethods, PlanAgentActionsMethods
from .plan_charges import AsyncPlanChargesMethods, PlanChargesMethods
from .plans import AsyncPlansMethods, PlansMethods
from .pricing_tiers import AsyncPricingTiersMethods, PricingTiersMethods
from .signals import AsyncSignalsMethods, SignalsMethods
from .wallets import AsyncWalletsMethods, WalletsMethods

__all__ = ("AsyncMethods", "Methods")


class Methods(
    AgentActionsMethods,
    AgentsMethods,
    ContractsMethods,
    CustomersMethods,
    InvoicesMethods,
    PaymentsMethods,
    PlanAgentActionsMethods,
    PlanChargesMethods,
    PlansMethods,
    PricingTiersMethods,
    SignalsMethods,
    WalletsMethods,
):
    """One method for each operation on a resource; each call returns when it is done."""


class AsyncMethods(
    AsyncAgentActionsMethods,
    AsyncAgentsMethods,
    AsyncContractsMethods,
    AsyncCustomersMethods,
    AsyncInvoicesMethods,
    AsyncPaymentsMethods,
    AsyncPlanAgentActionsMethods,
    AsyncPlanChargesMethods,
    AsyncPlansMethods,
    AsyncPricingTiersMethods,
    AsyncSignalsMethods,
    AsyncWalletsMethods,
):
    """One method for each operation on a resource; each call is awaited."""
