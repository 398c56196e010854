"""Batches of OpenAI: files of answers and of errors, one a line."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError
from coobird.integrations._batches.lines import (
    Batch,
    Line,
    json_lines,
    problem_of,
    time_of,
    without_long_texts,
)
from coobird.integrations._metering.errors import BatchNotEndedError
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.metered_requests import OPENAI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coobird.integrations._batches.steps import Steps
    from coobird.integrations._wrapping.answers import ModelAnswer

_ENDED = ("completed", "failed", "expired", "cancelled")

_NO_REQUESTS = "the request is not in the input file of the batch, or the file was deleted"


def read_batch(
    client: Any,
    batch_id: str,
    provider: str,
    read: Callable[[str, Any, Any], ModelAnswer],
    *,
    needs_requests: bool,
) -> Steps[tuple[Batch, Iterator[Line]]]:
    """Read a batch and its files.

    Args:
        read: Reads an answer by its path, the body of its request and its own body.
        needs_requests: True to read the requests as well. They decide about prices.

    Raises:
        BatchNotEndedError: The batch has not ended.
        ConfigurationError: The requests of the batch are not metered.
    """
    found = yield partial(client.batches.retrieve, batch_id)
    path = str(found.endpoint).removeprefix("/v1")
    if found.status not in _ENDED:
        raise BatchNotEndedError(found.id, found.status)
    if path not in OPENAI:
        raise ConfigurationError(
            f"Batch {found.id} has requests to {found.endpoint}, which are not metered. Track its lines yourself, with"
            " coomon.track_task(event_id=...)."
        )
    answered = yield from _content_of(client, found.output_file_id)
    unanswered = yield from _content_of(client, found.error_file_id)
    requests: Mapping[str, Any] | None = None
    if needs_requests and answered:
        requests = yield from _requests_of(client, found.input_file_id)
    ended_at = time_of(found.completed_at or found.expired_at or found.cancelled_at or found.failed_at)
    batch = Batch(found.id, provider, found.status, ended_at, field(found.request_counts, "completed"))

    def lines() -> Iterator[Line]:
        for value in chain(json_lines(answered), json_lines(unanswered)):
            yield _line(value, path, requests, read)
        if not answered and not unanswered:
            for problem in field(found.errors, "data") or ():
                yield Line("(the whole batch)", OPENAI[path], problem=problem_of(problem, "failed"))

    return batch, lines()


def _content_of(client: Any, file_id: str | None) -> Steps[bytes]:
    """Return the content of a file; nothing for no file."""
    return (yield partial(client.files.content, file_id)).content if file_id else b""


def _requests_of(client: Any, file_id: str) -> Steps[dict[str, Any]]:
    """Return the bodies of the requests by their custom ids; none if the file was deleted."""
    try:
        content = yield from _content_of(client, file_id)
    except Exception as error:
        if field(error, "status_code") == 404:
            return {}
        raise
    return {str(each["custom_id"]): without_long_texts(each.get("body")) for each in json_lines(content)}


def _line(
    value: Any, path: str, requests: Mapping[str, Any] | None, read: Callable[[str, Any, Any], ModelAnswer]
) -> Line:
    custom_id, response = str(field(value, "custom_id")), field(value, "response")
    status = field(response, "status_code")
    if field(value, "error") or status is None or status >= 400:
        error = field(value, "error") or field(response, "body", "error")
        return Line(custom_id, OPENAI[path], problem=problem_of(error, f"status {status}"))
    request = field(requests, custom_id)
    answer = read(path, request, field(response, "body"))
    if requests is not None and request is None:
        answer = answer._replace(terms=answer.terms._replace(doubts=(*answer.terms.doubts, _NO_REQUESTS)))
    return Line(custom_id, OPENAI[path], answer, field(request, "model"))
