"""Meters the calls of a `groq` client: chat and embeddings; sync, async and streaming.

from coobird.integrations.groq import wrap

client = wrap(Groq(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.chat.completions.create(model="openai/gpt-oss-120b", messages=[...])        # one event
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.openai_terms import request_terms
from coobird.integrations._metering.sellers import seller_of
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelRequest
from coobird.integrations._wrapping.completions import CompletionReader, CompletionReading
from coobird.integrations._wrapping.http_call import metered_http_client
from coobird.integrations._wrapping.metered_requests import GROQ
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from typing import Unpack

    from coobird.integrations._metering.errors import MeteringClient

__all__ = ("WrapOptions", "wrap")

SDKClient = TypeVar("SDKClient")


def wrap(
    client: SDKClient, coomon: MeteringClient, *, provider: str | None = None, **options: Unpack[WrapOptions]
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    Metered are chat completions and embeddings. The client's results, errors and timing stay the
    same. Wrapping it again adds no second event, and neither do spans of the same calls. Clients
    made from this one with `with_options` or `copy` are metered too. It is thread-safe and
    fork-safe if both clients are.

    A stream is billed when it ends or is closed. A stream that breaks off before its last chunk,
    which has the usage, is not billed; it is reported to `on_error`.

    Args:
        client: A `Groq` or `AsyncGroq`.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        provider: Name of the provider, for a server that is not Groq's own.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "groq", "wrap(groq.Groq(), coomon)")
    meter = CallMeter(coomon, **options)
    made: Any = client
    named = canonical_provider(provider)

    def model_request_of(host: str, path: str, body: Any) -> ModelRequest | None:
        operation = GROQ.get(path)
        if operation is None:
            return None
        seller = seller_of(f"https://{host}")
        reading = CompletionReading(seller, named or seller.provider, body)
        open_reader = partial(CompletionReader, reading)
        terms = request_terms(body, operation)
        return ModelRequest(None, reading.provider, operation, reading.read, open_reader, field(body, "model"), terms)

    made._client = metered_http_client(made._client, meter, model_request_of)
    return client
