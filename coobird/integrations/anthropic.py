"""Meters the calls of an `anthropic` client: messages, stable and beta; sync, async and streaming.

from coobird.integrations.anthropic import wrap

client = wrap(anthropic.Anthropic(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.messages.create(model="claude-sonnet-5", max_tokens=500, messages=[...])     # one event
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.usage import field, from_anthropic
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.wrap import attach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.errors import MeteringClient

SDKClient = TypeVar("SDKClient")


def wrap(
    client: SDKClient,
    coomon: MeteringClient,
    *,
    customer_id: str | None = None,
    agent_id: str | None = None,
    signal_code: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    cost: bool | Callable[[Call], Decimal | None] = False,
    provider: str | None = None,
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    The client's results, errors and timing stay the same. Wrapping it again adds no second event,
    and neither do spans of the same calls, such as those that the SDK emits by itself: one answer
    is one event. Clients made from this one with `with_options` or `copy` are metered too. It is
    thread-safe and fork-safe if both clients are.

    A stream is billed when it ends or is closed. If it ends before Anthropic reports the final
    usage, its input tokens are billed, the event has `usage_incomplete`, and the missing output is
    reported to `on_error`.

    Args:
        client: An `Anthropic` or `AsyncAnthropic`, or one for Bedrock, Vertex or Foundry.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        customer_id: Customer of calls outside any run that names one (`coomon.run`).
        agent_id: Agent of calls outside any run that names one.
        signal_code: Signal that events count towards, unless a run names one.
        attributes: Attributes of every event. Those of a run win.
        cost: True fills in `cost_usd` from the price list (extra `prices`). A function returns the
            cost of a call, or `None` if it is unknown. Your own `cost_usd`, here or in a run,
            always wins.
        provider: Name of the provider, if it does not follow from the class of the client.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "anthropic", "wrap(anthropic.Anthropic(), coomon)")
    meter = CallMeter(
        coomon,
        customer_id=customer_id,
        agent_id=agent_id,
        signal_code=signal_code,
        attributes=attributes,
        cost=cost,
    )
    name = canonical_provider(provider) or _provider_of(client)

    def model_request_of(options: Any) -> ModelRequest | None:
        path = str(options.url).partition("?")[0].rstrip("/")
        if path != "/v1/messages" or options.method.lower() != "post":
            return None
        return ModelRequest(options, name, "chat", _read, EventReader)

    attach(client, meter, model_request_of)
    return client


class EventReader:
    """Reads the events of a message's stream.

    Counts of `message_start` are valid until `message_delta` has newer ones.
    """

    def __init__(self) -> None:
        self._message: Any = None
        self._last_usage: Any = None

    def read(self, item: Any) -> bool:
        kind = field(item, "type")
        if kind == "message_start":
            self._message = field(item, "message")
        elif kind == "message_delta" and field(item, "usage") is not None:
            self._last_usage = field(item, "usage")
        return True

    def answer(self) -> ModelAnswer:
        message, last = self._message, self._last_usage
        usage = from_anthropic(last, field(message, "usage"), is_final=last is not None)
        reason = "the stream ended before the event that has it (message_delta)"
        return ModelAnswer(field(message, "id"), field(message, "model"), usage, reason)


def _read(answer: Any) -> ModelAnswer:
    usage = from_anthropic(field(answer, "usage"))
    return ModelAnswer(field(answer, "id"), field(answer, "model"), usage, "the answer does not report it")


def _provider_of(client: Any) -> str:
    kind = type(client).__name__
    return "aws.bedrock" if "Bedrock" in kind else "gcp.vertex_ai" if "Vertex" in kind else "anthropic"
