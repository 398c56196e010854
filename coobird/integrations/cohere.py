"""Meters the calls of a `cohere` client: chat and embeddings, of both versions of the API.

from coobird.integrations.cohere import wrap

client = wrap(cohere.ClientV2(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.chat(model="command-a-03-2025", messages=[...])                             # one event
"""

from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.cohere_usage import from_cohere
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.http_call import metered_http_client
from coobird.integrations._wrapping.metered_requests import COHERE
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from coobird.integrations._metering.errors import MeteringClient

__all__ = ("WrapOptions", "wrap")

SDKClient = TypeVar("SDKClient")

_HOSTS = (".cohere.com", ".cohere.ai")

# Seller of each client for a cloud, which has the base URL of Cohere all the same. An `AwsClient`
# may be one for either.
_CLOUDS = {
    "BedrockClient": "aws.bedrock",
    "SagemakerClient": "aws.sagemaker",
    "OciClient": "oci",
    "AwsClient": "",
}


def wrap(
    client: SDKClient, coomon: MeteringClient, *, provider: str | None = None, **options: Unpack[WrapOptions]
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    Metered are chat, `generate` and embeddings; sync, async and streaming. Tokens are Cohere's
    billed units. The client's results, errors and timing stay the same. Wrapping it again adds no
    second event, and neither do spans of the same calls. It is thread-safe and fork-safe if both
    clients are.

    A stream is billed when it ends or is closed. A stream that breaks off before its last event,
    which has the usage, is not billed; it is reported to `on_error`.

    Args:
        client: A `Client`, `AsyncClient`, `ClientV2` or `AsyncClientV2`, or a client of the same
            package for Bedrock, SageMaker or OCI. These state no region, and so have no cost.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        provider: Name of the provider, for a server that is not Cohere's own.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "cohere", "wrap(cohere.ClientV2(), coomon)", has="chat")
    meter = CallMeter(coomon, **options)
    made: Any = client
    named = canonical_provider(provider)
    cloud = _cloud_of(client)

    def model_request_of(host: str, path: str, body: Any) -> ModelRequest | None:
        operation = COHERE.get(path)
        if operation is None:
            return None
        own = cloud if cloud is not None else "cohere" if host.endswith(_HOSTS) else ""
        seller = named or own
        model = field(body, "model")
        searches = field(body, "connectors") or (operation == "chat" and field(body, "search_queries_only"))
        doubts = ["it may have searched by connectors, which have fees"] if searches else []
        if cloud is not None:
            doubts.append("a client of Cohere's does not say in which region a cloud has answered")
        terms = Terms(doubts=tuple(doubts))

        def read(answer: Any) -> ModelAnswer:
            reader = _AnswerReader(model)
            reader.read(answer)
            return reader.answer()._replace(reason="the answer does not report it")

        return ModelRequest(None, seller, operation, read, lambda: _AnswerReader(model), model, terms)

    # The first version of the API embeds in threads, which do not have the caller's run.
    if hasattr(made, "_executor"):
        made._executor = _CallersContext(made._executor)
    sender = made._client_wrapper.httpx_client
    sender.httpx_client = metered_http_client(sender.httpx_client, meter, model_request_of)
    return client


def _cloud_of(client: object) -> str | None:
    """Return the seller of a client for a cloud; `None` for one of Cohere's own API."""
    kinds = [kind.__name__.removesuffix("V2") for kind in type(client).__mro__]
    return next((_CLOUDS[kind] for kind in kinds if kind in _CLOUDS), None)


class _CallersContext:
    """Executor of the SDK, whose threads work in the context of the caller."""

    def __init__(self, executor: Any) -> None:
        self._executor = executor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._executor, name)

    def map(self, function: Callable[..., Any], *items: Any, **options: Any) -> Any:
        context = copy_context()

        def call(*each: Any) -> Any:
            return context.copy().run(function, *each)

        return self._executor.map(call, *items, **options)


class _AnswerReader:
    """Reads an answer, or the events of its stream, of both versions of the API."""

    def __init__(self, model: str | None) -> None:
        self._model = model
        self._id: str | None = None
        self._usage: Any = None

    def read(self, item: Any) -> bool:
        for part in (item, field(item, "response"), field(item, "delta")):
            self._usage = field(part, "usage") or field(part, "meta") or self._usage
            self._id = field(part, "response_id") or field(part, "id") or field(part, "generation_id") or self._id
        return True

    def answer(self) -> ModelAnswer:
        usage, doubts = from_cohere(self._usage)
        terms = Terms(doubts=doubts)
        reason = "the stream ended before its last event, which has it"
        return ModelAnswer(self._id, self._model, usage, reason, terms)
