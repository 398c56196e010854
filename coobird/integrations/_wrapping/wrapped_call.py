"""One call of a wrapped client, from its request until its usage is known and billed once."""

from __future__ import annotations

import copy
import functools
import inspect
import json
import os
import weakref
from contextlib import suppress
from time import time_ns
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.active_call import ActiveCall, active_call
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer, may_be_answered, unread_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from coobird import Run
    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest, StreamReader


class WrappedCall:
    """Watches what the SDK returns, and meters the call once.

    Errors of its own are reported to `on_error` and never reach the caller.

    Args:
        run: Run in which the call is made.
        span_id: OpenTelemetry span around the call; 0 if there is none.
    """

    def __init__(self, meter: CallMeter, model_request: ModelRequest, run: Run, span_id: int) -> None:
        self._request = model_request
        self._meter = meter
        self._active = ActiveCall(meter, set())
        self._run = run
        self._span_id = span_id
        self._start_ns = time_ns()
        self._process_id = os.getpid()
        self._is_metered = False
        self._is_reading = False
        self._read_answer: Callable[[], ModelAnswer] = unread_answer

    def send(self, send: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Make the call, and return the SDK's result or awaitable."""
        token = active_call.set(self._active)
        try:
            result = send(*args, **kwargs)
        except BaseException as error:
            self._end_with_error(error)
            raise
        finally:
            active_call.reset(token)
        return self._send_async(result) if inspect.isawaitable(result) else self.watch(result)

    async def _send_async(self, sending: Awaitable[Any]) -> Any:
        token = active_call.set(self._active)
        try:
            result = await sending
        except BaseException as error:
            self._end_with_error(error)
            raise
        finally:
            with suppress(ValueError):  # a coroutine may be closed in another context than it began in
                active_call.reset(token)
        return self.watch(result)

    def _end_with_error(self, error: BaseException) -> None:
        """Report a call without an answer, if the provider may have answered it.

        A refused call costs nothing. A call that was cancelled or timed out may be charged for.
        """
        if may_be_answered(error):
            with self._meter.report_errors:
                model = field(self._request.options.json_data, "model")
                reason = "it was cancelled or timed out before the answer came, and may be charged for"
                self._meter_once(ModelAnswer(None, model, None, reason))

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

    def watch(self, result: Any) -> Any:
        """Meter the SDK's result, now or when its stream or body ends, and return it."""
        with self._meter.report_errors:
            if hasattr(result, "http_response") and hasattr(result, "parse"):
                self._watch_raw(result)
            elif _is_stream(result):
                self._watch_stream(result)
            else:
                self._meter_once(self._request.read_answer(result))
        return result

    def _watch_stream(self, stream: Any) -> None:
        reader = self._request.open_reader()
        items = stream._iterator
        stream._iterator = (
            self._async_items(items, reader) if hasattr(items, "__anext__") else self._items(items, reader)
        )
        self._read_answer = reader.answer
        self._meter_when_closed(stream.response)
        # A stream that is never read or closed runs none of our code, so a finalizer meters it.
        weakref.finalize(stream, self._meter_what_was_read).atexit = False

    def _items(self, items: Iterator[Any], reader: StreamReader) -> Iterator[Any]:
        try:
            while True:
                self._is_reading = True
                try:
                    item = next(items)
                except StopIteration:
                    return
                finally:
                    self._is_reading = False
                if self._is_for_caller(reader, item):
                    yield item
        finally:
            self._meter_what_was_read()

    async def _async_items(self, items: AsyncIterator[Any], reader: StreamReader) -> AsyncIterator[Any]:
        try:
            while True:
                self._is_reading = True
                try:
                    item = await anext(items)
                except StopAsyncIteration:
                    return
                finally:
                    self._is_reading = False
                if self._is_for_caller(reader, item):
                    yield item
        finally:
            self._meter_what_was_read()

    def _is_for_caller(self, reader: StreamReader, item: Any) -> bool:
        with self._meter.report_errors:
            return reader.read(item)
        return True

    def _watch_raw(self, raw: Any) -> None:
        response = raw.http_response
        self._read_answer = lambda: self._read_body(response.content)
        if response.is_closed:
            self._meter_what_was_read()
            return
        override(raw, "parse", self._parse)
        # Reading the whole body closes the HTTP response before its content is set. The raw
        # response is closed last.
        self._meter_when_closed(raw if hasattr(raw, "close") else response)

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

    def _meter_when_closed(self, closable: Any) -> None:
        """Meter the call when this object is closed.

        A stream that is not read to its end can be closed in many ways. All of them close the
        response.
        """
        for name in ("close", "aclose"):
            if hasattr(closable, name):
                override(closable, name, self._close)

    def _close(self, close: Callable[[], Any]) -> Any:
        closing = close()
        return self._close_async(closing) if inspect.isawaitable(closing) else self._meter_closed()

    async def _close_async(self, closing: Awaitable[None]) -> None:
        await closing
        self._meter_closed()

    def _meter_closed(self) -> None:
        # The end of the body closes the response as well, before the last items were read.
        if not self._is_reading:
            self._meter_what_was_read()

    def _meter_what_was_read(self) -> None:
        if self._is_metered:
            return
        answer = unread_answer()
        with suppress(Exception):  # the body was not read, or is malformed
            answer = self._read_answer()
        self._meter_once(answer)

    def _meter_once(self, answer: ModelAnswer) -> None:
        # The child of a fork drops its copy of a stream that goes on in the parent, which bills it.
        if self._is_metered or os.getpid() != self._process_id:
            return
        self._is_metered = True
        request, meter, usage = self._request, self._meter, answer.usage
        call = Call(request.provider, request.operation, answer.model, answer.id, usage, "wrap", None, answer.reason)
        with meter.report_errors:
            report = report_of(call, self._run, self._start_ns, time_ns(), span_id=self._span_id)
            report.expect_from(self._active.sources)
            if usage is not None and meter.ledger.recent_reports.add(report):
                meter.bill(call, self._run)
                meter.ledger.add_billed_span(self._span_id)
            if usage is None or usage.output is None:
                meter.ledger.add_reported(("span", self._span_id))
                meter.report_missing_usage(call)


def _is_stream(value: Any) -> bool:
    # Asks the object and not its type, because instrumentations return proxies.
    return hasattr(value, "__stream__")


def override(target: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace a method of this one object by `around(method, *args)`."""
    setattr(target, name, functools.partial(around, getattr(target, name)))
