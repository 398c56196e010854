"""Options of a client: their types and documentation. Apart from `settings`, as it loads typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    import httpx

    from coobird.errors import CoobirdError


class CoomonOptions(TypedDict, total=False):
    """Keyword arguments of `Coomon` and `AsyncCoomon`. All may be left out; times are in seconds.

    options: CoomonOptions = {"flush_at": 50, "debug": True}
    coomon = Coomon("sk_...", **options)
    """

    host: str | None
    """URL of Coobird, without a path. Default: `COOBIRD_HOST`, else the development environment."""

    flush_at: int
    """Queue length at which events are sent without waiting for the timer. Default: 20.

    Soon after another batch, events wait for a full batch, 50 ms at most, so that a busy program
    makes few requests. 1 sends each event at once.
    """

    flush_interval: float
    """Seconds between two deliveries of the queue by the timer; 0 for no timer. Default: 10.0."""

    max_retries: int
    """Number of times that a failed request is tried again. Default: 3.

    For queued events it is the number of retries until an outage is reported: see `max_event_age`.
    """

    max_batch_size: int
    """Largest number of events in one request; the API takes 1000. Default: 100."""

    max_queue_size: int
    """Largest number of events that wait in memory. Default: 1000.

    When it is reached, the oldest event is dropped and reported to `on_error`. Up to 16 batches
    that are being sent are not counted.
    """

    max_event_age: float
    """Age from which an event that cannot be delivered is dropped. Default: 86400.0, which is a day.

    In an outage, or while the API key is refused, events wait longer than their retries take. 0
    drops them when the retries are used up. The age counts from `track`: an event is never dropped
    earlier. It is dropped later by the time until a sender looks at the queue (at most
    `flush_interval`, or 38 seconds in an outage), and by a second or a 32nd of the age. With a
    spool, events are kept for any time unless this is given.
    """

    request_timeout: float
    """Seconds that one try of a request may take. Default: 10.0."""

    shutdown_timeout: float
    """Seconds that the last delivery may take. Default: 30.0."""

    debug: bool
    """True to log what is sent and why, through the logger `coobird`. Default: False.

    `COOBIRD_LOG=debug` in the environment does the same, and so does the level of the logger.
    """

    disabled: bool
    """True to send nothing, for example in tests. Default: False.

    `track` does nothing then, direct calls raise `DisabledError`, and no API key is needed.
    """

    on_error: Callable[[CoobirdError], object] | None
    """Called in the delivery thread with each of its errors. Default: they are logged."""

    spool: str | PathLike[str] | None
    """File that keeps events until they are delivered. Default: `COOBIRD_SPOOL`, else none.

    Each event is on disk before `track` returns, so that it survives the end of the process,
    however it ends. Any number of processes may share the file.
    """

    spool_sync: Literal["normal", "full"]
    """Durability of the spool. Default: "normal".

    "full" if events must survive a power cut as well, at one sync of the disk per event.
    """

    spool_max_bytes: int
    """Largest size of the spool. Default: 1073741824, which is one gibibyte.

    When it is reached, the oldest event is dropped and reported to `on_error`.
    """

    http_client: httpx.Client | None
    """Your own HTTP client, for proxies or certificates. Default: the client makes one.

    It carries direct calls of `Coomon`, and on both clients the delivery of queued events, which
    happens in a thread. It is not closed with the client.
    """
