"""Price of a quantity under a contract (pure).

Source: the contract's `ContractAgentAction` and pricing tiers.

Quantities and prices are exact fractions. Each line is rounded to whole cents once, half a cent up.
Included units are subtracted first, and the pricing model prices the rest. A minimum commitment is
a lower bound of the sum.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from itertools import zip_longest
from math import ceil, floor
from typing import Any, NamedTuple

from coobird.mock.billing.money import decimal

ZERO = Fraction(0)


class BillLine(NamedTuple):
    """One line of a bill."""

    explanation: str
    """Computation of the amount in words."""
    quantity: Fraction
    """Number of units, or of packages if those are sold."""
    unit_price: Fraction
    """Cents per unit or per package."""
    cents: int
    """Rounded amount."""
    included_units: Fraction = ZERO
    """Units that are free."""
    billable_units: Fraction = ZERO
    """Units that are billed. Units beyond the included ones without overage, and units that no tier
    covers, are neither free nor billed."""
    tier_number: int | None = None


class SplitQuantity(NamedTuple):
    """A quantity, split into included, billable and unbilled units."""

    total: Fraction
    included: Fraction
    billable: Fraction
    unit: str

    @property
    def unbilled(self) -> Fraction:
        """Units beyond the included ones, if the price allows no overage."""
        return self.total - self.included - self.billable

    def explain(self, how: str) -> str:
        """Explanation of a line. `how` is the price of the billable units in words."""
        if self.billable == self.total:
            return f"{quantity_text(self.total, self.unit)} {how}"
        parts = [quantity_text(self.total, self.unit)]
        if self.included:
            parts.append(f"{number_text(self.included)} included")
        if self.unbilled:
            parts.append(f"{number_text(self.unbilled)} beyond them not billed")
        if self.billable:
            parts.append(f"{number_text(self.billable)} {how}")
        return ", ".join(parts)


class TierRange(NamedTuple):
    """Units of a tier: those above `low` and up to `high`, which is included.

    None: without an end.
    """

    low: int
    high: int | None
    tier: Mapping[str, Any]

    def units(self, quantity: Fraction) -> Fraction:
        """Units of a quantity, counted from 0, that lie in the range."""
        top = quantity if self.high is None else min(quantity, Fraction(self.high))
        return max(top - self.low, ZERO)


def price_usage(price: Mapping[str, Any], quantity: Fraction, unit: str = "units") -> list[BillLine]:
    """Lines for the quantity of one billing period.

    There is no line for a quantity of 0 without a commitment. The cents of the lines never add up
    to less than `minimum_commitment`.
    """
    lines: list[BillLine] = []
    if quantity > 0:
        included = min(quantity, fraction(price["included_units"]))
        billable = quantity - included if price["overage_allowed"] else ZERO
        lines = _MODELS[price["pricing_model"]](price, SplitQuantity(quantity, included, billable, unit))
    shortfall = price["minimum_commitment"] - sum(line.cents for line in lines)
    if shortfall > 0:
        committed = number_text(Fraction(price["minimum_commitment"]))
        lines.append(
            BillLine(f"up to the minimum commitment of {committed} cents", Fraction(1), Fraction(shortfall), shortfall)
        )
    return lines


def tier_ranges(tiers: Sequence[Mapping[str, Any]]) -> list[TierRange]:
    """Ranges of the tiers, the lowest first.

    Units count from 1, so a `start_unit` of 0 equals one of 1, and a tier that ends with 0 is left
    out.
    """
    ordered = sorted((tier for tier in tiers if tier["end_unit"] != 0), key=lambda tier: int(tier["start_unit"]))
    lows = [max(tier["start_unit"], 1) - 1 for tier in ordered]
    # A tier without an end lasts until the next one starts.
    highs = [tier["end_unit"] if tier["end_unit"] is not None else low for tier, low in zip_longest(ordered, lows[1:])]
    return [TierRange(*bounds) for bounds in zip(lows, highs, ordered, strict=True)]


def fraction(number: Any) -> Fraction:
    """The exact number that was written in JSON."""
    return Fraction(decimal(number))


def rounded_cents(amount: Fraction) -> int:
    """Whole cents. Half a cent rounds up."""
    return floor(amount + Fraction(1, 2))


def number_text(value: Fraction) -> str:
    """All digits of a number, or six decimal places if its decimal has no end."""
    context = Context(prec=100)
    number = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{number:,.6f}" if context.flags[Inexact] else f"{number:,f}"


def quantity_text(value: Fraction, plural: str) -> str:
    """A number and its unit.

    A unit label that the user chose has no singular and is not changed.
    """
    return f"{number_text(value)} {plural[:-1] if value == 1 and plural in ('units', 'packages', 'seats') else plural}"


def cents_text(amount: Fraction) -> str:
    return f"{number_text(amount)} {'cent' if amount == 1 else 'cents'}"


def _per_unit(price: Mapping[str, Any], usage: SplitQuantity) -> list[BillLine]:
    unit_price = fraction(price["unit_price"])
    explanation = usage.explain(f"at {cents_text(unit_price)} each")
    cents = rounded_cents(usage.billable * unit_price)
    return [BillLine(explanation, usage.total, unit_price, cents, usage.included, usage.billable)]


def _package(price: Mapping[str, Any], usage: SplitQuantity) -> list[BillLine]:
    size: int = price["package_size"]
    package_price = fraction(price["package_price"])
    packages = Fraction(ceil(usage.billable / size))
    how = f"in {quantity_text(packages, 'packages')} of {size:,} at {cents_text(package_price)} each"
    cents = rounded_cents(packages * package_price)
    return [BillLine(usage.explain(how), packages, package_price, cents, usage.included, usage.billable)]


def _tiered(price: Mapping[str, Any], usage: SplitQuantity) -> list[BillLine]:
    lines: list[BillLine] = []
    if usage.included or usage.unbilled:
        free = SplitQuantity(usage.included + usage.unbilled, usage.included, ZERO, usage.unit)
        lines.append(BillLine(free.explain(""), free.total, ZERO, 0, usage.included))
    for tier_range in tier_ranges(price["tiers"]):
        units, unit_price = tier_range.units(usage.billable), fraction(tier_range.tier["price_per_unit"])
        if units:
            number, fee = tier_range.tier["tier_order"], tier_range.tier["flat_fee"]
            explanation = f"tier {number}, {quantity_text(units, usage.unit)} at {cents_text(unit_price)} each"
            if fee:
                explanation += f" and a flat fee of {cents_text(Fraction(fee))}"
            cents = rounded_cents(units * unit_price + fee)
            lines.append(BillLine(explanation, units, unit_price, cents, ZERO, units, number))
    return lines


_MODELS: dict[str, Callable[[Mapping[str, Any], SplitQuantity], list[BillLine]]] = {
    "per_unit": _per_unit,
    "tiered": _tiered,
    "package": _package,
}
