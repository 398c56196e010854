"""The arguments of a call in wire form (pure). What has none is a `ValueError` that names the argument and what to write instead."""

from __future__ import annotations

from coobird_api.types import UNSET, cast

from coobird._encoding.json_text import encode_exactly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

# Source: openapi/coobird.yaml components/parameters/IdempotencyKey.
MAX_KEY_CHARACTERS = 255
# The HTTP library takes 65,536 in all, and common servers less.
MAX_TARGET_CHARACTERS = 60_000
# Whatever a program keeps there is none of our business, also a time of day. Source: openapi/coobird.yaml.
_FREE_FORM = frozenset({"attributes", "config", "metadata"})


def target_of(template: str, path_params: Mapping[str, object], query: Mapping[str, Any]) -> tuple[str, str]:
    """The path with its ids, and the query, both ready to be sent."""
    from urllib.parse import quote, urlencode

    path = template
    for name, value in path_params.items():
        path = path.replace(f"{{{name}}}", quote(_id(name, value), safe=""))
    text = urlencode(list(_query_pairs(query)), quote_via=quote)
    if (length := len(path) + len(text)) > MAX_TARGET_CHARACTERS:
        raise ValueError(
            f"ids and query make an address of {length:,} characters; write at most {MAX_TARGET_CHARACTERS:,}"
        )
    return path, text


def body_of(fields: Mapping[str, Any]) -> bytes:
    """The JSON of the fields that were given."""
    return encode_exactly(_given(fields))


def checked_key(key: object) -> str | None:
    """The idempotency key, if one was given: every character of it may be in a header."""
    if key is UNSET or key is None:
        return None
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise ValueError(f"idempotency_key must be a text of 1 to {MAX_KEY_CHARACTERS} characters")
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise ValueError("idempotency_key must be printable ASCII, without white space around it")
    return key


def _id(name: str, value: object) -> str:
    """The id, if it can be exactly one segment of a path."""
    advice = "give the id as Coobird issued it"
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, not {type(value).__name__}: {advice}")
    if not value.strip():
        raise ValueError(f"{name} is empty: {advice}")
    for character in value:
        if not character.isprintable():
            raise ValueError(f"{name} has a character in it that cannot be seen (U+{ord(character):04X}): {advice}")
    # Escaping them is of no use: servers take %2E%2E for the folder above as well.
    if value in (".", ".."):
        raise ValueError(f"{name} is {value!r}, which in an address is another place: {advice}")
    return value


def _given(value: Any, where: str = "", *, is_free: bool = False) -> Any:
    """The value without what is UNSET, and with generated models as dicts; the encoder knows the rest."""
    if not is_free:
        _refuse_time_of_day(value, where)
    if hasattr(value, "to_dict"):
        kind = cast("Any", type(value))
        for attribute in getattr(kind, "__attrs_attrs__", ()):
            if attribute.name not in _FREE_FORM:
                _refuse_time_of_day(getattr(value, attribute.name), f"{where}.{attribute.name}")
        value = value.to_dict()
    if isinstance(value, dict):
        return {
            name: _given(item, f"{where}.{name}".lstrip("."), is_free=is_free or name in _FREE_FORM)
            for name, item in cast("Mapping[Any, Any]", value).items()
            if item is not UNSET
        }
    if isinstance(value, list | tuple):
        items = enumerate(cast("list[Any]", value))
        return [_given(item, f"{where}[{index}]", is_free=is_free) for index, item in items if item is not UNSET]
    return value


def _refuse_time_of_day(value: object, where: str) -> None:
    from datetime import datetime

    # A datetime is a date to Python and to type checkers, but which day it means depends on the time zone.
    if isinstance(value, datetime):
        raise ValueError(
            f"{where} takes a date, not a datetime: write .date() of it, in the time zone that you bill in"
        )


def _query_pairs(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The parameters that were given, as text. `None` counts as left out: a query has no null."""
    import json

    for name, value in query.items():
        if value is UNSET or value is None:
            continue
        _refuse_time_of_day(value, name)
        try:
            text = encode_exactly(value)
        except ValueError as error:
            raise ValueError(f"{name}{error}") from None
        plain = json.loads(text)
        if isinstance(plain, dict | list):
            raise ValueError(f"{name} must be a text, a number or a date, not {type(value).__name__}")
        yield name, plain if isinstance(plain, str) else text.decode()
