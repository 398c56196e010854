"""Meters the models of any provider that LiteLLM calls.

litellm.callbacks = [CoobirdLogger(coomon)]

with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    litellm.completion(model="anthropic/claude-sonnet-5", messages=[...])    # one event
"""

from __future__ import annotations

import atexit
from base64 import b64decode
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from coobird.integrations._callbacks import CallbackHandler
from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider, event_id_of_call
from coobird.integrations._metering.usage import field, from_litellm

with needs_extra("litellm"):
    import litellm
    from litellm.integrations.custom_logger import CustomLogger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coobird.integrations._callbacks import CallStart


_SOURCE = "litellm"

# Operation of each LiteLLM function; async ones have an `a` before the name. Others (images,
# speech, ...) are not metered.
_OPERATIONS = {
    "completion": "chat",
    "responses": "chat",
    "text_completion": "text_completion",
    "embedding": "embeddings",
    "anthropic_messages": "chat",
    "generate_content": "chat",
    "generate_content_stream": "chat",
}


class CoobirdLogger(CallbackHandler, CustomLogger):  # type: ignore[misc]
    """Tracks one event for each answer of a model. Put it into `litellm.callbacks`.

    It meters completions, responses, embeddings, and calls in the forms of Anthropic (messages) and
    Google (contents); sync, async and streaming. Answers from LiteLLM's cache are not billed.
    Together with `wrap` and `CoobirdSpanProcessor` on the same client, an answer is still one
    event.

    An answer without usage is reported to `on_error` and not billed as zero. So is a stream for
    which LiteLLM did not ask the server for usage, because LiteLLM counts words then. A call
    without a customer is reported, too.

    LiteLLM reports a call a moment after it has returned, from a thread or a task of its own. It
    reports the last calls when the process ends, so do not shut the client down earlier. It does
    not report a stream that is closed before its end. In `success_callback` the logger does not get
    the start of a call, and so does not know its run. The logger only reads its arguments and never
    raises. It is safe to use from any thread and task.
    """

    _reports_late = True

    def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:
        """Record the run in which a model is called."""
        with self._meter.report_errors:
            _flush_litellm_at_exit()
            self._record_start(kwargs.get("litellm_call_id"))

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Bill the answer."""
        with self._meter.report_errors:
            start = self._pop_start(kwargs.get("litellm_call_id"))
            operation = _operation_of(kwargs)
            if operation is not None and kwargs.get("cache_hit") is not True:
                self._bill(kwargs, operation, response_obj, start)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Bill the answer."""
        self.log_success_event(kwargs, response_obj, start_time, end_time)

    def log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Report a stream that broke off. Other failed calls were refused and cost nothing."""
        with self._meter.report_errors:
            self._pop_start(kwargs.get("litellm_call_id"))
            operation = _operation_of(kwargs)
            has_begun = kwargs.get("completion_start_time") is not None
            if operation is not None and has_begun and self._is_first("failure", kwargs):
                call = self._call(kwargs, operation, None)
                self._meter.report_missing_usage(
                    call._replace(reason="the stream ended before its last chunk, which has it")
                )

    async def async_log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Report a stream that broke off."""
        self.log_failure_event(kwargs, response_obj, start_time, end_time)

    def _bill(self, kwargs: Mapping[str, Any], operation: str, answer: Any, start: CallStart) -> None:
        call = self._call(kwargs, operation, answer)
        if _is_estimated(kwargs, answer):
            reason = "LiteLLM did not ask for it (stream_options={'include_usage': True})"
            call = call._replace(usage=None, reason=reason)
        if call.usage is not None and not self._is_first("success", kwargs):
            return
        self._meter.bill_or_report(
            call, start.run, start.at_ns, event_id=event_id_of_call(_SOURCE, kwargs.get("litellm_call_id"))
        )

    def _is_first(self, outcome: str, kwargs: Mapping[str, Any]) -> bool:
        """True if this outcome of a try is reported for the first time.

        LiteLLM may report one try in a thread and in a task, each time with a new id for the
        answer.
        """
        began_at = kwargs.get("api_call_start_time")
        return began_at is None or self._meter.ledger.add_reported((outcome, kwargs.get("litellm_call_id"), began_at))

    def _call(self, kwargs: Mapping[str, Any], operation: str, answer: Any) -> Call:
        usage = from_litellm(field(answer, "usage"))
        if usage is not None and operation == "embeddings":
            usage = usage._replace(output=0)
        return Call(
            canonical_provider(kwargs.get("custom_llm_provider")),
            operation,
            field(answer, "model") or kwargs.get("model"),
            _id_of(answer),
            usage,
            _SOURCE,
            reason="the answer does not report it",
        )


@cache
def _flush_litellm_at_exit() -> None:
    """Make LiteLLM report the last calls before the client delivers its last events.

    The interpreter calls exit functions in reverse order of their registration, and this one is
    registered at the first call, after the client's.
    """
    worker: Any = import_module("litellm.litellm_core_utils.logging_worker").GLOBAL_LOGGING_WORKER
    flush = getattr(worker, "_flush_on_exit", None)
    if flush is not None:
        atexit.register(flush)


def _id_of(answer: Any) -> str | None:
    """Return the provider's id of the answer.

    LiteLLM encodes the id of a response: `resp_<base64 of "litellm:...;response_id:resp_123">`.
    """
    response_id = field(answer, "id")
    if isinstance(response_id, str) and response_id.startswith("resp_"):
        with suppress(ValueError):
            text = b64decode(response_id[5:] + "=" * (-len(response_id[5:]) % 4), validate=True).decode()
            return text.rpartition("response_id:")[2] if text.startswith("litellm:") else response_id
    return response_id if isinstance(response_id, str) else None


def _operation_of(kwargs: Mapping[str, Any]) -> str | None:
    kind = str(kwargs.get("call_type"))
    return _OPERATIONS.get(kind) or _OPERATIONS.get(kind.removeprefix("a"))


def _is_estimated(kwargs: Mapping[str, Any], answer: Any) -> bool:
    """True if LiteLLM counted words of a stream, because it did not ask an OpenAI API for usage."""
    provider = kwargs.get("custom_llm_provider")
    compatible: Any = vars(litellm).get("openai_compatible_providers", ())
    if kwargs.get("stream") is not True or field(answer, "usage", "prompt_tokens_details") is not None:
        return False  # an estimate has only totals
    if provider not in ("openai", "azure", "azure_text", "text-completion-openai", *compatible):
        return False  # the others report usage without being asked
    places: tuple[tuple[str, ...], ...] = (
        ("stream_options",),
        ("optional_params", "stream_options"),
        ("additional_args", "complete_input_dict", "stream_options"),
    )
    return not any(field(kwargs, *place, "include_usage") is True for place in places)
