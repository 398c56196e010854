"""What a spool file holds, and what its state means (pure).

    spool    one row: the salt of this file
    lanes    a row for each client of a process that has tracked: whose events they are (`mark`), and who sends them (`owner`)
    events   the events as they go on the wire, under `lane << 32 | number`

So the events of a lane lie together, oldest first, without an index to keep up; and whoever becomes the owner of a lane takes
over all of its events at once, however many they are.
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
"""Version of the tables. A newer one is left alone; an older one must be read for as long as there are files of it."""

PAGE_BYTES = 2048
"""Each stored event writes one page to the log. Events of an everyday size (0.3 kB) fill a page by six; SQLite's default of
4 kB writes twice as much for the same."""

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
    """The lowest id that an event of the lane can have."""
    return lane << _NUMBER_BITS


def last_id(lane: int) -> int:
    """The highest id that an event of the lane can have."""
    return (lane + 1 << _NUMBER_BITS) - 1


def middle_id(lane: int) -> int:
    """From here on it is time for another lane."""
    return first_id(lane) + (1 << _NUMBER_BITS - 1)


def mark_of(api_key: ApiKey, salt: bytes) -> bytes:
    """What is kept of a key, so that events are never sent with another one.

    32 bits: enough to tell keys apart, and far too few to find a key by trying, because millions of guesses fit.
    """
    return blake2b(str(api_key.reveal()).encode(), digest_size=4, salt=salt).digest()


def is_foreign(head: bytes) -> bool:
    """Whether a file that begins like this was made by somebody else. An empty file is nobody's."""
    if not head:
        return False
    # Bytes 68 to 71 of an SQLite file are the application's id.
    return not head.startswith(_HEADER) or int.from_bytes(head[68:72], "big") != APPLICATION_ID


HEAD_BYTES = 72


def is_newer(version: int) -> bool:
    """Whether a later release has made the tables."""
    return version > FORMAT


def runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The ids as few ranges, ends included: removing a range costs little more than removing one event."""
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
    """How much must go when so much is used: a little more than the excess, so that the next event finds room too."""
    return used - limit + limit // 64 if used > limit else 0
