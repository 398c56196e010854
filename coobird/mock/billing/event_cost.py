"""What one event costs (pure). US dollars, exact. Source: the contract's `Event.signal_code` and `SignalResponse`.

An event with a `signal_code` states its cost itself, in `attributes.cost_usd`; without one, the cost signals of its
agent say what it costs. The two never mix: a `cost_usd` without a `signal_code` is a fact like any other attribute.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, Inexact
from typing import Any, NamedTuple

from coobird.mock.billing.aggregation import exact, measured

COST_TYPES = ("fixed", "variable")
CATEGORIES = ("compute", "llm", "api", "storage", "bandwidth", "other")
# Where a cost goes whose signal has no category, or that is made up of several.
OTHER = "other"
# Wider than any product of two numbers that `exact` lets through.
_EXACT = Context(prec=2400, traps=[Inexact])


class Cost(NamedTuple):
    """What an event costs, in all and by category; `usd` is None where nobody knows."""

    usd: Decimal | None
    by_category: Mapping[str, Decimal]

    @property
    def category(self) -> str | None:
        """The only category; `other` if the cost is made up of several, None if there is no cost."""
        if len(self.by_category) == 1:
            return next(iter(self.by_category))
        return OTHER if self.by_category else None


UNKNOWN = Cost(None, {})


class CostError(ValueError):
    """The event states a cost that is none. The message is for the person who sent it."""


def cost_of(
    event: Mapping[str, Any], signal: Mapping[str, Any] | None, cost_signals: Sequence[Mapping[str, Any]]
) -> Cost:
    """The cost of an event.

    With a `signal_code`: `attributes.cost_usd` as it stands, in the category of that signal (if it exists). Raises
    `CostError` for a `cost_usd` that is no amount. Without: the sum over the active ones of `cost_signals`, in which
    `fixed` is `cost_per_unit` times the quantity, and `variable` is `cost_per_unit` times the attribute that
    `value_field` names (the quantity, if it names none). A signal whose attribute the event lacks has no part in it.
    """
    attributes = event.get("attributes", {})
    if event.get("signal_code") is not None:
        return _stated(attributes.get("cost_usd"), signal)
    quantity = event.get("quantity", 1)
    by_category: dict[str, Decimal] = {}
    for each in cost_signals:
        if each["cost_type"] is None or each["cost_per_unit"] is None or each["status"] == "inactive":
            continue
        units = measured(each["value_field"] if each["cost_type"] == "variable" else None, quantity, attributes)
        price = exact(each["cost_per_unit"])
        if units is not None and price is not None:
            category = each["category"] or OTHER
            by_category[category] = _EXACT.fma(units, price, by_category.get(category, Decimal(0)))
    return _cost(by_category) if by_category else UNKNOWN


def _stated(amount: Any, signal: Mapping[str, Any] | None) -> Cost:
    if amount is None:
        return UNKNOWN
    usd = exact(amount)
    if usd is None or usd < 0:
        raise CostError("attributes.cost_usd must be a number of US dollars, from 0 to 10^15")
    category = signal["category"] if signal else None
    return _cost({category or OTHER: usd})


def _cost(by_category: Mapping[str, Decimal]) -> Cost:
    """Equal amounts are equal texts too: no trailing zeros."""
    total = Decimal(0)
    for amount in by_category.values():
        total = _EXACT.add(total, amount)
    return Cost(_EXACT.normalize(total), {name: _EXACT.normalize(amount) for name, amount in by_category.items()})
