"""Meter of a batch: one event for each line with an answer, under an id that never changes."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from coobird.errors import ConfigurationError
from coobird.integrations._batches.steps import run, run_async
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.errors import MeteringError
from coobird.integrations._metering.event_ids import MIN_ID_LENGTH, event_id_of_batch_line
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.terms import is_ordinary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Unpack

    from coobird import Stats
    from coobird.integrations._batches.lines import Batch, Line
    from coobird.integrations._batches.steps import Steps
    from coobird.integrations._metering.terms import Terms
    from coobird.integrations._run_opener import RunClient, RunOptions
    from coobird.integrations._wrapping.options import WrapOptions

    Payers = Mapping[str, RunOptions] | Callable[[str], RunOptions | None] | None

    class BatchClient(RunClient, Protocol):
        """Methods that metering a batch uses of `Coomon` or `AsyncCoomon`."""

        def flush(self, timeout: float | None = None) -> Any: ...
        def stats(self) -> Stats: ...


TIER = "batch"
"""Tier of every line, as price lists name it."""

_UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError)
"""Errors of a line that is not whole."""

SHOWN = 20
"""Maximum number of lines that one report names."""


class BatchReport(NamedTuple):
    """Account of a batch that was metered.

    Attributes:
        batch_id: Id of the batch.
        status: Status of the batch, in the provider's words.
        tracked: Lines with an answer and its usage: an event was tracked for each.
        without_usage: Custom ids of the lines whose answer does not state its usage. Each was
            reported to `on_error` as a `UsageMissingError`.
        unanswered: Custom ids of the lines without an answer, each with the reason: failed,
            expired, cancelled. No event is tracked for them. One report to `on_error` names them.
    """

    batch_id: str
    status: str
    tracked: int
    without_usage: tuple[str, ...]
    unanswered: Mapping[str, str]


class LineMeter:
    """Meters the lines of a batch.

    Args:
        payer: Options of the run in which a line is tracked, by its custom id.
        options: Payer, signal, attributes, cost and prices of all lines.

    Raises:
        ConfigurationError: `coomon` is no such client, or cannot be used with a sync client.
    """

    def __init__(self, coomon: BatchClient, payer: Payers, *, is_async: bool, **options: Unpack[WrapOptions]) -> None:
        self.call_meter = CallMeter(coomon, **options)
        self._coomon = coomon
        self._payer_of = _payer_function(payer)
        is_async_coomon = inspect.iscoroutinefunction(coomon.flush)
        if is_async_coomon and not is_async:
            raise ConfigurationError("An AsyncCoomon cannot wait in a sync function: use the async client of the SDK.")
        # A sync `flush` would stop the event loop.
        self._flush = partial(asyncio.to_thread, coomon.flush) if is_async and not is_async_coomon else coomon.flush

    def meter(self, batch: Batch, lines: Iterable[Line]) -> Steps[BatchReport]:
        """Track the lines, and wait whenever the queue of events is half full."""
        if len(batch.id) < MIN_ID_LENGTH:
            raise ConfigurationError(
                f"The id {batch.id!r} of the batch is too short to be unique, so that events of another batch could"
                " be taken for its own. Nothing was tracked. Configure the server to make longer ids."
            )
        seen = Counter[str]()
        tracked, without_usage, unanswered, room = 0, list[str](), dict[str, str](), 0
        for line in lines:
            seen[line.custom_id] += 1
            number = seen[line.custom_id]
            line_id = line.custom_id if number == 1 else f"{line.custom_id}#{number}"
            if line.answer is None:
                unanswered[line_id] = line.problem
                continue
            if not room:
                room = self._room()
                if not room:
                    yield self._flush
                    room = self._room()
                if not room:
                    raise MeteringError(
                        f"Batch {batch.id}: {tracked} lines were tracked, and the queue of events is full because"
                        " they cannot be delivered. Call meter_batch again when the server can be reached: no line"
                        " is billed twice."
                    )
            room -= 1
            if self._track(batch, line, line_id):
                tracked += 1
            else:
                without_usage.append(line_id)
        report = BatchReport(batch.id, batch.status, tracked, tuple(without_usage), unanswered)
        self._report_unanswered(report)
        answers = tracked + len(without_usage)
        if batch.answers not in (None, answers):
            message = (
                f"The results of batch {batch.id} have {answers} answers, and the provider counts {batch.answers}."
            )
            self._coomon.report(MeteringError(message, call={"batch_id": batch.id}))
        return report

    def _room(self) -> int:
        """Return the number of events that can be tracked before the queue must be looked at."""
        stats = self._coomon.stats()
        if stats.queue_capacity is None:
            return 1_000  # the spool keeps them
        return max((stats.queue_capacity + 1) // 2 - stats.queued, 0)

    def _track(self, batch: Batch, line: Line, line_id: str) -> bool:
        assert line.answer is not None
        answer = line.answer
        reason = f"line {line_id!r} of batch {batch.id} does not report it"
        call = Call(
            batch.provider,
            line.operation,
            answer.model or line.model_requested,
            answer.id,
            answer.usage,
            "batch",
            ended_at=batch.ended_at,
            reason=reason,
            terms=_terms(answer.terms)._replace(model_requested=line.model_requested),
        )
        with self._coomon.run(**(self._payer_of(line.custom_id) or {})):
            run = self._coomon.current_run()
            if answer.usage is not None:
                traces = {"batch_id": batch.id, "custom_id": line.custom_id}
                event_id = event_id_of_batch_line(batch.id, line_id)
                self.call_meter.bill_again(call, run, event_id, traces)
            if answer.usage is None or answer.usage.output is None:
                self.call_meter.report_missing_usage(call)
        return answer.usage is not None

    def _report_unanswered(self, report: BatchReport) -> None:
        if report.unanswered:
            count = len(report.unanswered)
            shown = ", ".join(f"{name} ({why})" for name, why in list(report.unanswered.items())[:SHOWN])
            more = f" and {count - SHOWN} others" if count > SHOWN else ""
            message = (
                f"Batch {report.batch_id} ({report.status}): {count} requests have no answer and are not"
                f" billed: {shown}{more}."
            )
            facts = {"batch_id": report.batch_id, "unanswered": dict(report.unanswered)}
            self._coomon.report(MeteringError(message, call=facts))


def metered_batch(
    client: Any,
    coomon: BatchClient,
    batch_id: str,
    payer: Payers,
    read: Callable[[CallMeter], Steps[tuple[Batch, Iterable[Line]]]],
    **options: Unpack[WrapOptions],
) -> Any:
    """Meter a batch, and return its `BatchReport`; for an async client an awaitable of it.

    Args:
        read: Makes the steps that read the batch and its lines.

    Raises:
        MeteringError: The results break off, or the events cannot be delivered.
    """
    is_async = hasattr(client, "__aenter__")
    meter = LineMeter(coomon, payer, is_async=is_async, **options)

    def steps() -> Steps[BatchReport]:
        try:
            batch, lines = yield from read(meter.call_meter)
            return (yield from meter.meter(batch, lines))
        except _UNREADABLE as error:
            raise MeteringError(
                f"The results of batch {batch_id} break off, or have a line that is no JSON ({error}). No line behind"
                " it was tracked. Call meter_batch again: no line is billed twice."
            ) from error

    return run_async(steps()) if is_async else run(steps())


def _payer_function(payer: Payers) -> Callable[[str], RunOptions | None]:
    if payer is None:
        return lambda _: None
    return payer if callable(payer) else payer.get


def _terms(answered: Terms) -> Terms:
    """Return the terms of a line: its tier is that of the batch, whatever the answer names."""
    tier = answered.service_tier
    doubts = answered.doubts
    if tier is not None and tier != TIER and not is_ordinary(tier):
        doubts = (*doubts, f"the answer of a batch names the tier {tier!r}")
    return answered._replace(service_tier=TIER, doubts=doubts)
