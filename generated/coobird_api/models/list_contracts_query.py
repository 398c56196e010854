# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ..models import SortOrder


class ListContractsQuery(TypedDict, total=False):
    """The keyword arguments of `list_contracts`.

    Attributes:
        status: Only contracts in this state (`draft`, `active`, `suspended` or `cancelled`).
        customer_id: Only contracts of this customer.
        plan_id: Only contracts that were created from this plan.
        page: Which page, counted from 1.
        limit: How many entries a page holds; 25 if left out.
        sort: The field to sort by, for example `created_at` (used if left out) or `name`.
        order: Ascending (`asc`) or descending (`desc`).
    """

    status: str
    customer_id: str
    plan_id: str
    page: int
    limit: int
    sort: str
    order: SortOrder
