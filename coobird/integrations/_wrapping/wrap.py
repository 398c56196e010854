"""Attachment of a meter to one client of an SDK made by Stainless.

All methods of such a client go through its `request`, which is replaced on this one object. Its
class and its module stay as they are, and callers get the SDK's own objects.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from coobird.integrations._metering.call import Call
from coobird.integrations._wrapping.answers import may_have_left
from coobird.integrations._wrapping.attachment import add_meter, begin_call, override
from coobird.integrations._wrapping.stainless_call import call_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest

# Method that the SDK calls before it tries again. If the attempt had no response, that is inside of
# the `except` of its error.
_RETRY = "_sleep_for_retry"

_JSON = (str, int, float, list, tuple, Mapping)


def attach(client: Any, meter: CallMeter, model_request_of: Callable[[Any, Any], ModelRequest | None]) -> None:
    """Meter every later call of this client, and of clients made by its `copy` or `with_options`.

    Args:
        model_request_of: Recognizes a model request by the client and the options of a request;
            returns `None` for a request that calls no model. A copy of the client may have another
            base URL.
    """
    if not add_meter(client, meter):
        return

    recognize = partial(model_request_of, client)

    def request(send: Callable[..., Any], cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        call = begin_call(call_of, meter, recognize, options)
        if call is None:
            return send(cast_to, options, *args, **kwargs)
        return call.send(send, cast_to, call.options(), *args, **kwargs)

    def copy(make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        made = make(*args, **kwargs)
        attach(made, meter, model_request_of)
        return made

    def try_again(go_on: Callable[..., Any], *args: Any, **attempt: Any) -> Any:
        with meter.report_errors:
            if attempt["response"] is None:
                _report_lost_attempt(meter, recognize(attempt["options"]), sys.exception())
        return go_on(*args, **attempt)

    for name, around in (("request", request), ("copy", copy), ("with_options", copy)):
        override(client, name, around)
    if hasattr(client, _RETRY):
        override(client, _RETRY, try_again)


def _report_lost_attempt(meter: CallMeter, model_request: ModelRequest | None, error: BaseException | None) -> None:
    """Report an attempt whose answer was lost, and which the SDK repeats.

    The last attempt is not among them: its error ends the call, which reports it.
    """
    if model_request is None or model_request.is_poll or error is None or not may_have_left(error):
        return
    reason = "an attempt ended before the answer came, and may be charged for (the SDK tries again)"
    provider, operation, model = model_request.provider, model_request.operation, model_request.model
    meter.report_missing_usage(Call(provider, operation, model, None, None, "wrap", reason=reason))


def path_of(client: Any, options: Any) -> str:
    """Return the path of a request below the client's base URL, in whatever way it is written."""
    url = str(options.url).partition("?")[0].rstrip("/")
    return "/" + url.removeprefix(str(getattr(client, "base_url", "")).rstrip("/")).lstrip("/")


def body_of(options: Any) -> dict[str, Any]:
    """Return the JSON that will be sent: the SDK's own, with the caller's `extra_body` over it."""
    return {
        name: value
        for part in (options.json_data, options.extra_json)
        if isinstance(part, Mapping)
        for name, value in cast("Mapping[str, Any]", part).items()
        if isinstance(value, _JSON)  # an argument that was not given is an object of the SDK's own
    }
