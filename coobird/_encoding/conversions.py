"""Values that are not JSON but have an obvious JSON form. Types are known by name: nothing is imported for them.

Decimal                  a JSON number with exactly its digits: 0.10 stays 0.10, it never becomes a float
datetime                 RFC 3339 in UTC; one without a zone is taken as local time, as `datetime.astimezone` does
date, time               ISO 8601
timedelta                seconds
UUID                     its text
Enum                     its value
bytes, bytearray         base64
dataclass, attrs         an object of its fields
pydantic                 an object: `model_dump()`
deque                    a list
numpy scalar or array    the Python value: `tolist()`; moments and spans to the microsecond
"""

from __future__ import annotations

import binascii
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def exact_number(value: Any) -> str | None:
    """The digits of a Decimal ("NaN" or "Infinity" too), or `None` for anything else."""
    return str(value) if any(_name(kind) == "decimal.Decimal" for kind in type(value).__mro__) else None


def simplify(value: Any) -> Any:
    """Return something closer to JSON, or `value` itself if nothing is known about its type."""
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
    """RFC 3339 text in UTC of a datetime. One without a zone is local time."""

    text: str = moment.astimezone(UTC).isoformat(timespec=timespec)
    return text.removesuffix("+00:00") + "Z"


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _to_microseconds(value: Any) -> Any:
    """numpy's moments and spans as Python's; `tolist` makes a bare number of what is counted in nanoseconds."""
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
