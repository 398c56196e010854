"""Attachment of a meter to one client of an SDK. Its class and its module stay as they are."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest

AnyCall = TypeVar("AnyCall")


def add_meter(client: Any, meter: CallMeter) -> bool:
    """Record that a meter is attached to a client; False if one of the same `Coomon` is already."""
    attached: tuple[CallMeter, ...] = getattr(client, "_coobird_meters", ())
    if any(other.client is meter.client for other in attached):
        return False
    client._coobird_meters = (*attached, meter)
    return True


def begin_call(
    kind: Callable[..., AnyCall], meter: CallMeter, model_request_of: Callable[..., ModelRequest | None], *request: Any
) -> AnyCall | None:
    """Return the call to meter; `None` if the request calls no model.

    Args:
        kind: Class of the call.
        model_request_of: Recognizes a model request by the SDK's arguments.
        request: The SDK's arguments of the request.
    """
    with meter.report_errors:
        model_request = model_request_of(*request)
        if model_request is not None:
            return kind(meter, model_request)
    return None


def override(target: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace a method of this one object by `around(method, *args)`.

    An instrumentation may have put the object into a proxy. What is set on it is set on the object,
    unless the proxy's class has the method. The method that the proxy makes up calls the object's,
    and must not be called by it.
    """
    while (
        not hasattr(cast("object", type(target)), name) and (inner := getattr(target, "__wrapped__", None)) is not None
    ):
        target = inner
    setattr(target, name, functools.partial(around, getattr(target, name)))


def override_late(target: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace a method as `override` does, and look up the method of the class at each call.

    An instrumentation that replaces the method of the class later sees the calls all the same. A
    coroutine function stays one, because SDKs ask.
    """
    kind: type[Any] = target.__class__
    is_async = inspect.iscoroutinefunction(getattr(kind, name))
    own: dict[str, Any] = target.__dict__
    before: Callable[..., Any] | None = own.get(name)

    def replaced(*args: Any, **kwargs: Any) -> Any:
        return (before or functools.partial(getattr(kind, name), target))(*args, **kwargs)

    def method(*args: Any, **kwargs: Any) -> Any:
        return around(replaced, *args, **kwargs)

    async def async_method(*args: Any, **kwargs: Any) -> Any:
        return await around(replaced, *args, **kwargs)

    setattr(target, name, async_method if is_async else method)
