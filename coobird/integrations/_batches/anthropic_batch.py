"""Batches of Anthropic: results that the SDK reads one by one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from coobird.integrations._batches.lines import Batch, Line, problem_of
from coobird.integrations._metering.errors import BatchNotEndedError
from coobird.integrations._metering.usage import field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from coobird.integrations._batches.steps import Steps
    from coobird.integrations._wrapping.answers import ModelAnswer


def read_batch(
    client: Any, batch_id: str, provider: str, read: Callable[[Any], ModelAnswer]
) -> Steps[tuple[Batch, Iterator[Line]]]:
    """Read a batch and its results.

    Args:
        read: Reads a message.

    Raises:
        BatchNotEndedError: The batch has not ended.
    """
    batches = client.messages.batches
    found = yield partial(batches.retrieve, batch_id)
    if found.processing_status != "ended":
        raise BatchNotEndedError(found.id, found.processing_status)
    results = yield partial(batches.results, batch_id)
    answers = found.request_counts.succeeded
    batch = Batch(found.id, provider, found.processing_status, found.ended_at, answers)
    return batch, _lines(results, read)


def _lines(results: Iterable[Any], read: Callable[[Any], ModelAnswer]) -> Iterator[Line]:
    for each in results:
        kind = field(each.result, "type")
        if kind == "succeeded":
            yield Line(each.custom_id, "chat", read(each.result.message))
        else:
            error = field(each.result, "error", "error") or field(each.result, "error")
            yield Line(each.custom_id, "chat", problem=problem_of(error, str(kind)))
