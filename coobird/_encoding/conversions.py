"""JSON forms of values that are not JSON (pure). Types are recognised by name, so none is imported.

Decimal                  a JSON number with the same digits, never a float: 0.10 stays 0.10
datetime                 RFC 3339 in UTC; without a time zone it is local time
date, time               ISO 8601
timedelta                seconds
UUID                     its text
Enum                     its value
bytes, bytearray         base64
dataclass, attrs         an object with its fields
pydantic                 an object: `model_dump()`
deque                    a list
numpy scalar or array    the Python value: `tolist()`; datetime64 and timedelta64 to the microsecond
"""

from __future__ import annotations

import binascii
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def exact_number(value: Any) -> str | None:
    """Return the digits of a Decimal, also "NaN" and "Infinity"; `None` for another type."""
    return str(value) if any(_name(kind) == "decimal.Decimal" for kind in type(value).__mro__) else None


def simplify(value: Any) -> Any:
    """Return a value closer to JSON, or `value` itself if its type is not known."""
    kind: Any = value.__class__
    for base in kind.__mro__:
        convert = _CONVERSIONS.get(_name(base))
        if convert is not None:
            return convert(value)
    if hasattr(kind, "__dataclass_fields__"):
        from dataclasses import fields

        return {field.name: getattr(value, field.name) for field in fields(value)}
    if hasattr(kind, "__attrs_attrs__"):
        return {field.name: getattr(value, field.name) for field in kind.__attrs_attrs__}
    return value


def utc_text(moment: Any, timespec: str = "auto") -> str:
    """Return a datetime as RFC 3339 text in UTC. Without a time zone it is local time.

    That is Python's own rule: `datetime.now()` has no zone, and means the clock on the wall.
    """
    text: str = moment.astimezone(UTC).isoformat(timespec=timespec)
    return text.removesuffix("+00:00") + "Z"


def instant_of(text: str) -> datetime:
    """Return the moment that an ISO 8601 text states.

    Raises:
        ValueError: The text is not in a form of ISO 8601.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # It lacks some forms of the standard, such as 24:00 and the days of a year. The package
        # loads only here, since hardly any program needs it.
        from dateutil.parser import isoparser

        try:
            # With any other separator, the seconds of a Unix time would be read as a day and hour.
            return isoparser(sep="T").isoparse(text)
        except OverflowError:
            raise ValueError("the moment lies beyond the year 9999") from None


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _to_microseconds(value: Any) -> Any:
    """Return a numpy datetime64 or timedelta64 as its Python type.

    `tolist` alone would return those in nanoseconds as a number.
    """
    simple = value.tolist()
    return value.astype(f"{type(value).__name__}[us]").tolist() if isinstance(simple, int) else simple


def _base64(value: Any) -> str:
    return binascii.b2a_base64(value, newline=False).decode()


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "datetime.datetime": utc_text,
    "datetime.date": lambda value: value.isoformat(),
    "datetime.time": lambda value: value.isoformat(),
    "datetime.timedelta": lambda value: value.total_seconds(),
    "uuid.UUID": str,
    "enum.Enum": lambda value: value.value,
    "builtins.bytes": _base64,
    "builtins.bytearray": _base64,
    "builtins.memoryview": _base64,
    "collections.deque": list,
    "pydantic.main.BaseModel": lambda value: value.model_dump(),
    "numpy.datetime64": _to_microseconds,
    "numpy.timedelta64": _to_microseconds,
    "numpy.generic": lambda value: value.tolist(),
    "numpy.ndarray": lambda value: value.tolist(),
}
