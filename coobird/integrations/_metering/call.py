"""A call of a model that was answered, as all who report calls tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from coobird.integrations._metering.usage import Usage


class Call(NamedTuple):
    """A call that was answered.

    Attributes:
        usage: `None` if the provider did not tell it.
        source: Who reported the call: `wrap`, or the instrumentation.
        reason: Why (part of) its usage is not known.
        is_exact: False if the source is known to count wrongly, by a little.
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
        """Return what identifies the call, without what is unknown."""
        facts = {"provider": self.provider, "operation": self.operation, "model": self.model}
        return {name: value for name, value in facts.items() if value}

    def traces(self) -> dict[str, Any]:
        """Return where the numbers come from."""
        return {"source": self.source} | ({"response_id": self.response_id} if self.response_id else {})
