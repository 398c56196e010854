# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ..models import SortOrder


class ListCustomersQuery(TypedDict, total=False):
    """The keyword arguments of `list_customers`.

    Attributes:
        status: Only customers in this state (`active`, `inactive` or `suspended`).
        type: Only customers of this type (`agent`, `individual` or `company`).
        search: Only customers whose name contains this text; case does not matter.
        page: Which page, counted from 1.
        limit: How many entries a page holds; 25 if left out.
        sort: The field to sort by, for example `created_at` (used if left out) or `name`.
        order: Ascending (`asc`) or descending (`desc`).
    """

    status: str
    type: str
    search: str
    page: int
    limit: int
    sort: str
    order: SortOrder
