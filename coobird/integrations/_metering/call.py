"""Model call that was answered, in the one form in which all integrations report it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.terms import Terms

if TYPE_CHECKING:
    from datetime import datetime

    from coobird.integrations._metering.usage import Usage


class Call(NamedTuple):
    """Model call that was answered.

    Attributes:
        provider: Name of the provider, such as `openai`; empty if unknown.
        operation: `chat`, `text_completion` or `embeddings`.
        model: Name of the model that answered; `None` if unknown.
        response_id: Id of the answer; `None` if it has none.
        usage: Token counts; `None` if the provider did not report them.
        source: Reporter of the call: `wrap`, `langchain`, `litellm`, or the instrumentation.
        ended_at: Time at which the call ended; `None` stands for now.
        reason: Cause of (partly) unknown usage, worded to follow "because".
        is_exact: False if the source is known to count slightly wrong.
        terms: Facts that decide the price: tier, speed, region, the provider's own figure and so
            on.
        durations: Times that the provider measured, in nanoseconds, by their names in the event's
            metadata.
    """

    provider: str
    operation: str
    model: str | None
    response_id: str | None
    usage: Usage | None
    source: str
    ended_at: datetime | None = None
    reason: str = ""
    is_exact: bool = True
    terms: Terms = Terms()
    durations: tuple[tuple[str, int], ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return provider, operation and model. An unknown provider is empty, not left out."""
        facts = {"provider": self.provider, "operation": self.operation}
        return facts | ({"model": self.model} if self.model else {})

    def traces(self) -> dict[str, Any]:
        """Return the origin of the numbers: source, response id and durations, if there are any."""
        known = {"response_id": self.response_id} if self.response_id else {}
        return {"source": self.source, **known, **dict(self.durations)}
