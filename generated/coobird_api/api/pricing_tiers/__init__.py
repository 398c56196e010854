# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on pricing tiers."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...models.pricing_tier_response import PricingTierResponse
    from ...types import Unset


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
        from .create_plan_agent_action_tier import _parse_response

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
        from .delete_plan_agent_action_tier import _parse_response

        self._call(
            "delete_plan_agent_action_tier",
            "DELETE",
            "/plans/{plan_id}/agent-actions/{action_id}/tiers/{tier_id}",
            _parse_response,
            path_params={"plan_id": plan_id, "action_id": action_id, "tier_id": tier_id},
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
        from .update_plan_agent_action_tier import _parse_response

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


class AsyncPricingTiersMethods(AsyncCalls):
    """The operations on pricing tiers, awaited."""

    async def create_plan_agent_action_tier(
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
        from .create_plan_agent_action_tier import _parse_response

        return cast(
            "PricingTierResponse",
            await self._call(
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

    async def delete_plan_agent_action_tier(
        self, plan_id: str, action_id: str, tier_id: str
    ) -> None:
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
        from .delete_plan_agent_action_tier import _parse_response

        await self._call(
            "delete_plan_agent_action_tier",
            "DELETE",
            "/plans/{plan_id}/agent-actions/{action_id}/tiers/{tier_id}",
            _parse_response,
            path_params={"plan_id": plan_id, "action_id": action_id, "tier_id": tier_id},
        )

    async def update_plan_agent_action_tier(
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
        from .update_plan_agent_action_tier import _parse_response

        return cast(
            "PricingTierResponse",
            await self._call(
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
