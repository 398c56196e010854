# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on agent actions."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from ...models.action_type import ActionType
    from ...models.action_value_options import ActionValueOptions, ActionValueOptionsDict
    from ...models.agent_action_list_response import AgentActionListResponse
    from ...models.agent_action_response import AgentActionResponse
    from ...models.billable_signal_options import BillableSignalOptions, BillableSignalOptionsDict
    from ...models.sort_order import SortOrder
    from ...models.update_action_value_options import (
        UpdateActionValueOptions,
        UpdateActionValueOptionsDict,
    )
    from ...models.update_billable_signal_options import (
        UpdateBillableSignalOptions,
        UpdateBillableSignalOptionsDict,
    )
    from ...types import Unset


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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
            action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
            search: Only actions whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of actions.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_agent_actions
        """
        from .list_agent_actions import _parse_response

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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
            action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
            search: Only actions whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `AgentActionResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_agent_actions`, while iterating.

        Source: openapi/coobird.yaml list_agent_actions
        """
        pages = Pages()
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
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
        from .create_agent_action import _parse_response

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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
            action_id: The action's id.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_agent_action
        """
        from .delete_agent_action import _parse_response

        self._call(
            "delete_agent_action",
            "DELETE",
            "/agents/{agent_id}/actions/{action_id}",
            _parse_response,
            path_params={"agent_id": agent_id, "action_id": action_id},
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
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
        from .update_agent_action import _parse_response

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


class AsyncAgentActionsMethods(AsyncCalls):
    """The operations on agent actions, awaited."""

    async def list_agent_actions(
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
            action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
            search: Only actions whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of actions.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_agent_actions
        """
        from .list_agent_actions import _parse_response

        return cast(
            "AgentActionListResponse",
            await self._call(
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

    async def iter_agent_actions(
        self,
        agent_id: str,
        *,
        action_type: ActionType | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[AgentActionResponse]:
        """Iterate over the entries of all pages of `list_agent_actions`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
            action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
            search: Only actions whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `AgentActionResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_agent_actions`, while iterating.

        Source: openapi/coobird.yaml list_agent_actions
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_agent_actions(
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

    async def create_agent_action(
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
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
        from .create_agent_action import _parse_response

        return cast(
            "AgentActionResponse",
            await self._call(
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

    async def delete_agent_action(self, agent_id: str, action_id: str) -> None:
        """Delete an action of an agent.

        Deletes its billable signal too; cost signals stay. Refused with 409 while a plan or a
        contract prices the action or bills its signal.

        Args:
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
            action_id: The action's id.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_agent_action
        """
        from .delete_agent_action import _parse_response

        await self._call(
            "delete_agent_action",
            "DELETE",
            "/agents/{agent_id}/actions/{action_id}",
            _parse_response,
            path_params={"agent_id": agent_id, "action_id": action_id},
        )

    async def update_agent_action(
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
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
        from .update_agent_action import _parse_response

        return cast(
            "AgentActionResponse",
            await self._call(
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
