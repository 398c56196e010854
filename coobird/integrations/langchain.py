"""Meters the models of any provider that LangChain and LangGraph call.

handler = CoobirdCallbackHandler(coomon)

with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    agent.invoke(question, config={"callbacks": [handler]})    # one event for each answer
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from coobird.integrations._callbacks import CallbackHandler
from coobird.integrations._calls_of_tasks import CallsOfTasks
from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.active_call import current_place
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider, event_id_of_call, is_provider_id
from coobird.integrations._metering.langchain_terms import ModelStart, flaw_of, model_start, read_langchain
from coobird.integrations._metering.usage import field
from coobird.integrations._prompts import Prompts
from coobird.integrations._wrapping.answers import is_of_setup, is_refusal, may_have_left

with needs_extra("langchain"):
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.outputs import ChatGenerationChunk, GenerationChunk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import LLMResult

    from coobird.integrations._callbacks import CallStart
    from coobird.integrations._prompts import Together


_SOURCE = "langchain"

# Names under which the providers' packages keep the reason for which a model stopped.
_FINISHED = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")


class CoobirdCallbackHandler(CallbackHandler, BaseCallbackHandler):
    """Tracks one event for each answer of a model. Pass it in `callbacks`.

    It meters chat and completion models; sync, async and streaming. Chains, agents and tools repeat
    sums and are ignored, as are answers from LangChain's cache. Together with `wrap` and
    `CoobirdSpanProcessor` on the same client, an answer is still one event. An answer without usage
    is reported to `on_error` and not billed as zero. So are an answer without a customer, and a
    call whose end LangChain does not tell: when its task ends, or else when the program ends.

    The handler only reads its arguments, never raises, and does its work in the calling thread. It
    is safe to use from any thread and task.
    """

    run_inline = True
    """Makes LangChain call it in the event loop: a thread for each call would take longer."""

    def _prepare(self) -> None:
        self._of_tasks = CallsOfTasks(self._lose)
        self._prompts = Prompts()

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        """Record the run in which a chat model is called."""
        self._begin("chat", serialized, messages, run_id, kwargs)
        # A completion model tells its end also if it is cancelled, and begins in a task of its own.
        self._of_tasks.add(run_id)

    def on_llm_start(self, serialized: dict[str, Any], prompts: list[str], *, run_id: UUID, **kwargs: Any) -> None:
        """Record the run in which a model is called."""
        self._begin("text_completion", serialized, [], run_id, kwargs)

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Record that a stream is read."""
        self._of_tasks.add_stream(run_id)

    def on_stream_event(self, event: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Record that a stream of events is read."""
        self._of_tasks.add_stream(run_id)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Bill the answer."""
        with self._meter.report_errors:
            together = self._prompts.pop(run_id)
            start = self._end(run_id)
            output = response.llm_output or {}
            if start is None or (output.get("token_usage") == {} and _is_repeat(run_id, start, together)):
                return
            generations = response.generations[0] if response.generations else []
            self._bill(next(iter(generations), None), output, start, run_id, "the answer does not report it")

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Bill the usage of a broken stream, or of an answer that LangChain could not parse.

        A stream without usage is reported to `on_error`.
        """
        with self._meter.report_errors:
            together = self._prompts.pop(run_id)
            start = self._end(run_id)
            if start is None:
                return
            if together is not None:
                self._end_others(run_id, start, together)
            generations: Any = getattr(kwargs.get("response"), "generations", None) or [[]]
            partial: Any = next(iter(generations[0]), None)
            unparsed = _unparsed_answer(partial)
            if isinstance(partial, (ChatGenerationChunk, GenerationChunk)):
                reason = "the stream ended before its last chunk, which has it"
                self._bill(partial, {}, start, run_id, reason, is_broken=True)
            elif unparsed is not None:
                self._bill(None, unparsed, start, run_id, "the answer does not report it")
            elif may_have_left(error) and not is_of_setup(error) and not is_refusal(error):
                reason = f"it ended with {type(error).__name__} before the answer was read, and may be charged for"
                self._bill(None, {}, start, run_id, reason)

    def _begin(self, operation: str, serialized: Any, messages: Any, run_id: UUID, details: dict[str, Any]) -> None:
        with self._meter.report_errors:
            self._record_start(
                run_id, model_start(operation, serialized, messages, details, os.environ, self._providers)
            )
            self._prompts.add(run_id, details.get("batch_size"))

    def _end(self, run_id: UUID) -> CallStart | None:
        """Return the start of a call that ends; `None` if it has ended before.

        LangChain tells an error of some calls whose answer it has told (`astream_events`, `v3`).
        """
        self._of_tasks.discard(run_id)
        start = self._pop_start(run_id)
        self._started.settle(run_id)
        return start

    def _end_others(self, run_id: UUID, start: CallStart, together: Together) -> None:
        """End the prompts whose end LangChain does not tell, because this one ended with an error.

        A completion model gets them in one request. A chat model gets one after the other, if it is
        not async: those before were answered, and those after were not sent. If it is async,
        LangChain tells each end, in a task of its own.
        """
        is_one_request = _operation(start) == "text_completion"
        if not is_one_request and current_place() != together.place:
            return
        is_sent = not is_one_request
        for other in together.call_ids:
            if other == run_id:
                is_sent = False
            elif is_sent:
                self._lose(other, "a later prompt of the same generate() failed, so LangChain drops its answer")
            else:
                self._prompts.pop(other)
                self._of_tasks.discard(other)
                self._settle(other)

    def _report_lost(self, call_id: Any, start: CallStart, cause: str) -> None:
        together = self._prompts.pop(call_id)
        if together is not None and _operation(start) == "text_completion":
            self._end_others(call_id, start, together)
        self._bill(None, {}, start, call_id, cause)

    def _bill(
        self,
        generation: Any,
        output: Mapping[str, Any],
        start: CallStart,
        run_id: UUID,
        reason: str,
        *,
        is_broken: bool = False,
    ) -> None:
        message = field(generation, "message")
        answer: Mapping[str, Any] = {**output, **(field(message, "response_metadata") or {})}
        # LangChain marks answers from its cache this way.
        is_cached = field(message, "usage_metadata", "total_cost") == 0
        began: ModelStart = start.details or ModelStart()
        provider, (usage, terms) = read_langchain(began, message, answer)
        if usage is not None and not usage.input:
            usage = None  # a server that does not report it: there is no call without input
        if usage is not None and is_broken and not any(answer.get(name) for name in _FINISHED):
            usage = usage._replace(output=None, reasoning=None)  # some servers count as they go
        name = canonical_provider(provider)
        flaw = "" if usage is None or usage.output is None else flaw_of(name, answer)
        call = Call(
            name,
            began.operation,
            answer.get("model_name") or answer.get("model") or began.model,
            _id_of(message, answer),
            usage,
            _SOURCE,
            reason=flaw or reason,
            is_exact=not flaw,
            terms=terms,
        )
        if is_cached:
            self._meter.note_cached(call, start.run, start.at_ns, trace_id=start.trace_id)
            return
        if usage is None and not self._meter.ledger.add_reported((_SOURCE, run_id)):
            return  # a stream that was reported when the program ended is closed after that
        self._meter.bill_or_report(
            call, start.run, start.at_ns, event_id=event_id_of_call(_SOURCE, run_id), trace_id=start.trace_id
        )


def _operation(start: CallStart) -> str:
    began: ModelStart = start.details or ModelStart()
    return began.operation


def _is_repeat(run_id: UUID, start: CallStart, together: Together | None) -> bool:
    """True for a prompt whose usage LangChain reports with the first prompt of the same request."""
    return together is not None and together.call_ids[0] != run_id and _operation(start) == "text_completion"


def _unparsed_answer(generation: Any) -> Mapping[str, Any] | None:
    """Return the body of an answer that LangChain could not parse (`with_structured_output`).

    LangChain passes on the bodies of OpenAI servers.
    """
    metadata = field(generation, "message", "response_metadata")
    body = field(metadata, "body")
    is_answer = field(metadata, "status_code") == 200 and field(body, "object") in ("chat.completion", "response")
    return {**body, "token_usage": body.get("usage")} if is_answer else None


def _id_of(message: Any, answer: Mapping[str, Any]) -> str | None:
    """Return the provider's id of the answer, which is not LangChain's, nor a message's."""
    response_id = answer.get("id")
    if isinstance(response_id, str):
        return response_id
    message_id = field(message, "id")
    return message_id if is_provider_id(message_id) else None
