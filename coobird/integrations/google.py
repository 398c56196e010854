"""Meters the calls of a `google-genai` client: Gemini API and Vertex AI; sync, async and streaming.

from coobird.integrations.google import wrap

client = wrap(genai.Client(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.models.generate_content(model="gemini-2.5-flash", contents="Hello")         # one event
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, overload

from coobird.integrations._batches.gemini_batch import read_batch
from coobird.integrations._batches.line_meter import BatchReport, metered_batch
from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._wrapping.attachment import add_meter, begin_call, override, override_late
from coobird.integrations._wrapping.gemini_answers import gemini_request
from coobird.integrations._wrapping.gemini_call import GeminiCall
from coobird.integrations._wrapping.live_session import LiveSession
from coobird.integrations._wrapping.live_turn import live_request
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
    from typing import Unpack

    from google.genai.client import AsyncClient, Client

    from coobird.integrations._batches.line_meter import BatchClient, Payers
    from coobird.integrations._batches.lines import Batch, Line
    from coobird.integrations._batches.steps import Steps
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._wrapping.answers import ModelRequest

__all__ = ("BatchReport", "WrapOptions", "meter_batch", "wrap")

SDKClient = TypeVar("SDKClient")

_UNSEEN = "the messages of a live session cannot be read with this version of google-genai"


def wrap(
    client: SDKClient, coomon: MeteringClient, *, provider: str | None = None, **options: Unpack[WrapOptions]
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    Metered are content (also that of chats, with and without streaming) and embeddings, of
    `client` and of `client.aio`. Each request is a call: automatic function calling makes one for
    each round. The client's results, errors and timing stay the same. Wrapping it again adds no
    second event, and neither do spans of the same calls. It is thread-safe and fork-safe if both
    clients are.

    A stream is billed when it ends or is closed. If it ends before its last chunk, its input tokens
    are billed, the event has `usage_incomplete`, and the missing output is reported to `on_error`.

    Each turn of a session of `live` is a call, if the session has only text. A session with audio,
    images or video is reported once to `on_error` and not billed, because its turns do not state
    all that is charged for. So is a turn that breaks off, or that states its usage several times.

    Args:
        client: A `genai.Client`, or its `aio`.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        provider: Name of the provider, if it is neither the Gemini API nor Vertex AI.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "google.genai", "wrap(genai.Client(), coomon)", has="models")
    meter = CallMeter(coomon, **options)
    api: Any = getattr(client, "_api_client")  # noqa: B009 - the type of the client is unknown
    if not add_meter(api, meter):
        return client
    is_vertex = bool(api.vertexai)
    name = canonical_provider(provider) or ("gcp.vertex_ai" if is_vertex else "gcp.gemini")

    def model_request_of(request: Any) -> ModelRequest | None:
        region = api.location if is_vertex else None
        return gemini_request(request.method, str(request.url), request.data, name, region)

    def send(send: Callable[..., Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        call = begin_call(GeminiCall, meter, model_request_of, request)
        if call is None:
            return send(request, *args, **kwargs)
        return call.send(send, request, *args, **kwargs)

    @asynccontextmanager
    async def connect_live(connect: Callable[..., Any], *args: Any, **kwargs: Any) -> AsyncGenerator[Any]:
        async with connect(*args, **kwargs) as session:
            live: LiveSession | None = None
            with meter.report_errors:
                live = open_live(session, **kwargs)
            try:
                yield session
            finally:
                with meter.report_errors:
                    if live is not None:
                        live.end()

    def open_live(session: Any, *, model: str, config: Any = None, **_: Any) -> LiveSession | None:
        socket = getattr(session, "_ws", None)
        request = live_request(model, config, name, api.location if is_vertex else None)
        if socket is None:
            meter.report_missing_usage(Call(name, "chat", request.model, None, None, "wrap", reason=_UNSEEN))
            return None
        live = LiveSession(meter, request)
        live.watch(socket)
        return live

    asynchronous: Any = getattr(client, "aio", client)
    override(asynchronous.live, "connect", connect_live)
    # Below the SDK's retries, so that an attempt whose answer was lost is reported.
    override_late(api, "_request_once", send)
    override_late(api, "_async_request_once", send)
    return client


@overload
def meter_batch(
    client: AsyncClient,
    coomon: BatchClient,
    batch_id: str,
    *,
    payer: Payers = ...,
    provider: str | None = ...,
    **options: Unpack[WrapOptions],
) -> Awaitable[BatchReport]: ...
@overload
def meter_batch(
    client: Client,
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

    Metered are content and embeddings, of jobs that have their responses in themselves or in a
    file of the Gemini API. The custom id of a line is its key; without one it is `#` and the line's
    number from 0.

    The event's id is computed from the batch's id and the custom id of the line, so that a second
    call, also on another machine, adds no second event. Its `service_tier` is `batch`, and the cost
    is the price of batches if the price list has it for the model. Its time is that of the end of
    the batch. Lines without an answer (failed, expired, cancelled) are not billed; one report to
    `on_error` names them.

    The results are read into memory.

    Args:
        client: A `genai.Client` of the Gemini API, or its `aio`, wrapped or not. With `aio`, await
            the result.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        batch_id: Name of the job, as `client.batches.create` returned it.
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
            a sync client. Or the results are in a storage of Google Cloud, as those of Vertex AI.
    """
    check_sdk_client(client, "google.genai", "meter_batch(genai.Client(), coomon, job.name)", has="batches")
    name = canonical_provider(provider) or "gcp.gemini"

    def read(_: CallMeter) -> Steps[tuple[Batch, Iterable[Line]]]:
        return read_batch(client, batch_id, name)

    return metered_batch(client, coomon, batch_id, payer, read, **options)
