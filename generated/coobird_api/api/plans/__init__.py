# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on plans."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any

    from ...models.billing_period import BillingPeriod
    from ...models.plan_category import PlanCategory
    from ...models.plan_list_response import PlanListResponse
    from ...models.plan_response import PlanResponse
    from ...models.plan_type import PlanType
    from ...models.sort_order import SortOrder
    from ...models.target_audience import TargetAudience
    from ...types import Unset


class PlansMethods(Calls):
    """The operations on plans."""

    def list_plans(
        self,
        *,
        status: str | Unset = UNSET,
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of plans.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_plans
        """
        from .list_plans import _parse_response

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
        status: str | Unset = UNSET,
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `PlanResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_plans`, while iterating.

        Source: openapi/coobird.yaml list_plans
        """
        pages = Pages()
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
        status: str | Unset = UNSET,
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
            trial_available: True if a trial comes before the first bill; false if left out.
            trial_days: Length of the trial in days; 0 if left out.
            status: The state. Known values: `draft`, `active` (used if left out), `archived`.
                No contract can be created from an archived plan.
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
        from .create_plan import _parse_response

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
        from .get_plan import _parse_response

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
        from .delete_plan import _parse_response

        self._call(
            "delete_plan",
            "DELETE",
            "/plans/{plan_id}",
            _parse_response,
            path_params={"plan_id": plan_id},
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
        status: str | Unset = UNSET,
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
            trial_available: True if a trial comes before the first bill.
            trial_days: Length of the trial in days.
            status: The state. Known values: `draft`, `active`, `archived`. No contract can be
                created from an archived plan.
            parent_plan_id: The plan that an add-on belongs to.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The plan after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan
        """
        from .update_plan import _parse_response

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


class AsyncPlansMethods(AsyncCalls):
    """The operations on plans, awaited."""

    async def list_plans(
        self,
        *,
        status: str | Unset = UNSET,
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of plans.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_plans
        """
        from .list_plans import _parse_response

        return cast(
            "PlanListResponse",
            await self._call(
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

    async def iter_plans(
        self,
        *,
        status: str | Unset = UNSET,
        search: str | Unset = UNSET,
        type: PlanType | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[PlanResponse]:
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `PlanResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_plans`, while iterating.

        Source: openapi/coobird.yaml list_plans
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_plans(
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

    async def create_plan(
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
        status: str | Unset = UNSET,
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
            trial_available: True if a trial comes before the first bill; false if left out.
            trial_days: Length of the trial in days; 0 if left out.
            status: The state. Known values: `draft`, `active` (used if left out), `archived`.
                No contract can be created from an archived plan.
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
        from .create_plan import _parse_response

        return cast(
            "PlanResponse",
            await self._call(
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

    async def get_plan(self, plan_id: str) -> PlanResponse:
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
        from .get_plan import _parse_response

        return cast(
            "PlanResponse",
            await self._call(
                "get_plan",
                "GET",
                "/plans/{plan_id}",
                _parse_response,
                path_params={"plan_id": plan_id},
            ),
        )

    async def delete_plan(self, plan_id: str) -> None:
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
        from .delete_plan import _parse_response

        await self._call(
            "delete_plan",
            "DELETE",
            "/plans/{plan_id}",
            _parse_response,
            path_params={"plan_id": plan_id},
        )

    async def update_plan(
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
        status: str | Unset = UNSET,
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
            trial_available: True if a trial comes before the first bill.
            trial_days: Length of the trial in days.
            status: The state. Known values: `draft`, `active`, `archived`. No contract can be
                created from an archived plan.
            parent_plan_id: The plan that an add-on belongs to.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The plan after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_plan
        """
        from .update_plan import _parse_response

        return cast(
            "PlanResponse",
            await self._call(
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
