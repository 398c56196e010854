"""Meters the calls of one `anthropic` client: messages, stable and beta; sync, async and streaming.

from coobird.integrations.anthropic import wrap

client = wrap(anthropic.Anthropic(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.messages.create(model="claude-sonnet-5", max_tokens=500, messages=[...])     # one event
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import Meter
from coobird.integrations._metering.usage import field, from_anthropic
from coobird.integrations._wrapping.answers import Answer, Plan
from coobird.integrations._wrapping.wrap import attach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import Client

SDKClient = TypeVar("SDKClient")


def wrap(
    client: SDKClient,
    coomon: Client,
    *,
    customer_id: str | None = None,
    agent_id: str | None = None,
    signal_code: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    cost: bool | Callable[[Call], Decimal | None] = False,
    provider: str | None = None,
) -> SDKClient:
    """Meter every call of this client and return it, the same object. Its results, errors and timing stay the same.

    Wrapping it again does nothing, and neither do spans of the same calls, such as those that the SDK emits by itself: one answer
    is one event. Clients made from this one with `with_options` or `copy` are metered too. Thread-safe and fork-safe as both
    clients are.

    A stream is billed when it ends, or is closed. If that is before its last words on usage, its input tokens are billed, the
    event says `usage_incomplete`, and `on_error` is told.

    Args:
        client: An `Anthropic` or `AsyncAnthropic`, also one for Bedrock, Vertex or Foundry.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        customer_id: Billed for calls outside any run that names a customer (`coomon.run`).
        agent_id: The agent of calls outside any run that names one.
        signal_code: The signal that events count towards, unless a run names one.
        attributes: Merged into every event, under those of a run.
        cost: True fills in `cost_usd` from the price list (extra `prices`); a function gives it, or `None` if it does not know.
            A `cost_usd` of your own, here or in a run, always wins.
        provider: Who answers, if the kind of client does not tell.

    Raises:
        ConfigurationError: `cost=True` without the price list; or one of the two is no such client.
    """
    check_sdk_client(client, "anthropic", "wrap(anthropic.Anthropic(), coomon)")
    meter = Meter(
        coomon,
        customer_id=customer_id,
        agent_id=agent_id,
        signal_code=signal_code,
        attributes=attributes,
        cost=cost,
    )
    name = canonical_provider(provider) or _provider_of(client)

    def plan(options: Any) -> Plan | None:
        path = str(options.url).partition("?")[0].rstrip("/")
        if path != "/v1/messages" or options.method.lower() != "post":
            return None
        return Plan(options, name, "chat", _read, EventReader)

    attach(client, meter, plan)
    return client


class EventReader:
    """Reads events of a message's stream. What `message_start` says holds until `message_delta` says otherwise."""

    def __init__(self) -> None:
        self._message: Any = None
        self._last_usage: Any = None

    def see(self, item: Any) -> bool:
        kind = field(item, "type")
        if kind == "message_start":
            self._message = field(item, "message")
        elif kind == "message_delta" and field(item, "usage") is not None:
            self._last_usage = field(item, "usage")
        return True

    def answer(self) -> Answer:
        message, last = self._message, self._last_usage
        usage = from_anthropic(last, field(message, "usage"), is_final=last is not None)
        reason = "the stream ended before the event that has it (message_delta)"
        return Answer(field(message, "id"), field(message, "model"), usage, reason)


def _read(answer: Any) -> Answer:
    usage = from_anthropic(field(answer, "usage"))
    return Answer(field(answer, "id"), field(answer, "model"), usage, "the answer does not say")


def _provider_of(client: Any) -> str:
    kind = type(client).__name__
    return "aws.bedrock" if "Bedrock" in kind else "gcp.vertex_ai" if "Vertex" in kind else "anthropic"
