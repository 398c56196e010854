# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The typed methods of all resources."""

from __future__ import annotations

from ..types import UNSET, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ..models.action_type import ActionType
    from ..models.action_value_options import ActionValueOptions, ActionValueOptionsDict
    from ..models.agent_action_list_response import AgentActionListResponse
    from ..models.agent_action_response import AgentActionResponse
    from ..models.agent_list_response import AgentListResponse
    from ..models.agent_response import AgentResponse
    from ..models.agent_status import AgentStatus
    from ..models.aggregation_type import AggregationType
    from ..models.billable_signal_options import BillableSignalOptions, BillableSignalOptionsDict
    from ..models.billing_frequency import BillingFrequency
    from ..models.billing_interval import BillingInterval
    from ..models.billing_period import BillingPeriod
    from ..models.cancellation_type import CancellationType
    from ..models.charge_type import ChargeType
    from ..models.collection_method import CollectionMethod
    from ..models.contract_list_response import ContractListResponse
    from ..models.contract_response import ContractResponse
    from ..models.contract_status import ContractStatus
    from ..models.create_agent_action_options import (
        CreateAgentActionOptions,
        CreateAgentActionOptionsDict,
    )
    from ..models.create_agent_options import CreateAgentOptions, CreateAgentOptionsDict
    from ..models.create_invoice_line_item_options import (
        CreateInvoiceLineItemOptions,
        CreateInvoiceLineItemOptionsDict,
    )
    from ..models.create_invoice_tax_options import (
        CreateInvoiceTaxOptions,
        CreateInvoiceTaxOptionsDict,
    )
    from ..models.create_pricing_tier_options import (
        CreatePricingTierOptions,
        CreatePricingTierOptionsDict,
    )
    from ..models.credit_type import CreditType
    from ..models.customer_list_response import CustomerListResponse
    from ..models.customer_response import CustomerResponse
    from ..models.customer_status import CustomerStatus
    from ..models.customer_type import CustomerType
    from ..models.invoice_action_response import InvoiceActionResponse
    from ..models.invoice_list_response import InvoiceListResponse
    from ..models.invoice_preview_response import InvoicePreviewResponse
    from ..models.invoice_response import InvoiceResponse
    from ..models.invoice_status import InvoiceStatus
    from ..models.payment_list_response import PaymentListResponse
    from ..models.payment_method import PaymentMethod
    from ..models.payment_response import PaymentResponse
    from ..models.payment_status import PaymentStatus
    from ..models.plan_agent_action_response import PlanAgentActionResponse
    from ..models.plan_category import PlanCategory
    from ..models.plan_charge_response import PlanChargeResponse
    from ..models.plan_list_response import PlanListResponse
    from ..models.plan_response import PlanResponse
    from ..models.plan_status import PlanStatus
    from ..models.plan_type import PlanType
    from ..models.pricing_model import PricingModel
    from ..models.pricing_tier_response import PricingTierResponse
    from ..models.refund_response import RefundResponse
    from ..models.refund_type import RefundType
    from ..models.settable_payment_status import SettablePaymentStatus
    from ..models.signal_list_response import SignalListResponse
    from ..models.signal_response import SignalResponse
    from ..models.signal_status import SignalStatus
    from ..models.signal_type import SignalType
    from ..models.sort_order import SortOrder
    from ..models.target_audience import TargetAudience
    from ..models.update_action_value_options import (
        UpdateActionValueOptions,
        UpdateActionValueOptionsDict,
    )
    from ..models.update_billable_signal_options import (
        UpdateBillableSignalOptions,
        UpdateBillableSignalOptionsDict,
    )
    from ..models.wallet_balance_response import WalletBalanceResponse
    from ..models.wallet_response import WalletResponse
    from ..models.wallet_transaction_response import WalletTransactionResponse
    from ..types import Unset


