"""One call of a wrapped client, from its request until its usage is known; then it is billed, once."""

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

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.ledger import WrappedCall, wrapped_call
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import Answer, may_be_answered, unread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from coobird.client.runs.run import Run
    from coobird.integrations._metering.meter import Meter
    from coobird.integrations._wrapping.answers import Plan, StreamReader


class Observed:
    """Watches what the SDK returns. Whatever goes wrong in here is reported and does not reach the caller."""

    def __init__(self, meter: Meter, plan: Plan, run: Run, span_id: int) -> None:
        self.plan = plan
        self._meter = meter
        self._wrapped = WrappedCall(meter, set())
        self._run = run
        self._span_id = span_id
        self._start_ns = time_ns()
        self._process_id = os.getpid()
        self._is_settled = False
        self._is_reading = False
        self._answer: Callable[[], Answer] = unread

    def send(self, send: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Make the call and return what the SDK returns, or will."""
        mark = wrapped_call.set(self._wrapped)
        try:
            result = send(*args, **kwargs)
        except BaseException as error:
            self._fail(error)
            raise
        finally:
            wrapped_call.reset(mark)
        return self._awaited(result) if inspect.isawaitable(result) else self.finish(result)

    async def _awaited(self, result: Awaitable[Any]) -> Any:
        mark = wrapped_call.set(self._wrapped)
        try:
            made = await result
        except BaseException as error:
            self._fail(error)
            raise
        finally:
            with suppress(ValueError):  # a coroutine may be closed in another context than it began in
                wrapped_call.reset(mark)
        return self.finish(made)

    def _fail(self, error: BaseException) -> None:
        """The call ends without an answer. A refusal costs nothing; but one that was given up may have been answered."""
        if may_be_answered(error):
            with self._meter.shield:
                model = field(self.plan.options.json_data, "model")
                self._settle(
                    Answer(None, model, None, "it was given up before the answer came, and may be charged for")
                )

    def options(self) -> Any:
        """Return the options to send: an answer that the SDK fails to parse is to be paid for all the same."""
        options = self.plan.options
        parse = getattr(options, "post_parser", None)
        if not callable(parse):
            return options

        def post_parser(answer: Any) -> Any:
            try:
                return parse(answer)
            except Exception:
                with self._meter.shield:
                    self._settle(self.plan.read(answer))
                raise

        made = copy.copy(options)
        made.post_parser = post_parser
        return made

    def finish(self, result: Any) -> Any:
        """Take note of what the SDK returns, and return it."""
        with self._meter.shield:
            if hasattr(result, "http_response") and hasattr(result, "parse"):
                self._watch_raw(result)
            elif _is_stream(result):
                self._watch_stream(result)
            else:
                self._settle(self.plan.read(result))
        return result

    def _watch_stream(self, stream: Any) -> None:
        reader = self.plan.reader()
        items = stream._iterator
        stream._iterator = (
            self._async_items(items, reader) if hasattr(items, "__anext__") else self._items(items, reader)
        )
        self._answer = reader.answer
        self._settle_when_closed(stream.response)
        # One that nobody reads or closes has begun none of the code that would notice its end.
        weakref.finalize(stream, self._settle_once).atexit = False

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
                if self._sees(reader, item):
                    yield item
        finally:
            self._settle_once()

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
                if self._sees(reader, item):
                    yield item
        finally:
            self._settle_once()

    def _sees(self, reader: StreamReader, item: Any) -> bool:
        with self._meter.shield:
            return reader.see(item)
        return True

    def _watch_raw(self, raw: Any) -> None:
        response = raw.http_response
        self._answer = lambda: self._read(response.content)
        if response.is_closed:
            self._settle_once()
            return
        override(raw, "parse", self._parse)
        # Reading the whole body closes the response before its content is there; what closes last is the raw response.
        self._settle_when_closed(raw if hasattr(raw, "close") else response)

    def _parse(self, parse: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        parsed = parse(*args, **kwargs)
        if inspect.isawaitable(parsed):
            return self._awaited_parse(parsed)
        return self._watch_parsed(parsed)

    async def _awaited_parse(self, parsed: Awaitable[Any]) -> Any:
        return self._watch_parsed(await parsed)

    def _watch_parsed(self, parsed: Any) -> Any:
        if not _is_stream(parsed):
            self._settle_once()
        elif "_coobird" not in vars(parsed):  # `parse` gives the same stream each time
            parsed._coobird = True
            self.finish(parsed)
        return parsed

    def _read(self, content: bytes) -> Answer:
        """Read a body that the caller reads by itself: one JSON value, or events."""
        if content.lstrip().startswith(b"{"):
            return self.plan.read(json.loads(content))
        reader = self.plan.reader()
        for line in content.splitlines():
            if line.startswith(b"data:") and line[5:].strip().startswith(b"{"):
                reader.see(json.loads(line[5:]))
        return reader.answer()

    def _settle_when_closed(self, closable: Any) -> None:
        """Streams that are not read to their end are closed in many ways, all of which close the response."""
        for name in ("close", "aclose"):
            if hasattr(closable, name):
                override(closable, name, self._close)

    def _close(self, close: Callable[[], Any]) -> Any:
        closed = close()
        return self._close_later(closed) if inspect.isawaitable(closed) else self._closed()

    async def _close_later(self, closed: Awaitable[None]) -> None:
        await closed
        self._closed()

    def _closed(self) -> None:
        # The body's end closes the response too, while its last items are still on their way.
        if not self._is_reading:
            self._settle_once()

    def _settle_once(self) -> None:
        if self._is_settled:
            return
        answer = unread()
        with suppress(Exception):  # the body was not read, or is not what it should be
            answer = self._answer()
        self._settle(answer)

    def _settle(self, answer: Answer) -> None:
        # The child of a fork drops its copy of a stream that goes on in the parent, which bills all of it.
        if self._is_settled or os.getpid() != self._process_id:
            return
        self._is_settled = True
        plan, meter, usage = self.plan, self._meter, answer.usage
        call = Call(plan.provider, plan.operation, answer.model, answer.id, usage, "wrap", None, answer.reason)
        with meter.shield:
            report = report_of(call, self._run, self._start_ns, time_ns(), span_id=self._span_id)
            # They have told of it, or will, and are not asked again.
            report.partners.update(dict.fromkeys(self._wrapped.sources, report))
            if usage is not None and not meter.ledger.recent.repeats(report):
                meter.bill(call, self._run)
                meter.ledger.cover(self._span_id)
            if usage is None or usage.output is None:
                meter.ledger.tell_first(("span", self._span_id))
                meter.tell(call)


def _is_stream(value: Any) -> bool:
    # Asked of the object and not of its type: instrumentations return proxies.
    return hasattr(value, "__stream__")


def override(target: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace a method of this one object by `around(method, *args)`."""
    setattr(target, name, functools.partial(around, getattr(target, name)))
