"""How `wrap` sees the calls of one client of a Stainless-made SDK: through its `request`, which all of its methods go through.

Only the one object is touched, never its class or module, and what the caller gets are the SDK's own objects.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from coobird.integrations._wrapping.wrapped_call import Observed, override

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.meter import Meter
    from coobird.integrations._wrapping.answers import Plan


def attach(client: Any, meter: Meter, plan: Callable[[Any], Plan | None]) -> None:
    """Meter every call of this client from now on, and of those that its `copy` and `with_options` return.

    Args:
        plan: From the options of a request; `None` if it calls no model.
    """
    attached: tuple[Meter, ...] = getattr(client, "_coobird_meters", ())
    if any(other.client is meter.client for other in attached):
        return
    client._coobird_meters = (*attached, meter)

    def request(send: Callable[..., Any], cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        observed = _observe(meter, plan, options)
        if observed is None:
            return send(cast_to, options, *args, **kwargs)
        return observed.send(send, cast_to, observed.options(), *args, **kwargs)

    def copy(make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        made = make(*args, **kwargs)
        attach(made, meter, plan)
        return made

    for name, around in (("request", request), ("copy", copy), ("with_options", copy)):
        override(client, name, around)


def _observe(meter: Meter, plan: Callable[[Any], Plan | None], options: Any) -> Observed | None:
    with meter.shield:
        planned = plan(options)
        if planned is not None:
            return Observed(meter, planned, meter.client.current_run(), _current_span_id())
    return None


def _current_span_id() -> int:
    """The OpenTelemetry span that the call is made in, by which a span processor knows that it was billed; 0 if there is none."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    return 0 if trace is None else trace.get_current_span().get_span_context().span_id
