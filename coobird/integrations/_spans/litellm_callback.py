"""LiteLLM's own callback for OpenTelemetry, if the program has registered it."""

from __future__ import annotations

import sys
from typing import Any

_LISTS = ("callbacks", "success_callback", "_async_success_callback")
_MODULES = ("litellm.integrations.opentelemetry", "litellm.integrations.otel")


def is_registered() -> bool:
    """True if LiteLLM makes spans of its calls, which it does only after the calls have ended."""
    litellm: Any = sys.modules.get("litellm")
    callbacks = [each for name in _LISTS for each in getattr(litellm, name, None) or ()]
    return any(each == "otel" or type(each).__module__.startswith(_MODULES) for each in callbacks)
