# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""What the generated modules share. Light: loads nothing but itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, TypeVar
    from typing import cast as cast

    from .client import Response as Response

    T = TypeVar("T")


class Unset:
    """The type of `UNSET`, which stands for what is left out; `None` is JSON null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # A copied or unpickled UNSET must be the same object: it is recognised by identity.
        return "UNSET"


UNSET = Unset()


class Calls:
    """What the methods ask of the client: to send a request and answer what `parse` reads."""

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
    """The same as `Calls`, awaited."""

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
    """What `parse` makes of a JSON value. Null and UNSET stay, even against the contract."""
    return value if value is None or value is UNSET else parse(value)


def read_list(parse: Callable[[Any], Any], values: Any) -> Any:
    """The same for each item of a JSON array."""
    return read(lambda items: [read(parse, item) for item in items], values)


def write(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON form of an object, with models and dates converted and without what is UNSET."""
    return {name: write_value(value) for name, value in fields.items() if value is not UNSET}


def write_value(value: Any) -> Any:
    """The same for any value; what is neither stays as it is."""
    if isinstance(value, dict):
        return write(value)
    if isinstance(value, (list, tuple)):
        return [write_value(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return value.isoformat() if hasattr(value, "isoformat") else value


if not TYPE_CHECKING:

    def cast(kind: str, value: object) -> object:
        """`typing.cast` without typing, whose import takes longer than that of all methods."""
        return value

    def __getattr__(name: str) -> object:
        # The endpoint modules look for Response here; it needs attrs.
        if name == "Response":
            from .client import Response

            return Response
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
