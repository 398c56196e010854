"""Where all the events are."""

from __future__ import annotations

from typing import NamedTuple


class Stats(NamedTuple):
    """Where all the events are. `tracked == delivered + queued + in_flight + dropped + rejected` at every moment.

    Attributes:
        tracked: Events given to `track` since the client was made or the process was forked, and with a spool those that were
            taken over from dead processes.
        delivered: The server has them, newly or from an earlier try.
        queued: Waiting in memory, or in the spool; after `shutdown` those that were left in the spool.
        in_flight: Being sent, or waiting for another try.
        dropped: Given up; `on_error` was told. `dropped_by_reason` has `queue_full`, `spool_full`, `spool_damaged`,
            `retries_exhausted`, `refused` (the server refused the request as such), `unauthorized` and `shutdown` (still
            waiting at the end), `after_shutdown`, and `failed` (a mistake of this package).
        rejected: Bad events; `on_error` was told. `rejected_by_reason` has `invalid` (found here) and `refused`
            (found by the server).
    """

    tracked: int
    delivered: int
    queued: int
    in_flight: int
    dropped: int
    rejected: int
    dropped_by_reason: dict[str, int]
    rejected_by_reason: dict[str, int]
