# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on plan agent actions."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ...models.create_pricing_tier_options import (
        CreatePricingTierOptions,
        CreatePricingTierOptionsDict,
    )
    from ...models.plan_agent_action_response import PlanAgentActionResponse
    from ...types import Unset


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
        from .list_plan_agent_actions import _parse_response

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
        pricing_model: str,
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
            pricing_model: Pricing model of the usage. Known values: `per_unit` (needs
                `unit_price`), `tiered` (uses `tiers`), `package` (needs `package_size` and
                `package_price`).
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
        from .create_plan_agent_action import _parse_response

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
        from .get_plan_agent_action import _parse_response

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
        from .delete_plan_agent_action import _parse_response

        self._call(
            "delete_plan_agent_action",
            "DELETE",
            "/plans/{plan_id}/agent-actions/{action_id}",
            _parse_response,
            path_params={"plan_id": plan_id, "action_id": action_id},
        )

    def update_plan_agent_action(
        self,
        plan_id: str,
        action_id: str,
        *,
        agent_action_id: str | Unset = UNSET,
        pricing_model: str | Unset = UNSET,
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
            pricing_model: Pricing model of the usage. Known values: `per_unit` (needs
                `unit_price`), `tiered` (uses `tiers`), `package` (needs `package_size` and
                `package_price`).
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
        from .update_plan_agent_action import _parse_response

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


class AsyncPlanAgentActionsMethods(AsyncCalls):
    """The operations on plan agent actions, awaited."""

    async def list_plan_agent_actions(self, plan_id: str) -> list[PlanAgentActionResponse]:
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
        from .list_plan_agent_actions import _parse_response

        return cast(
            "list[PlanAgentActionResponse]",
            await self._call(
                "list_plan_agent_actions",
                "GET",
                "/plans/{plan_id}/agent-actions",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    async def create_plan_agent_action(
        self,
        plan_id: str,
        *,
        agent_action_id: str,
        pricing_model: str,
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
            pricing_model: Pricing model of the usage. Known values: `per_unit` (needs
                `unit_price`), `tiered` (uses `tiers`), `package` (needs `package_size` and
                `package_price`).
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
        from .create_plan_agent_action import _parse_response

        return cast(
            "PlanAgentActionResponse",
            await self._call(
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

    async def get_plan_agent_action(self, plan_id: str, action_id: str) -> PlanAgentActionResponse:
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
        from .get_plan_agent_action import _parse_response

        return cast(
            "PlanAgentActionResponse",
            await self._call(
                "get_plan_agent_action",
                "GET",
                "/plans/{plan_id}/agent-actions/{action_id}",
                _parse_response,
                path_params={"plan_id": plan_id, "action_id": action_id},
            ),
        )

    async def delete_plan_agent_action(self, plan_id: str, action_id: str) -> None:
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
        from .delete_plan_agent_action import _parse_response

        await self._call(
            "delete_plan_agent_action",
            "DELETE",
            "/plans/{plan_id}/agent-actions/{action_id}",
            _parse_response,
            path_params={"plan_id": plan_id, "action_id": action_id},
        )

    async def update_plan_agent_action(
        self,
        plan_id: str,
        action_id: str,
        *,
        agent_action_id: str | Unset = UNSET,
        pricing_model: str | Unset = UNSET,
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
            pricing_model: Pricing model of the usage. Known values: `per_unit` (needs
                `unit_price`), `tiered` (uses `tiers`), `package` (needs `package_size` and
                `package_price`).
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
        from .update_plan_agent_action import _parse_response

        return cast(
            "PlanAgentActionResponse",
            await self._call(
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
