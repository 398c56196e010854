"""Types that describe several others: any page of a list, and the paging of any list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coobird_api.models import Pagination

T_co = TypeVar("T_co", covariant=True)


class PaginatedResponse(Protocol[T_co]):
    """One page of any list.

    For example, a `CustomerListResponse` is a `PaginatedResponse[CustomerResponse]`.
    """

    @property
    def data(self) -> Sequence[T_co]:
        """Entries of this page."""
        ...

    @property
    def pagination(self) -> Pagination:
        """Position of the page in the whole list."""
        ...


class ListQuery(TypedDict, total=False):
    """Keyword arguments that every paged list takes.

    Attributes:
        page: Number of the page, from 1.
        limit: Entries in a page, 1 to 100; 25 if left out.
        sort: Field to sort by; `created_at` if left out.
        order: Ascending if left out.
    """

    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]
