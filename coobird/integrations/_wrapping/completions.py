"""Chat completions in the form of OpenAI, as Groq and Mistral answer them (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.openai_terms import read_answer
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coobird.integrations._metering.sellers import Seller
    from coobird.integrations._metering.usage import Usage


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


class ChunkUsage:
    """Usage that the chunks of a stream state. Some servers state it so far in each chunk.

    Args:
        body: Decoded JSON of the request.

    Attributes:
        newest: Usage as it was stated last; `None` if it was not stated.
    """

    def __init__(self, body: Any) -> None:
        self.newest: Any = None
        self._is_whole = False
        self._wanted = (count_of(field(body, "n")) or 1) * _prompts_in(field(body, "prompt"))
        self._begun: set[int] = set()
        self._finished: set[int] = set()

    def read(self, usage: Any, choices: Iterable[Mapping[str, Any]]) -> None:
        """Read the usage of a chunk, and the fields of its choices."""
        has_choices = False
        for choice in choices:
            has_choices = True
            index = choice.get("index") or 0
            self._begun.add(index)
            if choice.get("finish_reason"):
                self._finished.add(index)
        if usage is not None:
            are_finished = len(self._finished) >= self._wanted and self._begun <= self._finished
            self.newest, self._is_whole = usage, are_finished or not has_choices

    def known(self, usage: Usage | None) -> Usage | None:
        """Return the tokens without those of an output that was not stated to its end."""
        return usage if usage is None or self._is_whole else usage._replace(output=None, reasoning=None)


def _prompts_in(value: Any) -> int:
    """Return the number of prompts: a text or a list of tokens is one, a list of these several."""
    prompts: list[Any] = value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]
    return len(prompts) if prompts and isinstance(prompts[0], (str, list)) else 1


class CompletionReader:
    """Reads the chunks of a stream, of which the last has the usage."""

    def __init__(self, reading: CompletionReading) -> None:
        self._reading = reading
        self._facts: dict[str, Any] = {}
        self._choices: list[Any] = []
        self._usage = ChunkUsage(reading.body)

    def read(self, item: Any) -> bool:
        for name in ("id", "model", "service_tier"):
            value = field(item, name)
            if value is not None:
                self._facts[name] = value
        usage = field(item, "x_groq", "usage")  # Groq's place for it, without being asked
        self._usage.read(field(item, "usage") if usage is None else usage, field(item, "choices") or ())
        self._choices += [
            {"delta": {"executed_tools": tools}}
            for choice in field(item, "choices") or ()
            if (tools := field(choice, "delta", "executed_tools"))
        ]
        return True

    def answer(self) -> ModelAnswer:
        read = self._reading.read({**self._facts, "usage": self._usage.newest, "choices": self._choices})
        reason = "the stream ended before its last chunk, which has it"
        return read._replace(usage=self._usage.known(read.usage), reason=reason)
