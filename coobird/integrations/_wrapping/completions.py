"""Chat completions in the form of OpenAI, as Groq and Mistral answer them (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.openai_terms import read_answer
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer

if TYPE_CHECKING:
    from coobird.integrations._metering.sellers import Seller


class CompletionReading(NamedTuple):
    """Reading of the answers to one request.

    Attributes:
        host: Seller by the base URL.
        provider: Name of the provider: the one that the caller names, else the host's.
        body: Decoded JSON of the request.
    """

    host: Seller
    provider: str
    body: Any

    def read(self, answer: Any) -> ModelAnswer:
        """Read the decoded JSON of an answer that is no stream."""
        counts: dict[str, Any] = dict(field(answer, "usage") or {})
        tier = counts.pop("service_tier", None)  # Mistral's place for it
        usage, terms = read_answer({**answer, "usage": counts or None}, self.host, self.provider, self.body)
        if isinstance(tier, str):
            terms = terms._replace(service_tier=tier)
        model = field(answer, "model") or field(self.body, "model")
        return ModelAnswer(field(answer, "id"), model, usage, "the answer does not report it", terms)


class CompletionReader:
    """Reads the chunks of a stream, of which the last has the usage."""

    def __init__(self, reading: CompletionReading) -> None:
        self._reading = reading
        self._facts: dict[str, Any] = {}
        self._choices: list[Any] = []

    def read(self, item: Any) -> bool:
        for name in ("id", "model", "service_tier", "usage"):
            value = field(item, name)
            if value is not None:
                self._facts[name] = value
        usage = field(item, "x_groq", "usage")  # Groq's place for it, without being asked
        if usage is not None:
            self._facts["usage"] = usage
        self._choices += [
            {"delta": {"executed_tools": tools}}
            for choice in field(item, "choices") or ()
            if (tools := field(choice, "delta", "executed_tools"))
        ]
        return True

    def answer(self) -> ModelAnswer:
        read = self._reading.read({**self._facts, "choices": self._choices})
        return read._replace(reason="the stream ended before its last chunk, which has it")
