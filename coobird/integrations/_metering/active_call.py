"""Wrapped call that is in progress in this context: it links `wrap` with the span processor."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

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
