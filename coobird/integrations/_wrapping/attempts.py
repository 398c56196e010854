"""Attempts of an SDK made by Stainless whose answers are lost, and which the SDK repeats."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from coobird.integrations._wrapping.answers import may_have_left
from coobird.integrations._wrapping.attachment import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import CallMeter

# Method that the SDK calls before it tries again. If the attempt had no response, that is inside of
# the `except` of its error.
_RETRY = "_sleep_for_retry"


def watch_attempts(client: Any, meter: CallMeter, call_of: Callable[[Any], Call | None]) -> None:
    """Report each later attempt of this client whose answer is lost, and which the SDK repeats.

    The last attempt of a call is not among them: its error ends the call, which reports it. A
    second watch for the same `Coomon`, and that of an object which repeats nothing, do nothing.

    Args:
        call_of: Returns the call of an attempt by the SDK's options of the request; `None` if it
            is not metered.
    """
    watched: tuple[int, ...] = getattr(client, "_coobird_watched", ())
    if getattr(client, _RETRY, None) is None or id(meter.client) in watched:
        return
    client._coobird_watched = (*watched, id(meter.client))

    def try_again(go_on: Callable[..., Any], *args: Any, **attempt: Any) -> Any:
        with meter.report_errors:
            error = sys.exception()
            if attempt["response"] is None and error is not None and may_have_left(error):
                call = call_of(attempt["options"])
                if call is not None:
                    reason = "an attempt ended before the answer came, and may be charged for (the SDK tries again)"
                    meter.report_missing_usage(call._replace(reason=reason))
        return go_on(*args, **attempt)

    override(client, _RETRY, try_again)
