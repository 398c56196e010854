# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on plan charges."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...models.charge_type import ChargeType
    from ...models.plan_charge_response import PlanChargeResponse
    from ...types import Unset


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
        from .list_plan_charges import _parse_response

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
        billing_frequency: str | None | Unset = UNSET,
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
            billing_frequency: Interval at which the charge falls due. Known values: `daily`,
                `weekly`, `monthly`, `quarterly`, `semi_annual`, `annual`. Every billing interval of
                the contract if `None` or left out.
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
        from .create_plan_charge import _parse_response

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
        from .delete_plan_charge import _parse_response

        self._call(
            "delete_plan_charge",
            "DELETE",
            "/plans/{plan_id}/charges/{charge_id}",
            _parse_response,
            path_params={"plan_id": plan_id, "charge_id": charge_id},
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
        billing_frequency: str | None | Unset = UNSET,
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
            billing_frequency: Interval at which the charge falls due. Known values: `daily`,
                `weekly`, `monthly`, `quarterly`, `semi_annual`, `annual`. Every billing interval of
                the contract if `None`.

        Returns:
            The charge after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan_charge
        """
        from .update_plan_charge import _parse_response

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


class AsyncPlanChargesMethods(AsyncCalls):
    """The operations on plan charges, awaited."""

    async def list_plan_charges(self, plan_id: str) -> list[PlanChargeResponse]:
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
        from .list_plan_charges import _parse_response

        return cast(
            "list[PlanChargeResponse]",
            await self._call(
                "list_plan_charges",
                "GET",
                "/plans/{plan_id}/charges",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    async def create_plan_charge(
        self,
        plan_id: str,
        *,
        charge_name: str,
        charge_code: str,
        charge_type: ChargeType,
        amount: int,
        description: str | None | Unset = UNSET,
        billing_frequency: str | None | Unset = UNSET,
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
            billing_frequency: Interval at which the charge falls due. Known values: `daily`,
                `weekly`, `monthly`, `quarterly`, `semi_annual`, `annual`. Every billing interval of
                the contract if `None` or left out.
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
        from .create_plan_charge import _parse_response

        return cast(
            "PlanChargeResponse",
            await self._call(
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

    async def delete_plan_charge(self, plan_id: str, charge_id: str) -> None:
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
        from .delete_plan_charge import _parse_response

        await self._call(
            "delete_plan_charge",
            "DELETE",
            "/plans/{plan_id}/charges/{charge_id}",
            _parse_response,
            path_params={"plan_id": plan_id, "charge_id": charge_id},
        )

    async def update_plan_charge(
        self,
        plan_id: str,
        charge_id: str,
        *,
        charge_name: str | Unset = UNSET,
        charge_code: str | Unset = UNSET,
        charge_type: ChargeType | Unset = UNSET,
        amount: int | Unset = UNSET,
        description: str | None | Unset = UNSET,
        billing_frequency: str | None | Unset = UNSET,
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
            billing_frequency: Interval at which the charge falls due. Known values: `daily`,
                `weekly`, `monthly`, `quarterly`, `semi_annual`, `annual`. Every billing interval of
                the contract if `None`.

        Returns:
            The charge after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan_charge
        """
        from .update_plan_charge import _parse_response

        return cast(
            "PlanChargeResponse",
            await self._call(
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
