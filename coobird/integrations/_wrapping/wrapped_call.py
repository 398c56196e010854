"""One call of a wrapped client, from its request until its usage is known and billed once."""

from __future__ import annotations

import inspect
import os
import weakref
from contextlib import suppress
from time import time_ns
from typing import TYPE_CHECKING, Any, cast

from coobird.integrations._metering.active_call import ActiveCall, active_call, current_place, current_span
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.last_calls import last_calls
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._metering.terms import settled
from coobird.integrations._wrapping.answers import ModelAnswer, may_be_answered, unread_answer
from coobird.integrations._wrapping.attachment import override

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest, StreamReader


class WrappedCall:
    """Watches what the SDK returns, and meters the call once.

    Errors of its own are reported to `on_error` and never reach the caller. A subclass knows the
    results of one kind of SDK. The call is made in the run, the OpenTelemetry span and the thread
    that are current when this object is made.
    """

    def __init__(self, meter: CallMeter, model_request: ModelRequest) -> None:
        self._request = model_request
        self._meter = meter
        self._active = ActiveCall(meter, set())
        self._run = meter.client.current_run()
        # A span processor finds out by the span around the call that it was billed.
        self._trace_id, self._span_id = current_span()
        self._place = current_place()
        self._start_ns = time_ns()
        self._process_id = os.getpid()
        meter.ledger.begin_call(self._span_id)
        self._is_answered = False
        self._is_metered = False
        self._is_reading = False
        self._read_answer: Callable[[], ModelAnswer] = unread_answer
        last_calls.add(self)

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
        if not self._may_be_answered(error):
            self._end_refused()
        else:
            with self._meter.report_errors:
                model = self._request.model
                reason = "it was cancelled or timed out before the answer came, and may be charged for"
                self._meter_once(ModelAnswer(None, model, None, reason))

    def _end_refused(self) -> None:
        """End a call that costs nothing, because the provider refused it or was not reached."""
        self._is_metered = True
        self._meter.ledger.end_call(self._span_id)
        self._meter.ledger.add_refusal(self._span_id, "wrap")

    def end_with_program(self) -> None:
        """Meter what was read of the answer. A call without an answer is reported."""
        with self._meter.report_errors:
            if self._is_answered:
                self._meter_what_was_read()
            else:
                reason = "the program ended before the answer came, and it may be charged for"
                self._meter_once(ModelAnswer(None, self._request.model, None, reason))

    def watch(self, result: Any) -> Any:
        """Meter the SDK's result, now or when its stream or body ends, and return it."""
        self._is_answered = True
        with self._meter.report_errors:
            self._watch(result)
        return result

    def _watch(self, result: Any) -> None:
        """Begin to meter a result. It may raise, which is reported."""
        raise NotImplementedError

    def _may_be_answered(self, error: BaseException) -> bool:
        """True if the provider may have answered a call that ended with this error."""
        return may_be_answered(error)

    def _meter_items(self, holder: Any, reader: StreamReader) -> None:
        """Meter a stream with what its reader has read, when it is closed or dropped.

        Args:
            holder: Object without which nobody can read the stream.
        """
        self._read_answer = reader.answer
        # A stream that is never read or closed runs none of our code, so a finalizer meters it.
        weakref.finalize(holder, self._meter_what_was_read).atexit = False

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
            try:
                if hasattr(items, "close"):
                    cast("Any", items).close()
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
            try:
                if hasattr(items, "aclose"):
                    await cast("Any", items).aclose()
            finally:
                self._meter_what_was_read()

    def _is_for_caller(self, reader: StreamReader, item: Any) -> bool:
        with self._meter.report_errors:
            return reader.read(item)
        return True

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
        usage = usage and usage.of_operation(request.operation)
        call = Call(
            request.provider,
            request.operation,
            answer.model,
            answer.id,
            usage,
            "wrap",
            reason=answer.reason,
            terms=settled(request.terms._replace(model_requested=request.model), answer.terms),
            durations=answer.durations,
        )
        with meter.report_errors:
            report = report_of(
                call,
                self._run,
                self._start_ns,
                time_ns(),
                span_id=self._span_id,
                trace_id=self._trace_id,
                place=self._place,
            )
            report.expect_from(self._active.sources)
            recent = meter.ledger.recent_reports
            is_new = recent.add(report) if usage is not None else recent.add_unknown(report, may_be_billed=False)
            if usage is not None and is_new:
                meter.bill(call, self._run)
                meter.ledger.add_billed_span(self._span_id)
            if usage is None or usage.output is None:
                meter.ledger.add_reported(("span", self._span_id))
                if is_new or usage is not None:
                    meter.report_missing_usage(call)
        meter.ledger.end_call(self._span_id)
