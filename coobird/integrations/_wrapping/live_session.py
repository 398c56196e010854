"""One live session of google-genai: each of its turns is a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.call import Call
from coobird.integrations._wrapping.attachment import override
from coobird.integrations._wrapping.live_turn import (
    LiveTurnReader,
    has_answer,
    is_of_turn,
    read_sent,
    shows_media,
    states_usage_alone,
)
from coobird.integrations._wrapping.wrapped_call import WrappedCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._wrapping.answers import ModelRequest

_UNKNOWN_WITH_MEDIA = (
    "this live session has audio, images or video. Transcripts, thoughts and the time of listening may be charged for "
    "beside the usage that its turns state, so no turn is billed from here on. Track each message.usage_metadata with "
    "track_task, after you have compared the sums with your bill"
)


class LiveSession:
    """Meters the turns of a session by the messages that pass through its socket.

    Results and errors of the socket stay the same. A session that has more than text is reported
    once, and is not read any further.
    """

    def __init__(self, meter: CallMeter, model_request: ModelRequest) -> None:
        self._meter = meter
        self._request = model_request
        self._turn: LiveTurn | None = None
        self._next: LiveTurn | None = None
        self._has_media = False

    def watch(self, socket: Any) -> None:
        """Read each message that is sent and received from here on."""
        override(socket, "send", self._send)
        override(socket, "recv", self._receive)

    def end(self) -> None:
        """Report what has not ended."""
        while self._turn is not None:
            self._end_turn()

    async def _send(self, send: Callable[..., Awaitable[Any]], message: Any, *args: Any, **kwargs: Any) -> Any:
        begun = None
        # Before it is sent, because the answer may be received before `send` returns.
        with self._meter.report_errors:
            begun = self._note_sent(message)
        try:
            return await send(message, *args, **kwargs)
        except Exception:
            if begun is not None:
                self._drop(begun)
            raise

    async def _receive(self, receive: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        message = await receive(*args, **kwargs)
        with self._meter.report_errors:
            self._note_received(message)
        return message

    def _note_sent(self, message: Any) -> LiveTurn | None:
        """Return the turn that a message begins, if it does."""
        if self._has_media:
            return None
        sent = read_sent(json.loads(message))
        if sent.has_media:
            self._report_media()
        elif sent.asks:
            return self._begin_turn(is_result=sent.is_result)
        return None

    def _begin_turn(self, *, is_result: bool) -> LiveTurn | None:
        if self._turn is None:
            self._turn = LiveTurn(self._meter, self._request)
            return self._turn
        reader = self._turn.reader
        if is_result:
            reader.note_result()
        elif reader.is_begun and self._next is None:
            # The model breaks off its answer, or has ended it, and answers this in another turn.
            self._next = LiveTurn(self._meter, self._request)
            return self._next
        return None

    def _note_received(self, text: Any) -> None:
        if self._has_media or not text:
            return
        message = json.loads(text)
        if not is_of_turn(message):
            return
        if shows_media(message):
            self._report_media()
            return
        is_usage = states_usage_alone(message)
        if self._turn is not None and self._turn.reader.is_complete and not is_usage:
            self._end_turn()  # its usage did not come
        if self._turn is None:
            if not (has_answer(message) or is_usage):
                return
            self._turn = LiveTurn(self._meter, self._request)
        self._turn.reader.read(message)
        if self._turn.reader.is_over:
            self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn, self._next = self._turn, self._next, None
        if turn is not None:
            turn.end()
            if self._turn is None and turn.reader.is_complete and turn.reader.is_result_open:
                self._turn = LiveTurn(self._meter, self._request)

    def _drop(self, turn: LiveTurn) -> None:
        turn.drop()
        self._turn = None if self._turn is turn else self._turn
        self._next = None if self._next is turn else self._next

    def _report_media(self) -> None:
        self._has_media = True
        for turn in (self._turn, self._next):
            if turn is not None:
                self._drop(turn)
        request = self._request
        call = Call(request.provider, request.operation, request.model, None, None, "wrap", reason=_UNKNOWN_WITH_MEDIA)
        self._meter.report_missing_usage(call)


class LiveTurn(WrappedCall):
    """Turn of a live session, from its first message until its usage is stated.

    Attributes:
        reader: Reader of the turn's messages.
    """

    def __init__(self, meter: CallMeter, model_request: ModelRequest) -> None:
        super().__init__(meter, model_request)
        self.reader = LiveTurnReader(model_request.model or "")
        self._is_answered = True  # so that the end of the program reports what was read
        self._read_answer = self.reader.answer

    def end(self) -> None:
        """Bill the turn, or report it if its usage is unknown."""
        self._meter_what_was_read()

    def drop(self) -> None:
        """End a turn that was not sent, or that its session is reported for."""
        self._is_metered = True
        self._meter.ledger.end_call(self._span_id)
