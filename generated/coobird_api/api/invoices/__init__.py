# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on invoices."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from typing import Any

    from ...models.create_invoice_line_item_options import (
        CreateInvoiceLineItemOptions,
        CreateInvoiceLineItemOptionsDict,
    )
    from ...models.create_invoice_tax_options import (
        CreateInvoiceTaxOptions,
        CreateInvoiceTaxOptionsDict,
    )
    from ...models.invoice_action_response import InvoiceActionResponse
    from ...models.invoice_list_response import InvoiceListResponse
    from ...models.invoice_preview_response import InvoicePreviewResponse
    from ...models.invoice_response import InvoiceResponse
    from ...models.invoice_status import InvoiceStatus
    from ...models.sort_order import SortOrder
    from ...types import Unset


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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of invoices.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_invoices
        """
        from .list_invoices import _parse_response

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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `InvoiceResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_invoices`, while iterating.

        Source: openapi/coobird.yaml list_invoices
        """
        pages = Pages()
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
        from .create_invoice import _parse_response

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
        that is named or by all active contracts of the customer, and stores nothing. A customer
        without an active contract gets an empty preview of the current calendar month (UTC).
        Contracts in several currencies cannot be added up: 409 then asks to name one.

        Args:
            customer_id: The customer who would be billed.
            contract_id: The contract to price by; it has to be a contract of the same customer.
                Left out, all active contracts of the customer.
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
        from .preview_invoice import _parse_response

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
        from .get_invoice import _parse_response

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

        Args:
            invoice_id: The invoice's id as Coobird issued it (not the `invoice_number`).
            issue_date: The day that the invoice carries (`YYYY-MM-DD`).
            due_date: The day by which to pay, not before `issue_date`.
            billing_period_from: The first day of the billed period.
            billing_period_to: The last day of the billed period (inclusive), not before the
                first.
            currency: The currency as an ISO 4217 code, for example `USD`. Amounts are not
                converted.
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
        from .update_invoice import _parse_response

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
        from .finalize_invoice import _parse_response

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
        from .void_invoice import _parse_response

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


class AsyncInvoicesMethods(AsyncCalls):
    """The operations on invoices, awaited."""

    async def list_invoices(
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
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of invoices.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_invoices
        """
        from .list_invoices import _parse_response

        return cast(
            "InvoiceListResponse",
            await self._call(
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

    async def iter_invoices(
        self,
        *,
        status: InvoiceStatus | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[InvoiceResponse]:
        """Iterate over the entries of all pages of `list_invoices`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            status: Only invoices in this state (`draft`, `finalized` or `void`).
            customer_id: Only invoices of this customer.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `InvoiceResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_invoices`, while iterating.

        Source: openapi/coobird.yaml list_invoices
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_invoices(
                page=pages.next,
                status=status,
                customer_id=customer_id,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    async def create_invoice(
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
        from .create_invoice import _parse_response

        return cast(
            "InvoiceResponse",
            await self._call(
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

    async def preview_invoice(
        self,
        *,
        customer_id: str,
        contract_id: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> InvoicePreviewResponse:
        """Calculate an invoice without creating it.

        Prices the usage that was really recorded in the current billing period, by the contract
        that is named or by all active contracts of the customer, and stores nothing. A customer
        without an active contract gets an empty preview of the current calendar month (UTC).
        Contracts in several currencies cannot be added up: 409 then asks to name one.

        Args:
            customer_id: The customer who would be billed.
            contract_id: The contract to price by; it has to be a contract of the same customer.
                Left out, all active contracts of the customer.
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
        from .preview_invoice import _parse_response

        return cast(
            "InvoicePreviewResponse",
            await self._call(
                "preview_invoice",
                "POST",
                "/invoices/preview",
                _parse_response,
                body={"customer_id": customer_id, "contract_id": contract_id},
                idempotency_key=idempotency_key,
            ),
        )

    async def get_invoice(self, invoice_id: str) -> InvoiceResponse:
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
        from .get_invoice import _parse_response

        return cast(
            "InvoiceResponse",
            await self._call(
                "get_invoice",
                "GET",
                "/invoices/{invoice_id}",
                _parse_response,
                path_params={"invoice_id": invoice_id},
            ),
        )

    async def update_invoice(
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

        Args:
            invoice_id: The invoice's id as Coobird issued it (not the `invoice_number`).
            issue_date: The day that the invoice carries (`YYYY-MM-DD`).
            due_date: The day by which to pay, not before `issue_date`.
            billing_period_from: The first day of the billed period.
            billing_period_to: The last day of the billed period (inclusive), not before the
                first.
            currency: The currency as an ISO 4217 code, for example `USD`. Amounts are not
                converted.
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
        from .update_invoice import _parse_response

        return cast(
            "InvoiceResponse",
            await self._call(
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

    async def finalize_invoice(
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
        from .finalize_invoice import _parse_response

        return cast(
            "InvoiceActionResponse",
            await self._call(
                "finalize_invoice",
                "POST",
                "/invoices/{invoice_id}/finalize",
                _parse_response,
                path_params={"invoice_id": invoice_id},
                body={"send_email": send_email},
                idempotency_key=idempotency_key,
            ),
        )

    async def void_invoice(
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
        from .void_invoice import _parse_response

        return cast(
            "InvoiceActionResponse",
            await self._call(
                "void_invoice",
                "POST",
                "/invoices/{invoice_id}/void",
                _parse_response,
                path_params={"invoice_id": invoice_id},
                body={"reason": reason},
                idempotency_key=idempotency_key,
            ),
        )
