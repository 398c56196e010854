"""Model call that was answered, in the one form in which all integrations report it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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

    def facts(self) -> dict[str, Any]:
        """Return provider, operation and model, without those that are unknown."""
        facts = {"provider": self.provider, "operation": self.operation, "model": self.model}
        return {name: value for name, value in facts.items() if value}

    def traces(self) -> dict[str, Any]:
        """Return the origin of the numbers: the source, and the response id if there is one."""
        return {"source": self.source} | ({"response_id": self.response_id} if self.response_id else {})
