"""Price list of LiteLLM, if the program has loaded it."""

from __future__ import annotations

import sys
from typing import Any, cast


def has_price(model: str | None) -> bool:
    """True if LiteLLM knows that a model costs something, or does not know the model.

    The cost of an answer is 0 if LiteLLM's cache gave it, or if its list has the price 0. It states
    no cost for a model that it does not know.
    """
    prices: Any = getattr(sys.modules.get("litellm"), "model_cost", None)
    if not model or not isinstance(prices, dict):
        return False
    entries = cast("dict[str, Any]", prices)
    entry = entries.get(model) or entries.get(model.partition("/")[2])
    return entry is None or any(name.endswith("_cost_per_token") and price for name, price in entry.items())
