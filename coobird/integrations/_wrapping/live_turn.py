"""Messages of a live session of google-genai, read from their JSON (pure).

A turn is an input of the user and the model's answer to it. Google charges for each turn, and the
message that completes a turn states its usage. It does not document what several statements of
usage in one turn would mean, so such a turn is not billed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.gemini_usage import doubts_of_turn
from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import field, fields_of
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest, unread_answer
from coobird.integrations._wrapping.gemini_answers import ChunkReader, doubts_of_request

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEDIA = ("inlineData", "inline_data", "fileData", "file_data")
_TRANSCRIPTS = ("inputTranscription", "outputTranscription")
_NO_OTHERS = (("image_input_tokens", 0), ("video_input_tokens", 0))
_TEXT = ("text", "modality_unspecified", "none")


class Sent(NamedTuple):
    """Message to the model.

    Attributes:
        asks: True if the model is to answer it.
        is_result: True for the results of functions, which the model may answer in the same turn.
        has_media: True if it is more than text.
    """

    asks: bool = False
    is_result: bool = False
    has_media: bool = False


def live_request(model: str, config: Any, provider: str, region: str | None) -> ModelRequest:
    """Return the model request that each turn of a session is.

    Args:
        model, config: Arguments with which the session was opened.
        region: Region of the endpoint, for Vertex AI.
    """
    name = model.rpartition("/")[2]
    tools = [
        {_camel(kind): True for kind, value in fields_of(tool).items() if value is not None}
        for tool in field(config, "tools") or ()
        if isinstance(tool, dict) or hasattr(tool, "model_fields_set")  # the others are functions
    ]
    terms = Terms(region=region, doubts=tuple(doubts_of_request({"tools": tools})))

    def read_answer(_: Any) -> ModelAnswer:
        return unread_answer()  # a session is a stream

    return ModelRequest(None, provider, "chat", read_answer, lambda: LiveTurnReader(name), name, terms)


def read_sent(message: Any) -> Sent:
    """Read a message to the model, whose names are written in both ways."""
    for name, value in fields_of(message).items():
        if name in ("client_content", "clientContent"):
            turns = field(value, "turns") or ()
            parts = (part for turn in turns for part in field(turn, "parts") or ())
            complete = field(value, "turnComplete") or field(value, "turn_complete")
            return Sent(asks=bool(complete), has_media=_has_media(parts))
        if name in ("realtime_input", "realtimeInput"):
            return Sent(asks=True, has_media=set(fields_of(value)) != {"text"})
        if name in ("tool_response", "toolResponse"):
            return Sent(asks=True, is_result=True)
    return Sent()


def is_of_turn(message: Any) -> bool:
    """True if a message of the server is a part of a turn."""
    return any(field(message, name) is not None for name in ("serverContent", "toolCall", "usageMetadata"))


def has_answer(message: Any) -> bool:
    """True if a message of the server has something of the model's answer."""
    return bool(field(message, "serverContent", "modelTurn") or field(message, "toolCall"))


def states_usage_alone(message: Any) -> bool:
    """True if a message of the server has usage and nothing of a turn beside it."""
    return field(message, "serverContent") is None and field(message, "toolCall") is None


def shows_media(message: Any) -> bool:
    """True if a message of the server has, or counts, more than text."""
    content, metadata = field(message, "serverContent"), field(message, "usageMetadata")
    return (
        any(field(content, name) is not None for name in _TRANSCRIPTS)
        or _has_media(field(content, "modelTurn", "parts") or ())
        or any(_modalities_but_text(metadata))
    )


class LiveTurnReader:
    """Reads the messages of one turn.

    Args:
        model: Name of the model that was asked for.

    Attributes:
        is_begun: True if a message of the turn was read.
        is_complete: True if the model has ended the turn.
        is_result_open: True if results of functions were sent that the model has not answered. Some
            models answer them in the same turn, others in one of its own.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._usages: list[Any] = []
        self._grounding: list[Any] = []
        self.is_begun = False
        self.is_complete = False
        self.is_result_open = False

    def note_result(self) -> None:
        """Record that results of functions were sent in the turn."""
        self.is_result_open = self.is_begun

    def read(self, item: Any) -> bool:
        self.is_begun = True
        if has_answer(item):
            self.is_result_open = False
        if field(item, "usageMetadata"):
            self._usages.append(field(item, "usageMetadata"))
        if field(item, "serverContent", "groundingMetadata"):
            self._grounding.append(field(item, "serverContent", "groundingMetadata"))
        self.is_complete |= field(item, "serverContent", "turnComplete") is True
        return True

    @property
    def is_over(self) -> bool:
        """True if the turn has ended and its usage is there."""
        return self.is_complete and bool(self._usages)

    def answer(self) -> ModelAnswer:
        stated = "; ".join(map(_stated, self._usages))
        if not self.is_complete:
            had = f". It had stated its usage so far ({stated})" if stated else ""
            return self._unknown(f"the live session ended before the turn did{had}")
        if len(self._usages) != 1:
            times = f"{len(self._usages)} messages of the turn state usage ({stated})"
            unclear = f"{times}, and it is not documented whether they add up"
            return self._unknown(unclear if stated else "no message of this turn of a live session states it")
        candidates = [{"groundingMetadata": each} for each in self._grounding]
        whole = {"candidates": candidates, "usageMetadata": self._usages[0]}
        read = ChunkReader(self._model, None).read_whole(whole)
        # All tokens that are counted here are text, so a modality with a price of its own has none.
        none = _NO_OTHERS if field(self._usages[0], "promptTokensDetails") else ()
        usage = read.usage and read.usage._replace(other=(*read.usage.other, *none))
        terms = read.terms._replace(doubts=(*read.terms.doubts, *doubts_of_turn(self._usages[0])))
        reason = f"this turn of a live session does not state its input tokens ({stated})"
        return read._replace(usage=usage, reason=reason, terms=terms)

    def _unknown(self, reason: str) -> ModelAnswer:
        return ModelAnswer(None, self._model, None, reason)


def _stated(metadata: Any) -> str:
    """Return the counts in one statement of usage as they are."""
    counts = (
        f"{name} {count}" for name, value in fields_of(metadata).items() if (count := count_of(value)) is not None
    )
    return ", ".join(counts)


def _has_media(parts: Any) -> bool:
    return any(field(part, name) is not None for part in parts for name in _MEDIA)


def _modalities_but_text(metadata: Any) -> Iterator[str]:
    for name, details in fields_of(metadata).items():
        for entry in (details or ()) if name.endswith("Details") else ():
            modality = str(field(entry, "modality")).lower()
            if modality not in _TEXT and count_of(field(entry, "tokenCount")):
                yield modality


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
