"""Events of a stream of one Anthropic message, at Anthropic and in Bedrock's chunks (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.anthropic_terms import answer_terms
from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.usage import field, from_anthropic

if TYPE_CHECKING:
    from coobird.integrations._metering.sellers import Seller
    from coobird.integrations._metering.terms import Terms
    from coobird.integrations._metering.usage import Usage


class MessageStream:
    """Message that a stream has told so far.

    Counts of `message_start` are valid until `message_delta` has newer ones. The output is known
    once the message has stopped: the count at its start is a placeholder.

    Attributes:
        message: Message of `message_start`; `None` before it.
    """

    def __init__(self) -> None:
        self.message: Any = None
        self._last_usage: Any = None
        self._container: Any = None
        self._blocks: list[Any] = []
        self._has_stopped = False

    def read(self, event: Any) -> None:
        """Read an event."""
        kind = field(event, "type")
        if kind == "message_start":
            self.message = field(event, "message")
        elif kind == "content_block_start" and field(event, "content_block", "type") == "server_tool_use":
            self._blocks.append(field(event, "content_block"))
        elif kind == "message_delta":
            self._last_usage = field(event, "usage") or self._last_usage
            self._container = field(event, "delta", "container") or self._container
            self._has_stopped |= field(event, "delta", "stop_reason") is not None
        elif kind == "message_stop":
            self._has_stopped = True

    def usage(self) -> Usage | None:
        """Return the tokens, without those of the output if the stream broke off."""
        last = self._last_usage
        is_final = self._has_stopped and count_of(field(last, "output_tokens")) is not None
        return from_anthropic(last, field(self.message, "usage"), is_final=is_final)

    def terms(self, seller: Seller) -> Terms:
        """Return the facts that decide the price."""
        state = {"container": self._container or field(self.message, "container")}
        return answer_terms(state, (self._last_usage, field(self.message, "usage")), self._blocks, seller)
