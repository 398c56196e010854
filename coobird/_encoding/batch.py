"""Request body of a batch (pure). Apart from `event`, because that loads json."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD, _SEPARATOR, _TAIL = b'{"events":[', b",", b"]}"

SEPARATOR_BYTES = len(_SEPARATOR)
"""Bytes that each event after the first adds to the body of a batch, besides its own."""

BRACKET_BYTES = len(_HEAD) + len(_TAIL)
"""Bytes of the body of a batch without any event."""


def batch_of(events: Iterable[bytes]) -> bytes:
    """Return the body of `POST /events/batch` with these encoded events."""
    return b"".join((_HEAD, _SEPARATOR.join(events), _TAIL))
