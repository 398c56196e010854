"""Caches of frameworks, if the program has set one."""

from __future__ import annotations

import sys
from typing import Any


def cache_of(scope: str) -> str:
    """Return the name of the cache that may have answered a call; empty if there is none.

    Args:
        scope: Instrumentation scope of a span that does not tell an answer of a cache from a call.
    """
    settings: Any = sys.modules.get("langchain_core.globals")
    if scope.endswith(".langchain") and settings is not None and settings.get_llm_cache() is not None:
        return "LangChain's cache"
    return "" if getattr(sys.modules.get("litellm"), "cache", None) is None else "LiteLLM's cache"
