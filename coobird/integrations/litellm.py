"""Meters the models of any provider that LiteLLM calls.

litellm.callbacks = [CoobirdLogger(coomon)]

with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    litellm.completion(model="anthropic/claude-sonnet-5", messages=[...])    # one event
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from coobird.integrations._answered_calls import AnsweredCalls
from coobird.integrations._callbacks import CallbackHandler
from coobird.integrations._calls_of_tasks import CallsOfTasks
from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider, event_id_of_call
from coobird.integrations._metering.litellm_terms import answer_id_of, operation_of, read_litellm
from coobird.integrations._metering.sellers import seller_of
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import is_unsent
from coobird.integrations._wrapping.attempts import watch_attempts_below
from coobird.integrations._wrapping.metered_requests import OPENAI
from coobird.integrations._wrapping.wrap import path_of

with needs_extra("litellm"):
    import litellm
    from litellm.integrations.custom_logger import CustomLogger
    from openai import APIStatusError, AsyncOpenAI, OpenAI

if TYPE_CHECKING:
    from coobird.integrations._callbacks import CallStart
    from coobird.integrations._metering.meter import CallMeter


_SOURCE = "litellm"

_numbers = itertools.count(1)

_MAX_CAUSES = 10
"""Number of causes of an error that are looked at. A chain of causes may be a circle."""

# Errors of httpx and aiohttp for a connection that ended before the answer came. Compared by name,
# because the versions of the SDKs use different libraries.
_BROKEN = frozenset({"TransportError", "ClientConnectionError", "ClientPayloadError"})

_LISTS = (
    "callbacks",
    "input_callback",
    "success_callback",
    "failure_callback",
    "_async_success_callback",
    "_async_failure_callback",
)


@dataclass
class _Try:
    """Try of a call.

    Attributes:
        request: The call, as it is reported if it is lost; `None` if its kind is not metered.
        handled_id: Identity of the exception that was being handled when the try began.
        answer: LiteLLM's facts of the call, and the provider's answer, once it has come.
    """

    request: Call | None
    handled_id: int
    answer: tuple[Mapping[str, Any], str] | None = None


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
    reports the last calls when the process ends, so do not shut the client down earlier. The answer
    of an async call is billed before it returns, because LiteLLM drops its report if the event loop
    ends, or if the call was tried again. A call whose end LiteLLM does not report is reported to
    `on_error`: when its task was cancelled, a moment after its task has given it up, or when the
    process ends, as a stream that is closed early.

    Some frameworks (CrewAI) replace `litellm.callbacks`: call `install()` then. In
    `success_callback` alone the logger does not get the start of a call, and so does not know its
    run. The logger only reads its arguments and never raises. It is safe to use from any thread and
    task.
    """

    _reports_late = True

    def _prepare(self) -> None:
        # LiteLLM takes two loggers for one, and drops the second, if their class and the texts and
        # numbers among their public attributes are the same.
        self.logger_number: int = next(_numbers)
        self._answered = AnsweredCalls(self._lose)
        self._of_tasks = CallsOfTasks(self._lose, wait_for=self._answered.add)
        _watch_clients(self._meter)

    def install(self) -> CoobirdLogger:
        """Register with every list of LiteLLM's callbacks, and return the logger.

        A framework that replaces one list leaves the others. Each call is still one event. Calling
        it again changes nothing.
        """
        for name in _LISTS:
            registered: list[Any] = getattr(litellm, name)
            if not any(each is self for each in registered):
                registered.append(self)
        return self

    async def async_pre_call_deployment_hook(self, kwargs: Any, call_type: Any) -> None:
        """Record the task in which a model is called. The call may begin in a thread."""
        with self._meter.report_errors:
            self._of_tasks.add(kwargs.get("litellm_call_id"))

    def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:
        """Record the run in which a model is called."""
        with self._meter.report_errors:
            call_id, request = kwargs.get("litellm_call_id"), _request_of(kwargs)
            self._end_try_before(call_id)
            self._record_start(call_id, _Try(request, id(sys.exception())))
            if request is not None:
                self._meter.ledger.begin_framework_call(call_id)
                self._of_tasks.add(call_id)
            if kwargs.get("stream") is True or str(kwargs.get("call_type")).endswith("_stream"):
                self._of_tasks.add_stream(call_id)

    def _end_try_before(self, call_id: object) -> None:
        """Report the try before this one, if its answer was lost.

        With `num_retries`, LiteLLM tries a call again while it handles the error of the first try,
        and does not tell that this one has ended.
        """
        start, error = self._forget_start(call_id), sys.exception()
        if start is None or error is None or id(error) == start.details.handled_id:
            return  # LiteLLM tells the start of some tries twice
        self._discard(call_id)
        request, reason = start.details.request, _loss_by(error)
        if request is not None and reason:
            self._report_failed(request, start, reason)

    def log_post_api_call(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Record that a call was answered or refused. LiteLLM does not report all of them later."""
        with self._meter.report_errors:
            call_id, body = kwargs.get("litellm_call_id"), kwargs.get("original_response")
            if _is_refusal(body):
                self._discard(call_id)
                self._forget_start(call_id)
            elif isinstance(body, str) and body.lstrip().startswith("{"):
                self._of_tasks.discard(call_id)
                self._answered.add(call_id)
                start = self._started.start_of(call_id)
                if start is not None:
                    start.details.answer = (kwargs, body)

    async def async_post_call_success_deployment_hook(self, request_data: Any, response: Any, call_type: Any) -> None:
        """Bill the answer of an async call, before the caller gets it."""
        with self._meter.report_errors:
            details = field(request_data, "litellm_logging_obj", "model_call_details")
            if isinstance(details, Mapping):
                self.log_success_event(details, response, None, None)

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Bill the answer."""
        with self._meter.report_errors:
            self._discard(kwargs.get("litellm_call_id"))
            start = self._pop_start(kwargs.get("litellm_call_id"))
            operation = operation_of(kwargs.get("call_type"))
            if start is not None and operation is not None and kwargs.get("cache_hit") is not True:
                self._bill(kwargs, operation, response_obj, start, end_time)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Bill the answer."""
        self.log_success_event(kwargs, response_obj, start_time, end_time)

    def log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Report a stream that broke off, and a call that may have been answered.

        Other failed calls were refused and cost nothing.
        """
        with self._meter.report_errors:
            self._discard(kwargs.get("litellm_call_id"))
            start = self._pop_start(kwargs.get("litellm_call_id"))
            operation = operation_of(kwargs.get("call_type"))
            reason = _loss_of(kwargs)
            if start is not None and operation is not None and reason and self._is_first("failure", kwargs):
                self._report_failed(self._call(kwargs, operation, None), start, reason)

    async def async_log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """Report a stream that broke off."""
        self.log_failure_event(kwargs, response_obj, start_time, end_time)

    def _discard(self, call_id: object) -> None:
        """Record that LiteLLM has reported the end of a call."""
        self._of_tasks.discard(call_id)
        self._answered.discard(call_id)

    def end_with_program(self) -> None:
        """Bill the calls that LiteLLM reports late, and bill or report those that it does not."""
        with self._meter.report_errors:
            worker: Any = import_module("litellm.litellm_core_utils.logging_worker").GLOBAL_LOGGING_WORKER
            flush = getattr(worker, "_flush_on_exit", None)
            if flush is not None:
                flush()
        super().end_with_program()

    def _report_lost(self, call_id: object, start: CallStart, cause: str) -> None:
        """Report a call whose end LiteLLM has not told, or bill it by the provider's answer.

        LiteLLM passes the answer of a call that it tried again to the caller, and tells no logger.
        """
        request = start.details.request
        if request is None:
            return
        kwargs, answer = _message_of(start.details)
        if answer is not None:
            self._bill(kwargs, request.operation, answer, start, None)
        else:
            call = request._replace(reason=cause)
            self._meter.bill_or_report(call, start.run, start.at_ns, trace_id=start.trace_id)

    def _report_failed(self, call: Call, start: CallStart, reason: str) -> None:
        """Report a try that failed. A similar call that was billed is another one."""
        call = call._replace(reason=reason)
        self._meter.bill_or_report(call, start.run, start.at_ns, trace_id=start.trace_id, may_be_billed=False)

    def _bill(self, kwargs: Mapping[str, Any], operation: str, answer: Any, start: CallStart, end_time: object) -> None:
        call = self._call(kwargs, operation, answer)
        if _is_estimated(kwargs, answer):
            reason = "LiteLLM did not ask for it (stream_options={'include_usage': True})"
            call = call._replace(usage=None, reason=reason)
        if call.usage is not None and not self._is_first("success", kwargs):
            return
        self._meter.bill_or_report(
            call,
            start.run,
            start.at_ns,
            # The span of a framework around the call may have ended before LiteLLM reports it.
            end_ns=_ns_of(end_time, start.at_ns),
            dated_ns=_ns_of(kwargs.get("completion_start_time"), start.at_ns),
            event_id=event_id_of_call(_SOURCE, kwargs.get("litellm_call_id")),
            trace_id=start.trace_id,
        )

    def _is_first(self, outcome: str, kwargs: Mapping[str, Any]) -> bool:
        """True if this outcome of a try is reported for the first time.

        LiteLLM may report one try in a thread and in a task, each time with a new id for the
        answer.
        """
        began_at = kwargs.get("api_call_start_time")
        return began_at is None or self._meter.ledger.add_reported((outcome, kwargs.get("litellm_call_id"), began_at))

    def _call(self, kwargs: Mapping[str, Any], operation: str, answer: Any) -> Call:
        provider, (usage, terms) = read_litellm(kwargs, operation, answer, self._providers)
        return Call(
            provider,
            operation,
            field(answer, "model") or kwargs.get("model"),
            answer_id_of(field(answer, "id")),
            usage,
            _SOURCE,
            reason="the answer does not report it",
            terms=terms,
        )


# Kept by `importlib.reload`, which runs this module again in the same namespace.
_meters: WeakValueDictionary[int, CallMeter] = globals().get("_meters", WeakValueDictionary())


def _watch_clients(meter: CallMeter) -> None:
    """Watch the clients of OpenAI's SDK, to which LiteLLM leaves it to try again.

    LiteLLM makes some of them for one call alone, and gets others from the program.
    """
    _meters[id(meter)] = meter
    for kind in (OpenAI, AsyncOpenAI):
        watch_attempts_below("litellm", kind, _live_meters, _attempt_of)


def _live_meters() -> list[CallMeter]:
    return [meter for reference in _meters.valuerefs() if (meter := reference()) is not None]


def _ns_of(time: object, start_ns: int) -> int | None:
    """Return one of LiteLLM's times in a call; `None` if it is unknown."""
    # A local time without a zone. In the hour that clocks repeat, it may be before the start.
    at_ns = int(time.timestamp() * 1e9) if isinstance(time, datetime) else 0
    return at_ns if at_ns >= start_ns else None


def _request_of(kwargs: Mapping[str, Any]) -> Call | None:
    """Return the call that begins, as it is reported if it is lost."""
    operation = operation_of(kwargs.get("call_type"))
    provider = canonical_provider(kwargs.get("custom_llm_provider"))
    return None if operation is None else Call(provider, operation, kwargs.get("model"), None, None, _SOURCE)


def _attempt_of(client: Any, options: Any) -> Call | None:
    """Return the call of an attempt of OpenAI's SDK, as it is reported if it is lost."""
    operation = OPENAI.get(path_of(client, options))
    if operation is None:
        return None
    return Call(seller_of(client.base_url).provider, operation, field(options.json_data, "model"), None, None, _SOURCE)


def _message_of(attempt: _Try) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """Return LiteLLM's facts and the answer of a try, if the answer is a message of Anthropic.

    The usage of other providers is certain only in LiteLLM's own form, which it makes later.
    """
    kwargs, body = attempt.answer or ({}, "")
    with suppress(ValueError):
        answer = json.loads(body)
        if kwargs.get("custom_llm_provider") == "anthropic" and field(answer, "type") == "message":
            return kwargs, answer
    return kwargs, None


def _loss_of(kwargs: Mapping[str, Any]) -> str:
    """Return why the tokens of a failed call are unknown; an empty text if it costs nothing."""
    if kwargs.get("completion_start_time") is not None:
        return "the stream ended before its last chunk, which has it"
    error = kwargs.get("exception")
    if kwargs.get("api_call_start_time") is None or not isinstance(error, BaseException):
        return ""
    return _loss_by(error)


def _loss_by(error: BaseException) -> str:
    """Return why the tokens of a call that ended with this error are unknown.

    An empty text if it costs nothing.
    """
    if _is_lost(error):
        return f"it ended with {type(error).__name__} before the answer was read, and may be charged for"
    return ""


def _is_lost(error: BaseException) -> bool:
    """True if the provider may have answered a call that ended with this error.

    LiteLLM states a refusal, a broken connection and an answer that it cannot read alike. The first
    cause that tells them apart is the one of this call: those behind it may be of an earlier call,
    whose error the program handles.
    """
    is_stated_refused = isinstance(error, APIStatusError)
    for cause in _causes(error):
        names = {kind.__name__ for kind in type(cause).__mro__}
        if is_unsent(cause) or (is_stated_refused and "HTTPStatusError" in names):
            return False
        if isinstance(cause, JSONDecodeError) or not names.isdisjoint(_BROKEN):
            return True
    return not is_stated_refused


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_refusal(body: object) -> bool:
    return isinstance(body, str) and re.match(r"(Client|Server) error '[45]\d\d", body) is not None


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
