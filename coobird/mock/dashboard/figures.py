"""What the page shows of a tally and of what contracts charge (pure). Every amount is decimal text, since a browser's numbers
are binary."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from coobird.mock.dashboard.totals import Tally, less, plain
from coobird.mock.state.document_store import Doc


class Charged(NamedTuple):
    """What contracts charge, in cents by currency. Empty: there is a contract, and it charges nothing so far."""

    cents: Mapping[str, int]


def figures(tally: Tally | None, charged: Charged | None) -> Doc:
    """The numbers of one line. `charged` is None without a contract. A margin takes both sides in US dollars."""
    tally = tally or Tally()
    billed = None if charged is None else [[_from_cents(cents), unit] for unit, cents in sorted(charged.cents.items())]
    margin, percent = margin_usd(tally.cost_usd, charged)
    return {
        "events": str(tally.events),
        "input_tokens": str(tally.input_tokens),
        "output_tokens": str(tally.output_tokens),
        "cost_usd": None if tally.cost_usd is None else plain(tally.cost_usd),
        "billed": billed,
        "margin_usd": None if margin is None else plain(margin),
        "margin_percent": percent,
    }


def margin_usd(cost_usd: Decimal | None, charged: Charged | None) -> tuple[Decimal | None, str | None]:
    """What is left of the billed amount, and which share of it that is; None where it cannot be known."""
    if charged is None or set(charged.cents) - {"USD"}:
        return None, None
    billed = Decimal(_from_cents(charged.cents.get("USD", 0)))
    left = less(billed, cost_usd or Decimal(0))
    return left, f"{left / billed * 100:.1f}" if billed else None


def together(charges: Iterable[Charged | None]) -> Charged | None:
    """The sum of what some contracts charge; None if there is none."""
    known = [charged for charged in charges if charged is not None]
    cents: dict[str, int] = {}
    for charged in known:
        for currency, amount in charged.cents.items():
            cents[currency] = cents.get(currency, 0) + amount
    return Charged(cents) if known else None


def _from_cents(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"
