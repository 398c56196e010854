# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ..models import SortOrder


class ListAgentActionsQuery(TypedDict, total=False):
    """The keyword arguments of `list_agent_actions`.

    Attributes:
        action_type: Only actions of this kind (`task`, `workflow` or `outcome`).
        search: Only actions whose name contains this text; case does not matter.
        page: Which page, counted from 1.
        limit: How many entries a page holds; 25 if left out.
        sort: The field to sort by, for example `created_at` (used if left out) or `name`.
        order: Ascending (`asc`) or descending (`desc`).
    """

    action_type: str
    search: str
    page: int
    limit: int
    sort: str
    order: SortOrder
