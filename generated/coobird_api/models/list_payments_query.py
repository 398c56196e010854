# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ..models import SortOrder


class ListPaymentsQuery(TypedDict, total=False):
    """The keyword arguments of `list_payments`.

    Attributes:
        status: Only payments in this state (`pending`, `completed`, `failed`,
            `partially_refunded` or `refunded`).
        customer_id: Only payments of this customer.
        contract_id: Only payments for invoices of this contract.
        page: Which page, counted from 1.
        limit: How many entries a page holds; 25 if left out.
        sort: The field to sort by, for example `created_at` (used if left out) or `name`.
        order: Ascending (`asc`) or descending (`desc`).
    """

    status: str
    customer_id: str
    contract_id: str
    page: int
    limit: int
    sort: str
    order: SortOrder
