"""Meters the calls of an `openai` client: chat, responses, completions and embeddings.

Sync, async and streaming calls are metered.

from coobird.integrations.openai import wrap

client = wrap(openai.OpenAI(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.responses.create(model="gpt-5", input="Hello")      # one event, with the tokens
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.usage import field, from_openai
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.wrap import attach

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.errors import MeteringClient

SDKClient = TypeVar("SDKClient")

# Operation of each path, named as in OpenTelemetry.
_OPERATIONS = {
    "/chat/completions": "chat",
    "/responses": "chat",
    "/responses/compact": "chat",
    "/completions": "text_completion",
    "/embeddings": "embeddings",
}

# Provider of each base URL: the same client serves many providers.
_HOSTS = {
    "openai.azure.com": "azure.ai.openai",
    "api.deepseek.com": "deepseek",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral_ai",
    "api.perplexity.ai": "perplexity",
    "api.x.ai": "x_ai",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "openrouter.ai": "openrouter",
    "api.together.xyz": "together",
}

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
        include_usage: Ask for usage in chat and completion streams, and hide the extra chunk from a
            caller who did not ask. Turn it off for a server that refuses `stream_options`. It has
            no effect on `with_streaming_response`, whose body you read yourself.
        provider: Name of the provider, if it is neither OpenAI nor recognized by the base URL.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "openai", "wrap(openai.OpenAI(), coomon)")
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
        operation = _OPERATIONS.get(path)
        if operation is None or options.method.lower() != "post":
            return None
        if path == "/responses":
            return ModelRequest(options, name, operation, _read_response, ResponseReader)
        if path == "/responses/compact":
            read = partial(_read_compacted, field(options.json_data, "model"))
            return ModelRequest(options, name, operation, read, ResponseReader)
        sent = options
        if include_usage and operation != "embeddings":
            sent = _with_usage(options)
        return ModelRequest(sent, name, operation, _read, lambda: ChunkReader(hides_usage=sent is not options))

    attach(client, meter, model_request_of)
    return client


class ChunkReader:
    """Reads the chunks of a chat or completion stream.

    Args:
        hides_usage: True if `wrap` asked for usage and the caller did not.
    """

    def __init__(self, *, hides_usage: bool) -> None:
        self._hides_usage = hides_usage
        self._answer = ModelAnswer(None, None, None)

    def read(self, item: Any) -> bool:
        usage = field(item, "usage")
        before = self._answer
        self._answer = ModelAnswer(
            field(item, "id") or before.id, field(item, "model") or before.model, from_openai(usage) or before.usage
        )
        if not self._hides_usage:
            return True
        if usage is None:
            # With `include_usage`, OpenAI adds `"usage": null` to every other chunk.
            set_fields: Any = field(item, "model_fields_set")
            if isinstance(set_fields, set):
                cast("set[str]", set_fields).discard("usage")
            return True
        return bool(field(item, "choices"))

    def answer(self) -> ModelAnswer:
        return self._answer._replace(
            reason="the stream ended before its last chunk, which has it, or did not ask for it"
            " (stream_options={'include_usage': True})"
        )


class ResponseReader:
    """Reads the events of a response's stream."""

    def __init__(self) -> None:
        self._answer = ModelAnswer(None, None, None)

    def read(self, item: Any) -> bool:
        response = field(item, "response")
        if response is not None:
            self._answer = _read_response(response)
        return True

    def answer(self) -> ModelAnswer:
        return self._answer._replace(reason="the stream ended before the event that has it (response.completed)")


def _read(answer: Any) -> ModelAnswer:
    usage = from_openai(field(answer, "usage"))
    return ModelAnswer(field(answer, "id"), field(answer, "model"), usage, "the answer does not report it")


def _read_compacted(model: str, answer: Any) -> ModelAnswer:
    return _read(answer)._replace(model=model)  # the answer has no model


def _read_response(answer: Any) -> ModelAnswer:
    read = _read(answer)
    if field(answer, "status") in ("queued", "in_progress"):
        return read._replace(reason="the response runs in the background and was not finished")
    return read


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


def _provider_of(client: Any) -> str:
    if "Azure" in type(client).__name__:
        return "azure.ai.openai"
    host = str(getattr(getattr(client, "base_url", None), "host", ""))
    return next((name for end, name in _HOSTS.items() if host == end or host.endswith(f".{end}")), "openai")
