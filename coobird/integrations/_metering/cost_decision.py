"""Decision about a call's cost by the arguments `cost=` and `prices=` of an integration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.own_prices import LaidOver, own_decision
from coobird.integrations._metering.price_list import GenaiPrices
from coobird.integrations._metering.pricing import OWN, Priced, Withheld, price

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.pricing import Entry, PriceList

    Decision = Callable[[Call, datetime], Priced | Withheld]
    PricesArgument = str | os.PathLike[str] | Mapping[str, Any] | None


def cost_decision(
    cost: bool | Callable[[Call], Decimal | None],
    prices: PricesArgument = None,
) -> Decision | None:
    """Return the function that decides about the cost of a call; `None` for no costs.

    Args:
        cost: True for the price list, False for no costs, or a function of the caller's own.
        prices: File or mapping of the caller's own prices. They come before `cost`, and with
            `cost=False` before the price list.

    Raises:
        ConfigurationError: An own price is wrong, or `genai-prices` is needed and not installed.
    """
    if callable(cost):
        return _with_own(prices, _NoPrices(), _by(cost))
    if cost or prices is not None:
        return _with_own(prices, GenaiPrices(), None)
    return None


def _with_own(prices: PricesArgument, listed: PriceList, by_function: Decision | None) -> Decision:
    if prices is None:
        return by_function or _by_list(listed)
    from coobird.integrations._metering.price_file import read_prices

    own = read_prices(prices)
    by_entry = _by_list(LaidOver(own, listed))
    return lambda call, at: own_decision(call, own, at, by_entry, by_function or by_entry)


class _NoPrices:
    """Price list without prices: the caller's function stands for it."""

    def entry(self, provider: str, model: str, variant: Mapping[str, str], at: datetime) -> Entry | Withheld:  # noqa: ARG002 - the signature of a price list
        return Withheld(f"your own prices have no entry of {model!r}")


def _by_list(prices: PriceList) -> Decision:
    return lambda call, at: price(call, prices, at)


def _by(cost: Callable[[Call], Decimal | None]) -> Decision:
    def decide(call: Call, _: datetime) -> Priced | Withheld:
        amount = cost(call)
        return Withheld("the function given as cost= returned None") if amount is None else Priced(amount, OWN)

    return decide
