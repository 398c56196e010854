"""Wrapped call that is in progress in this context: it links `wrap` with the span processor."""

from __future__ import annotations

import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.span_kinds import is_of_call

if TYPE_CHECKING:
    from coobird.integrations._metering.meter import CallMeter


class ActiveCall(NamedTuple):
    """Call in progress that `wrap` meters.

    Attributes:
        meter: Meter of the wrapped client.
        sources: Instrumentations that started a span during the call, and so report it as well.
    """

    meter: CallMeter
    sources: set[str]


# Kept by `importlib.reload`, which runs this module again in the same namespace.
active_call: ContextVar[ActiveCall | None] = globals().get(
    "active_call", ContextVar("coobird_active_call", default=None)
)
"""Set while a wrapped client makes a call. Spans that start in this time report the same call."""


def current_place() -> tuple[int, int]:
    """Return the ids of the current thread and of its current task; 0 if there is no task."""
    tasks: Any = sys.modules.get("asyncio.tasks")
    try:
        task = None if tasks is None else tasks.current_task()
    except RuntimeError:  # no event loop runs in this thread
        task = None
    return threading.get_ident(), 0 if task is None else id(task)


def current_span() -> tuple[int, int]:
    """Return the ids of OpenTelemetry's current trace and span; 0 if there is none.

    An instrumentation that begins a trace for a call leaves the call outside any trace: another one
    begins another trace for it.
    """
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return 0, 0
    span = trace.get_current_span()
    context = span.get_span_context()
    begins_trace = getattr(span, "parent", None) is None and is_of_call(getattr(span, "attributes", None) or {})
    return 0 if begins_trace else context.trace_id, context.span_id
