"""One request of an SDK that sends through a client of `httpx` or `httpx2`."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from coobird.integrations._wrapping.answers import may_have_left
from coobird.integrations._wrapping.attachment import add_meter, begin_call, override, override_late
from coobird.integrations._wrapping.bodies import BodyReader, json_body
from coobird.integrations._wrapping.wrapped_call import WrappedCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest

# A stream of bytes passes through these; all other ways to read it call them.
_BYTES = ("iter_bytes", "aiter_bytes")


def metered_http_client(
    client: Any, meter: CallMeter, model_request_of: Callable[[str, str, Any], ModelRequest | None]
) -> Any:
    """Return a copy of an HTTP client that meters each request to a model.

    The copy has the same connections. The client itself may be shared with code that is not to be
    metered. A client that meters for the same `Coomon` already is returned as it is. Each attempt
    is a request of its own, so that one whose answer was lost is reported also if the SDK tries
    again.

    Args:
        model_request_of: Recognizes a model request by its host, its path and its decoded body.
    """
    metered = copy.copy(client)
    if not add_meter(metered, meter):
        return client
    # Clients of some SDKs close the connections, which both have, when they are collected.
    metered._coobird_original = client

    def recognize(request: Any) -> ModelRequest | None:
        if request.method != "POST" or "json" not in request.headers.get("content-type", ""):
            return None
        return model_request_of(request.url.host, request.url.path, json.loads(request.content))

    def send(send: Callable[..., Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        call = begin_call(HttpCall, meter, recognize, request)
        if call is None:
            return send(request, *args, **kwargs)
        return call.send(send, request, *args, **kwargs)

    override_late(metered, "send", send)
    return metered


class HttpCall(WrappedCall):
    """Attempt of a request, whose answer is a response of `httpx`."""

    def _watch(self, result: Any) -> None:
        if result.status_code >= 400:
            self._end_refused()
            return
        if result.is_closed:
            self._meter_once(self._request.read_answer(json_body(result.content)))
            return
        reader = BodyReader(self._request.open_reader())

        def iterate(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return self._items(read(*args, **kwargs), reader)

        def iterate_async(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return self._async_items(read(*args, **kwargs), reader)

        for name, around in zip(_BYTES, (iterate, iterate_async), strict=True):
            override(result, name, around)
        self._meter_when_closed(result)
        self._meter_items(result, reader)

    def _may_be_answered(self, error: BaseException) -> bool:
        return may_have_left(error)
