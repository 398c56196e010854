"""JSON text of Python values (pure). Fast for values that are JSON already, slower for the others.

A value is encoded by `orjson` if that is installed (`use_orjson`), else by the C encoder of the
standard library. Values that these refuse go through `_Slow`, which converts Decimal, datetime,
UUID, Enum and others. All three give the same: valid JSON in UTF-8, or a `ValueError` that names
the part without a JSON form. An installed orjson changes the speed, never the result.
"""

from __future__ import annotations

import json.encoder
import sys
from collections.abc import Callable, Collection, Mapping, Set
from typing import Any, NoReturn, cast

MAX_DEPTH = 100
"""Deepest nesting of lists and objects. Strict parsers stop at 128 levels, and the batch around an
event needs 3. The limit also ends the walk through a value that contains itself."""

_ENORMOUS = 308
"""Smallest exponent of ten that does not fit a double. Many servers refuse the whole body for such
a number."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()

_MAX_PATH = 200
"""Longest name of a part in an error message, in characters. Keys can be long."""


def _refuse(_: object) -> NoReturn:
    raise TypeError


def _standard() -> Callable[[object], str]:
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # a Python without the C accelerator
        return json.JSONEncoder(
            ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=_refuse
        ).encode
    # JSONEncoder.encode makes a new C encoder in every call, which takes as long as encoding five
    # attributes.
    chunks = make(None, _refuse, json.encoder.encode_basestring, None, ":", ",", False, False, False)
    return lambda value: "".join(chunks(value, 0))


_encode_standard = _standard()
_quote = json.encoder.encode_basestring


def _with_standard(value: object) -> bytes:
    try:
        # A lone surrogate fails here, in encode().
        return _encode_standard(value).encode()
    except (TypeError, ValueError, RecursionError, RuntimeError):
        return _Slow().encode(value)


_fast: Callable[[object], bytes] = _with_standard


def use_orjson() -> bool:
    """Use orjson from now on, if it is installed.

    Importing it takes time, so this is not done at import time. In a free-threaded interpreter its
    import would turn the GIL on for the whole program, so there it is not used.
    """
    global _fast  # noqa: PLW0603 - one switch for the process, read by every call
    has_gil: Callable[[], bool] | None = getattr(sys, "_is_gil_enabled", None)
    if has_gil is not None and not has_gil():
        return False
    try:
        import orjson
    except ImportError:
        return False
    # orjson writes datetimes without UTC and dataclasses without private fields; `_Slow` does not.
    dumps, options = orjson.dumps, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

    def with_orjson(value: object) -> bytes:
        try:
            text = dumps(value, None, options)
        except (TypeError, ValueError, RecursionError):
            return _Slow().encode(value)
        # orjson writes NaN and infinity as null, like None. The standard encoder refuses them.
        return _with_standard(value) if b"null" in text else text

    _fast = with_orjson
    return True


def encode(value: object) -> bytes:
    """Return the value as JSON.

    Raises:
        ValueError: A part has no JSON form. The message begins after the value's name, for example
            `.prices[2] is nan, ...`.
        RecursionError: So few calls can be nested from here, or a method of the value nests without
            end.
    """
    text = _fast(value)
    if len(text) > 2 * MAX_DEPTH and text.count(b"[") + text.count(b"{") > MAX_DEPTH:
        return _Slow().encode(value)  # it counts the levels
    return text


def encode_exactly(value: object) -> bytes:
    """Return the value as JSON like `encode`, but refuse lone surrogates, not replace them."""
    text = encode(value)
    # Without the replacement character in the text, nothing was replaced.
    return _Slow(is_exact=True).encode(value) if _REPLACEMENT in text else text


class _Slow:
    """One walk through a value. `_where` is the path to the current part, for the error message."""

    def __init__(self, *, is_exact: bool = False) -> None:
        self._where: list[str] = []
        self._valid = _refuse_lone_surrogates if is_exact else _replace_lone_surrogates

    def encode(self, value: object) -> bytes:
        try:
            return self._text(value).encode()
        except _NotJSONError as error:
            problem = str(error)
        except RecursionError:
            # Not of the value, whose depth is bounded: the program's own calls leave too few.
            raise
        # A method of the value raised it. Its text may contain secrets: the message has its type.
        except Exception as error:  # noqa: BLE001
            problem = f"cannot be read: {type(error).__name__}"
        raise ValueError("".join(self._where)[:_MAX_PATH] + f" {problem}")

    def _text(self, value: Any) -> str:
        if len(self._where) > MAX_DEPTH:
            self._where.clear()
            raise _NotJSONError(f"contains itself, or is nested deeper than {MAX_DEPTH} levels")
        if value is None or value is True or value is False:
            return "null" if value is None else "true" if value else "false"
        if isinstance(value, str):
            return _quote(self._valid(value))
        if isinstance(value, int):
            return int.__repr__(value)
        if isinstance(value, float):
            text = float.__repr__(value)
            if text in ("nan", "inf", "-inf"):
                raise _NotJSONError(f"is {text}, which is not a JSON number")
            return text
        kind: type[Any] = value.__class__
        if issubclass(kind, Mapping):
            return self._object(value)
        if issubclass(kind, (list, tuple, Set)):
            return self._array(value)
        return self._known(value)

    def _object(self, value: Mapping[Any, Any]) -> str:
        members: list[str] = []
        for key, member in _snapshot(value):
            name = key if isinstance(key, str) else self._key(key)
            self._where.append(f".{name}")
            members.append(f"{_quote(self._valid(name))}:{self._text(member)}")
            self._where.pop()
        return "{" + ",".join(members) + "}"

    def _array(self, value: Collection[Any]) -> str:
        items: list[str] = []
        for index, item in enumerate(list(value)):
            self._where.append(f"[{index}]")
            items.append(self._text(item))
            self._where.pop()
        if isinstance(value, Set):
            items.sort()  # equal sets give equal bytes, though a set has no order
        return "[" + ",".join(items) + "]"

    def _key(self, key: Any) -> str:
        """Return the name for a key that is not text, as `json` writes it: 1, true, null."""
        if isinstance(key, (Mapping, list, tuple, Set)):
            kind = type(cast("object", key)).__name__
            raise _NotJSONError(f"has a key of type {kind}; use text")
        text = self._text(key)
        return json.loads(text) if text.startswith('"') else text

    def _known(self, value: Any) -> str:
        from coobird._encoding import conversions

        number = conversions.exact_number(value)
        if number is not None:
            if "n" in number.lower():
                raise _NotJSONError(f"is {number}, which is not a JSON number")
            if abs(value.adjusted()) >= _ENORMOUS:
                raise _NotJSONError("is a number that does not fit a double")
            return number
        simple = conversions.simplify(value)
        if simple is value:
            raise _NotJSONError(f"is of type {type(value).__name__}, which has no JSON form; pass text or a number")
        self._where.append("")  # counts as a level: an Enum may be its own value, and a model may dump itself
        text = self._text(simple)
        self._where.pop()
        return text


class _NotJSONError(Exception):
    pass


def _snapshot(value: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """Return the members at one moment. Iteration fails if another thread changes the mapping."""
    for _ in range(10):
        try:
            return list(value.items())
        except RuntimeError:
            continue
    raise _NotJSONError("kept changing while it was read")


def _replace_lone_surrogates(text: str) -> str:
    """Join surrogate pairs, and replace lone surrogates, which have no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _refuse_lone_surrogates(text: str) -> str:
    """Join surrogate pairs, and refuse lone surrogates."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise _NotJSONError("contains half of a character (a lone surrogate); correct the text") from None
