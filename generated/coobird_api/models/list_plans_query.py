# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ..models import SortOrder


class ListPlansQuery(TypedDict, total=False):
    """The keyword arguments of `list_plans`.

    Attributes:
        status: Only plans in this state (`draft`, `active` or `archived`).
        search: Only plans whose name contains this text; case does not matter.
        type: Only plans of this `plan_type` (`standard`, `enterprise`, `trial`, `freemium`,
            `usage_based` or `hybrid`).
        page: Which page, counted from 1.
        limit: How many entries a page holds; 25 if left out.
        sort: The field to sort by, for example `created_at` (used if left out) or `name`.
        order: Ascending (`asc`) or descending (`desc`).
    """

    status: str
    search: str
    type: str
    page: int
    limit: int
    sort: str
    order: SortOrder
