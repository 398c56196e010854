"""Attachment of a meter to one client of an SDK made by Stainless.

All methods of such a client go through its `request`, which is replaced on this one object. Its
class and its module stay as they are, and callers get the SDK's own objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from coobird.integrations._metering.call import Call
from coobird.integrations._wrapping.attachment import add_meter, begin_call, override
from coobird.integrations._wrapping.attempts import watch_attempts
from coobird.integrations._wrapping.stainless_call import call_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest

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

    for name, around in (("request", request), ("copy", copy), ("with_options", copy)):
        override(client, name, around)
    watch_attempts(client, meter, lambda options: _call_of(recognize(options)))


def _call_of(model_request: ModelRequest | None) -> Call | None:
    if model_request is None or model_request.is_poll:
        return None
    return Call(model_request.provider, model_request.operation, model_request.model, None, None, "wrap")


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
