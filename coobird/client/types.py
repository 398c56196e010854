"""Types that describe several others: any page of a list, any list's paging, a client's options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    import httpx
    from coobird_api.models import Pagination

    from coobird.errors import CoobirdError

T_co = TypeVar("T_co", covariant=True)


class PaginatedResponse(Protocol[T_co]):
    """One page of any list, for example a `CustomerListResponse`, which is a `PaginatedResponse[CustomerResponse]`."""

    @property
    def data(self) -> Sequence[T_co]:
        """The entries of this page."""
        ...

    @property
    def pagination(self) -> Pagination:
        """Where the page stands in the whole list."""
        ...


class ListQuery(TypedDict, total=False):
    """The keyword arguments that every paged list takes.

    Attributes:
        page: Which page, counted from 1.
        limit: How many entries a page holds, 1 to 100; 25 if left out.
        sort: The field to sort by; `created_at` if left out.
        order: Ascending if left out.
    """

    page: int
    limit: int
    sort: str
    order: Literal["asc", "desc"]


class CoomonOptions(TypedDict, total=False):
    """The keyword arguments of `Coomon`, where they are documented; `AsyncCoomon` takes them too."""

    host: str | None
    flush_at: int
    flush_interval: float
    max_retries: int
    max_batch_size: int
    max_queue_size: int
    request_timeout: float
    shutdown_timeout: float
    debug: bool
    disabled: bool
    on_error: Callable[[CoobirdError], object] | None
    spool: str | PathLike[str] | None
    spool_sync: Literal["normal", "full"]
    spool_max_bytes: int
    http_client: httpx.Client | None
