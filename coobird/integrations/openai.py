"""Meters the calls of an `openai` client: chat, responses, completions and embeddings.

Sync, async and streaming calls are metered.

from coobird.integrations.openai import wrap

client = wrap(openai.OpenAI(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.responses.create(model="gpt-5", input="Hello")      # one event, with the tokens
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, overload

from coobird.integrations._batches.line_meter import BatchReport, metered_batch
from coobird.integrations._batches.openai_batch import read_batch
from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.openai_terms import read_answer, read_response, request_terms
from coobird.integrations._metering.sellers import Seller, seller_of
from coobird.integrations._metering.terms import Terms, settled
from coobird.integrations._metering.usage import field, fields_of
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.completions import ChunkUsage
from coobird.integrations._wrapping.metered_requests import OPENAI
from coobird.integrations._wrapping.wrap import attach, body_of, path_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from decimal import Decimal
    from typing import Unpack

    from openai import AsyncOpenAI, OpenAI

    from coobird.integrations._batches.line_meter import BatchClient, Payers
    from coobird.integrations._batches.lines import Batch, Line
    from coobird.integrations._batches.steps import Steps
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.cost_decision import PricesArgument
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._wrapping.answers import StreamReader
    from coobird.integrations._wrapping.options import WrapOptions

__all__ = ("BatchReport", "meter_batch", "wrap")

SDKClient = TypeVar("SDKClient")

# Path of a response that was made before.
_RESPONSE = re.compile("/responses/[^/]+")

# Fields of a chunk that together make the answer.
_CHUNK_FACTS = ("id", "model", "service_tier")

_NO_CHOICES = re.compile(r'"choices"\s*:\s*\[\s*\]')

# `with_raw_response` sets it to "true", `with_streaming_response` to "stream".
_RAW_HEADER = "x-stainless-raw-response"


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
    include_usage: bool = True,
    provider: str | None = None,
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    The client's results, errors and timing stay the same. Wrapping it again adds no second event,
    and neither does a span processor that sees the same calls: one answer is one event. Clients
    made from this one with `with_options` or `copy` are metered too. It is thread-safe and
    fork-safe if both clients are.

    A stream is billed when it ends or is closed. A stream that breaks off before OpenAI reports its
    usage is not billed; it is reported to `on_error`, as every answer without usage is.

    Args:
        client: An `OpenAI`, `AsyncOpenAI`, `AzureOpenAI` or `AsyncAzureOpenAI`.
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
        include_usage: Ask for usage in chat and completion streams, and hide the extra chunk from a
            caller who did not ask. Turn it off for a server that refuses `stream_options`. It has
            no effect on `with_streaming_response`, whose body you read yourself.
        provider: Name of the provider. It is recognized by the base URL of OpenAI and other known
            hosts. A host that is not known has no provider, and so no price, unless it is named
            here: a proxy of OpenAI is `openai`.

    Raises:
        ConfigurationError: `cost=True` without the price list; a wrong entry of `prices`; or
            `client` or `coomon` is no such client.
    """
    check_sdk_client(client, "openai", "wrap(openai.OpenAI(), coomon)")
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
        path = path_of(client, options)
        if options.method.lower() == "get" and _RESPONSE.fullmatch(path):
            return _poll(options, _seller_of(client), named)
        operation = OPENAI.get(path)
        if operation is None or options.method.lower() != "post":
            return None
        sent = options
        if include_usage and operation != "embeddings" and not path.startswith("/responses"):
            sent = _with_usage(options)
        host = _seller_of(client)
        reading = AnswerReading(
            host, named or host.provider, body_of(options), is_response=path.startswith("/responses")
        )
        open_reader: Callable[[], StreamReader] = partial(ResponseReader, reading.read)
        if not reading.is_response:
            open_reader = partial(ChunkReader, reading, hides_usage=sent is not options)
        terms = request_terms(reading.body, operation, host.region)
        model = field(options.json_data, "model")
        return ModelRequest(sent, reading.provider, operation, reading.read, open_reader, model, terms)

    attach(client, meter, model_request_of)
    return client


