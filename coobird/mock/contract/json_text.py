"""Decoding and encoding of JSON (pure).

Decoded values can be stored and sent again; all else is a 400.
"""

import json
import re
from collections.abc import Callable
from math import isfinite
from typing import Any, NoReturn, TypeGuard

from coobird.mock.contract.problems import Problem

# A JSON object: a schema of the contract, a body, or a stored document.
JsonObject = dict[str, Any]

MAX_DEPTH = 100
# An escaped surrogate, which may lack its partner. Such escapes are rare, so only bodies that have
# one are encoded a second time to find out. A search for the backslash takes a hundredth of the
# pattern's time.
_MAYBE_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"{}[]")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

encode_text: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode
"""JSON as text, the form in which the store keeps it. Values were decoded before, so they cannot
contain themselves."""


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is too large")
    return number


_decode = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse).decode


def decode(raw: bytes) -> Any:
    """Parse a body. 400 for a body that is not JSON in UTF-8, for `NaN` and `Infinity`, for numbers
    beyond a float, for lone surrogates, and for nesting deeper than `MAX_DEPTH`."""
    try:
        value = _decode(raw.decode())
        if b"\\" in raw and _MAYBE_LONE_SURROGATE.search(raw):
            encode(value)
    except RecursionError:
        raise Problem(400, f"The body is nested deeper than {MAX_DEPTH} levels.") from None
    except ValueError as error:
        raise Problem(400, f"The body is not JSON in UTF-8: {error}") from None
    if not _shallow(raw) and _depth(value) > MAX_DEPTH:
        raise Problem(400, f"The body is nested deeper than {MAX_DEPTH} levels.")
    return value


def encode(value: Any) -> bytes:
    """JSON as the API sends it. It never holds `NaN` or `Infinity`, which are not JSON."""
    return encode_text(value).encode()


def canonical(value: Any) -> str:
    """One text for each value: the order of keys and the spacing of the body make no difference."""
    return _canonical(value)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _shallow(raw: bytes) -> bool:
    """True if the brackets alone prove that the depth is in bounds.

    Brackets inside strings can break the proof, so False proves nothing.
    """
    brackets = raw.translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(fewer) == len(brackets):
            break
        brackets = fewer
    return not brackets


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while children := [child for item in level for child in _children(item)]:
        depth, level = depth + 1, children
    return depth


def _children(value: Any) -> list[Any]:
    if is_object(value):
        return list(value.values())
    return value if is_array(value) else []
