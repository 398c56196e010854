"""Price of a model call, from the price list of `genai-prices` (extra `prices`).

    wrap(openai.OpenAI(), coomon, cost=True)            # or CoobirdSpanProcessor(coomon, cost=True)

The list ships with that package; a newer version has newer prices, and nothing is fetched unless
you start the package's `UpdatePrices`. Amounts are `Decimal`: they are sent with all digits.
"""

from __future__ import annotations

from coobird.integrations._metering.price_file import check_prices
from coobird.integrations._metering.price_list import cost_usd, price_function
from coobird.integrations._metering.usage import Usage

__all__ = ("Usage", "check_prices", "cost_usd", "price_function")
