# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on agents."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from typing import Any

    from ...models.agent_list_response import AgentListResponse
    from ...models.agent_response import AgentResponse
    from ...models.agent_status import AgentStatus
    from ...models.create_agent_action_options import (
        CreateAgentActionOptions,
        CreateAgentActionOptionsDict,
    )
    from ...models.create_agent_options import CreateAgentOptions, CreateAgentOptionsDict
    from ...models.sort_order import SortOrder
    from ...types import Unset


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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of agents.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_agents
        """
        from .list_agents import _parse_response

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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `AgentResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_agents`, while iterating.

        Source: openapi/coobird.yaml list_agents
        """
        pages = Pages()
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
        from .create_agent import _parse_response

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
        from .create_agent_with_actions import _parse_response

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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).

        Returns:
            The agent.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_agent
        """
        from .get_agent import _parse_response

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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_agent
        """
        from .delete_agent import _parse_response

        self._call(
            "delete_agent",
            "DELETE",
            "/agents/{agent_id}",
            _parse_response,
            path_params={"agent_id": agent_id},
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
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
        from .update_agent import _parse_response

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


class AsyncAgentsMethods(AsyncCalls):
    """The operations on agents, awaited."""

    async def list_agents(
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of agents.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_agents
        """
        from .list_agents import _parse_response

        return cast(
            "AgentListResponse",
            await self._call(
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

    async def iter_agents(
        self,
        *,
        status: AgentStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        has_external_id: bool | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[AgentResponse]:
        """Iterate over the entries of all pages of `list_agents`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only agents in this state (`draft`, `active`, `inactive` or `archived`).
            search: Only agents whose name contains this text; case does not matter.
            has_external_id: Only agents with (`true`) or without (`false`) an `external_id`.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `AgentResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_agents`, while iterating.

        Source: openapi/coobird.yaml list_agents
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_agents(
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

    async def create_agent(
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
        from .create_agent import _parse_response

        return cast(
            "AgentResponse",
            await self._call(
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

    async def create_agent_with_actions(
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
        from .create_agent_with_actions import _parse_response

        return cast(
            "AgentResponse",
            await self._call(
                "create_agent_with_actions",
                "POST",
                "/agents/with-actions",
                _parse_response,
                body={"agent": agent, "actions": actions},
                idempotency_key=idempotency_key,
            ),
        )

    async def get_agent(self, agent_id: str) -> AgentResponse:
        """Get one agent.

        Returns the agent with this id, with its actions.

        Args:
            agent_id: The agent's id as Coobird issued it (not your `external_id`).

        Returns:
            The agent.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_agent
        """
        from .get_agent import _parse_response

        return cast(
            "AgentResponse",
            await self._call(
                "get_agent",
                "GET",
                "/agents/{agent_id}",
                _parse_response,
                path_params={"agent_id": agent_id},
            ),
        )

    async def delete_agent(self, agent_id: str) -> None:
        """Delete an agent.

        Deletes its actions and their billable signals too. Refused with 409 while a plan or a
        contract prices one of them; set `status` to `archived` instead.

        Args:
            agent_id: The agent's id as Coobird issued it (not your `external_id`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_agent
        """
        from .delete_agent import _parse_response

        await self._call(
            "delete_agent",
            "DELETE",
            "/agents/{agent_id}",
            _parse_response,
            path_params={"agent_id": agent_id},
        )

    async def update_agent(
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
            agent_id: The agent's id as Coobird issued it (not your `external_id`).
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
        from .update_agent import _parse_response

        return cast(
            "AgentResponse",
            await self._call(
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
