"""Events that other programs have written (pure): brought into the form in which we send them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, cast

from coobird._encoding import json_text

_FIRST, _SECOND = "event_id", "customer_id"
_OURS, _NEXT = b'{"event_id":"', b'","customer_id":'
_EMPTY = _OURS + b'"'


def as_event(content: bytes) -> bytes:
    """Return an event as JSON that begins with its id, as the rest of the package expects it.

    Numbers keep all their digits, and fields that this version does not know stay.

    Raises:
        ValueError: It is no event: no JSON object, or one without an id. The message says so.
    """
    if content.startswith(_OURS) and not content.startswith(_EMPTY) and _NEXT in content[: len(_OURS) + 1600]:
        return content
    try:
        value: Any = json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    return from_object(value)


def from_object(value: object) -> bytes:
    """Return an event as JSON that begins with its id: see `as_event`."""
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    fields = cast("dict[str, Any]", value)
    for name in (_FIRST, _SECOND):
        if not isinstance(fields.get(name), str) or not fields[name]:
            raise ValueError(f"it has no {name}")
    rest = {name: each for name, each in fields.items() if name not in (_FIRST, _SECOND)}
    return json_text.encode({_FIRST: fields[_FIRST], _SECOND: fields[_SECOND], **rest})


def _refuse(text: str) -> object:
    raise ValueError(text)
