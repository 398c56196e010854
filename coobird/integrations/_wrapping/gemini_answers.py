"""Requests to Gemini and its answers, read from their JSON (pure)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.gemini_usage import from_gemini
from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import Usage, field
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.metered_requests import GOOGLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREDICT = "predict"
"""Method of Vertex AI for embeddings; of other models it makes images."""

# Tools that cost nothing but tokens, or whose uses the answer counts.
_UNDERSTOOD_TOOLS = ("functionDeclarations", "googleSearch", "codeExecution", "urlContext", "computerUse")

# Names that mean that nothing special was asked for or served.
_UNSPECIFIED = ("", "unspecified", "traffic_type_unspecified")


def gemini_request(method: str, url: str, body: Any, provider: str, region: str | None) -> ModelRequest | None:
    """Return the model request that a request is; `None` if it calls no model that is metered.

    Args:
        region: Region of the endpoint, for Vertex AI.
    """
    path, _, name = url.partition("?")[0].rpartition(":")
    model = path.rpartition("/")[2]
    operation = "embeddings" if name == _PREDICT and "embed" in model else GOOGLE.get(name)
    if operation is None or method.lower() != "post":
        return None
    doubts = tuple(dict.fromkeys(doubts_of_request(body)))
    terms = Terms(service_tier=_tier(field(body, "serviceTier")), region=region, doubts=doubts)
    if operation == "embeddings":
        read = partial(_read_embeddings, model)
        return ModelRequest(None, provider, "embeddings", read, lambda: ChunkReader(model, body), model, terms)

    def read_answer(answer: Any) -> ModelAnswer:
        return ChunkReader(model, body).read_whole(answer)

    return ModelRequest(None, provider, "chat", read_answer, lambda: ChunkReader(model, body), model, terms)


class ChunkReader:
    """Reads generated content: the chunks of a stream, or the one answer.

    Each chunk has the counts so far; those of the last one, in which the candidates have finished,
    are final.

    Args:
        model: Name of the model that was asked for.
        body: JSON value of the request; `None` if it is unknown.
    """

    def __init__(self, model: str, body: Any) -> None:
        self._model = model
        self._wanted = count_of(field(body, "generationConfig", "candidateCount")) or 1
        self._is_text = _is_text(body)
        self._finished: set[int] = set()
        self._is_final = False
        self._newest: dict[str, Any] = {}
        self._grounding: list[Any] = []

    def read(self, item: Any) -> bool:
        for candidate in field(item, "candidates") or ():
            if field(candidate, "finishReason"):
                self._finished.add(field(candidate, "index") or 0)
            if field(candidate, "groundingMetadata"):
                self._grounding.append(field(candidate, "groundingMetadata"))
        if field(item, "promptFeedback", "blockReason"):
            self._finished.update(range(self._wanted))
        for name in ("responseId", "modelVersion", "usageMetadata"):
            if field(item, name):
                self._newest[name] = field(item, name)
        if field(item, "usageMetadata"):
            self._is_final = len(self._finished) >= self._wanted
        return True

    def answer(self) -> ModelAnswer:
        read = self._answer(is_final=self._is_final)
        return read._replace(reason="the stream ended before its last chunk, which has the final counts")

    def read_whole(self, answer: Any) -> ModelAnswer:
        """Read an answer that is no stream."""
        self.read(answer)
        return self._answer(is_final=True)

    def _answer(self, *, is_final: bool) -> ModelAnswer:
        metadata = self._newest.get("usageMetadata")
        named = self._newest.get("modelVersion") or self._model
        counted = from_gemini(metadata, is_final=is_final, is_text=self._is_text)
        searches, doubts = _searches(named, self._grounding)
        usage = counted.usage and counted.usage._replace(other=(*counted.usage.other, *searches))
        tier = _tier(field(metadata, "serviceTier")) or _tier(field(metadata, "trafficType"))
        terms = Terms(service_tier=tier, doubts=(*counted.doubts, *doubts))
        return ModelAnswer(self._newest.get("responseId"), named, usage, "the answer does not report it", terms)


def _read_embeddings(model: str, answer: Any) -> ModelAnswer:
    counted = from_gemini(field(answer, "usageMetadata"))
    usage = counted.usage
    if usage is None:
        counts = [
            count_of(field(each, "embeddings", "statistics", "token_count"))
            for each in field(answer, "predictions") or ()
        ]
        known = [count for count in counts if count is not None]
        usage = Usage(sum(known), 0) if known and len(known) == len(counts) else None
    return ModelAnswer(None, model, usage, "the API does not report it for embeddings", Terms(doubts=counted.doubts))


def _searches(model: str, grounding: list[Any]) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
    """Return the searches that are charged for, and other uses of grounding as doubts.

    Gemini 3 and newer charge for each search, older ones for each prompt that made searches.
    """
    queries = {query for each in grounding for query in field(each, "webSearchQueries") or () if query}
    others = any(
        field(each, "retrievalQueries")
        or field(each, "imageSearchQueries")
        or field(each, "googleMapsWidgetContextToken")
        or any(field(chunk, "maps") for chunk in field(each, "groundingChunks") or ())
        for each in grounding
    )
    doubts = ("it used a kind of grounding whose fee is unknown",) if others else ()
    if not queries:
        return (), doubts
    is_by_prompt = model.startswith(("gemini-1", "gemini-2"))
    return (("web_search_requests", 1 if is_by_prompt else len(queries)),), doubts


def doubts_of_request(body: Any) -> Iterator[str]:
    """Yield what a request may cause beyond tokens and does not show in the answer."""
    for tool in field(body, "tools") or ():
        for name in tool if isinstance(tool, dict) else ():  # pyright: ignore[reportUnknownVariableType]
            if name not in _UNDERSTOOD_TOOLS:
                yield f"it was offered {name!r}, whose fee is unknown"
    if field(body, "modelArmorConfig"):
        yield "Model Armor has a fee of its own"


def _is_text(body: Any) -> bool:
    """True if a request is known to have only text as input."""
    if body is None or field(body, "cachedContent"):
        return False
    return not any("inlineData" in part or "fileData" in part for part in _parts_in(field(body, "contents")))


def _parts_in(value: Any) -> Iterator[Any]:
    """Yield each mapping in `parts`, at any depth: the answer of a function may have parts too."""
    if isinstance(value, list):
        for entry in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _parts_in(entry)
    elif isinstance(value, dict):
        yield value
        for name in ("parts", "functionResponse"):
            yield from _parts_in(field(value, name))


def _tier(value: Any) -> str | None:
    """Return the tier, without the words that all tiers of Vertex AI begin with."""
    name = str(value or "").lower()
    return None if name in _UNSPECIFIED else name.removeprefix("on_demand_")
