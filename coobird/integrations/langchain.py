"""Meters the models that LangChain and LangGraph call, of whichever provider.

handler = CoobirdCallbackHandler(coomon)

with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    agent.invoke(question, config={"callbacks": [handler]})    # one event for each answer of a model
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._callbacks import Listener
from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider, event_id_of_call, is_provider_id
from coobird.integrations._metering.usage import Usage, field, from_langchain, from_openai

with needs_extra("langchain"):
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.outputs import ChatGenerationChunk, GenerationChunk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import LLMResult

    from coobird.integrations._callbacks import Start


_SOURCE = "langchain"


class CoobirdCallbackHandler(Listener, BaseCallbackHandler):
    """Tracks one event for each answer of a model, chat or completion, sync, async and streaming. Pass it in `callbacks`.

    Chains, agents and tools, which repeat sums, are left alone, and so are answers out of LangChain's cache. Together with `wrap`
    and `CoobirdSpanProcessor` on the same client an answer is still one event. An answer without usage is told to `on_error` and
    not billed as zero; so is one that nobody is named to pay for.

    Only reads what it is given, never raises, and does its work where it is called. Safe to use from any thread and task.
    """

    run_inline = True
    """Called in the event loop itself: a thread for each call would take longer than the call."""

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        """Remember the run that a chat model is called in."""
        self._begin("chat", run_id, kwargs)

    def on_llm_start(self, serialized: dict[str, Any], prompts: list[str], *, run_id: UUID, **kwargs: Any) -> None:
        """Remember the run that a model is called in."""
        self._begin("text_completion", run_id, kwargs)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Bill the answer."""
        with self._meter.shield:
            start = self._ended(run_id)
            output = response.llm_output or {}
            # A batch's usage is told once, with its first prompt.
            if output.get("token_usage") == {} or not response.generations or not response.generations[0]:
                return
            self._bill(response.generations[0][0], output, start, run_id, "the answer does not say")

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Bill what a stream told before it broke off, or report that it told nothing; bill an answer that could not be read."""
        with self._meter.shield:
            start = self._ended(run_id)
            generations: Any = getattr(kwargs.get("response"), "generations", None) or [[]]
            partial: Any = next(iter(generations[0]), None)
            unread = _unread_answer(partial)
            # Without (a piece of) an answer the call was refused: there is nothing to pay.
            if isinstance(partial, (ChatGenerationChunk, GenerationChunk)):
                self._bill(partial, {}, start, run_id, "the stream ended before its last chunk, which has it")
            elif unread is not None:
                self._bill(None, unread, start, run_id, "the answer does not say")

    def _begin(self, operation: str, run_id: UUID, kwargs: dict[str, Any]) -> None:
        with self._meter.shield:
            metadata: Any = kwargs.get("metadata") or {}
            facts: Any = (operation, metadata.get("ls_provider"), metadata.get("ls_model_name"))
            self._begun(run_id, facts)

    def _bill(self, generation: Any, output: Mapping[str, Any], start: Start, run_id: UUID, reason: str) -> None:
        message = field(generation, "message")
        told: Mapping[str, Any] = {**output, **(field(message, "response_metadata") or {})}
        usage_metadata = field(message, "usage_metadata")
        if field(usage_metadata, "total_cost") == 0:
            return  # LangChain's mark of an answer out of its cache
        operation, provider, model = start.facts or ("chat", None, None)
        call = Call(
            canonical_provider(provider or told.get("model_provider")),
            operation,
            told.get("model_name") or told.get("model") or model,
            _id_of(message, told),
            _usage_of(usage_metadata, told),
            _SOURCE,
            reason=reason,
        )
        self._meter.settle(call, start.run, start.at_ns, event_id=event_id_of_call(_SOURCE, run_id))


def _unread_answer(generation: Any) -> Mapping[str, Any] | None:
    """The answer of an OpenAI server that is not of the form asked for (`with_structured_output`): LangChain passes its body on."""
    metadata = field(generation, "message", "response_metadata")
    body = field(metadata, "body")
    is_answer = field(metadata, "status_code") == 200 and field(body, "object") in ("chat.completion", "response")
    return {**body, "token_usage": body.get("usage")} if is_answer else None


def _id_of(message: Any, told: Mapping[str, Any]) -> str | None:
    """The id that the provider gave the answer. LangChain's own ids, and those of a message in an answer, are not it."""
    response_id = told.get("id")
    if isinstance(response_id, str):
        return response_id
    message_id = field(message, "id")
    return message_id if is_provider_id(message_id) else None


def _usage_of(usage_metadata: Any, told: Mapping[str, Any]) -> Usage | None:
    return from_langchain(usage_metadata) or from_openai(told.get("token_usage"))
