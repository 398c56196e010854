"""Attachment of a meter to one client of an SDK made by Stainless.

All methods of such a client go through its `request`, which is replaced on this one object. Its
class and its module stay as they are, and callers get the SDK's own objects.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from coobird.integrations._wrapping.wrapped_call import WrappedCall, override

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest


def attach(client: Any, meter: CallMeter, model_request_of: Callable[[Any], ModelRequest | None]) -> None:
    """Meter every later call of this client, and of clients made by its `copy` or `with_options`.

    Args:
        model_request_of: Recognizes a model request by the options of a request; returns `None` for
            a request that calls no model.
    """
    attached: tuple[CallMeter, ...] = getattr(client, "_coobird_meters", ())
    if any(other.client is meter.client for other in attached):
        return
    client._coobird_meters = (*attached, meter)

    def request(send: Callable[..., Any], cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        call = _wrapped_call(meter, model_request_of, options)
        if call is None:
            return send(cast_to, options, *args, **kwargs)
        return call.send(send, cast_to, call.options(), *args, **kwargs)

    def copy(make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        made = make(*args, **kwargs)
        attach(made, meter, model_request_of)
        return made

    for name, around in (("request", request), ("copy", copy), ("with_options", copy)):
        override(client, name, around)


def _wrapped_call(
    meter: CallMeter, model_request_of: Callable[[Any], ModelRequest | None], options: Any
) -> WrappedCall | None:
    with meter.report_errors:
        model_request = model_request_of(options)
        if model_request is not None:
            return WrappedCall(meter, model_request, meter.client.current_run(), _current_span_id())
    return None


def _current_span_id() -> int:
    """Return the id of the OpenTelemetry span around the call; 0 if there is none.

    A span processor uses it to find out that the call was billed.
    """
    trace: Any = sys.modules.get("opentelemetry.trace")
    return 0 if trace is None else trace.get_current_span().get_span_context().span_id
