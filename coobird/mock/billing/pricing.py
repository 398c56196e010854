"""What usage costs under a price of a contract (pure). Source: the contract's `ContractAgentAction` and pricing tiers.

Quantities and prices are fractions, so nothing is lost on the way; each line is rounded to whole cents once, half a cent
up. The included units come off first. What is left is priced by the model. A commitment is a floor under the sum.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from coobird.mock.billing.money import decimal

ZERO = Fraction(0)


class Line(NamedTuple):
    """One line of a bill."""

    explanation: str
    """How the amount came about, for a person."""
    quantity: Fraction
    """Units; packages where those are sold."""
    unit_price: Fraction
    """Cents per unit (or package)."""
    cents: int
    """The amount, rounded."""
    included_units: Fraction = ZERO
    """Units that were free."""
    billable_units: Fraction = ZERO
    """Units that were billed. Neither free nor billed: what lies beyond the included units where no overage is allowed,
    and what no tier covers."""
    tier_number: int | None = None


class Usage(NamedTuple):
    """A quantity, split by the included units of a price."""

    total: Fraction
    included: Fraction
    billable: Fraction
    unit: str

    @property
    def refused(self) -> Fraction:
        return self.total - self.included - self.billable

    def explain(self, how: str) -> str:
        """`how` says how the billable part is priced."""
        if self.billable == self.total:
            return f"{counted(self.total, self.unit)} {how}"
        parts = [counted(self.total, self.unit)]
        if self.included:
            parts.append(f"{written(self.included)} included")
        if self.refused:
            parts.append(f"{written(self.refused)} beyond them not billed")
        if self.billable:
            parts.append(f"{written(self.billable)} {how}")
        return ", ".join(parts)


class Span(NamedTuple):
    """What a tier covers: from above `low` up to and with `high`; None never ends."""

    low: int
    high: int | None
    tier: Mapping[str, Any]

    def units(self, quantity: Fraction) -> Fraction:
        """How much of a quantity, counted from 0, lies in the span."""
        top = quantity if self.high is None else min(quantity, Fraction(self.high))
        return max(top - self.low, ZERO)


def price_usage(price: Mapping[str, Any], quantity: Fraction, unit: str = "units") -> list[Line]:
    """The lines that a quantity of one billing interval makes. None at all for a quantity of 0 without a commitment.
    Their cents never add up to less than `minimum_commitment`."""
    lines: list[Line] = []
    if quantity > 0:
        included = min(quantity, fraction(price["included_units"]))
        billable = quantity - included if price["overage_allowed"] else ZERO
        lines = _MODELS[price["pricing_model"]](price, Usage(quantity, included, billable, unit))
    missing = price["minimum_commitment"] - sum(line.cents for line in lines)
    if missing > 0:
        committed = written(Fraction(price["minimum_commitment"]))
        lines.append(
            Line(f"up to the minimum commitment of {committed} cents", Fraction(1), Fraction(missing), missing)
        )
    return lines


def spans(tiers: Sequence[Mapping[str, Any]]) -> list[Span]:
    """What each tier covers, lowest first. Units count from 1, so a `start_unit` of 0 and of 1 are the same, and a tier
    that ends with 0 covers nothing."""
    ordered = sorted((tier for tier in tiers if tier["end_unit"] != 0), key=lambda tier: int(tier["start_unit"]))
    lows = [max(tier["start_unit"], 1) - 1 for tier in ordered]
    # A tier without an end goes on until the next one starts.
    nexts: list[int | None] = [*lows[1:], None]
    highs = [
        tier["end_unit"] if tier["end_unit"] is not None else low for tier, low in zip(ordered, nexts, strict=True)
    ]
    return [Span(*span) for span in zip(lows, highs, ordered, strict=True)]


def fraction(number: Any) -> Fraction:
    """A number from JSON, as it was written."""
    return Fraction(decimal(number))


def whole_cents(amount: Fraction) -> int:
    """Half a cent rounds up."""
    return floor(amount + Fraction(1, 2))


def written(value: Fraction) -> str:
    """For a person: all its digits, or six decimal places of a number that has no end."""
    context = Context(prec=100)
    number = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{number:,.6f}" if context.flags[Inexact] else f"{number:,f}"


def counted(value: Fraction, plural: str) -> str:
    """A number and what it counts. A label of the user's own is taken as it is, whatever the number."""
    return f"{written(value)} {plural[:-1] if value == 1 and plural in ('units', 'packages', 'seats') else plural}"


def in_cents(amount: Fraction) -> str:
    return f"{written(amount)} {'cent' if amount == 1 else 'cents'}"


def _per_unit(price: Mapping[str, Any], usage: Usage) -> list[Line]:
    unit_price = fraction(price["unit_price"])
    explanation = usage.explain(f"at {in_cents(unit_price)} each")
    cents = whole_cents(usage.billable * unit_price)
    return [Line(explanation, usage.total, unit_price, cents, usage.included, usage.billable)]


def _package(price: Mapping[str, Any], usage: Usage) -> list[Line]:
    size: int = price["package_size"]
    package_price = fraction(price["package_price"])
    packages = Fraction(ceil(usage.billable / size))
    how = f"in {counted(packages, 'packages')} of {size:,} at {in_cents(package_price)} each"
    cents = whole_cents(packages * package_price)
    return [Line(usage.explain(how), packages, package_price, cents, usage.included, usage.billable)]


def _tiered(price: Mapping[str, Any], usage: Usage) -> list[Line]:
    lines: list[Line] = []
    if usage.included or usage.refused:
        free = Usage(usage.included + usage.refused, usage.included, ZERO, usage.unit)
        lines.append(Line(free.explain(""), free.total, ZERO, 0, usage.included))
    for span in spans(price["tiers"]):
        units, unit_price = span.units(usage.billable), fraction(span.tier["price_per_unit"])
        if units:
            number, fee = span.tier["tier_order"], span.tier["flat_fee"]
            explanation = f"tier {number}, {counted(units, usage.unit)} at {in_cents(unit_price)} each"
            if fee:
                explanation += f" and a flat fee of {in_cents(Fraction(fee))}"
            cents = whole_cents(units * unit_price + fee)
            lines.append(Line(explanation, units, unit_price, cents, ZERO, units, number))
    return lines


_MODELS: dict[str, Callable[[Mapping[str, Any], Usage], list[Line]]] = {
    "per_unit": _per_unit,
    "tiered": _tiered,
    "package": _package,
}
