# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on customers."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any

    from ...models.customer_list_response import CustomerListResponse
    from ...models.customer_response import CustomerResponse
    from ...models.customer_status import CustomerStatus
    from ...models.customer_type import CustomerType
    from ...models.sort_order import SortOrder
    from ...types import Unset


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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of customers.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_customers
        """
        from .list_customers import _parse_response

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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `CustomerResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_customers`, while iterating.

        Source: openapi/coobird.yaml list_customers
        """
        pages = Pages()
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
        from .create_customer import _parse_response

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
            customer_id: The customer's id as Coobird issued it (not your `external_id`).

        Returns:
            The customer.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_customer
        """
        from .get_customer import _parse_response

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
            customer_id: The customer's id as Coobird issued it (not your `external_id`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_customer
        """
        from .delete_customer import _parse_response

        self._call(
            "delete_customer",
            "DELETE",
            "/customers/{customer_id}",
            _parse_response,
            path_params={"customer_id": customer_id},
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
            customer_id: The customer's id as Coobird issued it (not your `external_id`).
            name: The name to show.
            type: Kind of the customer. One of `agent`, `company`, `individual`.
            status: The state of the customer; `active` if left out for a new one. One of
                `active`, `inactive`, `suspended`.
            email: Email address that bills are sent to; `None` clears it.
            phone: A telephone number, in any notation; `None` clears it.
            external_id: The id of this customer in your own system, unique within the tenant;
                `None` clears it.
            currency: The preferred currency as an ISO 4217 code, for example `USD`.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The customer after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_customer
        """
        from .update_customer import _parse_response

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


class AsyncCustomersMethods(AsyncCalls):
    """The operations on customers, awaited."""

    async def list_customers(
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of customers.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_customers
        """
        from .list_customers import _parse_response

        return cast(
            "CustomerListResponse",
            await self._call(
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

    async def iter_customers(
        self,
        *,
        status: CustomerStatus | Unset = UNSET,
        type: CustomerType | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[CustomerResponse]:
        """Iterate over the entries of all pages of `list_customers`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only customers in this state (`active`, `inactive` or `suspended`).
            type: Only customers of this type (`agent`, `individual` or `company`).
            search: Only customers whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `CustomerResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_customers`, while iterating.

        Source: openapi/coobird.yaml list_customers
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_customers(
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

    async def create_customer(
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
        from .create_customer import _parse_response

        return cast(
            "CustomerResponse",
            await self._call(
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

    async def get_customer(self, customer_id: str) -> CustomerResponse:
        """Get one customer.

        Returns the customer with this id.

        Args:
            customer_id: The customer's id as Coobird issued it (not your `external_id`).

        Returns:
            The customer.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_customer
        """
        from .get_customer import _parse_response

        return cast(
            "CustomerResponse",
            await self._call(
                "get_customer",
                "GET",
                "/customers/{customer_id}",
                _parse_response,
                path_params={"customer_id": customer_id},
            ),
        )

    async def delete_customer(self, customer_id: str) -> None:
        """Delete a customer.

        Refused with 409 while a contract, a wallet, an invoice or a payment belongs to the
        customer.

        Args:
            customer_id: The customer's id as Coobird issued it (not your `external_id`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_customer
        """
        from .delete_customer import _parse_response

        await self._call(
            "delete_customer",
            "DELETE",
            "/customers/{customer_id}",
            _parse_response,
            path_params={"customer_id": customer_id},
        )

    async def update_customer(
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
            customer_id: The customer's id as Coobird issued it (not your `external_id`).
            name: The name to show.
            type: Kind of the customer. One of `agent`, `company`, `individual`.
            status: The state of the customer; `active` if left out for a new one. One of
                `active`, `inactive`, `suspended`.
            email: Email address that bills are sent to; `None` clears it.
            phone: A telephone number, in any notation; `None` clears it.
            external_id: The id of this customer in your own system, unique within the tenant;
                `None` clears it.
            currency: The preferred currency as an ISO 4217 code, for example `USD`.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The customer after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_customer
        """
        from .update_customer import _parse_response

        return cast(
            "CustomerResponse",
            await self._call(
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
