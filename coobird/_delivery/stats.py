"""Counts of the events of a client, by the place where they are."""

from __future__ import annotations

from typing import NamedTuple


class Stats(NamedTuple):
    """Counts of the events of a client, by the place where they are.

    `tracked == delivered + queued + in_flight + dropped + rejected` at every moment.

    Attributes:
        tracked: Events given to `track` since the client was made or the process was forked. With a
            spool, also events that were taken over from processes that ended.
        delivered: Events that the server has, newly or from an earlier try.
        queued: Events that wait in memory or in the spool; after `shutdown` events that were left
            in the spool.
        in_flight: Events that are being sent, or wait for another try.
        dropped: Events that were given up and reported to `on_error`. The reasons in
            `dropped_by_reason` are `queue_full`, `spool_full`, `spool_damaged`,
            `retries_exhausted`, `refused` (the server refused the request as such), `unauthorized`
            and `shutdown` (still waiting at the end), `after_shutdown`, and `failed` (a mistake of
            this package).
        rejected: Bad events, reported to `on_error`. The reasons in `rejected_by_reason` are
            `invalid` (found here) and `refused` (found by the server).
    """

    tracked: int
    delivered: int
    queued: int
    in_flight: int
    dropped: int
    rejected: int
    dropped_by_reason: dict[str, int]
    rejected_by_reason: dict[str, int]
