"""Event ids: random UUIDs (version 4), made several at a time.

Making one at a time would take longer than encoding the event.
"""

from __future__ import annotations

import os
from binascii import hexlify
from struct import Struct

from coobird._encoding import process_mark

_STOCK = 16
"""Number of ids made at once. It is small, so that the call that makes them takes only a few
microseconds longer."""

_groups = Struct("8s4s4s4s12s")
_stock: list[bytes] = []
_mark = process_mark.mark()

# A version 4 UUID is 16 random bytes with four fixed bits in byte 6 and two in byte 8 (RFC 9562,
# section 5.4).
_VERSION = bytes(0x40 | byte & 0x0F for byte in range(256))
_VARIANT = bytes(0x80 | byte & 0x3F for byte in range(256))


def new_event_id() -> bytes:
    """Return an id as JSON text, quotes included.

    Safe to call from any thread, because `list.pop` is atomic. No two processes make the same id,
    also if C code has forked this one without Python's hooks: the stock is then the parent's.
    """
    if not _mark[0]:
        return _make(1)[0]
    try:
        return _stock.pop()
    except IndexError:
        ids = _make(_STOCK)
        _stock.extend(ids[1:])
        return ids[0]


def reset_after_fork() -> None:
    """Drop the stock, in the child of a fork. The parent will use the same ids."""
    _stock.clear()


def _make(count: int) -> list[bytes]:
    random = bytearray(os.urandom(16 * count))
    random[6::16] = random[6::16].translate(_VERSION)
    random[8::16] = random[8::16].translate(_VARIANT)
    return [b'"%b-%b-%b-%b-%b"' % groups for groups in _groups.iter_unpack(hexlify(random))]
