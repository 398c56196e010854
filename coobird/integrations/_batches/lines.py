"""Batches and their lines, in the one form in which all providers' results are read (pure)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.usage import field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird.integrations._wrapping.answers import ModelAnswer

MAX_TEXT_LENGTH = 64
"""Maximum length of the texts that are kept of a request. Names of tools and models are shorter."""


class Batch(NamedTuple):
    """Batch as its provider describes it.

    Attributes:
        id: Id of the batch, as the provider gives it.
        provider: Name of the provider, as in an event's `provider`.
        status: Status of the batch, in the provider's words.
        ended_at: Time at which the batch ended; `None` if the provider does not say.
        answers: Number of answers, as the provider counts them; `None` if it does not.
    """

    id: str
    provider: str
    status: str
    ended_at: datetime | None
    answers: int | None = None


class Line(NamedTuple):
    """Request of a batch, with what became of it.

    Attributes:
        custom_id: Id that the caller has given to the request.
        operation: `chat`, `text_completion` or `embeddings`.
        answer: Answer of the model; `None` if there is none.
        model_requested: Model that was asked for; `None` if unknown.
        problem: Reason why there is no answer, in the provider's words.
    """

    custom_id: str
    operation: str
    answer: ModelAnswer | None = None
    model_requested: str | None = None
    problem: str = ""


def json_lines(content: bytes) -> Iterator[Any]:
    """Yield the JSON values of a file that has one a line."""
    for line in content.splitlines():
        if line.strip():
            yield json.loads(line)


def time_of(seconds: Any) -> datetime | None:
    """Return the time of a Unix timestamp."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, (int, float)) else None


def problem_of(error: Any, fallback: str) -> str:
    """Return the words of an error: its code and its message."""
    parts = [str(part) for name in ("code", "type", "message") if (part := field(error, name))]
    return ": ".join(dict.fromkeys(parts)) or fallback


def without_long_texts(value: Any) -> Any:
    """Return a request without its texts and images, which take memory and change no price."""
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT_LENGTH else ""
    if isinstance(value, list):
        return [without_long_texts(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {name: without_long_texts(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
