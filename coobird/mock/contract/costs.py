"""Cost types and cost categories of the contract (pure).

Source: the contract's `SignalResponse`.
"""

COST_TYPES = ("fixed", "variable")
COST_CATEGORIES = ("compute", "llm", "api", "storage", "bandwidth", "other")
# Category of a cost whose signal has none, and of a cost that consists of several categories.
OTHER_CATEGORY = "other"
