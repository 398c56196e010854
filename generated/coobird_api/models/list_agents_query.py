# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ..models import SortOrder


class ListAgentsQuery(TypedDict, total=False):
    """The keyword arguments of `list_agents`.

    Attributes:
        status: Only agents in this state (`draft`, `active`, `inactive` or `archived`).
        search: Only agents whose name contains this text; case does not matter.
        has_external_id: Only agents with (`true`) or without (`false`) an `external_id`.
        page: Which page, counted from 1.
        limit: How many entries a page holds; 25 if left out.
        sort: The field to sort by, for example `created_at` (used if left out) or `name`.
        order: Ascending (`asc`) or descending (`desc`).
    """

    status: str
    search: str
    has_external_id: bool
    page: int
    limit: int
    sort: str
    order: SortOrder
