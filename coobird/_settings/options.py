"""Options of a client: their types. Apart from `settings`, as it loads typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    import httpx

    from coobird.errors import CoobirdError


class CoomonOptions(TypedDict, total=False):
    """Keyword arguments of `Coomon`, where they are documented; `AsyncCoomon` takes them too.

    All may be left out. For a dict of options:

        options: CoomonOptions = {"flush_at": 50, "debug": True}
        coomon = Coomon("sk_...", **options)
    """

    host: str | None
    flush_at: int
    flush_interval: float
    max_retries: int
    max_batch_size: int
    max_queue_size: int
    max_event_age: float
    request_timeout: float
    shutdown_timeout: float
    debug: bool
    disabled: bool
    on_error: Callable[[CoobirdError], object] | None
    spool: str | PathLike[str] | None
    spool_sync: Literal["normal", "full"]
    spool_max_bytes: int
    transport: str | None
    http_client: httpx.Client | None
