"""Batch jobs of the Gemini API: responses in the job itself, or in a file of one a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError
from coobird.integrations._batches.lines import Batch, Line, json_lines, problem_of
from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.errors import BatchNotEndedError, MeteringError
from coobird.integrations._metering.usage import Usage, field
from coobird.integrations._wrapping.answers import ModelAnswer
from coobird.integrations._wrapping.bodies import json_body
from coobird.integrations._wrapping.gemini_answers import ChunkReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird.integrations._batches.steps import Steps

_ENDED = ("SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")


def read_batch(client: Any, name: str, provider: str) -> Steps[tuple[Batch, Iterator[Line]]]:
    """Read a batch job and its responses.

    Raises:
        BatchNotEndedError: The job has not ended.
        ConfigurationError: The results are in a storage that this client cannot read.
    """
    found = yield partial(client.batches.get, name=name)
    status = str(field(found.state, "name") or found.state)
    if status.removeprefix("JOB_STATE_") not in _ENDED:
        raise BatchNotEndedError(found.name, status)
    model = str(found.model or "").rpartition("/")[2]
    storage = field(found.dest, "gcs_uri") or field(found.dest, "bigquery_uri")
    if storage:
        raise ConfigurationError(
            f"The results of batch {found.name} are in {storage}, which google-genai does not read. Track its lines"
            " yourself, with coomon.track_task(event_id=...)."
        )
    values: list[Any] = []
    if field(found.dest, "file_name"):
        content = yield partial(client.files.download, file=found.dest.file_name)
        values = list(json_lines(content))
    elif found.dest is not None:
        values = _inlined((yield _raw_job(client, found.name)))
    if not values and status.endswith("SUCCEEDED"):
        raise MeteringError(f"The results of batch {found.name} ({status}) were not found. Nothing was tracked.")
    batch = Batch(found.name, provider, status, found.end_time)

    def lines() -> Iterator[Line]:
        for number, value in enumerate(values):
            yield _line(value, number, model)
        if not values:
            yield Line("(the whole batch)", "chat", problem=problem_of(found.error, status))

    return batch, lines()


def _raw_job(client: Any, name: str) -> Any:
    """Return the call that reads the job as JSON.

    The SDK's objects leave out each field that this version of the SDK does not know, and it may
    have a price.
    """
    api: Any = client._api_client
    request = api.async_request if hasattr(client, "__aenter__") else api.request
    return partial(request, "get", name, {}, None)


def _inlined(answer: Any) -> list[Any]:
    output = field(json_body(answer.body), "metadata", "output")
    for name in ("inlinedResponses", "inlinedEmbedContentResponses"):
        found = field(output, name)
        if found is not None:
            return list(field(found, "inlinedResponses") or ())
    return []


def _line(value: Any, number: int, model: str) -> Line:
    key = field(value, "key") or field(value, "metadata", "key")
    custom_id = f"#{number}" if key is None else str(key)
    response = field(value, "response")
    if response is None:
        return Line(custom_id, "chat", problem=problem_of(field(value, "error") or field(value, "status"), "failed"))
    if field(response, "embedding") is not None:
        count = count_of(field(response, "tokenCount"))
        usage = None if count is None else Usage(count, 0)
        return Line(custom_id, "embeddings", ModelAnswer(None, model, usage), model)
    return Line(custom_id, "chat", ChunkReader(model, None).read_whole(response), model)
