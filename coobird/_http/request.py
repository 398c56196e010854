"""Request of one call, built from a method's arguments (pure but for random idempotency keys)."""

from __future__ import annotations

import sys

from coobird_api.types import UNSET, cast

from coobird._settings.host import BASE_PATH
from coobird._version import __version__
from coobird.errors import InvalidRequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from coobird_api.types import Unset

# Source: openapi/coobird.yaml components/parameters/IdempotencyKey.
MAX_KEY_CHARACTERS = 255
# The HTTP library accepts 65,536 in all; common servers accept less.
MAX_TARGET_CHARACTERS = 60_000
USER_AGENT = f"coobird-python/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"

# The caller's own data, in which a datetime is allowed. Source: openapi/coobird.yaml.
_FREE_FORM = frozenset({"attributes", "config", "metadata"})


class Request:
    """One call, built once. Every try sends the same idempotency key."""

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        content: bytes | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.content = content
        self.headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
        if content is not None:
            self.headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            self.headers["Idempotency-Key"] = idempotency_key

    def url(self, host: str) -> str:
        """Return the URL to send it to."""
        return f"{host}{self.path}" + (f"?{self.query}" if self.query else "")


def build(
    method: str,
    template: str,
    *,
    path_params: Mapping[str, str],
    query: Mapping[str, Any] | None,
    body: Mapping[str, Any] | None,
    idempotency_key: str | Unset,
) -> Request:
    """Return the request for the arguments of a method.

    Every POST gets an idempotency key. A body that has a field `idempotency_key` gets one there
    too, if the caller left it out.

    Raises:
        InvalidRequestError: An argument cannot be sent. The message names it and says what to write
            instead.
    """
    # The generated `_get_kwargs` cannot build it: it takes no dict as a body, leaves a Decimal to
    # json.dumps, which refuses it, and accepts ids such as "..", which name another path. Its
    # result would also have to be taken apart again to add the idempotency key of a body.
    from uuid import uuid4

    try:
        path, query_text = _target(BASE_PATH + template, path_params, query or {})
        if body is not None and body.get("idempotency_key", "") in (UNSET, None):
            body = {**body, "idempotency_key": str(uuid4())}
        if method == "POST" and idempotency_key in (UNSET, None):
            idempotency_key = str(uuid4())
        return Request(
            method,
            path,
            query=query_text,
            content=None if body is None else _json(_without_unset(body)),
            idempotency_key=_checked_key(idempotency_key),
        )
    except RecursionError:
        flaw = "an argument contains itself, or is nested too deeply"
    except ValueError as error:
        flaw = str(error).lstrip(".")
    raise InvalidRequestError(f"Not sent: {flaw}", method=method, path=BASE_PATH + template)


def _target(template: str, path_params: Mapping[str, object], query: Mapping[str, Any]) -> tuple[str, str]:
    """Return the path with its ids, and the query, both percent-encoded."""
    from urllib.parse import quote, urlencode

    path = template
    for name, value in path_params.items():
        path = path.replace(f"{{{name}}}", quote(_checked_id(name, value), safe=""))
    text = urlencode(list(_query_pairs(query)), quote_via=quote)
    if (length := len(path) + len(text)) > MAX_TARGET_CHARACTERS:
        raise ValueError(f"ids and query make a URL of {length:,} characters; write at most {MAX_TARGET_CHARACTERS:,}")
    return path, text


def _checked_id(name: str, value: object) -> str:
    """Return the id if it is exactly one segment of a path."""
    advice = "give the id as Coobird issued it"
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, not {type(value).__name__}: {advice}")
    if not value.strip():
        raise ValueError(f"{name} is empty: {advice}")
    for character in value:
        if not character.isprintable():
            raise ValueError(f"{name} contains the invisible character U+{ord(character):04X}: {advice}")
    # Percent-encoding does not help: servers resolve %2E%2E as the parent folder too.
    if value in (".", ".."):
        raise ValueError(f"{name} is {value!r}, which would name another path: {advice}")
    return value


def _checked_key(key: object) -> str | None:
    """Return the idempotency key if one was given and a header can carry it."""
    if key is UNSET or key is None:
        return None
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise ValueError(f"idempotency_key must be a text of 1 to {MAX_KEY_CHARACTERS} characters")
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise ValueError("idempotency_key must be printable ASCII, without white space around it")
    return key


def _query_pairs(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the given parameters as text.

    `None` counts as left out, because a query has no null.
    """
    import json

    for name, value in query.items():
        if value is UNSET or value is None:
            continue
        _refuse_datetime(value, name)
        try:
            text = _json(value)
        except ValueError as error:
            raise ValueError(f"{name}{error}") from None
        plain = json.loads(text)
        if isinstance(plain, dict | list):
            raise ValueError(f"{name} must be a text, a number or a date, not {type(value).__name__}")
        yield name, plain if isinstance(plain, str) else text.decode()


def _without_unset(value: Any, where: str = "", *, is_free: bool = False) -> Any:
    """Return the value with generated models as dicts and without UNSET.

    The encoder converts the rest.
    """
    if not is_free:
        _refuse_datetime(value, where)
    if hasattr(value, "to_dict"):
        kind = cast("Any", type(value))
        for attribute in getattr(kind, "__attrs_attrs__", ()):
            if attribute.name not in _FREE_FORM:
                _refuse_datetime(getattr(value, attribute.name), f"{where}.{attribute.name}")
        value = value.to_dict()
    if isinstance(value, dict):
        return {
            name: _without_unset(item, f"{where}.{name}".lstrip("."), is_free=is_free or name in _FREE_FORM)
            for name, item in cast("Mapping[Any, Any]", value).items()
            if item is not UNSET
        }
    if isinstance(value, list | tuple):
        items = enumerate(cast("list[Any]", value))
        return [
            _without_unset(item, f"{where}[{index}]", is_free=is_free) for index, item in items if item is not UNSET
        ]
    return value


def _refuse_datetime(value: object, where: str) -> None:
    from datetime import datetime

    # A datetime is a date to Python and to type checkers, but its day depends on the time zone.
    if isinstance(value, datetime):
        raise ValueError(f"{where} takes a date, not a datetime: write its .date(), in the time zone that you bill in")


def _json(value: object) -> bytes:
    # Imported here because json loads with the first call, not with the client.
    from coobird._encoding.json_text import encode_exactly

    return encode_exactly(value)
