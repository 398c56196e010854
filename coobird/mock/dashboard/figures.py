"""Figures of one row of the page (pure): totals, billed amounts and margins.

Every amount is decimal text, since the numbers of a browser are binary.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.totals import Sums, decimal_text, minus


class BilledAmounts(NamedTuple):
    """Amounts that contracts bill, in cents by currency.

    Empty: there is a contract without charges.
    """

    cents: Mapping[str, int]


def figures(totals: Sums | None, billed: BilledAmounts | None) -> JsonObject:
    """The figures of one row. `billed` is None without a contract.

    The margin is known only if all amounts are in US dollars.
    """
    totals = totals or Sums()
    amounts = None if billed is None else [[from_cents(cents), unit] for unit, cents in sorted(billed.cents.items())]
    margin, percent = margin_usd(totals.cost_usd, billed)
    return {
        "events": str(totals.events),
        "input_tokens": str(totals.input_tokens),
        "output_tokens": str(totals.output_tokens),
        "cost_usd": None if totals.cost_usd is None else decimal_text(totals.cost_usd),
        "billed": amounts,
        "margin_usd": None if margin is None else decimal_text(margin),
        "margin_percent": percent,
    }


def margin_usd(cost_usd: Decimal | None, billed: BilledAmounts | None) -> tuple[Decimal | None, str | None]:
    """Billed amount minus cost, and its percentage of the billed amount. None if it is unknown."""
    if billed is None or set(billed.cents) - {"USD"}:
        return None, None
    amount = Decimal(from_cents(billed.cents.get("USD", 0)))
    margin = minus(amount, cost_usd or Decimal(0))
    return margin, f"{margin / amount * 100:.1f}" if amount else None


def sum_billed(parts: Iterable[BilledAmounts | None]) -> BilledAmounts | None:
    """Sum of the parts that are not None. None if all are."""
    known = [part for part in parts if part is not None]
    cents: dict[str, int] = {}
    for part in known:
        for currency, amount in part.cents.items():
            cents[currency] = cents.get(currency, 0) + amount
    return BilledAmounts(cents) if known else None


def from_cents(cents: int) -> str:
    """An amount in whole units of the currency, with two places."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"
