"""Cache of LangChain, if the program has set one."""

from __future__ import annotations

import sys
from typing import Any


def is_set() -> bool:
    """True if LangChain may take answers from a cache, which some spans do not tell from calls."""
    settings: Any = sys.modules.get("langchain_core.globals")
    return settings is not None and settings.get_llm_cache() is not None
