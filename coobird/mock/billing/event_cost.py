"""Cost of one event in US dollars (pure), exact.

Source: the contract's `Event.signal_code` and `SignalResponse`.

An event with a `signal_code` states its cost itself, in `attributes.cost_usd`. The cost of an event
without one comes from the cost signals of its agent. The two never mix: without a `signal_code`,
`cost_usd` is an attribute like any other.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, Inexact
from typing import Any, NamedTuple

from coobird.mock.billing.aggregation import LIMIT, exact, measured
from coobird.mock.contract.costs import OTHER_CATEGORY

# Wider than any product of two numbers that `exact` returns, so nothing is rounded. The trap proves
# it.
_EXACT = Context(prec=4800, traps=[Inexact])


class Cost(NamedTuple):
    """Cost of an event, in total and by category. `usd` is None if the cost is unknown."""

    usd: Decimal | None
    by_category: Mapping[str, Decimal]

    @property
    def category(self) -> str | None:
        """The only category, `other` if there are several, None if there is no cost."""
        if len(self.by_category) == 1:
            return next(iter(self.by_category))
        return OTHER_CATEGORY if self.by_category else None


UNKNOWN = Cost(None, {})


class CostError(ValueError):
    """The event states an invalid cost. The message goes to the sender of the event."""


def cost_of(
    event: Mapping[str, Any], signal: Mapping[str, Any] | None, cost_signals: Sequence[Mapping[str, Any]]
) -> Cost:
    """Cost of an event.

    With a `signal_code`: the amount of `attributes.cost_usd`, in the category of that signal, if
    the signal exists.

    Without one: the sum over the active signals of `cost_signals`. A `fixed` signal costs
    `cost_per_unit` times the quantity. A `variable` one costs `cost_per_unit` times the attribute
    that its `value_field` names, or times the quantity if it names none. A signal is left out if
    the event lacks its attribute.

    Raises:
        CostError: `cost_usd` is not an amount of money.
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
            category = each["category"] or OTHER_CATEGORY
            by_category[category] = _EXACT.fma(units, price, by_category.get(category, Decimal(0)))
    return _cost(by_category) if by_category else UNKNOWN


def _stated(amount: Any, signal: Mapping[str, Any] | None) -> Cost:
    if amount is None:
        return UNKNOWN
    usd = exact(amount)
    if usd is None or not 0 <= usd <= LIMIT:
        raise CostError("attributes.cost_usd must be a number of US dollars, from 0 to 10^15")
    category = signal["category"] if signal else None
    return _cost({category or OTHER_CATEGORY: usd})


def _cost(by_category: Mapping[str, Decimal]) -> Cost:
    """Cost without trailing zeros, so that equal amounts have equal texts."""
    total = Decimal(0)
    for amount in by_category.values():
        total = _EXACT.add(total, amount)
    return Cost(_EXACT.normalize(total), {name: _EXACT.normalize(amount) for name, amount in by_category.items()})