@overload
def meter_batch(
    client: AsyncOpenAI,
    coomon: BatchClient,
    batch_id: str,
    *,
    payer: Payers = ...,
    provider: str | None = ...,
    **options: Unpack[WrapOptions],
) -> Awaitable[BatchReport]: ...
@overload
def meter_batch(
    client: OpenAI,
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

    Metered are chat completions, responses, completions and embeddings.

    The event's id is computed from the batch's id and the custom id of the line, so that a second
    call, also on another machine, adds no second event. Its `service_tier` is `batch`, and the cost
    is the price of batches if the price list has it for the model. Its time is that of the end of
    the batch. Lines without an answer (failed, expired, cancelled) are not billed; one report to
    `on_error` names them.

    The files of the batch are read into memory; for costs its input file too, because requests
    decide about prices.

    Args:
        client: An `OpenAI` or an `AsyncOpenAI`, wrapped or not. With an async one, await the
            result.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        batch_id: Id of the batch, as `client.batches.create` returned it.
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
            a sync client. Or the batch has requests of another kind, such as images.
    """
    check_sdk_client(client, "openai", "meter_batch(openai.OpenAI(), coomon, batch_id)")
    host = _seller_of(client)
    name = canonical_provider(provider) or host.provider

    def read_answer(path: str, request: Any, answer: Any) -> ModelAnswer:
        reading = AnswerReading(host, name, request or {}, is_response=path.startswith("/responses"))
        read = reading.read(answer)
        asked = request_terms(reading.body, OPENAI[path])._replace(service_tier=None, region=host.region)
        return read._replace(terms=settled(asked, read.terms))

    def read(meter: CallMeter) -> Steps[tuple[Batch, Iterable[Line]]]:
        return read_batch(client, batch_id, name, read_answer, needs_requests=meter.needs_terms)

    return metered_batch(client, coomon, batch_id, payer, read, **options)


class AnswerReading(NamedTuple):
    """Reading of the answers to one request.

    Attributes:
        host: Seller by the base URL.
        provider: Name of the provider: the one that the caller names, else the host's.
        body: Decoded JSON of the request.
        is_response: True for the Responses API.
    """

    host: Seller
    provider: str
    body: Mapping[str, Any]
    is_response: bool

    def read(self, answer: Any) -> ModelAnswer:
        """Read an answer, or the last event of its stream."""
        read = read_response if self.is_response else read_answer
        usage, terms = read(answer, self.host, self.provider, self.body)
        reason = "the answer does not report it"
        if self.is_response and field(answer, "status") in ("queued", "in_progress"):
            reason = "the response runs in the background; responses.retrieve of a wrapped client bills it at its end"
            usage = None  # some servers state counts so far, or zeros
        # A compacted conversation has no model.
        model = field(answer, "model") or (field(self.body, "model") if self.is_response else None)
        return ModelAnswer(field(answer, "id"), model, usage, reason, terms)


class ChunkReader:
    """Reads the chunks of a chat or completion stream.

    Args:
        hides_usage: True if `wrap` asked for usage and the caller did not.
    """

    def __init__(self, reading: AnswerReading, *, hides_usage: bool) -> None:
        self._reading = reading
        self._hides_usage = hides_usage
        self._facts: dict[str, Any] = {}
        self._choices: list[Any] = []
        self._usage = ChunkUsage(reading.body)

    def read(self, item: Any) -> bool:
        chunk = fields_of(item)
        usage, choices = chunk.get("usage"), [fields_of(choice) for choice in chunk.get("choices") or ()]
        self._usage.read(usage, choices)
        for name in _CHUNK_FACTS:
            if (value := chunk.get(name)) is not None:
                self._facts[name] = value
        self._choices += [choice for choice in choices if _has_facts(choice.get("delta"))]
        if not self._hides_usage:
            return True
        if usage is not None:
            return bool(choices)
        # With `include_usage`, OpenAI adds `"usage": null` to every other chunk.
        set_fields: Any = field(item, "model_fields_set")
        if isinstance(set_fields, set):
            cast("set[str]", set_fields).discard("usage")
        return True

    def takes(self, data: str) -> bool:
        """Read the chunk of usage before the SDK makes an object of it, only to be hidden.

        Args:
            data: JSON text of a chunk. One with values that the SDK may convert is left to the SDK.
        """
        if not self._hides_usage or _NO_CHOICES.search(data) is None:
            return False
        chunk = json.loads(data)
        usage = field(chunk, "usage")
        if usage is None or field(chunk, "error") or not _has_only_numbers(usage):
            return False
        return not self.read(chunk)

    def answer(self) -> ModelAnswer:
        answer = self._reading.read({**self._facts, "usage": self._usage.newest, "choices": self._choices})
        return answer._replace(
            usage=self._usage.known(answer.usage),
            reason="the stream ended before its last chunk, which has it, or did not ask for it"
            " (stream_options={'include_usage': True})",
        )


class ResponseReader:
    """Reads the events of a response's stream."""

    def __init__(self, read_answer: Callable[[Any], ModelAnswer]) -> None:
        self._read_answer = read_answer
        self._response: Any = None

    def read(self, item: Any) -> bool:
        self._response = fields_of(item).get("response") or self._response
        return True

    def answer(self) -> ModelAnswer:
        return self._read_answer(self._response)._replace(
            reason="the stream ended before the event that has it (response.completed)"
        )


def _poll(options: Any, host: Seller, named: str) -> ModelRequest:
    """Return the request that asks for a response: only one of the background is metered by it."""
    reading = AnswerReading(host, named or host.provider, {}, is_response=True)

    def read(answer: Any) -> ModelAnswer:
        return reading.read(answer if field(answer, "background") is True else None)

    open_reader = partial(ResponseReader, read)
    terms = Terms(region=host.region)
    return ModelRequest(options, reading.provider, "chat", read, open_reader, terms=terms, is_poll=True)


def _has_only_numbers(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_has_only_numbers, cast("dict[str, Any]", value).values()))
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _has_facts(delta: Any) -> bool:
    """True if a part of a message says something about its price."""
    said = fields_of(delta)
    return bool(said.get("annotations") or said.get("audio") or said.get("executed_tools"))


