"""Meters the calls of an `ollama` client: chat, `generate` and embeddings; sync, async, streaming.

from coobird.integrations.ollama import wrap

client = wrap(ollama.Client(), coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    client.chat(model="llama3.2", messages=[...])                                      # one event
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.usage import Usage, field
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.http_call import metered_http_client
from coobird.integrations._wrapping.metered_requests import OLLAMA
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from typing import Unpack

    from coobird.integrations._metering.errors import MeteringClient

__all__ = ("WrapOptions", "wrap")

SDKClient = TypeVar("SDKClient")

# Times in nanoseconds, in the part that has the counts.
_DURATIONS = ("total_duration", "load_duration", "prompt_eval_duration", "eval_duration")

# Fields of the input. A request without input loads a model and calls none.
_INPUTS = ("messages", "prompt", "input")


def wrap(
    client: SDKClient, coomon: MeteringClient, *, provider: str | None = None, **options: Unpack[WrapOptions]
) -> SDKClient:
    """Meter every call of this client, and return the same object.

    Metered are chat, `generate` and `embed`. The client's results, errors and timing stay the same.
    Wrapping it again adds no second event, and neither do spans of the same calls. It is
    thread-safe and fork-safe if both clients are.

    Answers of Ollama have no id, so each event gets one of its own. Its metadata has the times that
    Ollama measured, such as `eval_duration_ns`, in nanoseconds. A stream is billed when it ends
    or is closed. A stream that breaks off before its last part, which has the usage, is not billed;
    it is reported to `on_error`.

    Args:
        client: A `Client` or `AsyncClient`. Functions of the module, such as `ollama.chat`, use a
            client of their own, which is not metered.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        provider: Name of the provider; `ollama` if left out.
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `cost=True` without the price list; or `client` or `coomon` is no such
            client.
    """
    check_sdk_client(client, "ollama", "wrap(ollama.Client(), coomon)", has="chat")
    meter = CallMeter(coomon, **options)
    made: Any = client
    name = canonical_provider(provider) or "ollama"

    def model_request_of(_: str, path: str, body: Any) -> ModelRequest | None:
        operation = OLLAMA.get(path)
        if operation is None or not any(field(body, name) for name in _INPUTS):
            return None
        model = field(body, "model")

        def read(answer: Any) -> ModelAnswer:
            reader = _PartReader(model, operation)
            reader.read(answer)
            return reader.answer()._replace(reason="the answer does not report it")

        return ModelRequest(None, name, operation, read, lambda: _PartReader(model, operation), model)

    made._client = metered_http_client(made._client, meter, model_request_of)
    return client


class _PartReader:
    """Reads an answer, or the parts of its stream, of which the last has the counts."""

    def __init__(self, model: str | None, operation: str) -> None:
        self._model = model
        self._operation = operation
        self._last: Any = None

    def read(self, item: Any) -> bool:
        if field(item, "done") is True or self._operation == "embeddings":
            self._last = item
        return True

    def answer(self) -> ModelAnswer:
        count = count_of(field(self._last, "prompt_eval_count"))
        output = count_of(field(self._last, "eval_count"))
        usage = Usage(count, output) if count else None  # there is no call without input
        reason = "the stream ended before its last part, which has it"
        model = field(self._last, "model") or self._model
        measured = ((name, count_of(field(self._last, name))) for name in _DURATIONS)
        durations = tuple((f"{name}_ns", count) for name, count in measured if count is not None)
        return ModelAnswer(None, model, usage, reason, durations=durations)
