"""One call of an SDK made by Stainless: its streams, its raw responses and its parsers."""

from __future__ import annotations

import copy
import inspect
import json
import weakref
from typing import TYPE_CHECKING, Any, cast

from coobird.integrations._wrapping.attachment import override
from coobird.integrations._wrapping.wrapped_call import WrappedCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest


class StainlessCall(WrappedCall):
    """Call of a client whose methods all go through its `request`."""

    def options(self) -> Any:
        """Return the options to send, with a parser that meters an answer that it cannot parse.

        The provider charges for an answer even if the SDK fails to parse it.
        """
        options = self._request.options
        parse = getattr(options, "post_parser", None)
        if not callable(parse):
            return options

        def post_parser(answer: Any) -> Any:
            try:
                return parse(answer)
            except Exception:
                with self._meter.report_errors:
                    self._meter_once(self._request.read_answer(answer))
                raise

        changed = copy.copy(options)
        changed.post_parser = post_parser
        return changed

    def _watch(self, result: Any) -> None:
        # Ask a model no more: pydantic is slow to say that an attribute is missing.
        is_model = hasattr(result, "model_fields_set")
        if not is_model and hasattr(result, "http_response") and hasattr(result, "parse"):
            self._watch_raw(result)
        elif not is_model and _is_stream(result):
            self._watch_stream(result)
        else:
            self._meter_once(self._request.read_answer(result))

    def _watch_stream(self, stream: Any) -> None:
        reader = self._request.open_reader()
        items = stream._iterator
        stream._iterator = (
            self._async_items(items, reader) if hasattr(items, "__anext__") else self._items(items, reader)
        )
        decoder = getattr(stream, "_decoder", None)
        if hasattr(reader, "takes") and hasattr(decoder, "decode"):
            self._take_events(decoder, reader)
        self._meter_when_closed(stream.response)
        self._meter_items(stream, reader)

    def _take_events(self, decoder: Any, reader: Any) -> None:
        """Give the reader each event before the SDK makes an object of it."""

        def decode(decode: Callable[[str], Any], line: str) -> Any:
            event = decode(line)
            if event is not None:
                with self._meter.report_errors:
                    return None if reader.takes(event.data) else event
            return event

        override(decoder, "decode", decode)

    def _watch_raw(self, raw: Any) -> None:
        response = raw.http_response
        # A response that is dropped without being closed is metered all the same. So nothing here
        # may keep it.
        content_of = weakref.ref(response)
        self._read_answer = lambda: self._read_body(cast("Any", content_of()).content)
        if response.is_closed:
            self._meter_what_was_read()
            return
        override(raw, "parse", self._parse)
        # Reading the whole body closes the HTTP response before its content is set. The raw
        # response is closed last.
        self._meter_when_closed(raw if hasattr(raw, "close") else response)
        weakref.finalize(response, self._meter_what_was_read).atexit = False

    def _parse(self, parse: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        parsed = parse(*args, **kwargs)
        if inspect.isawaitable(parsed):
            return self._parse_async(parsed)
        return self._watch_parsed(parsed)

    async def _parse_async(self, parsing: Awaitable[Any]) -> Any:
        return self._watch_parsed(await parsing)

    def _watch_parsed(self, parsed: Any) -> Any:
        if not _is_stream(parsed):
            self._meter_what_was_read()
        elif "_coobird" not in vars(parsed):  # `parse` returns the same stream each time
            parsed._coobird = True
            self.watch(parsed)
        return parsed

    def _read_body(self, content: bytes) -> ModelAnswer:
        """Read a body that the caller reads by itself: one JSON value, or server-sent events."""
        if content.lstrip().startswith(b"{"):
            return self._request.read_answer(json.loads(content))
        reader = self._request.open_reader()
        for line in content.splitlines():
            if line.startswith(b"data:") and line[5:].strip().startswith(b"{"):
                reader.read(json.loads(line[5:]))
        return reader.answer()


class Poll(StainlessCall):
    """Request that asks for an answer which the provider makes in the background.

    Only an answer with usage is metered. A poll costs nothing, so that one that fails, or comes too
    early, is not reported.
    """

    def _may_be_answered(self, error: BaseException) -> bool:  # noqa: ARG002 - the signature of a call
        return False

    def _meter_once(self, answer: ModelAnswer) -> None:
        if answer.usage is not None:
            super()._meter_once(answer)


def call_of(meter: CallMeter, model_request: ModelRequest) -> StainlessCall:
    """Return the call to watch for a request."""
    return (Poll if model_request.is_poll else StainlessCall)(meter, model_request)


def _is_stream(value: Any) -> bool:
    # Asks the object and not its type, because instrumentations return proxies.
    return hasattr(value, "__stream__")
