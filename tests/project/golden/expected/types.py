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


UNSET = Unset()


# Requests are not built with `_get_kwargs` of an operation's module: it takes the body as one
# object of the generated class, and leaves the JSON to httpx, which cannot write a `Decimal`. It
# also accepts an id such as `..`, which leads to another path.
class Calls:
    """Base of the methods. The client supplies `_call`.

    It sends a request and returns the answer as `parse` reads it.
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


class AsyncCalls:
    """Base of the awaited methods. The client supplies `_call`, a coroutine function."""

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


def read(parse: Callable[[Any], Any], value: Any) -> Any:
    """Parse a JSON value. Null and UNSET are kept, even if the contract does not allow them."""
    return value if value is None or value is UNSET else parse(value)


def read_list(parse: Callable[[Any], Any], values: Any) -> Any:
    """Parse each item of a JSON array, likewise."""
    return read(lambda items: [read(parse, item) for item in items], values)


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