def _with_usage(options: Any) -> Any:
    """Return a copy of the options with `include_usage`.

    Returns the same object if the caller asks for usage already, or reads the body itself.
    """
    body = options.json_data
    own = field(options.extra_json, "stream_options") or field(body, "stream_options")
    if field(body, "stream") is not True or field(own, "include_usage") is True or _reads_body_itself(options):
        return options
    changed = copy.copy(options)
    changed.json_data = {**body, "stream_options": {**(own or {}), "include_usage": True}}
    if field(options.extra_json, "stream_options"):
        changed.extra_json = {name: value for name, value in options.extra_json.items() if name != "stream_options"}
    return changed


def _reads_body_itself(options: Any) -> bool:
    headers: Any = options.headers
    return isinstance(headers, Mapping) and any(
        str(name).lower() == _RAW_HEADER and value == "stream" for name, value in cast("Any", headers).items()
    )


def _seller_of(client: Any) -> Seller:
    kinds = {kind.__name__ for kind in type(client).__mro__}
    if "BaseAzureClient" in kinds:
        return Seller("azure.ai.openai")
    seller = seller_of(getattr(client, "base_url", ""))
    if kinds & {"BedrockOpenAI", "AsyncBedrockOpenAI"}:
        return Seller("aws.bedrock", seller.region or getattr(client, "aws_region", None))
    return seller
