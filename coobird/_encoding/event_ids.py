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

_STOCKS_DRAWN = 16
"""Number of stocks whose random bytes are drawn at once. `os.urandom` lets go of the GIL: each draw
wakes a sender that waits for it, and the call of `track` takes as long again as without."""

_ID_BYTES = 16
_STOCK_BYTES = _STOCK * _ID_BYTES

_groups = Struct("8s4s4s4s12s")
_stock: list[bytes] = []
_drawn: list[bytes] = []
"""Random bytes that no id was made of yet, those of a stock each."""
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
        return _make(os.urandom(_ID_BYTES))[0]
    try:
        return _stock.pop()
    except IndexError:
        ids = _make(_draw())
        _stock.extend(ids[1:])
        return ids[0]


def reset_after_fork() -> None:
    """Drop the stock and what is drawn, in the child of a fork: its parent makes ids of them."""
    _stock.clear()
    _drawn.clear()


def _draw() -> bytes:
    """Return the random bytes of a stock. No two callers get the same."""
    try:
        return _drawn.pop()
    except IndexError:
        drawn = os.urandom(_STOCKS_DRAWN * _STOCK_BYTES)
        _drawn.extend(drawn[at : at + _STOCK_BYTES] for at in range(_STOCK_BYTES, len(drawn), _STOCK_BYTES))
        return drawn[:_STOCK_BYTES]


def _make(drawn: bytes) -> list[bytes]:
    random = bytearray(drawn)
    random[6::_ID_BYTES] = random[6::_ID_BYTES].translate(_VERSION)
    random[8::_ID_BYTES] = random[8::_ID_BYTES].translate(_VARIANT)
    return [b'"%b-%b-%b-%b-%b"' % groups for groups in _groups.iter_unpack(hexlify(random))]
