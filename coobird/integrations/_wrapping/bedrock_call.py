"""One API call of boto3 or aiobotocore to a model of Bedrock."""

from __future__ import annotations

import inspect
import weakref
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer
from coobird.integrations._wrapping.attachment import override
from coobird.integrations._wrapping.wrapped_call import WrappedCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coobird.integrations._wrapping.answers import StreamReader

# Errors of botocore after which the provider may have answered.
_LOST = ("HTTPClientError", "ResponseParserError", "ResponseStreamingError", "IncompleteReadError")


def may_be_charged(error: BaseException) -> bool:
    """True if AWS may charge for a request that ended with this error of botocore."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if not isinstance(error, Exception):
        return True
    if "ClientError" in names:
        return False  # refused
    return "BotoCoreError" not in names or not names.isdisjoint(_LOST)


class BedrockCall(WrappedCall):
    """Call whose result is a mapping, with a stream of events or a body to read in it."""

    def _watch(self, result: Any) -> None:
        reader: Any = self._request.open_reader()
        reader.result = {name: value for name, value in result.items() if name not in ("body", "stream")}
        holder = field(result, "stream") or field(result, "body")
        if holder is None:
            self._meter_once(self._request.read_answer(result))
        elif hasattr(holder, "_event_generator"):
            self._watch_events(holder, reader)
        else:
            self._watch_body(holder, reader)

    def _may_be_answered(self, error: BaseException) -> bool:
        return may_be_charged(error) and not hasattr(error, "_coobird_reported")

    def _watch_events(self, stream: Any, reader: StreamReader) -> None:
        # The generator yields events that are not decoded yet; its end is the end of the stream.
        events = stream._event_generator
        passes = _Passing()
        stream._event_generator = (
            self._async_items(events, passes) if hasattr(events, "__anext__") else self._items(events, passes)
        )

        def parse_event(parse: Callable[[Any], Any], event: Any) -> Any:
            parsed = parse(event)
            return read_later(parsed) if inspect.isawaitable(parsed) else read(parsed)

        async def read_later(parsing: Awaitable[Any]) -> Any:
            return read(await parsing)

        def read(parsed: Any) -> Any:
            self._is_for_caller(reader, parsed)
            return parsed

        override(stream, "_parse_event", parse_event)
        self._meter_when_closed(stream)
        self._meter_items(stream, reader)

    def _watch_body(self, body: Any, reader: Any) -> None:
        self._read_answer = reader.answer

        def read(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            piece = read(*args, **kwargs)
            args = (*args, *kwargs.values())
            return read_later(piece, *args) if inspect.isawaitable(piece) else take(piece, *args)

        async def read_later(reading: Awaitable[bytes], *args: Any) -> bytes:
            return take(await reading, *args)

        def take(piece: bytes, amount: int | None = None, *_: Any) -> bytes:
            reader.read_body(piece)
            if amount is None or amount < 0 or (not piece and amount):
                self._meter_what_was_read()
            return piece

        # All other ways to read a body call this method. Instrumentations of boto3 read the stream
        # below the body, and give the caller a body of their own.
        is_async = inspect.iscoroutinefunction(getattr(body, "read", None))
        override(body if is_async else getattr(body, "_raw_stream", body), "read", read)
        self._meter_when_closed(body)
        weakref.finalize(body, self._meter_what_was_read).atexit = False


class _Passing:
    """Reader that lets events pass that are not decoded yet."""

    def read(self, item: Any) -> bool:
        return item is not None

    def answer(self) -> ModelAnswer:
        return ModelAnswer(None, None, None)
