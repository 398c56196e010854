# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on contracts."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any

    from ...models.billing_interval import BillingInterval
    from ...models.cancellation_type import CancellationType
    from ...models.collection_method import CollectionMethod
    from ...models.contract_list_response import ContractListResponse
    from ...models.contract_response import ContractResponse
    from ...models.contract_status import ContractStatus
    from ...models.refund_type import RefundType
    from ...models.sort_order import SortOrder
    from ...types import Unset


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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of contracts.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_contracts
        """
        from .list_contracts import _parse_response

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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `ContractResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_contracts`, while iterating.

        Source: openapi/coobird.yaml list_contracts
        """
        pages = Pages()
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
        from .create_contract import _parse_response

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
        from .get_contract import _parse_response

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
        from .update_contract import _parse_response

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
        from .activate_contract import _parse_response

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
        from .suspend_contract import _parse_response

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
        from .cancel_contract import _parse_response

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


class AsyncContractsMethods(AsyncCalls):
    """The operations on contracts, awaited."""

    async def list_contracts(
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of contracts.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_contracts
        """
        from .list_contracts import _parse_response

        return cast(
            "ContractListResponse",
            await self._call(
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

    async def iter_contracts(
        self,
        *,
        status: ContractStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[ContractResponse]:
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `ContractResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_contracts`, while iterating.

        Source: openapi/coobird.yaml list_contracts
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_contracts(
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

    async def create_contract(
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
        from .create_contract import _parse_response

        return cast(
            "ContractResponse",
            await self._call(
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

    async def get_contract(self, contract_id: str) -> ContractResponse:
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
        from .get_contract import _parse_response

        return cast(
            "ContractResponse",
            await self._call(
                "get_contract",
                "GET",
                "/contracts/{contract_id}",
                _parse_response,
                path_params={"contract_id": contract_id},
            ),
        )

    async def update_contract(
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
        from .update_contract import _parse_response

        return cast(
            "ContractResponse",
            await self._call(
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

    async def activate_contract(
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
        from .activate_contract import _parse_response

        return cast(
            "ContractResponse",
            await self._call(
                "activate_contract",
                "POST",
                "/contracts/{contract_id}/activate",
                _parse_response,
                path_params={"contract_id": contract_id},
                body={"activation_date": activation_date, "skip_validation": skip_validation},
                idempotency_key=idempotency_key,
            ),
        )

    async def suspend_contract(
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
        from .suspend_contract import _parse_response

        return cast(
            "ContractResponse",
            await self._call(
                "suspend_contract",
                "POST",
                "/contracts/{contract_id}/suspend",
                _parse_response,
                path_params={"contract_id": contract_id},
                body={"suspend_reason": suspend_reason, "resume_date": resume_date},
                idempotency_key=idempotency_key,
            ),
        )

    async def cancel_contract(
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
        from .cancel_contract import _parse_response

        return cast(
            "ContractResponse",
            await self._call(
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
