"""Counts of the events of a client, and facts about their delivery."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    NamedTuple = object  # see `__getattr__`; loading `typing` takes as long as a third of this package


class Stats(NamedTuple):
    """Counts of the events of a client, by the place where they are, and facts about their
    delivery.

    `tracked == delivered + queued + in_flight + dropped + rejected` at every moment. All counts
    begin with the client, and at 0 again in the child of a fork. Times are Unix times in seconds.

    Attributes:
        tracked: Events given to `track` since the client was made or the process was forked. With a
            spool, also events that were taken over from processes that ended.
        delivered: Events that the server has, newly or from an earlier try. With `transport`:
            events that the broker or database has acknowledged.
        queued: Events that wait in memory or in the spool; after `shutdown` events that were left
            in the spool.
        in_flight: Events that are being sent, or wait for another try.
        dropped: Events that were given up and reported to `on_error`. The reasons in
            `dropped_by_reason` are `queue_full`, `spool_full`, `spool_damaged`,
            `expired` (older than `max_event_age`), `retries_exhausted`, `refused` (the server
            refused the request as such), `unauthorized` and `shutdown` (still waiting at the end),
            `after_shutdown`, and `failed` (a mistake of this package).
        rejected: Bad events, reported to `on_error`. The reasons in `rejected_by_reason` are
            `invalid` (found here) and `refused` (found by the server).
        queue_capacity: Most events that wait in memory (`max_queue_size`); `None` with a spool,
            which `spool_max_bytes` limits.
        oldest_event_seconds: Age of the oldest event that is queued or in flight; 0 if there is
            none. It is never too high. It is too low by the time until a sender or `stats` looks at
            the queue: at once for the first event, if `flush_interval` is not 0. With long queues
            it is also too low by a 32nd of the time between their first and their last event. An
            event that was taken over from a process that ended counts from then on.
        retried: Events that were sent again after a failure, counted once for each further try.
        sent_bytes: Bytes of the requests that carried events, each try counted.
        last_success_at: Time at which the server last took a request; `None` if it never did.
        last_error_at: Time at which a request last failed; `None` if none did. If it is later than
            `last_success_at`, delivery is failing now.
        last_error_type: Name of the class of that error, such as `APIConnectionError`.
        last_error: Message of that error, without the API key.
        is_key_refused: True while the server refuses the API key. Events wait then, and the key is
            tried again now and then.
        spool_bytes: Bytes that events take in the spool, those of other processes included; `None`
            without a spool, after `shutdown`, and if the file cannot be read.
        spool_max_bytes: Size at which the oldest events are dropped; `None` if `spool_bytes` is.
    """

    tracked: int
    delivered: int
    queued: int
    in_flight: int
    dropped: int
    rejected: int
    dropped_by_reason: dict[str, int]
    rejected_by_reason: dict[str, int]
    queue_capacity: int | None = None
    oldest_event_seconds: float = 0.0
    retried: int = 0
    sent_bytes: int = 0
    last_success_at: float | None = None
    last_error_at: float | None = None
    last_error_type: str | None = None
    last_error: str | None = None
    is_key_refused: bool = False
    spool_bytes: int | None = None
    spool_max_bytes: int | None = None


if not TYPE_CHECKING:
    _Fields = Stats
    del Stats

    def __getattr__(name):
        """Make a named tuple of `Stats` when it is first used: few programs read it.

        That takes as long as loading three modules of this package. It loads nothing, because by
        then no descriptor may be free.
        """
        if name != "Stats":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        fields = tuple(_Fields.__annotations__)
        defaults = [getattr(_Fields, field) for field in fields if hasattr(_Fields, field)]
        made = namedtuple(name, fields, defaults=defaults, module=__name__)
        made.__doc__, made.__annotations__ = _Fields.__doc__, _Fields.__annotations__
        # One remains, if two threads get here at once.
        return globals().setdefault(name, made)
