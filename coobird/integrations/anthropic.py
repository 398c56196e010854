"""Meters the calls of an `anthropic` client: messages, stable and beta; sync, async and streaming.

from coobird.integrations.anthropic import wrap

client = wrap(anthropic.Anthropic(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.messages.create(model="claude-sonnet-5", max_tokens=500, messages=[...])     # one event
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from coobird.integrations._batches.anthropic_batch import read_batch
from coobird.integrations._batches.line_meter import BatchReport, metered_batch
from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.anthropic_terms import answer_terms, request_terms
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.sellers import Seller, seller_of
from coobird.integrations._metering.usage import field, from_anthropic
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.message_stream import MessageStream
from coobird.integrations._wrapping.metered_requests import ANTHROPIC
from coobird.integrations._wrapping.wrap import attach, body_of, path_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from decimal import Decimal
    from typing import Unpack

    from anthropic import Anthropic, AsyncAnthropic

    from coobird.integrations._batches.line_meter import BatchClient, Payers
    from coobird.integrations._batches.lines import Batch, Line
    from coobird.integrations._batches.steps import Steps
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.cost_decision import PricesArgument
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._wrapping.options import WrapOptions

__all__ = ("BatchReport", "meter_batch", "wrap")

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
    prices: PricesArgument = None,
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
        prices: Your own prices: the path of a TOML file, or a mapping. They come before the
            provider's figure and the price list, which this argument turns on.
        provider: Name of the provider. It follows from the class of the client, and for `Anthropic`
            from the base URL. A host that is not known has no provider, and so no price, unless it
            is named here: a proxy of Anthropic is `anthropic`.

    Raises:
        ConfigurationError: `cost=True` without the price list; a wrong entry of `prices`; or
            `client` or `coomon` is no such client.
    """
    check_sdk_client(client, "anthropic", "wrap(anthropic.Anthropic(), coomon)")
    meter = CallMeter(
        coomon,
        customer_id=customer_id,
        agent_id=agent_id,
        signal_code=signal_code,
        attributes=attributes,
        cost=cost,
        prices=prices,
    )
    named = canonical_provider(provider)

    def model_request_of(client: Any, options: Any) -> ModelRequest | None:
        operation = ANTHROPIC.get(path_of(client, options))
        if operation is None or options.method.lower() != "post":
            return None
        seller = _seller_of(client)
        terms = request_terms(body_of(options), _headers_of(client, options))._replace(region=seller.region)
        read, open_reader = partial(_read, seller), partial(EventReader, seller)
        model = field(options.json_data, "model")
        return ModelRequest(options, named or seller.provider, operation, read, open_reader, model, terms)

    attach(client, meter, model_request_of)
    return client


@overload
def meter_batch(
    client: AsyncAnthropic,
    coomon: BatchClient,
    batch_id: str,
    *,
    payer: Payers = ...,
    provider: str | None = ...,
    **options: Unpack[WrapOptions],
) -> Awaitable[BatchReport]: ...
@overload
def meter_batch(
    client: Anthropic,
    coomon: BatchClient,
    batch_id: str,
    *,
    payer: Payers = ...,
    provider: str | None = ...,
    **options: Unpack[WrapOptions],
) -> BatchReport: ...
def meter_batch(
    client: Any,
    coomon: BatchClient,
    batch_id: str,
    *,
    payer: Payers = None,
    provider: str | None = None,
    **options: Unpack[WrapOptions],
) -> Any:
    """Track an event for each answer of a batch that has ended, once.

    The results are those of `client.messages.batches.results`.

    The event's id is computed from the batch's id and the custom id of the line, so that a second
    call, also on another machine, adds no second event. Its `service_tier` is `batch`, and the cost
    is the price of batches if the price list has it for the model. Its time is that of the end of
    the batch. Lines without an answer (failed, expired, cancelled) are not billed; one report to
    `on_error` names them.

    An async client reads all results into memory.

    Args:
        client: An `Anthropic` or an `AsyncAnthropic`, wrapped or not. With an async one, await the
            result.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        batch_id: Id of the batch, as `client.messages.batches.create` returned it.
        payer: Customer and agent of each line, by its custom id: a mapping, or a function of the
            custom id, of `RunOptions`. A line without any is of the current run.
        provider: Name of the provider, for a server that is not known.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Returns:
        A `BatchReport`: the lines that were tracked, had no usage, and had no answer.

    Raises:
        BatchNotEndedError: The batch has not ended. Call again later.
        MeteringError: Events cannot be delivered and the queue is full, or the results break off.
            Call again later.
        ConfigurationError: `client` or `coomon` is no such client, or an `AsyncCoomon` is used with
            a sync client.
    """
    check_sdk_client(client, "anthropic", "meter_batch(anthropic.Anthropic(), coomon, batch_id)")
    seller = _seller_of(client)
    name = canonical_provider(provider) or seller.provider

    def read_message(message: Any) -> ModelAnswer:
        read = _read(seller, message)
        return read._replace(terms=read.terms._replace(region=seller.region))

    def read(_: CallMeter) -> Steps[tuple[Batch, Iterable[Line]]]:
        return read_batch(client, batch_id, name, read_message)

    return metered_batch(client, coomon, batch_id, payer, read, **options)


class EventReader:
    """Reads the events of a message's stream."""

    def __init__(self, seller: Seller) -> None:
        self._seller = seller
        self._stream = MessageStream()

    def read(self, item: Any) -> bool:
        self._stream.read(item)
        return True

    def answer(self) -> ModelAnswer:
        message, usage = self._stream.message, self._stream.usage()
        reason = "the stream ended before the event that has it (message_delta)"
        return ModelAnswer(
            field(message, "id"), field(message, "model"), usage, reason, self._stream.terms(self._seller)
        )


def _read(seller: Seller, answer: Any) -> ModelAnswer:
    reported = field(answer, "usage")
    usage, terms = from_anthropic(reported), answer_terms(answer, (reported,), field(answer, "content") or (), seller)
    return ModelAnswer(field(answer, "id"), field(answer, "model"), usage, "the answer does not report it", terms)


def _headers_of(client: Any, options: Any) -> Mapping[str, Any]:
    """Return the headers that the caller has set, on the client or for this request."""
    return {
        str(name).lower(): value
        for part in (getattr(client, "_custom_headers", None), options.headers)
        if isinstance(part, Mapping)
        for name, value in cast("Mapping[object, object]", part).items()
        if isinstance(value, str)
    }


def _seller_of(client: Any) -> Seller:
    kinds = {kind.__name__ for kind in type(client).__mro__}
    if kinds & {"BaseBedrockClient", "BaseMantleClient"}:
        return Seller("aws.bedrock", getattr(client, "aws_region", None))
    if "BaseVertexClient" in kinds:
        return Seller("gcp.vertex_ai", getattr(client, "region", None))
    if "BaseFoundryClient" in kinds:
        return Seller("azure.ai.inference")
    return seller_of(getattr(client, "base_url", ""))
