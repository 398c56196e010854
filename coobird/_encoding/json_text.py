"""Python values as JSON text: fast for what is JSON already, slow and complete for the rest.

A value goes through `orjson` where it is installed (`use_orjson`), else through the C encoder of the standard
library. What neither takes goes through `_Slow`, which knows the types that programs keep beside their money:
Decimal, datetime, UUID, Enum and so on. All three keep one promise: the text is valid JSON in UTF-8, or `ValueError`
says which part of the value is not JSON. Whether orjson is there changes the speed, never the result.
"""

from __future__ import annotations

import json.encoder
from collections.abc import Callable, Collection, Mapping, Set
from typing import Any, NoReturn, cast

MAX_DEPTH = 100
"""How deep lists and objects may be nested. Strict parsers stop at 128 levels, of which the batch around an event
needs 3; the same limit ends the walk through a value that holds itself."""

_ENORMOUS = 308
"""Powers of ten from here on do not fit a double, and many servers refuse the whole body for a number that does not."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()

_MAX_PATH = 200
"""Characters of a part's name in an error message: keys can be long."""


def _refuse(_: object) -> NoReturn:
    raise TypeError


def _standard() -> Callable[[object], str]:
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # a Python without the C accelerator
        return json.JSONEncoder(
            ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=_refuse
        ).encode
    # JSONEncoder.encode makes a new C encoder for every call, which costs as much again as encoding five attributes.
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
    """Encode with orjson from now on if it is installed. Costs its import, so it is not done at import time."""
    global _fast  # noqa: PLW0603 - one switch for the process, and reading it must cost nothing
    try:
        import orjson
    except ImportError:
        return False
    # Its own forms of datetimes and dataclasses differ from ours (no UTC, no private fields).
    dumps, options = orjson.dumps, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

    def with_orjson(value: object) -> bytes:
        try:
            text = dumps(value, None, options)
        except (TypeError, ValueError, RecursionError):
            return _Slow().encode(value)
        # It writes NaN and infinity as null. The standard encoder tells them from None.
        return _with_standard(value) if b"null" in text else text

    _fast = with_orjson
    return True


def encode(value: object) -> bytes:
    """Return the value as JSON, or raise `ValueError` that goes on from the value's name: ".prices[2] is nan, ..."."""
    text = _fast(value)
    if len(text) > 2 * MAX_DEPTH and text.count(b"[") + text.count(b"{") > MAX_DEPTH:
        return _Slow().encode(value)  # the one that counts levels
    return text


def encode_exactly(value: object) -> bytes:
    """As `encode`, but half a character is refused too, and not replaced."""
    text = encode(value)
    # Only where the replacement character is, something may have been replaced.
    return _Slow(is_exact=True).encode(value) if _REPLACEMENT in text else text


class _Slow:
    """One walk through a value. `_where` is the way to the part at hand, for the error message."""

    def __init__(self, *, is_exact: bool = False) -> None:
        self._where: list[str] = []
        self._mended = _without_lone_surrogates if not is_exact else _with_whole_characters

    def encode(self, value: object) -> bytes:
        try:
            return self._text(value).encode()
        except _NotJSONError as error:
            problem = str(error)
        except RecursionError:
            problem = "is nested too deeply"
        # Raised by the value's own methods. Its text may hold anything, so only its type is told.
        except Exception as error:  # noqa: BLE001
            problem = f"cannot be read: {type(error).__name__}"
        raise ValueError("".join(self._where)[:_MAX_PATH] + f" {problem}")

    def _text(self, value: Any) -> str:
        if len(self._where) > MAX_DEPTH:
            self._where.clear()
            raise _NotJSONError(f"holds itself, or is nested deeper than {MAX_DEPTH} levels")
        if value is None or value is True or value is False:
            return "null" if value is None else "true" if value else "false"
        if isinstance(value, str):
            return _quote(self._mended(value))
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
            members.append(f"{_quote(self._mended(name))}:{self._text(member)}")
            self._where.pop()
        return "{" + ",".join(members) + "}"

    def _array(self, value: Collection[Any]) -> str:
        items: list[str] = []
        for index, item in enumerate(list(value)):
            self._where.append(f"[{index}]")
            items.append(self._text(item))
            self._where.pop()
        if isinstance(value, Set):
            items.sort()  # a set has no order of its own; with one, equal events are equal bytes
        return "[" + ",".join(items) + "]"

    def _key(self, key: Any) -> str:
        """The name of a member that is not text, as the standard encoder writes it: 1, 1.5, true, null; dates, too."""
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
        self._where.append("")  # an Enum that is its own value, or a model that dumps itself, must end as well
        text = self._text(simple)
        self._where.pop()
        return text


class _NotJSONError(Exception):
    pass


def _snapshot(value: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """The members at one moment: another thread may be changing the mapping, and then iterating over it fails."""
    for _ in range(10):
        try:
            return list(value.items())
        except RuntimeError:
            continue
    raise _NotJSONError("kept changing while it was read")


def _without_lone_surrogates(text: str) -> str:
    """Half of a surrogate pair has no UTF-8 form: put the replacement character there; join halves that do pair up."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _with_whole_characters(text: str) -> str:
    """The same, but what does not pair up is refused."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise _NotJSONError("has half a character in it (a lone surrogate); correct the text") from None
