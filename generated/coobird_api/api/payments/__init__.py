# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on payments."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any

    from ...models.payment_list_response import PaymentListResponse
    from ...models.payment_method import PaymentMethod
    from ...models.payment_response import PaymentResponse
    from ...models.payment_status import PaymentStatus
    from ...models.refund_response import RefundResponse
    from ...models.sort_order import SortOrder
    from ...types import Unset


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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of payments.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_payments
        """
        from .list_payments import _parse_response

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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `PaymentResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_payments`, while iterating.

        Source: openapi/coobird.yaml list_payments
        """
        pages = Pages()
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
        from .create_payment import _parse_response

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
        from .get_payment import _parse_response

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
        from .delete_payment import _parse_response

        self._call(
            "delete_payment",
            "DELETE",
            "/payments/{payment_id}",
            _parse_response,
            path_params={"payment_id": payment_id},
        )

    def update_payment(
        self,
        payment_id: str,
        *,
        status: str | Unset = UNSET,
        payment_method: str | Unset = UNSET,
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
            status: The state to put the payment in: `pending`, `completed` or `failed`. Refund
                states come from refunds alone.
            payment_method: Means of the payment, one of `credit_card`, `debit_card`,
                `bank_transfer`, `ach`, `wire`, `check`, `cash`, `crypto`, `wallet`, `other`.
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
        from .update_payment import _parse_response

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
        from .refund_payment import _parse_response

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


class AsyncPaymentsMethods(AsyncCalls):
    """The operations on payments, awaited."""

    async def list_payments(
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of payments.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_payments
        """
        from .list_payments import _parse_response

        return cast(
            "PaymentListResponse",
            await self._call(
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

    async def iter_payments(
        self,
        *,
        status: PaymentStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        contract_id: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[PaymentResponse]:
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `PaymentResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_payments`, while iterating.

        Source: openapi/coobird.yaml list_payments
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_payments(
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

    async def create_payment(
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
        from .create_payment import _parse_response

        return cast(
            "PaymentResponse",
            await self._call(
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

    async def get_payment(self, payment_id: str) -> PaymentResponse:
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
        from .get_payment import _parse_response

        return cast(
            "PaymentResponse",
            await self._call(
                "get_payment",
                "GET",
                "/payments/{payment_id}",
                _parse_response,
                path_params={"payment_id": payment_id},
            ),
        )

    async def delete_payment(self, payment_id: str) -> None:
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
        from .delete_payment import _parse_response

        await self._call(
            "delete_payment",
            "DELETE",
            "/payments/{payment_id}",
            _parse_response,
            path_params={"payment_id": payment_id},
        )

    async def update_payment(
        self,
        payment_id: str,
        *,
        status: str | Unset = UNSET,
        payment_method: str | Unset = UNSET,
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
            status: The state to put the payment in: `pending`, `completed` or `failed`. Refund
                states come from refunds alone.
            payment_method: Means of the payment, one of `credit_card`, `debit_card`,
                `bank_transfer`, `ach`, `wire`, `check`, `cash`, `crypto`, `wallet`, `other`.
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
        from .update_payment import _parse_response

        return cast(
            "PaymentResponse",
            await self._call(
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

    async def refund_payment(
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
        from .refund_payment import _parse_response

        return cast(
            "RefundResponse",
            await self._call(
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
