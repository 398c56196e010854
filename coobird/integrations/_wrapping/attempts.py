"""Attempts of an SDK made by Stainless whose answers are lost, and which the SDK repeats."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from coobird.integrations._wrapping.answers import may_have_left, package_of
from coobird.integrations._wrapping.attachment import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    if getattr(client, _RETRY, None) is None or _is_watched(client, meter):
        return
    client._coobird_watched = (*_watched(client), id(meter.client))

    def try_again(go_on: Callable[..., Any], *args: Any, **attempt: Any) -> Any:
        _report_if_lost(attempt, meter, call_of)
        return go_on(*args, **attempt)

    override(client, _RETRY, try_again)


def watch_attempts_below(
    package: str,
    kind: type[Any],
    meters: Callable[[], Iterable[CallMeter]],
    call_of: Callable[[Any, Any], Call | None],
) -> None:
    """Report such attempts of each client of a class, in calls that a framework makes.

    For a framework that shows its clients to nobody. It is the class that is watched, once: a
    second watch of a class does nothing. A client that `wrap` watches for the same `Coomon` reports
    its attempts itself. No code runs but where the SDK tries again.

    Args:
        package: Name of the framework's package, without a dot.
        meters: Returns the meters that report now.
        call_of: Returns the call of an attempt by the client and the SDK's options; `None` if it
            is not metered.
    """
    before: Callable[..., Any] | None = getattr(kind, _RETRY, None)
    if before is None or "_coobird_watches" in vars(kind):
        return
    kind._coobird_watches = True

    def try_again(client: Any, *args: Any, **attempt: Any) -> Any:
        reporters = {id(meter.client): meter for meter in meters() if not _is_watched(client, meter)}
        if reporters and _is_called_by(package):
            for meter in reporters.values():
                _report_if_lost(attempt, meter, lambda options: call_of(client, options))
        return before(client, *args, **attempt)

    setattr(kind, _RETRY, try_again)


def _watched(client: Any) -> tuple[int, ...]:
    """Return the identities of each `Coomon` for which a client is watched by itself."""
    watched: tuple[int, ...] = getattr(client, "_coobird_watched", ())
    return watched


def _is_watched(client: Any, meter: CallMeter) -> bool:
    return id(meter.client) in _watched(client)


def _report_if_lost(attempt: Mapping[str, Any], meter: CallMeter, call_of: Callable[[Any], Call | None]) -> None:
    with meter.report_errors:
        error = sys.exception()
        if attempt["response"] is None and error is not None and may_have_left(error):
            call = call_of(attempt["options"])
            if call is not None:
                reason = "an attempt ended before the answer came, and may be charged for (the SDK tries again)"
                meter.report_missing_usage(call._replace(reason=reason))


def _is_called_by(package: str) -> bool:
    """True if code of a package called this, directly or through others.

    A coroutine is called by the one that awaits it.
    """
    frame = inspect.currentframe()
    while frame is not None:
        if package_of(frame) == package:
            return True
        frame = frame.f_back
    return False