class AgentActionsMethods(Calls):
    """The operations on agent actions."""

    def list_agent_actions(
        self,
        agent_id: str,
        *,
        action_type: ActionType | Unset = UNSET,
        search: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AgentActionListResponse:
        """List the actions of an agent, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            agent_id: The agent's id, or its `external_id`.
            action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
            search: Only actions whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of actions.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_agent_actions
        """
        from ..api.agent_actions.list_agent_actions import _parse_response

        return cast(
            "AgentActionListResponse",
            self._call(
                "list_agent_actions",
                "GET",
                "/agents/{agent_id}/actions",
                _parse_response,
                path_params={"agent_id": agent_id},
                query={
                    "action_type": action_type,
                    "search": search,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_agent_actions(
        self,
        agent_id: str,
        *,
        action_type: ActionType | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[AgentActionResponse]:
        """Iterate over the entries of all pages of `list_agent_actions`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            agent_id: The agent's id, or its `external_id`.
            action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
            search: Only actions whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `AgentActionResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_agent_actions`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_agent_actions
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_agent_actions(
                agent_id,
                page=pages.next,
                action_type=action_type,
                search=search,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_agent_action(
        self,
        agent_id: str,
        *,
        action_name: str,
        action_type: ActionType,
        billable_signal: BillableSignalOptions | BillableSignalOptionsDict,
        description: str | Unset = UNSET,
        cost_signal_ids: Sequence[str] | Unset = UNSET,
        value: ActionValueOptions | ActionValueOptionsDict | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> AgentActionResponse:
        """Add an action to an agent.

        Creates the billable signal of the action along with it. Refused with 409 if the signal code
        is taken, and with 404 if a cost signal does not exist.

        Args:
            agent_id: The agent's id, or its `external_id`.
            action_name: The name to show.
            action_type: Kind of the action: a single `task`, a whole `workflow`, or an
                `outcome` that was reached.
            billable_signal: The billable signal to create for an action.
            description: Description of the action.
            cost_signal_ids: The cost signals that say what the action costs you.
            value: Value of an action, for reports on value and margin. Nothing of it is billed.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The action as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_agent_action
        """
        from ..api.agent_actions.create_agent_action import _parse_response

        return cast(
            "AgentActionResponse",
            self._call(
                "create_agent_action",
                "POST",
                "/agents/{agent_id}/actions",
                _parse_response,
                path_params={"agent_id": agent_id},
                body={
                    "action_name": action_name,
                    "action_type": action_type,
                    "billable_signal": billable_signal,
                    "description": description,
                    "cost_signal_ids": cost_signal_ids,
                    "value": value,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def delete_agent_action(self, agent_id: str, action_id: str) -> None:
        """Delete an action of an agent.

        Deletes its billable signal too; cost signals stay. Refused with 409 while a plan or a
        contract prices the action or bills its signal.

        Args:
            agent_id: The agent's id, or its `external_id`.
            action_id: The action's id.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_agent_action
        """
        from ..api.agent_actions.delete_agent_action import _parse_response

        return cast(
            "None",
            self._call(
                "delete_agent_action",
                "DELETE",
                "/agents/{agent_id}/actions/{action_id}",
                _parse_response,
                path_params={"agent_id": agent_id, "action_id": action_id},
            ),
        )

    def update_agent_action(
        self,
        agent_id: str,
        action_id: str,
        *,
        action_name: str | Unset = UNSET,
        action_type: ActionType | Unset = UNSET,
        description: str | None | Unset = UNSET,
        billable_signal: UpdateBillableSignalOptions
        | UpdateBillableSignalOptionsDict
        | Unset = UNSET,
        cost_signal_ids: Sequence[str] | Unset = UNSET,
        add_cost_signal_ids: Sequence[str] | Unset = UNSET,
        remove_cost_signal_ids: Sequence[str] | Unset = UNSET,
        value: UpdateActionValueOptions | UpdateActionValueOptionsDict | Unset = UNSET,
    ) -> AgentActionResponse:
        """Change an action of an agent.

        Changes the fields that are given, also inside `billable_signal` and `value`.
        `cost_signal_ids` is applied first, then `add_cost_signal_ids`, then
        `remove_cost_signal_ids`.

        Args:
            agent_id: The agent's id, or its `external_id`.
            action_id: The action's id.
            action_name: The name to show.
            action_type: Kind of the action: a single `task`, a whole `workflow`, or an
                `outcome` that was reached.
            description: Description of the action; `None` clears it.
            billable_signal: Changes of the billable signal of an action.
            cost_signal_ids: The new list of cost signals, in place of the stored one.
            add_cost_signal_ids: Cost signals to add; those that are there already stay.
            remove_cost_signal_ids: Cost signals to take away; those that are not there are
                ignored.
            value: Changes of the value of an action.

        Returns:
            The action after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_agent_action
        """
        from ..api.agent_actions.update_agent_action import _parse_response

        return cast(
            "AgentActionResponse",
            self._call(
                "update_agent_action",
                "PATCH",
                "/agents/{agent_id}/actions/{action_id}",
                _parse_response,
                path_params={"agent_id": agent_id, "action_id": action_id},
                body={
                    "action_name": action_name,
                    "action_type": action_type,
                    "description": description,
                    "billable_signal": billable_signal,
                    "cost_signal_ids": cost_signal_ids,
                    "add_cost_signal_ids": add_cost_signal_ids,
                    "remove_cost_signal_ids": remove_cost_signal_ids,
                    "value": value,
                },
            ),
        )


class AgentsMethods(Calls):
    """The operations on agents."""

    def list_agents(
        self,
        *,
        status: AgentStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        has_external_id: bool | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AgentListResponse:
        """List agents, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            status: Only agents in this state (`draft`, `active`, `inactive` or `archived`).
            search: Only agents whose name contains this text; case does not matter.
            has_external_id: Only agents with (`true`) or without (`false`) an `external_id`.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of agents.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_agents
        """
        from ..api.agents.list_agents import _parse_response

        return cast(
            "AgentListResponse",
            self._call(
                "list_agents",
                "GET",
                "/agents",
                _parse_response,
                query={
                    "status": status,
                    "search": search,
                    "has_external_id": has_external_id,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_agents(
        self,
        *,
        status: AgentStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        has_external_id: bool | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[AgentResponse]:
        """Iterate over the entries of all pages of `list_agents`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only agents in this state (`draft`, `active`, `inactive` or `archived`).
            search: Only agents whose name contains this text; case does not matter.
            has_external_id: Only agents with (`true`) or without (`false`) an `external_id`.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `AgentResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_agents`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_agents
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_agents(
                page=pages.next,
                status=status,
                search=search,
                has_external_id=has_external_id,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_agent(
        self,
        *,
        name: str,
        description: str | Unset = UNSET,
        external_id: str | Unset = UNSET,
        status: AgentStatus | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        config: Mapping[str, Any] | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> AgentResponse:
        """Create an agent.

        Adds an agent without actions. Actions are added one by one, or together with the agent by
        `create_agent_with_actions`.

        Args:
            name: The name to show.
            description: Description of the agent.
            external_id: The id of this agent in your own system; unique within the tenant.
                Requests and events may name the agent by it.
            status: The state of the agent; `draft` if left out for a new one. One of `active`,
                `archived`, `draft`, `inactive`.
            tags: Words to group agents by.
            config: Settings of the agent. Kept for you, and not interpreted.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The agent as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_agent
        """
        from ..api.agents.create_agent import _parse_response

        return cast(
            "AgentResponse",
            self._call(
                "create_agent",
                "POST",
                "/agents",
                _parse_response,
                body={
                    "name": name,
                    "description": description,
                    "external_id": external_id,
                    "status": status,
                    "tags": tags,
                    "config": config,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def create_agent_with_actions(
        self,
        *,
        agent: CreateAgentOptions | CreateAgentOptionsDict,
        actions: Sequence[CreateAgentActionOptions | CreateAgentActionOptionsDict],
        idempotency_key: str | Unset = UNSET,
    ) -> AgentResponse:
        """Create an agent together with its actions.

        All or nothing: if one action is not acceptable, neither the agent nor any other action is
        created. Refused with 404 if a cost signal does not exist.

        Args:
            agent: An agent to create.
            actions: The actions of the agent, up to 100. Their signal codes must differ.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The agent as stored, with its actions.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_agent_with_actions
        """
        from ..api.agents.create_agent_with_actions import _parse_response

        return cast(
            "AgentResponse",
            self._call(
                "create_agent_with_actions",
                "POST",
                "/agents/with-actions",
                _parse_response,
                body={"agent": agent, "actions": actions},
                idempotency_key=idempotency_key,
            ),
        )

    def get_agent(self, agent_id: str) -> AgentResponse:
        """Get one agent.

        Returns the agent with this id, with its actions.

        Args:
            agent_id: The agent's id, or its `external_id`.

        Returns:
            The agent.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_agent
        """
        from ..api.agents.get_agent import _parse_response

        return cast(
            "AgentResponse",
            self._call(
                "get_agent",
                "GET",
                "/agents/{agent_id}",
                _parse_response,
                path_params={"agent_id": agent_id},
            ),
        )

    def delete_agent(self, agent_id: str) -> None:
        """Delete an agent.

        Deletes its actions and their billable signals too. Refused with 409 while a plan or a
        contract prices one of them; set `status` to `archived` instead.

        Args:
            agent_id: The agent's id, or its `external_id`.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_agent
        """
        from ..api.agents.delete_agent import _parse_response

        return cast(
            "None",
            self._call(
                "delete_agent",
                "DELETE",
                "/agents/{agent_id}",
                _parse_response,
                path_params={"agent_id": agent_id},
            ),
        )

    def update_agent(
        self,
        agent_id: str,
        *,
        name: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        external_id: str | None | Unset = UNSET,
        status: AgentStatus | Unset = UNSET,
        tags: Sequence[str] | Unset = UNSET,
        config: Mapping[str, Any] | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> AgentResponse:
        """Change an agent.

        Changes the fields that are given. `tags`, `config` and `metadata` replace what is stored as
        a whole.

        Args:
            agent_id: The agent's id, or its `external_id`.
            name: The name to show.
            description: Description of the agent; `None` clears it.
            external_id: The id of this agent in your own system, unique within the tenant;
                `None` clears it.
            status: The state of the agent; `draft` if left out for a new one. One of `active`,
                `archived`, `draft`, `inactive`.
            tags: Words to group agents by. The stored list is replaced as a whole.
            config: Settings of the agent. The stored object is replaced as a whole.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The agent after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_agent
        """
        from ..api.agents.update_agent import _parse_response

        return cast(
            "AgentResponse",
            self._call(
                "update_agent",
                "PATCH",
                "/agents/{agent_id}",
                _parse_response,
                path_params={"agent_id": agent_id},
                body={
                    "name": name,
                    "description": description,
                    "external_id": external_id,
                    "status": status,
                    "tags": tags,
                    "config": config,
                    "metadata": metadata,
                },
            ),
        )


class ContractsMethods(Calls):
    """The operations on contracts."""

    def list_contracts(
        self,
        *,
        status: ContractStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> ContractListResponse:
        """List contracts, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            status: Only contracts in this state (`draft`, `active`, `suspended` or
                `cancelled`).
            customer_id: Only contracts of this customer.
            plan_id: Only contracts that were created from this plan.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of contracts.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_contracts
        """
        from ..api.contracts.list_contracts import _parse_response

        return cast(
            "ContractListResponse",
            self._call(
                "list_contracts",
                "GET",
                "/contracts",
                _parse_response,
                query={
                    "status": status,
                    "customer_id": customer_id,
                    "plan_id": plan_id,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_contracts(
        self,
        *,
        status: ContractStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[ContractResponse]:
        """Iterate over the entries of all pages of `list_contracts`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only contracts in this state (`draft`, `active`, `suspended` or
                `cancelled`).
            customer_id: Only contracts of this customer.
            plan_id: Only contracts that were created from this plan.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `ContractResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_contracts`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_contracts
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_contracts(
                page=pages.next,
                status=status,
                customer_id=customer_id,
                plan_id=plan_id,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_contract(
        self,
        *,
        plan_id: str,
        customer_id: str,
        name: str,
        start_date: datetime.date | str,
        description: str | Unset = UNSET,
        end_date: datetime.date | str | Unset = UNSET,
        billing_interval: BillingInterval | Unset = UNSET,
        currency: str | Unset = UNSET,
        collection_method: CollectionMethod | Unset = UNSET,
        payment_terms: int | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> ContractResponse:
        """Create a contract.

        Binds a customer to a plan. Prices, tiers and charges of the plan are copied into the
        contract, so later changes of the plan do not reach it. The contract is a `draft`, and
        nothing is billed, until it is activated. Refused with 404 if the plan or the customer does
        not exist, and with 409 if the plan is archived.

        Args:
            plan_id: The plan whose pricing is copied.
            customer_id: The customer who is billed.
            name: The name to show.
            start_date: The first day of the contract.
            description: Description of the contract.
            end_date: The last day of the contract, not before `start_date`; open-ended if left
                out.
            billing_interval: Billing interval of a contract; that of the plan, if left out for
                a new one. One of `annual`, `daily`, `monthly`, `quarterly`, `weekly`.
            currency: Currency of the bills as an ISO 4217 code, for example `USD`; the currency
                of the plan if left out.
            collection_method: Collection of the money: the stored payment method is charged
                (`charge_automatically`, used if left out for a new contract), or the customer gets
                an invoice to pay (`send_invoice`).
            payment_terms: Days that the customer has to pay an invoice; 30 if left out.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The contract as stored, with its copy of the plan's pricing.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_contract
        """
        from ..api.contracts.create_contract import _parse_response

        return cast(
            "ContractResponse",
            self._call(
                "create_contract",
                "POST",
                "/contracts",
                _parse_response,
                body={
                    "plan_id": plan_id,
                    "customer_id": customer_id,
                    "name": name,
                    "start_date": start_date,
                    "description": description,
                    "end_date": end_date,
                    "billing_interval": billing_interval,
                    "currency": currency,
                    "collection_method": collection_method,
                    "payment_terms": payment_terms,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_contract(self, contract_id: str) -> ContractResponse:
        """Get one contract.

        Returns the contract with this id, with its copy of the plan's pricing.

        Args:
            contract_id: The contract's id.

        Returns:
            The contract.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_contract
        """
        from ..api.contracts.get_contract import _parse_response

        return cast(
            "ContractResponse",
            self._call(
                "get_contract",
                "GET",
                "/contracts/{contract_id}",
                _parse_response,
                path_params={"contract_id": contract_id},
            ),
        )

    def update_contract(
        self,
        contract_id: str,
        *,
        name: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        end_date: datetime.date | str | None | Unset = UNSET,
        billing_interval: BillingInterval | Unset = UNSET,
        currency: str | Unset = UNSET,
        collection_method: CollectionMethod | Unset = UNSET,
        payment_terms: int | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> ContractResponse:
        """Change a contract.

        Changes the fields that are given. `metadata` replaces the stored object as a whole. Refused
        with 409 once the contract is cancelled.

        Args:
            contract_id: The contract's id.
            name: The name to show.
            description: Description of the contract; `None` clears it.
            end_date: The last day of the contract, not before its start; `None` makes it
                open-ended.
            billing_interval: Billing interval of a contract; that of the plan, if left out for
                a new one. One of `annual`, `daily`, `monthly`, `quarterly`, `weekly`.
            currency: Currency of the bills as an ISO 4217 code, for example `USD`.
            collection_method: Collection of the money: the stored payment method is charged
                (`charge_automatically`, used if left out for a new contract), or the customer gets
                an invoice to pay (`send_invoice`).
            payment_terms: Days that the customer has to pay an invoice.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The contract after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_contract
        """
        from ..api.contracts.update_contract import _parse_response

        return cast(
            "ContractResponse",
            self._call(
                "update_contract",
                "PATCH",
                "/contracts/{contract_id}",
                _parse_response,
                path_params={"contract_id": contract_id},
                body={
                    "name": name,
                    "description": description,
                    "end_date": end_date,
                    "billing_interval": billing_interval,
                    "currency": currency,
                    "collection_method": collection_method,
                    "payment_terms": payment_terms,
                    "metadata": metadata,
                },
            ),
        )

    def activate_contract(
        self,
        contract_id: str,
        *,
        activation_date: datetime.date | str | Unset = UNSET,
        skip_validation: bool | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> ContractResponse:
        """Activate a contract.

        Makes a `draft` or a `suspended` contract `active`. Usage and charges are billed from then
        on. Refused with 409 in any other state. Unless `skip_validation` is true, also refused if
        the customer is not active or the contract has ended.

        Args:
            contract_id: The contract's id.
            activation_date: The first day that is billed, or billed again; today if left out.
            skip_validation: True to activate without the checks; false if left out.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The contract, now active.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml activate_contract
        """
        from ..api.contracts.activate_contract import _parse_response

        return cast(
            "ContractResponse",
            self._call(
                "activate_contract",
                "POST",
                "/contracts/{contract_id}/activate",
                _parse_response,
                path_params={"contract_id": contract_id},
                body={"activation_date": activation_date, "skip_validation": skip_validation},
                idempotency_key=idempotency_key,
            ),
        )

    def suspend_contract(
        self,
        contract_id: str,
        *,
        suspend_reason: str | Unset = UNSET,
        resume_date: datetime.date | str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> ContractResponse:
        """Suspend a contract for a while.

        Makes an `active` contract `suspended`: usage is still recorded, but neither usage nor
        charges are billed until the contract is activated again. Refused with 409 in any other
        state.

        Args:
            contract_id: The contract's id.
            suspend_reason: Reason in a sentence for a person.
            resume_date: The day on which the contract is meant to continue. Only a note: it
                continues when it is activated again.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The contract, now suspended.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml suspend_contract
        """
        from ..api.contracts.suspend_contract import _parse_response

        return cast(
            "ContractResponse",
            self._call(
                "suspend_contract",
                "POST",
                "/contracts/{contract_id}/suspend",
                _parse_response,
                path_params={"contract_id": contract_id},
                body={"suspend_reason": suspend_reason, "resume_date": resume_date},
                idempotency_key=idempotency_key,
            ),
        )

    def cancel_contract(
        self,
        contract_id: str,
        *,
        cancellation_type: CancellationType,
        refund_type: RefundType | Unset = UNSET,
        reason: str | Unset = UNSET,
        cancellation_date: datetime.date | str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> ContractResponse:
        """Cancel a contract for good.

        Ends a contract in any state but `cancelled` (409). From `cancellation_date` on it is
        `cancelled`, which cannot be undone. If the day is in the future, the contract stays in its
        state until then. A draft is cancelled at once.

        Args:
            contract_id: The contract's id.
            cancellation_type: Day on which a cancellation takes effect: today (`immediate`), or
                the day after the current billing period (`end_of_period`).
            refund_type: Refund of the charges of the current billing period: nothing (`none`,
                used if left out), the share of the days that are left (`prorated`), or all
                (`full`).
            reason: Reason in a sentence for a person.
            cancellation_date: The first day without the contract, today or later; it overrides
                `cancellation_type`.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The contract, now cancelled or due to be.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml cancel_contract
        """
        from ..api.contracts.cancel_contract import _parse_response

        return cast(
            "ContractResponse",
            self._call(
                "cancel_contract",
                "POST",
                "/contracts/{contract_id}/cancel",
                _parse_response,
                path_params={"contract_id": contract_id},
                body={
                    "cancellation_type": cancellation_type,
                    "refund_type": refund_type,
                    "reason": reason,
                    "cancellation_date": cancellation_date,
                },
                idempotency_key=idempotency_key,
            ),
        )


class CustomersMethods(Calls):
    """The operations on customers."""

    def list_customers(
        self,
        *,
        status: CustomerStatus | Unset = UNSET,
        type: CustomerType | Unset = UNSET,
        search: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> CustomerListResponse:
        """List customers, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            status: Only customers in this state (`active`, `inactive` or `suspended`).
            type: Only customers of this type (`agent`, `individual` or `company`).
            search: Only customers whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of customers.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_customers
        """
        from ..api.customers.list_customers import _parse_response

        return cast(
            "CustomerListResponse",
            self._call(
                "list_customers",
                "GET",
                "/customers",
                _parse_response,
                query={
                    "status": status,
                    "type": type,
                    "search": search,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_customers(
        self,
        *,
        status: CustomerStatus | Unset = UNSET,
        type: CustomerType | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[CustomerResponse]:
        """Iterate over the entries of all pages of `list_customers`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only customers in this state (`active`, `inactive` or `suspended`).
            type: Only customers of this type (`agent`, `individual` or `company`).
            search: Only customers whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `CustomerResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_customers`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_customers
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_customers(
                page=pages.next,
                status=status,
                type=type,
                search=search,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_customer(
        self,
        *,
        name: str,
        type: CustomerType,
        status: CustomerStatus | Unset = UNSET,
        email: str | Unset = UNSET,
        phone: str | Unset = UNSET,
        external_id: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> CustomerResponse:
        """Create a customer.

        Adds a person, a company or an agent whose usage can be metered and billed.

        Args:
            name: The name to show.
            type: Kind of the customer. One of `agent`, `company`, `individual`.
            status: The state of the customer; `active` if left out for a new one. One of
                `active`, `inactive`, `suspended`.
            email: Email address that bills are sent to.
            phone: A telephone number, in any notation.
            external_id: The id of this customer in your own system; unique within the tenant.
                Requests and events may name the customer by it.
            currency: The preferred currency as an ISO 4217 code, for example `USD`.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The customer as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_customer
        """
        from ..api.customers.create_customer import _parse_response

        return cast(
            "CustomerResponse",
            self._call(
                "create_customer",
                "POST",
                "/customers",
                _parse_response,
                body={
                    "name": name,
                    "type": type,
                    "status": status,
                    "email": email,
                    "phone": phone,
                    "external_id": external_id,
                    "currency": currency,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_customer(self, customer_id: str) -> CustomerResponse:
        """Get one customer.

        Returns the customer with this id.

        Args:
            customer_id: The customer's id, or its `external_id`.

        Returns:
            The customer.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_customer
        """
        from ..api.customers.get_customer import _parse_response

        return cast(
            "CustomerResponse",
            self._call(
                "get_customer",
                "GET",
                "/customers/{customer_id}",
                _parse_response,
                path_params={"customer_id": customer_id},
            ),
        )

    def delete_customer(self, customer_id: str) -> None:
        """Delete a customer.

        Refused with 409 while a contract, a wallet, an invoice or a payment belongs to the
        customer.

        Args:
            customer_id: The customer's id, or its `external_id`.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_customer
        """
        from ..api.customers.delete_customer import _parse_response

        return cast(
            "None",
            self._call(
                "delete_customer",
                "DELETE",
                "/customers/{customer_id}",
                _parse_response,
                path_params={"customer_id": customer_id},
            ),
        )

    def update_customer(
        self,
        customer_id: str,
        *,
        name: str | Unset = UNSET,
        type: CustomerType | Unset = UNSET,
        status: CustomerStatus | Unset = UNSET,
        email: str | None | Unset = UNSET,
        phone: str | None | Unset = UNSET,
        external_id: str | None | Unset = UNSET,
        currency: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> CustomerResponse:
        """Change a customer.

        Changes the fields that are given. `metadata` replaces the stored object as a whole.

        Args:
            customer_id: The customer's id, or its `external_id`.
            name: The name to show.
            type: Kind of the customer. One of `agent`, `company`, `individual`.
            status: The state of the customer; `active` if left out for a new one. One of
                `active`, `inactive`, `suspended`.
            email: Email address that bills are sent to; `None` clears it.
            phone: A telephone number, in any notation; `None` clears it.
            external_id: The id of this customer in your own system, unique within the tenant;
                `None` clears it. Events that arrived under the old one stay those of the customer.
            currency: The preferred currency as an ISO 4217 code, for example `USD`.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The customer after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_customer
        """
        from ..api.customers.update_customer import _parse_response

        return cast(
            "CustomerResponse",
            self._call(
                "update_customer",
                "PATCH",
                "/customers/{customer_id}",
                _parse_response,
                path_params={"customer_id": customer_id},
                body={
                    "name": name,
                    "type": type,
                    "status": status,
                    "email": email,
                    "phone": phone,
                    "external_id": external_id,
                    "currency": currency,
                    "metadata": metadata,
                },
            ),
        )


class InvoicesMethods(Calls):
    """The operations on invoices."""

    def list_invoices(
        self,
        *,
        status: InvoiceStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> InvoiceListResponse:
        """List invoices, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            status: Only invoices in this state (`draft`, `finalized` or `void`).
            customer_id: Only invoices of this customer.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of invoices.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_invoices
        """
        from ..api.invoices.list_invoices import _parse_response

        return cast(
            "InvoiceListResponse",
            self._call(
                "list_invoices",
                "GET",
                "/invoices",
                _parse_response,
                query={
                    "status": status,
                    "customer_id": customer_id,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_invoices(
        self,
        *,
        status: InvoiceStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[InvoiceResponse]:
        """Iterate over the entries of all pages of `list_invoices`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only invoices in this state (`draft`, `finalized` or `void`).
            customer_id: Only invoices of this customer.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `InvoiceResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_invoices`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_invoices
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_invoices(
                page=pages.next,
                status=status,
                customer_id=customer_id,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_invoice(
        self,
        *,
        customer_id: str,
        issue_date: datetime.date | str,
        line_items: Sequence[CreateInvoiceLineItemOptions | CreateInvoiceLineItemOptionsDict],
        contract_id: str | Unset = UNSET,
        due_date: datetime.date | str | Unset = UNSET,
        billing_period_from: datetime.date | str | Unset = UNSET,
        billing_period_to: datetime.date | str | Unset = UNSET,
        currency: str | Unset = UNSET,
        tax_rate: float | Unset = UNSET,
        notes: str | Unset = UNSET,
        taxes: Sequence[CreateInvoiceTaxOptions | CreateInvoiceTaxOptionsDict] | Unset = UNSET,
        auto_finalize: bool | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> InvoiceResponse:
        """Create an invoice.

        Stores a draft, or a finalized invoice with `auto_finalize`. Each line has to add up
        (`total_cents` = `subtotal_cents` - `discount_cents` + `tax_cents`, 422 otherwise); the
        totals of the invoice are calculated from its lines and taxes.

        Args:
            customer_id: The customer who is billed.
            issue_date: The day that the invoice carries (`YYYY-MM-DD`).
            line_items: Lines of the invoice, 1 to 1,000.
            contract_id: The contract that the invoice is for; it has to be a contract of the
                same customer.
            due_date: The day by which to pay, not before `issue_date`. Left out, `issue_date`
                plus the payment terms of the contract, if there are any.
            billing_period_from: The first day of the billed period.
            billing_period_to: The last day of the billed period (inclusive), not before the
                first.
            currency: The currency as an ISO 4217 code, for example `USD`. Left out, that of the
                contract, else that of the customer, else `USD`.
            tax_rate: A tax on the whole invoice as a fraction, for example 0.08 for 8 %. Used
                only if `taxes` is left out or empty, on the lines that state no `tax_cents` of
                their own.
            notes: Text to print on the invoice.
            taxes: Taxes on the whole invoice that you calculated yourself; with them `tax_rate`
                is only printed.
            auto_finalize: True to finalize the invoice at once; false if left out.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The invoice as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_invoice
        """
        from ..api.invoices.create_invoice import _parse_response

        return cast(
            "InvoiceResponse",
            self._call(
                "create_invoice",
                "POST",
                "/invoices",
                _parse_response,
                body={
                    "customer_id": customer_id,
                    "issue_date": issue_date,
                    "line_items": line_items,
                    "contract_id": contract_id,
                    "due_date": due_date,
                    "billing_period_from": billing_period_from,
                    "billing_period_to": billing_period_to,
                    "currency": currency,
                    "tax_rate": tax_rate,
                    "notes": notes,
                    "taxes": taxes,
                    "auto_finalize": auto_finalize,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def preview_invoice(
        self,
        *,
        customer_id: str,
        contract_id: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> InvoicePreviewResponse:
        """Calculate an invoice without creating it.

        Prices the usage that was really recorded in the current billing period, by the contract
        that is named or by all contracts of the customer, and stores nothing. Contracts that are
        not billed today have no lines: those that are not active, have not begun, are in their
        trial or have ended. A customer without any other contract gets an empty preview of the
        current calendar month (UTC). Contracts in several currencies cannot be added up: 409 then
        asks to name one.

        Args:
            customer_id: The customer who would be billed.
            contract_id: The contract to price by; it has to be a contract of the same customer.
                Left out, all contracts of the customer that are billed today.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The preview of the invoice.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml preview_invoice
        """
        from ..api.invoices.preview_invoice import _parse_response

        return cast(
            "InvoicePreviewResponse",
            self._call(
                "preview_invoice",
                "POST",
                "/invoices/preview",
                _parse_response,
                body={"customer_id": customer_id, "contract_id": contract_id},
                idempotency_key=idempotency_key,
            ),
        )

    def get_invoice(self, invoice_id: str) -> InvoiceResponse:
        """Get one invoice.

        Returns the invoice with this id.

        Args:
            invoice_id: The invoice's id as Coobird issued it (not the `invoice_number`).

        Returns:
            The invoice.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_invoice
        """
        from ..api.invoices.get_invoice import _parse_response

        return cast(
            "InvoiceResponse",
            self._call(
                "get_invoice",
                "GET",
                "/invoices/{invoice_id}",
                _parse_response,
                path_params={"invoice_id": invoice_id},
            ),
        )

    def update_invoice(
        self,
        invoice_id: str,
        *,
        issue_date: datetime.date | str | Unset = UNSET,
        due_date: datetime.date | str | Unset = UNSET,
        billing_period_from: datetime.date | str | Unset = UNSET,
        billing_period_to: datetime.date | str | Unset = UNSET,
        currency: str | Unset = UNSET,
        tax_rate: float | Unset = UNSET,
        notes: str | Unset = UNSET,
        line_items: Sequence[CreateInvoiceLineItemOptions | CreateInvoiceLineItemOptionsDict]
        | Unset = UNSET,
        taxes: Sequence[CreateInvoiceTaxOptions | CreateInvoiceTaxOptionsDict] | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> InvoiceResponse:
        """Change a draft.

        Changes the fields that are given and calculates the totals again. `line_items`, `taxes` and
        `metadata` replace what is stored as a whole. A finalized or void invoice is locked: 409.
        The currency cannot change once there is a payment in it: 409.

        Args:
            invoice_id: The invoice's id as Coobird issued it (not the `invoice_number`).
            issue_date: The day that the invoice carries (`YYYY-MM-DD`).
            due_date: The day by which to pay, not before `issue_date`.
            billing_period_from: The first day of the billed period.
            billing_period_to: The last day of the billed period (inclusive), not before the
                first.
            currency: The currency as an ISO 4217 code, for example `USD`. Amounts are not
                converted. It stays as it is once the invoice has a payment.
            tax_rate: A tax on the whole invoice as a fraction, for example 0.08 for 8 %. Used
                only if the invoice has no `taxes`, on the lines that state no `tax_cents` of their
                own.
            notes: Text to print on the invoice.
            line_items: Lines of the invoice. The stored lines are replaced as a whole and get
                new ids.
            taxes: Taxes on the whole invoice. The stored ones are replaced as a whole; an empty
                list removes them.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The invoice after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_invoice
        """
        from ..api.invoices.update_invoice import _parse_response

        return cast(
            "InvoiceResponse",
            self._call(
                "update_invoice",
                "PATCH",
                "/invoices/{invoice_id}",
                _parse_response,
                path_params={"invoice_id": invoice_id},
                body={
                    "issue_date": issue_date,
                    "due_date": due_date,
                    "billing_period_from": billing_period_from,
                    "billing_period_to": billing_period_to,
                    "currency": currency,
                    "tax_rate": tax_rate,
                    "notes": notes,
                    "line_items": line_items,
                    "taxes": taxes,
                    "metadata": metadata,
                },
            ),
        )

    def finalize_invoice(
        self,
        invoice_id: str,
        *,
        send_email: bool | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> InvoiceActionResponse:
        """Finalize a draft.

        Locks the invoice for payment; from then on it can only be voided. Anything but a draft is
        refused with 409. With `send_email` the customer gets it; a customer without `email` does
        not stop it (`email_sent` is false then).

        Args:
            invoice_id: The invoice's id as Coobird issued it (not the `invoice_number`).
            send_email: True to send the invoice to the customer's `email`; false if left out.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The invoice, finalized.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml finalize_invoice
        """
        from ..api.invoices.finalize_invoice import _parse_response

        return cast(
            "InvoiceActionResponse",
            self._call(
                "finalize_invoice",
                "POST",
                "/invoices/{invoice_id}/finalize",
                _parse_response,
                path_params={"invoice_id": invoice_id},
                body={"send_email": send_email},
                idempotency_key=idempotency_key,
            ),
        )

    def void_invoice(
        self, invoice_id: str, *, reason: str, idempotency_key: str | Unset = UNSET
    ) -> InvoiceActionResponse:
        """Void a finalized invoice.

        Declares that the invoice no longer counts, for good; it keeps its number and its lines.
        Anything but a finalized invoice is refused with 409. Payments stay as they are: refund them
        on their own.

        Args:
            invoice_id: The invoice's id as Coobird issued it (not the `invoice_number`).
            reason: Reason why the invoice is void; kept as `void_reason`.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The invoice, void.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml void_invoice
        """
        from ..api.invoices.void_invoice import _parse_response

        return cast(
            "InvoiceActionResponse",
            self._call(
                "void_invoice",
                "POST",
                "/invoices/{invoice_id}/void",
                _parse_response,
                path_params={"invoice_id": invoice_id},
                body={"reason": reason},
                idempotency_key=idempotency_key,
            ),
        )


class PaymentsMethods(Calls):
    """The operations on payments."""

    def list_payments(
        self,
        *,
        status: PaymentStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        contract_id: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> PaymentListResponse:
        """List payments, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            status: Only payments in this state (`pending`, `completed`, `failed`,
                `partially_refunded` or
                `refunded`).
            customer_id: Only payments of this customer.
            contract_id: Only payments for invoices of this contract.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of payments.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_payments
        """
        from ..api.payments.list_payments import _parse_response

        return cast(
            "PaymentListResponse",
            self._call(
                "list_payments",
                "GET",
                "/payments",
                _parse_response,
                query={
                    "status": status,
                    "customer_id": customer_id,
                    "contract_id": contract_id,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_payments(
        self,
        *,
        status: PaymentStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        contract_id: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[PaymentResponse]:
        """Iterate over the entries of all pages of `list_payments`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only payments in this state (`pending`, `completed`, `failed`,
                `partially_refunded` or
                `refunded`).
            customer_id: Only payments of this customer.
            contract_id: Only payments for invoices of this contract.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `PaymentResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_payments`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_payments
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_payments(
                page=pages.next,
                status=status,
                customer_id=customer_id,
                contract_id=contract_id,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_payment(
        self,
        *,
        customer_id: str,
        amount: int,
        invoice_id: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        payment_method: PaymentMethod | Unset = UNSET,
        payment_date: datetime.date | str | Unset = UNSET,
        description: str | Unset = UNSET,
        external_transaction_id: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> PaymentResponse:
        """Record a payment.

        Writes down money that a customer pays; no money is collected. Every payment starts as
        `pending`, set it to `completed` or `failed` once you know. An invoice that is named has to
        belong to the customer and to be in the same currency (422 otherwise), and must not be void
        (409).

        Args:
            customer_id: The customer who pays.
            amount: Amount in whole cents.
            invoice_id: The invoice that the payment covers; it has to be an invoice of the same
                customer.
            currency: The currency as an ISO 4217 code, for example `USD`. Left out, that of the
                invoice, else that of the customer, else `USD`.
            payment_method: Means of a payment. One of `ach`, `bank_transfer`, `cash`, `check`,
                `credit_card`, `crypto`, `debit_card`, `other`, `wallet`, `wire`.
            payment_date: The day of the payment (`YYYY-MM-DD`).
            description: Purpose of the payment.
            external_transaction_id: The id of this payment at your payment provider.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The payment as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_payment
        """
        from ..api.payments.create_payment import _parse_response

        return cast(
            "PaymentResponse",
            self._call(
                "create_payment",
                "POST",
                "/payments",
                _parse_response,
                body={
                    "customer_id": customer_id,
                    "amount": amount,
                    "invoice_id": invoice_id,
                    "currency": currency,
                    "payment_method": payment_method,
                    "payment_date": payment_date,
                    "description": description,
                    "external_transaction_id": external_transaction_id,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_payment(self, payment_id: str) -> PaymentResponse:
        """Get one payment.

        Returns the payment with this id.

        Args:
            payment_id: The payment's id as Coobird issued it (not your
                `external_transaction_id`).

        Returns:
            The payment.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_payment
        """
        from ..api.payments.get_payment import _parse_response

        return cast(
            "PaymentResponse",
            self._call(
                "get_payment",
                "GET",
                "/payments/{payment_id}",
                _parse_response,
                path_params={"payment_id": payment_id},
            ),
        )

    def delete_payment(self, payment_id: str) -> None:
        """Delete a payment.

        Removes the record in any state, and the records of its refunds. No money moves: refund the
        payment to give money back.

        Args:
            payment_id: The payment's id as Coobird issued it (not your
                `external_transaction_id`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_payment
        """
        from ..api.payments.delete_payment import _parse_response

        return cast(
            "None",
            self._call(
                "delete_payment",
                "DELETE",
                "/payments/{payment_id}",
                _parse_response,
                path_params={"payment_id": payment_id},
            ),
        )

    def update_payment(
        self,
        payment_id: str,
        *,
        status: SettablePaymentStatus | Unset = UNSET,
        payment_method: PaymentMethod | Unset = UNSET,
        external_transaction_id: str | Unset = UNSET,
        failure_reason: str | Unset = UNSET,
        notes: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> PaymentResponse:
        """Change a payment.

        Changes the fields that are given. `status` moves freely between `pending`, `completed` and
        `failed`; any other value is refused with 422. Once some of the payment was refunded, a new
        `status` is refused with 409. `metadata` replaces the stored object as a whole.

        Args:
            payment_id: The payment's id as Coobird issued it (not your
                `external_transaction_id`).
            status: State to put a payment in. Refund states come from refunds alone. One of
                `completed`, `failed`, `pending`.
            payment_method: Means of a payment. One of `ach`, `bank_transfer`, `cash`, `check`,
                `credit_card`, `crypto`, `debit_card`, `other`, `wallet`, `wire`.
            external_transaction_id: The id of this payment at your payment provider.
            failure_reason: Reason why the payment failed.
            notes: Notes for internal use.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The payment after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_payment
        """
        from ..api.payments.update_payment import _parse_response

        return cast(
            "PaymentResponse",
            self._call(
                "update_payment",
                "PATCH",
                "/payments/{payment_id}",
                _parse_response,
                path_params={"payment_id": payment_id},
                body={
                    "status": status,
                    "payment_method": payment_method,
                    "external_transaction_id": external_transaction_id,
                    "failure_reason": failure_reason,
                    "notes": notes,
                    "metadata": metadata,
                },
            ),
        )

    def refund_payment(
        self,
        payment_id: str,
        *,
        amount: int | Unset = UNSET,
        reason: str | Unset = UNSET,
        external_refund_id: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> RefundResponse:
        """Refund a payment, in part or as a whole.

        Refunds `amount` cents, or all that is left if `amount` or the whole body is left out.
        Several partial refunds may follow each other, up to the amount that was paid: an `amount`
        above what is left is refused with 422. A payment that is not `completed` or
        `partially_refunded` is refused with 409.

        Args:
            payment_id: The payment's id as Coobird issued it (not your
                `external_transaction_id`).
            amount: Amount in whole cents, at most what is left of the payment. All that is
                left, if left out.
            reason: Reason for the refund.
            external_refund_id: The id of this refund at your payment provider.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The refund, and the state of the payment after it.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml refund_payment
        """
        from ..api.payments.refund_payment import _parse_response

        return cast(
            "RefundResponse",
            self._call(
                "refund_payment",
                "POST",
                "/payments/{payment_id}/refund",
                _parse_response,
                path_params={"payment_id": payment_id},
                body={
                    "amount": amount,
                    "reason": reason,
                    "external_refund_id": external_refund_id,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )


class PlanAgentActionsMethods(Calls):
    """The operations on plan agent actions."""

    def list_plan_agent_actions(self, plan_id: str) -> list[PlanAgentActionResponse]:
        """List the prices of agent actions under a plan.

        Returns all prices as a bare array, without pages; oldest first.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).

        Returns:
            All prices of the plan; empty if there are none.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_plan_agent_actions
        """
        from ..api.plan_agent_actions.list_plan_agent_actions import _parse_response

        return cast(
            "list[PlanAgentActionResponse]",
            self._call(
                "list_plan_agent_actions",
                "GET",
                "/plans/{plan_id}/agent-actions",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    def create_plan_agent_action(
        self,
        plan_id: str,
        *,
        agent_action_id: str,
        pricing_model: PricingModel,
        billable_signal_id: str | Unset = UNSET,
        unit_price: float | Unset = UNSET,
        package_size: int | Unset = UNSET,
        package_price: float | Unset = UNSET,
        included_units: float | Unset = UNSET,
        minimum_commitment: int | Unset = UNSET,
        overage_allowed: bool | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        tiers: Sequence[CreatePricingTierOptions | CreatePricingTierOptionsDict] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> PlanAgentActionResponse:
        """Price an agent action under a plan.

        Three ways to price usage:

        - `per_unit`: every unit costs `unit_price`.
        - `tiered`: every unit costs what its tier says, plus the flat fee of each tier that is
        reached.
        - `package`: usage is sold in packages of `package_size` units at `package_price`; a begun
        package counts whole.

        Refused with 404 if the agent action or the signal does not exist, and with 422 if the model
        lacks its prices.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            agent_action_id: The agent action that is priced.
            pricing_model: Pricing model of the usage: `per_unit` (needs `unit_price`), `tiered`
                (uses `tiers`) or `package` (needs `package_size` and `package_price`).
            billable_signal_id: The billable signal whose usage is billed, in place of the
                action's own.
            unit_price: Cents per unit (`per_unit`); may be a fraction.
            package_size: Units in a package (`package`). A package that was begun is billed
                whole.
            package_price: Cents per package (`package`); may be a fraction.
            included_units: Units per billing interval that are free; 0 if left out. They are
                taken off before prices, packages and tiers apply.
            minimum_commitment: Least cents that are billed per billing interval, even if
                nothing was used; 0 if left out.
            overage_allowed: True if usage beyond `included_units` is accepted and billed; true
                if left out. If false, such usage may be refused and is never billed.
            metadata: Notes of your own.
            tiers: The tiers (`tiered`), up to 100. More can be added later.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The price as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_plan_agent_action
        """
        from ..api.plan_agent_actions.create_plan_agent_action import _parse_response

        return cast(
            "PlanAgentActionResponse",
            self._call(
                "create_plan_agent_action",
                "POST",
                "/plans/{plan_id}/agent-actions",
                _parse_response,
                path_params={"plan_id": plan_id},
                body={
                    "agent_action_id": agent_action_id,
                    "pricing_model": pricing_model,
                    "billable_signal_id": billable_signal_id,
                    "unit_price": unit_price,
                    "package_size": package_size,
                    "package_price": package_price,
                    "included_units": included_units,
                    "minimum_commitment": minimum_commitment,
                    "overage_allowed": overage_allowed,
                    "metadata": metadata,
                    "tiers": tiers,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_plan_agent_action(self, plan_id: str, action_id: str) -> PlanAgentActionResponse:
        """Get the price of one agent action under a plan.

        Returns the price with this id, with its tiers.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            action_id: The id of the price within the plan (not of the agent action).

        Returns:
            The price.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_plan_agent_action
        """
        from ..api.plan_agent_actions.get_plan_agent_action import _parse_response

        return cast(
            "PlanAgentActionResponse",
            self._call(
                "get_plan_agent_action",
                "GET",
                "/plans/{plan_id}/agent-actions/{action_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id},
            ),
        )

    def delete_plan_agent_action(self, plan_id: str, action_id: str) -> None:
        """Take an agent action out of a plan.

        Deletes its tiers too. Contracts keep the copy that they made. A price that is in use
        elsewhere is refused with 409.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            action_id: The id of the price within the plan (not of the agent action).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_plan_agent_action
        """
        from ..api.plan_agent_actions.delete_plan_agent_action import _parse_response

        return cast(
            "None",
            self._call(
                "delete_plan_agent_action",
                "DELETE",
                "/plans/{plan_id}/agent-actions/{action_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id},
            ),
        )

    def update_plan_agent_action(
        self,
        plan_id: str,
        action_id: str,
        *,
        agent_action_id: str | Unset = UNSET,
        pricing_model: PricingModel | Unset = UNSET,
        billable_signal_id: str | Unset = UNSET,
        unit_price: float | Unset = UNSET,
        package_size: int | Unset = UNSET,
        package_price: float | Unset = UNSET,
        included_units: float | Unset = UNSET,
        minimum_commitment: int | Unset = UNSET,
        overage_allowed: bool | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        tiers: Sequence[CreatePricingTierOptions | CreatePricingTierOptionsDict] | Unset = UNSET,
    ) -> PlanAgentActionResponse:
        """Change the price of an agent action under a plan.

        Changes the fields that are given. `tiers` and `metadata` replace what is stored as a whole.
        Contracts that copied the price stay as they are.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            action_id: The id of the price within the plan (not of the agent action).
            agent_action_id: The agent action that is priced.
            pricing_model: Pricing model of the usage: `per_unit` (needs `unit_price`), `tiered`
                (uses `tiers`) or `package` (needs `package_size` and `package_price`).
            billable_signal_id: The billable signal whose usage is billed, in place of the
                action's own.
            unit_price: Cents per unit (`per_unit`); may be a fraction.
            package_size: Units in a package (`package`). A package that was begun is billed
                whole.
            package_price: Cents per package (`package`); may be a fraction.
            included_units: Units per billing interval that are free. They are taken off before
                prices, packages and tiers apply.
            minimum_commitment: Least cents that are billed per billing interval, even if
                nothing was used.
            overage_allowed: True if usage beyond `included_units` is accepted and billed. If
                false, such usage may be refused and is never billed.
            metadata: Notes of your own. The stored object is replaced as a whole.
            tiers: The new tiers, in place of all that are stored.

        Returns:
            The price after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan_agent_action
        """
        from ..api.plan_agent_actions.update_plan_agent_action import _parse_response

        return cast(
            "PlanAgentActionResponse",
            self._call(
                "update_plan_agent_action",
                "PATCH",
                "/plans/{plan_id}/agent-actions/{action_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id},
                body={
                    "agent_action_id": agent_action_id,
                    "pricing_model": pricing_model,
                    "billable_signal_id": billable_signal_id,
                    "unit_price": unit_price,
                    "package_size": package_size,
                    "package_price": package_price,
                    "included_units": included_units,
                    "minimum_commitment": minimum_commitment,
                    "overage_allowed": overage_allowed,
                    "metadata": metadata,
                    "tiers": tiers,
                },
            ),
        )


class PlanChargesMethods(Calls):
    """The operations on plan charges."""

    def list_plan_charges(self, plan_id: str) -> list[PlanChargeResponse]:
        """List the charges of a plan.

        Returns all charges as a bare array, without pages; oldest first.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).

        Returns:
            All charges of the plan; empty if there are none.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_plan_charges
        """
        from ..api.plan_charges.list_plan_charges import _parse_response

        return cast(
            "list[PlanChargeResponse]",
            self._call(
                "list_plan_charges",
                "GET",
                "/plans/{plan_id}/charges",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    def create_plan_charge(
        self,
        plan_id: str,
        *,
        charge_name: str,
        charge_code: str,
        charge_type: ChargeType,
        amount: int,
        description: str | None | Unset = UNSET,
        billing_frequency: BillingFrequency | None | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> PlanChargeResponse:
        """Add a charge to a plan.

        For fees that do not follow the events of an agent, such as a platform fee or seats. Refused
        with 409 if the plan has a charge with this code.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            charge_name: The name to show.
            charge_code: A short name for programs; unique within the plan.
            charge_type: Kind of the charge: the amount at every billing (`recurring`), the
                amount once, with the first bill (`one_time`), the amount per unit of usage
                (`usage_based`), or the amount per seat at every billing (`seat_based`).
            amount: Whole cents each time, or per unit or seat, as `charge_type` says.
            description: Purpose of the charge.
            billing_frequency: Interval at which a `recurring` or `seat_based` charge falls due.
                Every billing interval of the contract if `None` or left out for a new charge.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The charge as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_plan_charge
        """
        from ..api.plan_charges.create_plan_charge import _parse_response

        return cast(
            "PlanChargeResponse",
            self._call(
                "create_plan_charge",
                "POST",
                "/plans/{plan_id}/charges",
                _parse_response,
                path_params={"plan_id": plan_id},
                body={
                    "charge_name": charge_name,
                    "charge_code": charge_code,
                    "charge_type": charge_type,
                    "amount": amount,
                    "description": description,
                    "billing_frequency": billing_frequency,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def delete_plan_charge(self, plan_id: str, charge_id: str) -> None:
        """Delete a charge of a plan.

        Contracts keep the copy that they made. A charge that is in use elsewhere is refused with
        409.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            charge_id: The charge's id.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_plan_charge
        """
        from ..api.plan_charges.delete_plan_charge import _parse_response

        return cast(
            "None",
            self._call(
                "delete_plan_charge",
                "DELETE",
                "/plans/{plan_id}/charges/{charge_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "charge_id": charge_id},
            ),
        )

    def update_plan_charge(
        self,
        plan_id: str,
        charge_id: str,
        *,
        charge_name: str | Unset = UNSET,
        charge_code: str | Unset = UNSET,
        charge_type: ChargeType | Unset = UNSET,
        amount: int | Unset = UNSET,
        description: str | None | Unset = UNSET,
        billing_frequency: BillingFrequency | None | Unset = UNSET,
    ) -> PlanChargeResponse:
        """Change a charge of a plan.

        Changes the fields that are given. Contracts that copied the charge stay as they are.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            charge_id: The charge's id.
            charge_name: The name to show.
            charge_code: A short name for programs; unique within the plan.
            charge_type: Kind of the charge: the amount at every billing (`recurring`), the
                amount once, with the first bill (`one_time`), the amount per unit of usage
                (`usage_based`), or the amount per seat at every billing (`seat_based`).
            amount: Whole cents each time, or per unit or seat, as `charge_type` says.
            description: Purpose of the charge; `None` clears it.
            billing_frequency: Interval at which a `recurring` or `seat_based` charge falls due.
                Every billing interval of the contract if `None` or left out for a new charge.

        Returns:
            The charge after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan_charge
        """
        from ..api.plan_charges.update_plan_charge import _parse_response

        return cast(
            "PlanChargeResponse",
            self._call(
                "update_plan_charge",
                "PATCH",
                "/plans/{plan_id}/charges/{charge_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "charge_id": charge_id},
                body={
                    "charge_name": charge_name,
                    "charge_code": charge_code,
                    "charge_type": charge_type,
                    "amount": amount,
                    "description": description,
                    "billing_frequency": billing_frequency,
                },
            ),
        )


class PlansMethods(Calls):
    """The operations on plans."""

    def list_plans(
        self,
        *,
        status: PlanStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        type: PlanType | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> PlanListResponse:
        """List plans, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            status: Only plans in this state (`draft`, `active` or `archived`).
            search: Only plans whose name contains this text; case does not matter.
            type: Only plans of this `plan_type` (`standard`, `enterprise`, `trial`, `freemium`,
                `usage_based` or `hybrid`).
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of plans.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_plans
        """
        from ..api.plans.list_plans import _parse_response

        return cast(
            "PlanListResponse",
            self._call(
                "list_plans",
                "GET",
                "/plans",
                _parse_response,
                query={
                    "status": status,
                    "search": search,
                    "type": type,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_plans(
        self,
        *,
        status: PlanStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        type: PlanType | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[PlanResponse]:
        """Iterate over the entries of all pages of `list_plans`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only plans in this state (`draft`, `active` or `archived`).
            search: Only plans whose name contains this text; case does not matter.
            type: Only plans of this `plan_type` (`standard`, `enterprise`, `trial`, `freemium`,
                `usage_based` or `hybrid`).
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `PlanResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_plans`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_plans
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_plans(
                page=pages.next,
                status=status,
                search=search,
                type=type,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_plan(
        self,
        *,
        name: str,
        code: str,
        description: str | Unset = UNSET,
        target_audience: TargetAudience | Unset = UNSET,
        currency: str | Unset = UNSET,
        category: PlanCategory | Unset = UNSET,
        plan_type: PlanType | Unset = UNSET,
        billing_period: BillingPeriod | Unset = UNSET,
        trial_available: bool | Unset = UNSET,
        trial_days: int | Unset = UNSET,
        status: PlanStatus | Unset = UNSET,
        parent_plan_id: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> PlanResponse:
        """Create a plan.

        Adds an empty plan: charges and prices of agent actions are added to it afterwards. Refused
        with 409 if the code is taken, and with 404 if the parent plan does not exist.

        Args:
            name: The name to show.
            code: A short name for programs; unique within the tenant.
            description: Description of the plan.
            target_audience: Audience of the plan: people (`human`), agents (`agent`) or `both`
                (used if left out for a new plan).
            currency: Currency of the prices as an ISO 4217 code, for example `USD` (used if
                left out).
            category: A `plan` in its own right (used if left out for a new one), or an `addon`
                to another plan.
            plan_type: Kind of the plan; `standard` if left out for a new one. Prices and
                charges, not the kind, decide what is billed. One of `enterprise`, `freemium`,
                `hybrid`, `standard`, `trial`, `usage_based`.
            billing_period: Billing period of the plan; `monthly` if left out for a new one. One
                of `annual`, `daily`, `monthly`, `quarterly`, `semi_annual`, `weekly`.
            trial_available: True if a trial comes before the first billed day of a contract;
                false if left out.
            trial_days: Length of the trial in days; 0 if left out. Nothing is billed for the
                days of the trial.
            status: The state of the plan; `active` if left out for a new one. No contract can
                be created from an `archived` plan. One of `active`, `archived`, `draft`.
            parent_plan_id: The plan that an add-on belongs to.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The plan as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_plan
        """
        from ..api.plans.create_plan import _parse_response

        return cast(
            "PlanResponse",
            self._call(
                "create_plan",
                "POST",
                "/plans",
                _parse_response,
                body={
                    "name": name,
                    "code": code,
                    "description": description,
                    "target_audience": target_audience,
                    "currency": currency,
                    "category": category,
                    "plan_type": plan_type,
                    "billing_period": billing_period,
                    "trial_available": trial_available,
                    "trial_days": trial_days,
                    "status": status,
                    "parent_plan_id": parent_plan_id,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_plan(self, plan_id: str) -> PlanResponse:
        """Get one plan.

        Returns the plan with this id, without its charges and prices.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).

        Returns:
            The plan.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_plan
        """
        from ..api.plans.get_plan import _parse_response

        return cast(
            "PlanResponse",
            self._call(
                "get_plan",
                "GET",
                "/plans/{plan_id}",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    def delete_plan(self, plan_id: str) -> None:
        """Delete a plan.

        Deletes its charges and prices too. Refused with 409 while a contract that was created from
        it exists or an add-on names it as its parent; set `status` to `archived` instead.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_plan
        """
        from ..api.plans.delete_plan import _parse_response

        return cast(
            "None",
            self._call(
                "delete_plan",
                "DELETE",
                "/plans/{plan_id}",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    def update_plan(
        self,
        plan_id: str,
        *,
        name: str | Unset = UNSET,
        code: str | Unset = UNSET,
        description: str | None | Unset = UNSET,
        target_audience: TargetAudience | Unset = UNSET,
        currency: str | Unset = UNSET,
        category: PlanCategory | Unset = UNSET,
        plan_type: PlanType | Unset = UNSET,
        billing_period: BillingPeriod | Unset = UNSET,
        trial_available: bool | Unset = UNSET,
        trial_days: int | Unset = UNSET,
        status: PlanStatus | Unset = UNSET,
        parent_plan_id: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> PlanResponse:
        """Change a plan.

        Changes the fields that are given. `metadata` replaces the stored object as a whole.
        Contracts that were created from the plan stay as they are.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            name: The name to show.
            code: A short name for programs; unique within the tenant.
            description: Description of the plan; `None` clears it.
            target_audience: Audience of the plan: people (`human`), agents (`agent`) or `both`
                (used if left out for a new plan).
            currency: Currency of the prices as an ISO 4217 code, for example `USD`.
            category: A `plan` in its own right (used if left out for a new one), or an `addon`
                to another plan.
            plan_type: Kind of the plan; `standard` if left out for a new one. Prices and
                charges, not the kind, decide what is billed. One of `enterprise`, `freemium`,
                `hybrid`, `standard`, `trial`, `usage_based`.
            billing_period: Billing period of the plan; `monthly` if left out for a new one. One
                of `annual`, `daily`, `monthly`, `quarterly`, `semi_annual`, `weekly`.
            trial_available: True if a trial comes before the first billed day of a contract.
            trial_days: Length of the trial in days, for contracts that are created from now on.
            status: The state of the plan; `active` if left out for a new one. No contract can
                be created from an `archived` plan. One of `active`, `archived`, `draft`.
            parent_plan_id: The plan that an add-on belongs to.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The plan after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan
        """
        from ..api.plans.update_plan import _parse_response

        return cast(
            "PlanResponse",
            self._call(
                "update_plan",
                "PATCH",
                "/plans/{plan_id}",
                _parse_response,
                path_params={"plan_id": plan_id},
                body={
                    "name": name,
                    "code": code,
                    "description": description,
                    "target_audience": target_audience,
                    "currency": currency,
                    "category": category,
                    "plan_type": plan_type,
                    "billing_period": billing_period,
                    "trial_available": trial_available,
                    "trial_days": trial_days,
                    "status": status,
                    "parent_plan_id": parent_plan_id,
                    "metadata": metadata,
                },
            ),
        )


class PricingTiersMethods(Calls):
    """The operations on pricing tiers."""

    def create_plan_agent_action_tier(
        self,
        plan_id: str,
        action_id: str,
        *,
        tier_order: int,
        start_unit: int,
        price_per_unit: float,
        end_unit: int | None | Unset = UNSET,
        flat_fee: int | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> PricingTierResponse:
        """Add a tier to a price.

        Refused with 409 if the tier order is taken, and with 422 if the tier overlaps another one.
        Units that no tier covers are not billed.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            action_id: The id of the price within the plan (not of the agent action).
            tier_order: The place among the tiers, from 1; unique within the price.
            start_unit: The first unit of the tier; 0 means the same as 1.
            price_per_unit: Cents per unit; may be a fraction.
            end_unit: The last unit of the tier, itself included and not below `start_unit`.
                `None` or left out leaves the tier open: it ends where the next one starts, and the
                last one never ends.
            flat_fee: Whole cents that are charged once per billing interval when usage reaches
                the tier; 0 if left out.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The tier as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_plan_agent_action_tier
        """
        from ..api.pricing_tiers.create_plan_agent_action_tier import _parse_response

        return cast(
            "PricingTierResponse",
            self._call(
                "create_plan_agent_action_tier",
                "POST",
                "/plans/{plan_id}/agent-actions/{action_id}/tiers",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id},
                body={
                    "tier_order": tier_order,
                    "start_unit": start_unit,
                    "price_per_unit": price_per_unit,
                    "end_unit": end_unit,
                    "flat_fee": flat_fee,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def delete_plan_agent_action_tier(self, plan_id: str, action_id: str, tier_id: str) -> None:
        """Delete a tier of a price.

        The other tiers keep their bounds and order. Contracts keep the copy that they made. A tier
        that is in use elsewhere is refused with 409.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            action_id: The id of the price within the plan (not of the agent action).
            tier_id: The tier's id.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_plan_agent_action_tier
        """
        from ..api.pricing_tiers.delete_plan_agent_action_tier import _parse_response

        return cast(
            "None",
            self._call(
                "delete_plan_agent_action_tier",
                "DELETE",
                "/plans/{plan_id}/agent-actions/{action_id}/tiers/{tier_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id, "tier_id": tier_id},
            ),
        )

    def update_plan_agent_action_tier(
        self,
        plan_id: str,
        action_id: str,
        tier_id: str,
        *,
        tier_order: int | Unset = UNSET,
        start_unit: int | Unset = UNSET,
        end_unit: int | None | Unset = UNSET,
        price_per_unit: float | Unset = UNSET,
        flat_fee: int | Unset = UNSET,
    ) -> PricingTierResponse:
        """Change a tier of a price.

        Changes the fields that are given; the same checks as for a new tier apply. Contracts that
        copied it stay as they are.

        Args:
            plan_id: The plan's id as Coobird issued it (not its `code`).
            action_id: The id of the price within the plan (not of the agent action).
            tier_id: The tier's id.
            tier_order: The place among the tiers, from 1; unique within the price.
            start_unit: The first unit of the tier; 0 means the same as 1.
            end_unit: The last unit of the tier, itself included and not below `start_unit`.
                `None` leaves the tier open: it ends where the next one starts, and the last one
                never ends.
            price_per_unit: Cents per unit; may be a fraction.
            flat_fee: Whole cents that are charged once per billing interval when usage reaches
                the tier.

        Returns:
            The tier after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan_agent_action_tier
        """
        from ..api.pricing_tiers.update_plan_agent_action_tier import _parse_response

        return cast(
            "PricingTierResponse",
            self._call(
                "update_plan_agent_action_tier",
                "PATCH",
                "/plans/{plan_id}/agent-actions/{action_id}/tiers/{tier_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id, "tier_id": tier_id},
                body={
                    "tier_order": tier_order,
                    "start_unit": start_unit,
                    "end_unit": end_unit,
                    "price_per_unit": price_per_unit,
                    "flat_fee": flat_fee,
                },
            ),
        )


class SignalsMethods(Calls):
    """The operations on signals."""

    def list_signals(
        self,
        *,
        signal_type: SignalType | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> SignalListResponse:
        """List signals, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            signal_type: Only signals of this type (`billable` or `cost`).
            status: Only signals in this state (`active` or `inactive`).
            search: Only signals whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of signals.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_signals
        """
        from ..api.signals.list_signals import _parse_response

        return cast(
            "SignalListResponse",
            self._call(
                "list_signals",
                "GET",
                "/signals",
                _parse_response,
                query={
                    "signal_type": signal_type,
                    "status": status,
                    "search": search,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_signals(
        self,
        *,
        signal_type: SignalType | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[SignalResponse]:
        """Iterate over the entries of all pages of `list_signals`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            signal_type: Only signals of this type (`billable` or `cost`).
            status: Only signals in this state (`active` or `inactive`).
            search: Only signals whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
                Fields that
                cannot be sorted are refused: objects, lists and the current period of a contract.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `SignalResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_signals`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_signals
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_signals(
                page=pages.next,
                signal_type=signal_type,
                status=status,
                search=search,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_signal(
        self,
        *,
        signal_name: str,
        signal_code: str,
        signal_type: SignalType,
        aggregation_type: AggregationType | Unset = UNSET,
        unit_label: str | Unset = UNSET,
        value_field: str | Unset = UNSET,
        description: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> SignalResponse:
        """Create a signal.

        Adds a metric that events can count towards and that plans can price. Aggregates by `count`
        if `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

        Args:
            signal_name: The name to show.
            signal_code: Code that events name as `signal_code`; unique within the tenant.
            signal_type: Kind of the signal: it measures usage that the customer pays for
                (`billable`), or what serving the customer costs you (`cost`).
            aggregation_type: Aggregation of the events of a billing interval to one quantity.
                `count` adds up their `quantity`. The others read the attribute named by
                `value_field`, or `quantity` if none is named, and take the total (`sum`), the
                largest value (`max`), the smallest (`min`), the mean (`average`) or the number of
                different values (`unique_count`). Numbers written as text count as numbers. An
                event is rejected if a number that is measured is beyond 10^15.
            unit_label: Name of one unit, for example `tokens`.
            value_field: The attribute of an event that holds the measured value, for example
                `total_tokens`. Every aggregation but `count` reads it; left out, those read the
                event's `quantity`.
            description: Description of the signal for people.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The signal as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_signal
        """
        from ..api.signals.create_signal import _parse_response

        return cast(
            "SignalResponse",
            self._call(
                "create_signal",
                "POST",
                "/signals",
                _parse_response,
                body={
                    "signal_name": signal_name,
                    "signal_code": signal_code,
                    "signal_type": signal_type,
                    "aggregation_type": aggregation_type,
                    "unit_label": unit_label,
                    "value_field": value_field,
                    "description": description,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_signal(self, signal_id: str) -> SignalResponse:
        """Get one signal.

        Returns the signal with this id.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).

        Returns:
            The signal.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_signal
        """
        from ..api.signals.get_signal import _parse_response

        return cast(
            "SignalResponse",
            self._call(
                "get_signal",
                "GET",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
            ),
        )

    def delete_signal(self, signal_id: str) -> None:
        """Delete a signal.

        Refused with 409 while an agent action or the pricing of a plan still uses the signal.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_signal
        """
        from ..api.signals.delete_signal import _parse_response

        return cast(
            "None",
            self._call(
                "delete_signal",
                "DELETE",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
            ),
        )

    def update_signal(
        self,
        signal_id: str,
        *,
        signal_name: str | Unset = UNSET,
        signal_code: str | Unset = UNSET,
        signal_type: SignalType | Unset = UNSET,
        aggregation_type: AggregationType | Unset = UNSET,
        unit_label: str | Unset = UNSET,
        value_field: str | None | Unset = UNSET,
        description: str | None | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> SignalResponse:
        """Change a signal.

        Changes the fields that are given; events that were recorded before are measured by the new
        settings from the next calculation on. `metadata` replaces the stored object as a whole.
        Refused with 409 if the new `signal_code` is taken, or if the type of a signal that is in
        use would change.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).
            signal_name: The name to show.
            signal_code: Code that events name as `signal_code`; unique within the tenant.
                Events that were recorded under the old code keep it, and still count, unless
                another signal takes the code.
            signal_type: Kind of the signal: it measures usage that the customer pays for
                (`billable`), or what serving the customer costs you (`cost`).
            aggregation_type: Aggregation of the events of a billing interval to one quantity.
                `count` adds up their `quantity`. The others read the attribute named by
                `value_field`, or `quantity` if none is named, and take the total (`sum`), the
                largest value (`max`), the smallest (`min`), the mean (`average`) or the number of
                different values (`unique_count`). Numbers written as text count as numbers. An
                event is rejected if a number that is measured is beyond 10^15.
            unit_label: Name of one unit, for example `tokens`.
            value_field: The attribute of an event that holds the measured value; `None` clears
                it, and the event's `quantity` is read instead.
            description: Description of the signal for people; `None` clears it.
            status: State of a signal. An `inactive` one measures no new events.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The signal after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_signal
        """
        from ..api.signals.update_signal import _parse_response

        return cast(
            "SignalResponse",
            self._call(
                "update_signal",
                "PATCH",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
                body={
                    "signal_name": signal_name,
                    "signal_code": signal_code,
                    "signal_type": signal_type,
                    "aggregation_type": aggregation_type,
                    "unit_label": unit_label,
                    "value_field": value_field,
                    "description": description,
                    "status": status,
                    "metadata": metadata,
                },
            ),
        )


class WalletsMethods(Calls):
    """The operations on wallets."""

    def create_wallet(
        self,
        *,
        customer_id: str,
        name: str,
        description: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        conversion_rate: float | Unset = UNSET,
        initial_credits: float | Unset = UNSET,
        auto_recharge_enabled: bool | Unset = UNSET,
        auto_recharge_threshold: float | Unset = UNSET,
        auto_recharge_amount: float | Unset = UNSET,
        allow_negative_balance: bool | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> WalletResponse:
        """Create a wallet.

        Opens an account of prepaid credits for a customer. Credits are decimal numbers, kept to six
        decimal places (half rounds up). With `initial_credits` the first transaction is of type
        `initial` and its credits are `free`. Self-recharging without both a threshold and an amount
        of at least half of 0.000001 credits is refused with 422.

        Args:
            customer_id: The customer who owns the wallet.
            name: The name to show.
            description: Purpose of the wallet.
            currency: The currency that credits are bought in, as an ISO 4217 code, for example
                `USD`. Left out, that of the customer, else `USD`.
            conversion_rate: Number of credits that one major unit of the currency (one US
                dollar, not one cent) buys; 1 if left out.
            initial_credits: The credits to start with; 0 if left out.
            auto_recharge_enabled: True if the wallet recharges itself; false if left out. Needs
                `auto_recharge_threshold` and `auto_recharge_amount`.
            auto_recharge_threshold: Recharge when a deduction leaves fewer credits than this.
            auto_recharge_amount: Number of credits that a recharge adds.
            allow_negative_balance: True if deductions may take the balance below 0; false if
                left out.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The wallet as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_wallet
        """
        from ..api.wallets.create_wallet import _parse_response

        return cast(
            "WalletResponse",
            self._call(
                "create_wallet",
                "POST",
                "/wallets",
                _parse_response,
                body={
                    "customer_id": customer_id,
                    "name": name,
                    "description": description,
                    "currency": currency,
                    "conversion_rate": conversion_rate,
                    "initial_credits": initial_credits,
                    "auto_recharge_enabled": auto_recharge_enabled,
                    "auto_recharge_threshold": auto_recharge_threshold,
                    "auto_recharge_amount": auto_recharge_amount,
                    "allow_negative_balance": allow_negative_balance,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_wallet(self, wallet_id: str) -> WalletResponse:
        """Get one wallet.

        Returns the wallet with this id, its settings and its balance.

        Args:
            wallet_id: The wallet's id.

        Returns:
            The wallet.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_wallet
        """
        from ..api.wallets.get_wallet import _parse_response

        return cast(
            "WalletResponse",
            self._call(
                "get_wallet",
                "GET",
                "/wallets/{wallet_id}",
                _parse_response,
                path_params={"wallet_id": wallet_id},
            ),
        )

    def get_wallet_balance(self, wallet_id: str) -> WalletBalanceResponse:
        """Get the balance of a wallet.

        Returns the number of credits that are left, and their value.

        Args:
            wallet_id: The wallet's id.

        Returns:
            The balance.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_wallet_balance
        """
        from ..api.wallets.get_wallet_balance import _parse_response

        return cast(
            "WalletBalanceResponse",
            self._call(
                "get_wallet_balance",
                "GET",
                "/wallets/{wallet_id}/balance",
                _parse_response,
                path_params={"wallet_id": wallet_id},
            ),
        )

    def top_up_wallet(
        self,
        wallet_id: str,
        *,
        amount: float,
        credit_amount: float | Unset = UNSET,
        credit_type: CreditType | Unset = UNSET,
        description: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> WalletTransactionResponse:
        """Add credits to a wallet.

        Adds `amount` times the wallet's `conversion_rate` credits, or exactly `credit_amount` if
        that is given. They count as `purchased` unless `credit_type` says otherwise.

        An `idempotency_key` in the body holds for the wallet: the same key with the same body
        answers the first transaction again and changes nothing, the same key with another body is
        refused with 409 (`code` `idempotency_key_reused`).

        Args:
            wallet_id: The wallet's id.
            amount: Amount that is paid in, in major units of the wallet's currency (100 is one
                hundred US dollars). With a conversion rate of 1 this is also the number of credits.
            credit_amount: Number of credits to add; `amount` times the wallet's
                `conversion_rate` if left out.
            credit_type: Source of credits. One of `bonus`, `free`, `promotional`, `purchased`.
            description: Purpose of the top-up.
            idempotency_key: Key that makes this transaction unique within the wallet. Sending
                it again changes nothing.
            metadata: Notes of your own.

        Returns:
            The transaction.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml top_up_wallet
        """
        from ..api.wallets.top_up_wallet import _parse_response

        return cast(
            "WalletTransactionResponse",
            self._call(
                "top_up_wallet",
                "POST",
                "/wallets/{wallet_id}/top-up",
                _parse_response,
                path_params={"wallet_id": wallet_id},
                body={
                    "amount": amount,
                    "credit_amount": credit_amount,
                    "credit_type": credit_type,
                    "description": description,
                    "idempotency_key": idempotency_key,
                    "metadata": metadata,
                },
            ),
        )

    def deduct_wallet(
        self,
        wallet_id: str,
        *,
        amount: float,
        description: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> WalletTransactionResponse:
        """Take credits out of a wallet.

        Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet
        does not allow that, the answer is 409 with `code` `insufficient_credits`, even if the
        wallet recharges itself.

        A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
        `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

        An `idempotency_key` in the body holds for the wallet: the same key with the same body
        answers the first transaction again and changes nothing, the same key with another body is
        refused with 409 (`code` `idempotency_key_reused`).

        Args:
            wallet_id: The wallet's id.
            amount: Number of credits to deduct.
            description: Purpose that the credits were spent on.
            idempotency_key: Key that makes this transaction unique within the wallet. Sending
                it again changes nothing.
            metadata: Notes of your own.

        Returns:
            The transaction.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml deduct_wallet
        """
        from ..api.wallets.deduct_wallet import _parse_response

        return cast(
            "WalletTransactionResponse",
            self._call(
                "deduct_wallet",
                "POST",
                "/wallets/{wallet_id}/deduct",
                _parse_response,
                path_params={"wallet_id": wallet_id},
                body={
                    "amount": amount,
                    "description": description,
                    "idempotency_key": idempotency_key,
                    "metadata": metadata,
                },
            ),
        )


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
    """One method for each operation on a resource; each call returns when it is done.

    The class of a client supplies `_call` and `_no_list`.
    """
