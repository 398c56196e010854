# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""Names that the generated modules share. Importing this loads no other module."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, TypeVar
    from typing import cast as cast

    from .client import Response as Response

    T = TypeVar("T")


class Unset:
    """Type of `UNSET`, the value of an argument that is left out; `None` is JSON null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # A copied or unpickled UNSET must be the same object: it is recognised by identity.
        return "UNSET"


# The same object after `importlib.reload`, which runs this module again in the same namespace: it
# is recognised by identity.
UNSET: Unset = globals().get("UNSET", Unset())


# Requests are not built with `_get_kwargs` of an operation's module: it takes the body as one
# object of the generated class, and leaves the JSON to httpx, which cannot write a `Decimal`. It
# also accepts an id such as `..`, which leads to another path.
class Calls:
    """Base of the methods. The client supplies `_call` and `_no_list`.

    `_call` sends a request and returns the answer as `parse` reads it. `_no_list` makes the error
    about a page without its list.
    """

    if TYPE_CHECKING:

        def _call(
            self,
            operation: str,
            method: str,
            path: str,
            parse: Callable[..., T],
            *,
            path_params: Mapping[str, str] = ...,
            query: Mapping[str, Any] | None = None,
            body: Mapping[str, Any] | None = None,
            idempotency_key: str | Unset = UNSET,
        ) -> T: ...

        def _no_list(self, page: Any) -> Exception: ...


class AsyncCalls:
    """Base of the awaited methods. The client supplies the same, with a coroutine as `_call`."""

    if TYPE_CHECKING:

        async def _call(
            self,
            operation: str,
            method: str,
            path: str,
            parse: Callable[..., T],
            *,
            path_params: Mapping[str, str] = ...,
            query: Mapping[str, Any] | None = None,
            body: Mapping[str, Any] | None = None,
            idempotency_key: str | Unset = UNSET,
        ) -> T: ...

        def _no_list(self, page: Any) -> Exception: ...


def read(parse: Callable[[Any], Any], value: Any) -> Any:
    """Parse a JSON value of a request. Null and UNSET are kept."""
    return value if value is None or value is UNSET else parse(value)


def read_list(parse: Callable[[Any], Any], values: Any) -> Any:
    """Parse each item of a JSON array of a request, likewise."""
    return read(lambda items: [read(parse, item) for item in items], values)


# Levels of logging, which is loaded with the first line.
DEBUG, WARNING = 10, 30


# Answers are read tolerantly. The server has carried out the request by then, so an error about one
# field would hide from the caller what was made.
def required(
    model: type,
    fields: dict[str, Any],
    name: str,
    parse: Callable[[Any], Any],
    missing: Unset | None = UNSET,
) -> Any:
    """Take a field out of an answer that the contract requires. One that is missing reads as
    `missing`, and is logged once per process at debug level."""
    if name not in fields:
        log_once(
            model,
            name,
            DEBUG,
            f"lacks the field {name!r}, which the contract requires: it reads as {missing}.",
        )
        return missing
    return optional(model, fields, name, parse)


def optional(model: type, fields: dict[str, Any], name: str, parse: Callable[[Any], Any]) -> Any:
    """Take a field out of an answer. Null is kept.

    A value that `parse` refuses stays in `fields`, so that no field ever holds a value of another
    type than it declares. The field reads as UNSET, which is logged once per process as a warning.
    """
    value = fields.pop(name, UNSET)
    if value is None or value is UNSET:
        return value
    try:
        return parse(value)
    except (TypeError, ValueError):
        fields[name] = value
        # The log names the type and not the value, which may be somebody's data.
        log_once(
            model,
            name,
            WARNING,
            f"has a value of type {type(value).__name__} in {name!r} that the contract does not "
            "allow: it reads as UNSET, and `additional_properties` has the value.",
        )
        return UNSET


_logged: dict[tuple[type, str], object] = {}


def log_once(model: type, name: str, level: int, text: str) -> None:
    """Write a line about a field to the logger `coobird`, once per process. Never raises."""
    if (model, name) in _logged:
        return
    import logging

    try:
        logger, mark = logging.getLogger("coobird"), object()
        # Threads may get here at once: `setdefault` lets one of them write the line.
        if logger.isEnabledFor(level) and _logged.setdefault((model, name), mark) is mark:
            logger.log(
                level,
                "%s of an answer %s The server may be older or newer than this package.",
                model.__name__,
                text,
            )
    except Exception:
        pass  # a handler that fails must not hide the answer


def json_object(value: Any) -> dict[str, Any]:
    """Return a copy of a JSON object."""
    # `dict` also takes lists of pairs, and an empty list.
    if not hasattr(value, "keys"):
        raise TypeError(f"the value is {type(value).__name__}, not an object")
    return dict(value)


def list_of(parse: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """Return a function that reads a JSON array, each item with `parse`. Null items are kept."""

    def parse_list(values: Any) -> list[Any]:
        if not isinstance(values, list):
            raise TypeError(f"the value is {type(values).__name__}, not a list")
        return [None if item is None else parse(item) for item in values]

    return parse_list


def text(value: Any) -> str:
    """Return the value if it is a text."""
    if not isinstance(value, str):
        raise TypeError(f"the value is {type(value).__name__}, not a text")
    return value


def boolean(value: Any) -> bool:
    """Return the value if it is true or false."""
    if not isinstance(value, bool):
        raise TypeError(f"the value is {type(value).__name__}, not true or false")
    return value


def number(value: Any) -> float:
    """Return the value if it is a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"the value is {type(value).__name__}, not a number")
    return value


def integer(value: Any) -> int:
    """Return the value if it is a whole number. JSON does not distinguish 5.0 from 5."""
    if (whole := number(value)) != value // 1:
        raise ValueError(f"the value is {whole}, not a whole number")
    return int(whole)


class Pages:
    """Position in a list that is read page by page: the number of the next page, from 1, and
    `are_left`, which is false after the last one.

    An answer without the number of pages leaves open whether there is another page. Then the list
    ends with a page that is empty, or that repeats the last one: such a server has no pages.
    """

    def __init__(self, no_list: Callable[[Any], Exception]) -> None:
        self.next = 1
        self.are_left = True
        self._last: list[Any] = []
        self._no_list = no_list

    def entries_of(self, answer: Any) -> list[Any]:
        """Return the entries of the page that was asked for, and go on to the page after it.

        Without its list a page raises the error of `no_list`: it must not pass for an empty one.
        """
        if not isinstance(answer.data, list):
            raise self._no_list(answer)
        entries: list[Any] = answer.data
        total: Any = getattr(answer.pagination, "total_pages", None)
        is_known = isinstance(total, int)
        if not is_known and entries == self._last:
            entries = []
        self.are_left = bool(entries) and (not is_known or self.next < total)
        self.next += 1
        self._last = entries
        return entries


def write(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object: models and dates are converted, and fields that are UNSET left out."""
    return {name: write_value(value) for name, value in fields.items() if value is not UNSET}


def write_value(value: Any) -> Any:
    """Return the JSON form of any value. Values that are no model, date or container are kept."""
    if isinstance(value, dict):
        return write(value)
    if isinstance(value, (list, tuple)):
        return [write_value(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return value.isoformat() if hasattr(value, "isoformat") else value


if not TYPE_CHECKING:

    def cast(kind: str, value: object) -> object:
        """Replace `typing.cast`: importing typing takes longer than importing all methods."""
        return value

    def __getattr__(name: str) -> object:
        # The endpoint modules look for Response here; it needs attrs.
        if name == "Response":
            from .client import Response

            return Response
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
