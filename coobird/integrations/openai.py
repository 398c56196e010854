"""Meters the calls of one `openai` client: chat, responses, completions and embeddings; sync, async and streaming.

from coobird.integrations.openai import wrap

client = wrap(openai.OpenAI(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.responses.create(model="gpt-5", input="Hello")      # one event, with what OpenAI says about tokens
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import Meter
from coobird.integrations._metering.usage import field, from_openai
from coobird.integrations._wrapping.answers import Answer, Plan
from coobird.integrations._wrapping.wrap import attach

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import Client

SDKClient = TypeVar("SDKClient")

# What the paths do, in the words of OpenTelemetry.
_OPERATIONS = {
    "/chat/completions": "chat",
    "/responses": "chat",
    "/responses/compact": "chat",
    "/completions": "text_completion",
    "/embeddings": "embeddings",
}

# Who answers at a base URL: the same client serves many providers.
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

# `with_raw_response` sends "true", `with_streaming_response` "stream".
_RAW_HEADER = "x-stainless-raw-response"


def wrap(
    client: SDKClient,
    coomon: Client,
    *,
    customer_id: str | None = None,
    agent_id: str | None = None,
    signal_code: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    cost: bool | Callable[[Call], Decimal | None] = False,
    include_usage: bool = True,
    provider: str | None = None,
) -> SDKClient:
    """Meter every call of this client and return it, the same object. Its results, errors and timing stay the same.

    Wrapping it again does nothing, and neither does a span processor that sees the same calls: one answer is one event. Clients
    made from this one with `with_options` or `copy` are metered too. Thread-safe and fork-safe as both clients are.

    A stream is billed when it ends, or is closed. One that breaks off before OpenAI says what it took is not billed but reported
    to `on_error`, as is every answer without usage.

    Args:
        client: An `OpenAI`, `AsyncOpenAI`, `AzureOpenAI` or `AsyncAzureOpenAI`.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        customer_id: Billed for calls outside any run that names a customer (`coomon.run`).
        agent_id: The agent of calls outside any run that names one.
        signal_code: The signal that events count towards, unless a run names one.
        attributes: Merged into every event, under those of a run.
        cost: True fills in `cost_usd` from the price list (extra `prices`); a function gives it, or `None` if it does not know.
            A `cost_usd` of your own, here or in a run, always wins.
        include_usage: Ask for usage in chat and completion streams, and hide the extra chunk if you had not asked. Turn it off for
            a server that refuses `stream_options`. Not done for `with_streaming_response`, whose body you read yourself.
        provider: Who answers, if it is neither OpenAI nor known by the base URL.

    Raises:
        ConfigurationError: `cost=True` without the price list; or one of the two is no such client.
    """
    check_sdk_client(client, "openai", "wrap(openai.OpenAI(), coomon)")
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
        operation = _OPERATIONS.get(path)
        if operation is None or options.method.lower() != "post":
            return None
        if path == "/responses":
            return Plan(options, name, operation, _read_response, ResponseReader)
        if path == "/responses/compact":
            read = partial(_read_compacted, field(options.json_data, "model"))
            return Plan(options, name, operation, read, ResponseReader)
        asked = options
        if include_usage and operation != "embeddings":
            asked = _asking(options)
        return Plan(asked, name, operation, _read, lambda: ChunkReader(hides_usage=asked is not options))

    attach(client, meter, plan)
    return client


class ChunkReader:
    """Reads chunks of a chat or completion stream."""

    def __init__(self, *, hides_usage: bool) -> None:
        self._hides_usage = hides_usage
        self._answer = Answer(None, None, None)

    def see(self, item: Any) -> bool:
        usage = field(item, "usage")
        before = self._answer
        self._answer = Answer(
            field(item, "id") or before.id, field(item, "model") or before.model, from_openai(usage) or before.usage
        )
        if not self._hides_usage:
            return True
        if usage is None:
            # Asked for usage, OpenAI says in every other chunk that it has none.
            set_fields: Any = field(item, "model_fields_set")
            if isinstance(set_fields, set):
                cast("set[str]", set_fields).discard("usage")
            return True
        return bool(field(item, "choices"))

    def answer(self) -> Answer:
        return self._answer._replace(
            reason="the stream ended before its last chunk, which has it, or was not asked for it"
            " (stream_options={'include_usage': True})"
        )


class ResponseReader:
    """Reads events of a response's stream."""

    def __init__(self) -> None:
        self._answer = Answer(None, None, None)

    def see(self, item: Any) -> bool:
        response = field(item, "response")
        if response is not None:
            self._answer = _read_response(response)
        return True

    def answer(self) -> Answer:
        return self._answer._replace(reason="the stream ended before the event that has it (response.completed)")


def _read(answer: Any) -> Answer:
    usage = from_openai(field(answer, "usage"))
    return Answer(field(answer, "id"), field(answer, "model"), usage, "the answer does not say")


def _read_compacted(model: str, answer: Any) -> Answer:
    return _read(answer)._replace(model=model)  # which the answer does not say


def _read_response(answer: Any) -> Answer:
    read = _read(answer)
    if field(answer, "status") in ("queued", "in_progress"):
        return read._replace(reason="the response is made in the background and was not finished")
    return read


def _asking(options: Any) -> Any:
    """The options with `include_usage`; the very same if that is asked for already, or the caller reads the body itself."""
    body = options.json_data
    own = field(options.extra_json, "stream_options") or field(body, "stream_options")
    if field(body, "stream") is not True or field(own, "include_usage") is True or _reads_body_itself(options):
        return options
    asked = copy.copy(options)
    asked.json_data = {**body, "stream_options": {**(own or {}), "include_usage": True}}
    if field(options.extra_json, "stream_options"):
        asked.extra_json = {name: value for name, value in options.extra_json.items() if name != "stream_options"}
    return asked


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
