"""One process of Claude Code, metered by the messages that the Claude Agent SDK reads from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.claude_usage import DOUBT, continues_totals, read_totals, used_since
from coobird.integrations._metering.event_ids import event_id_of_call
from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import field

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from coobird import Run
    from coobird.integrations._metering.claude_usage import ModelTotals, Totals
    from coobird.integrations._metering.meter import CallMeter

_SOURCE = "claude_agent_sdk"

# Messages after which Claude Code calls models.
_BEGINNINGS = ("AssistantMessage", "StreamEvent")


async def metered_messages(
    messages: AsyncIterator[Any], process: ClaudeProcess, run: Run, *, is_whole: bool
) -> AsyncIterator[Any]:
    """Pass on the messages of a process, and meter them.

    Args:
        is_whole: True if the process ends with these messages.
    """
    try:
        async for message in messages:
            process.read(message, run)
            yield message
    except Exception:
        process.end()
        raise
    finally:
        try:
            await cast("Any", messages).aclose()
        finally:
            if is_whole:
                process.end()


class ClaudeProcess:
    """One process of Claude Code: what it had used at its last result, and what it bills.

    Args:
        provider: Name of the provider, for a process that does not state it.
        options: `ClaudeAgentOptions` of the process; `None` for the SDK's defaults.
        earlier_usage: Returns the last totals of a session, as `wrap` takes it.
        is_joined: True if the process may have worked before.
    """

    def __init__(
        self,
        meter: CallMeter,
        provider: str,
        options: Any,
        earlier_usage: Callable[[str], Mapping[str, Any] | None] | None,
        *,
        is_joined: bool,
    ) -> None:
        self._meter = meter
        self._provider = provider
        self._earlier_usage = earlier_usage
        self._is_joined = is_joined
        self._resumed_id = _resumed_id(options)
        self._before: Totals | None = None if is_joined or _is_resumed(options) else {}
        self._model_of_turn: str | None = None

    def read(self, message: Any, run: Run) -> None:
        """Read a message, and bill it if it is a result. Errors are reported to `on_error`."""
        kind = type(message).__name__
        with self._meter.report_errors:
            if kind == "ResultMessage":
                self._model_of_turn = None
                self._read_result(message, run)
            elif kind in _BEGINNINGS:
                self._model_of_turn = str(field(message, "model") or self._model_of_turn or "")
            elif kind == "ConversationResetMessage":
                self._before = {}  # it zeroes the totals
            elif kind == "SystemMessage" and message.subtype == "init" and self._begins_at_zero(message.data):
                self._before = {}

    def _begins_at_zero(self, init: Any) -> bool:
        """True if this is an old version, whose totals begin with the process."""
        is_old = not continues_totals(field(init, "claude_code_version"))
        return is_old and self._before is None and not self._is_joined

    def end(self) -> None:
        """Report a turn that ended without a result."""
        model, self._model_of_turn = self._model_of_turn, None
        if model is not None:
            with self._meter.report_errors:
                self._report("the turn ended without its result message", model)

    def _read_result(self, message: Any, run: Run) -> None:
        key = (_SOURCE, message.session_id, message.uuid)
        if message.uuid is not None and not self._meter.ledger.add_reported(key):
            return  # it was read before
        try:
            now = read_totals(message.model_usage)
        except ValueError as error:
            self._report(str(error))
            return
        before, self._before = self._earlier(message.session_id), now
        if before is None:
            self._report("its session was resumed, and its totals before are unknown (name them: earlier_usage=...)")
            return
        used = used_since(before, now)
        if used is None:
            self._report("the session's running totals went back")
            return
        for model, totals in used.items():
            self._bill(message, model, totals, run)

    def _earlier(self, session_id: str) -> Totals | None:
        """Return the totals before this result; `None` if they are unknown."""
        if self._before is not None:
            return self._before
        resumed = session_id if self._resumed_id is None else self._resumed_id
        known = None if self._earlier_usage is None or not resumed else self._earlier_usage(resumed)
        return None if known is None else read_totals(known)

    def _bill(self, message: Any, model: str, totals: ModelTotals, run: Run) -> None:
        call = Call(
            self._provider or totals.provider,
            "chat",
            totals.model,
            None,
            totals.usage(),
            _SOURCE,
            terms=Terms(
                model_requested=None if model == totals.model else model,
                estimated_cost=totals.cost,
                doubts=(DOUBT,),
            ),
        )
        known = f"{message.session_id}:{message.uuid}:{model}"
        self._meter.bill(call, run, event_id=event_id_of_call(_SOURCE, known) if message.uuid else None)

    def _report(self, reason: str, model: str = "") -> None:
        call = Call(self._provider, "chat", model or "Claude Code", None, None, _SOURCE, reason=reason)
        self._meter.report_missing_usage(call)


def _is_resumed(options: Any) -> bool:
    further: Any = getattr(options, "extra_args", None) or {}
    return any(
        (
            getattr(options, "resume", None),
            getattr(options, "continue_conversation", False),
            any(name in further for name in ("resume", "r", "continue", "c", "fork-session", "from-pr")),
        )
    )


def _resumed_id(options: Any) -> str | None:
    """Return the id of the session that is resumed; `None` if the messages name it.

    An empty text stands for a session that nobody can name: the totals at an earlier point of it,
    or of a fork of the newest one.
    """
    is_fork = getattr(options, "fork_session", False)
    if getattr(options, "resume_session_at", None) or (is_fork and not getattr(options, "resume", None)):
        return ""
    return getattr(options, "resume", None)
