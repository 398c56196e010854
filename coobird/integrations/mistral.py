"""Meters the calls of a `mistralai` client: chat, agents, conversations, embeddings and more.

from coobird.integrations.mistral import wrap

client = wrap(Mistral(api_key="..."), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.chat.complete(model="mistral-large-latest", messages=[...])                 # one event
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.openai_terms import request_terms
from coobird.integrations._metering.sellers import Seller, seller_of
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.completions import CompletionReader, CompletionReading
from coobird.integrations._wrapping.http_call import metered_http_client
from coobird.integrations._wrapping.metered_requests import MISTRAL
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._wrapping.answers import StreamReader

__all__ = ("WrapOptions", "wrap")

SDKClient = TypeVar("SDKClient")

_CONVERSATIONS = "/v1/conversations"
_CONVERSATION_ID = re.compile(f"(?<=^{_CONVERSATIONS}/)[^/]+")
_OF_VERTEX = re.compile("/v1/projects/.*/publishers/mistralai/models/.*:")


def wrap(
    client: SDKClient, coomon: MeteringClient, *, provider: str | None = None, **options: Unpack[WrapOptions]
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    Metered are chat, agents, conversations, fill-in-the-middle and embeddings; sync, async and
    streaming. The client's results, errors and timing stay the same. Wrapping it again adds no
    second event, and neither do spans of the same calls. It is thread-safe and fork-safe if both
    clients are.

    A stream is billed when it ends or is closed. A stream that breaks off before its last chunk,
    which has the usage, is not billed; it is reported to `on_error`.

    Args:
        client: A `Mistral`, or a `MistralAzure` or `MistralGCP` of the same package.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        provider: Name of the provider, for a server that is not Mistral's own.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "mistralai", "wrap(Mistral(...), coomon)", has="chat")
    meter = CallMeter(coomon, **options)
    made: Any = client
    configuration = made.sdk_configuration
    named = canonical_provider(provider)

    def model_request_of(host: str, path: str, body: Any) -> ModelRequest | None:
        operation = MISTRAL.get(_OF_VERTEX.sub("/", _CONVERSATION_ID.sub("{conversation_id}", path)))
        if operation is None:
            return None
        if _OF_VERTEX.match(path) and "prompt" in body:  # Vertex AI has one method for both
            operation = "text_completion"
        seller = _seller(host, path)
        reading = CompletionReading(seller, named or seller.provider, body)
        terms = request_terms(body, operation, seller.region)
        read: Callable[[Any], ModelAnswer] = reading.read
        open_reader: Callable[[], StreamReader] = partial(CompletionReader, reading)
        if path.startswith(_CONVERSATIONS):
            conversation = _ConversationReading(reading)
            read, open_reader = conversation.read, partial(_ConversationReader, conversation)
        return ModelRequest(None, reading.provider, operation, read, open_reader, field(body, "model"), terms)

    for name in ("client", "async_client"):
        setattr(configuration, name, metered_http_client(getattr(configuration, name), meter, model_request_of))
    return client


class _ConversationReading(NamedTuple):
    """Reading of a conversation's answer, which runs tools at the provider."""

    of: CompletionReading

    def read(self, answer: Any) -> ModelAnswer:
        counts: dict[str, Any] = dict(field(answer, "usage") or {})
        # Tokens of the tools' results are beside those of the prompt.
        connected = count_of(counts.pop("connector_tokens", None)) or 0
        uses = counts.pop("connectors", None)
        if "prompt_tokens" in counts:
            counts["prompt_tokens"] += connected
        named = [found for item in field(answer, "outputs") or () if (found := field(item, "model"))]
        read = self.of.read({"usage": counts or None, "model": next(iter(named), None)})
        if uses or connected:
            doubts = (*read.terms.doubts, "it used tools that run at the provider, which have fees of their own")
            read = read._replace(terms=read.terms._replace(doubts=doubts))
        return read


class _ConversationReader:
    """Reads the events of a conversation's stream."""

    def __init__(self, reading: _ConversationReading) -> None:
        self._reading = reading
        self._usage: Any = None
        self._outputs: list[Any] = []

    def read(self, item: Any) -> bool:
        self._usage = field(item, "usage") or self._usage
        if field(item, "model") and not self._outputs:
            self._outputs.append({"model": field(item, "model")})
        return True

    def answer(self) -> ModelAnswer:
        read = self._reading.read({"usage": self._usage, "outputs": self._outputs})
        return read._replace(reason="the stream ended before its last event, which has it")


def _seller(host: str, path: str) -> Seller:
    """Return the seller of a request: Mistral has a host for each of its regions."""
    region = host.removeprefix("api.").removesuffix(".mistral.ai")
    if host == f"api.{region}.mistral.ai":
        return Seller("mistral_ai", region)
    return seller_of(f"https://{host}{path}" if _OF_VERTEX.match(path) else f"https://{host}")
