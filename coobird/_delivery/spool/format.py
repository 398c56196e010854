"""Contents of a spool file, and their meaning (pure).

    spool    one row: the salt of this file
    lanes    a row for each client of a process that has tracked:
             hash of its API key (`mark`), and `owner`
    events   the events as they go on the wire, under `lane << 32 | number`

So the events of a lane lie together, oldest first, without an index to keep up. A new owner of a
lane takes over all of its events at once, however many they are.
"""

from __future__ import annotations

from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coobird._settings.api_key import ApiKey

APPLICATION_ID = 0x436F6F62
"""Tells SQLite, `file` and us that this file is a spool: "Coob"."""

FORMAT = 1
"""Version of the tables. A newer one is left alone; an older one must be read for as long as there
are files of it."""

PAGE_BYTES = 2048
"""Each stored event writes one page to the log. Six events of an everyday size (0.3 kB) fill a
page; with SQLite's default of 4 kB, twice as much is written for the same."""

SALT_BYTES = 16

SCHEMA = (
    "CREATE TABLE spool (salt BLOB NOT NULL)",
    "CREATE TABLE lanes (lane INTEGER PRIMARY KEY AUTOINCREMENT, mark BLOB NOT NULL, owner TEXT)",
    "CREATE TABLE events (id INTEGER PRIMARY KEY, event BLOB NOT NULL)",
)

_NUMBER_BITS = 32
LAST_LANE = (1 << 63 - _NUMBER_BITS) - 1
"""SQLite's numbers end here."""

_HEADER = b"SQLite format 3\x00"


def first_id(lane: int) -> int:
    """Lowest id that an event of the lane can have."""
    return lane << _NUMBER_BITS


def last_id(lane: int) -> int:
    """Highest id that an event of the lane can have."""
    return (lane + 1 << _NUMBER_BITS) - 1


def middle_id(lane: int) -> int:
    """Id from which on it is time for another lane."""
    return first_id(lane) + (1 << _NUMBER_BITS - 1)


def key_hash(api_key: ApiKey, salt: bytes) -> bytes:
    """Hash of an API key, kept so that events are never sent with another key.

    32 bits: enough to tell keys apart. They are far too few to find a key by trying, because
    millions of guesses fit.
    """
    return blake2b(str(api_key.reveal()).encode(), digest_size=4, salt=salt).digest()


def is_foreign(head: bytes) -> bool:
    """True if a file that begins like this was made by another program.

    An empty file was made by none.
    """
    if not head:
        return False
    # Bytes 68 to 71 of an SQLite file are the application's id.
    return not head.startswith(_HEADER) or int.from_bytes(head[68:72], "big") != APPLICATION_ID


HEAD_BYTES = 72
"""Bytes from the beginning of a file that `is_foreign` needs."""


def is_newer(version: int) -> bool:
    """True if a later release has made the tables."""
    return version > FORMAT


def runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the ids as few ranges, ends included.

    Removing a range costs little more than removing one event.
    """
    first = last = None
    for event_id in sorted(ids):
        if first is None or last is None or event_id != last + 1:
            if first is not None and last is not None:
                yield first, last
            first = event_id
        last = event_id
    if first is not None and last is not None:
        yield first, last


def bytes_to_free(used: int, limit: int) -> int:
    """Bytes to free when so many are used.

    A little more than the excess, so that the next event finds room too.
    """
    return used - limit + limit // 64 if used > limit else 0


# ------------------------------------------------------------------------------- room on the disk

RESERVE_BYTES = 16 * 1024 * 1024
"""Largest reserve. It is twice the log of everyday events between two moves into the file."""

_MIN_RESERVE_BYTES = 64 * 1024
"""Room that removing a few events needs at least."""

_LOG_INDEX_BYTES = 64 * 1024
"""Room for the file in which SQLite's processes share the state of the log."""

_MAX_LOG_PAGES = 8 * 1000
_MIN_LOG_PAGES = 16
_LOG_FRAME_BYTES = PAGE_BYTES + 24


def reserve_to_make(total: int, free: int, log: int, room: int) -> int:
    """Bytes of the reserve to make now; 0 if the disk has too little room for one.

    Args:
        total: Bytes of the disk.
        free: Bytes of the disk that are free.
        log: Bytes of SQLite's log, all of which may have to be moved into the file.
        room: Bytes of free pages in the file.
    """
    largest = min(RESERVE_BYTES, total // 8)
    # A file with room inside need not grow, and only the log and its index need room. Any other
    # file must leave room for more than a reserve.
    size = min(largest, (free - _LOG_INDEX_BYTES) * 2 // 3 if room >= largest else free // 4)
    return size if size >= max(_MIN_RESERVE_BYTES, log) else 0


def log_pages(reserve: int) -> int:
    """Pages of SQLite's log from which on it is moved into the file.

    On a full disk the log can grow to twice as much before storing fails, and the reserve must have
    room for all of it, with a fifth left for the removal of events.
    """
    return max(_MIN_LOG_PAGES, min(_MAX_LOG_PAGES, reserve * 2 // 5 // _LOG_FRAME_BYTES))
