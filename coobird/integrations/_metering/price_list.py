"""Price list of `genai-prices` (extra `prices`), asked so that it never guesses.

The package falls back in silence: to the standard price for terms that it does not know, to the
price of a part's whole, to another seller's price, to a provider with a similar name. This module
finds out whether a price is there, and withholds the cost if not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from coobird.errors import ConfigurationError
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.list_age import date_of_list
from coobird.integrations._metering.pricing import Entry, Priced, Withheld, price

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from coobird.integrations._metering.usage import Usage

# The list's name of a provider, where it differs from ours.
_PROVIDERS = {
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "aws.bedrock": "aws",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "gcp.gen_ai": "google",
    "mistral_ai": "mistral",
    "x_ai": "x-ai",
}

# Sellers whose price depends on something that no answer, request or client says, by the list's
# name.
_UNKNOWABLE = {
    "azure": "Azure charges by the type of the deployment (global, data zone, regional), which no answer names",
    "openrouter": "OpenRouter charges what its choice of a server charges, and this answer does not state it",
    "perplexity": "Perplexity charges for its searches too, and this answer does not state them",
    "zhipuai": "Zhipu charges in yuan",
}

# Names that sellers give to one model after the other. The list knows which one it was once.
_MOVING_END = "-latest"
_MOVED = frozenset({"deepseek-chat", "deepseek-reasoner", "grok-code-fast-1"})

# Our name of each count that the list has a price for. Another price is taken over by its own name.
_PARTS = {
    "input_mtok": "input_tokens",
    "output_mtok": "output_tokens",
    "cache_read_mtok": "cache_read_input_tokens",
    "cache_write_mtok": "cache_write_input_tokens",
    "cache_write_1h_mtok": "cache_write_1h_input_tokens",
    "output_reasoning_mtok": "reasoning_output_tokens",
    "input_audio_mtok": "audio_input_tokens",
    "output_audio_mtok": "audio_output_tokens",
    "input_image_mtok": "image_input_tokens",
    "output_image_mtok": "image_output_tokens",
    "input_video_mtok": "video_input_tokens",
    "output_video_mtok": "video_output_tokens",
    "cache_audio_read_mtok": "cache_read_audio_input_tokens",
    "cache_image_read_mtok": "cache_read_image_input_tokens",
    "web_searches_kcount": "web_search_requests",
    "storage_searches_kcount": "file_search_calls",
}

# Fees per use are the same in all tiers. A rate of tokens is not.
_FEES = ("web_searches_kcount", "storage_searches_kcount")

# The list's name of each count.
_COUNTS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "cache_write_input_tokens": "cache_write_tokens",
    "cache_write_1h_input_tokens": "cache_write_1h_tokens",
    "reasoning_output_tokens": "output_reasoning_tokens",
    "audio_input_tokens": "input_audio_tokens",
    "audio_output_tokens": "output_audio_tokens",
    "image_input_tokens": "input_image_tokens",
    "image_output_tokens": "output_image_tokens",
    "video_input_tokens": "input_video_tokens",
    "video_output_tokens": "output_video_tokens",
    "web_search_requests": "web_searches",
    "file_search_calls": "storage_searches",
}

MAX_FOUND = 1_000
"""Number of models whose place in the list is remembered. Names of models come from answers."""

_BEDROCK_REGION = "us-east-1"
"""Region whose Bedrock prices the list has. An inference profile has one price in all regions."""
_PROFILES = ("global.", "us.", "eu.", "apac.", "au.", "jp.")


class GenaiPrices:
    """Price list of the installed `genai-prices`, or its update by the package's `UpdatePrices`.

    Raises:
        ConfigurationError: `genai-prices` is not installed.
    """

    def __init__(self) -> None:
        try:
            self._package: Any = import_module("genai_prices")
            self._types: Any = import_module("genai_prices.types")
            self._snapshots: Any = import_module("genai_prices.data_snapshot")
        except ImportError as error:
            raise ConfigurationError(
                "Costs need the price list of genai-prices: pip install 'coobird[prices]'."
            ) from error
        self._dated: tuple[Any, date | None, date | None] = (None, None, None)
        self._found_in: Any = None
        self._found: dict[tuple[str, str], Any] = {}
        self.source = f"genai-prices {self._package.__version__}"

    def entry(self, provider: str, model: str, variant: Mapping[str, str], at: datetime) -> Entry | Withheld:
        """Return the prices of a model; `Withheld` if they are not in the list for certain."""
        seller = _PROVIDERS.get(provider, provider)
        if seller in _UNKNOWABLE:
            return Withheld(_UNKNOWABLE[seller])
        if model in _MOVED or (model.endswith(_MOVING_END) and seller != "openai"):
            return Withheld(f"{model!r} is a name that {provider} gives to one model after the other")
        found = self._find(seller, model)
        if found is None:
            return Withheld(f"{self.source} has no price of {model!r} at {provider}")
        if not any(found.model is own for own in found.provider.models):
            return Withheld(f"{self.source} has the price of {model!r} at another seller than {provider} only")
        problem = self._time_problem(found.model, at)
        if problem is not None:
            return problem
        rates = self._rates(found, _terms_to_look_up(seller, model, variant), at)
        if rates is None:
            terms = ", ".join(f"{name} {value!r}" for name, value in sorted(variant.items()))
            return Withheld(f"{self.source} has no price of {model!r} for {terms}")
        return self._entry(rates, seller)

    def _find(self, seller: str, model: str) -> Any:
        """Return the list's provider and model; `None` if they are not in the list."""
        snapshot = self._snapshots.get_snapshot()
        if self._found_in is not snapshot:  # `UpdatePrices` has fetched another list
            self._found, self._found_in = {}, snapshot
        found = self._found
        if (seller, model) not in found:
            try:
                price = self._package.calc_price(self._package.Usage(), model, provider_id=seller)
            except LookupError:
                price = None
            # The list also finds providers by a part of their name.
            is_named = price is not None and price.provider.id == seller
            if len(found) >= MAX_FOUND:
                found.clear()
            found[seller, model] = price = price if is_named else None
            return price
        return found.get((seller, model))

    def _time_problem(self, model: Any, at: datetime) -> Withheld | None:
        prices: Any = model.prices
        if not isinstance(prices, list):
            return None
        changes = cast("Sequence[Any]", prices)
        active = [each.constraint for each in changes if each.constraint is None or each.constraint.active(at)]
        if not active:
            return Withheld(f"{self.source} has no price of {model.id!r} for the time of the call")
        if isinstance(active[-1], self._types.TimeOfDateConstraint):
            # Peak hours are a matter of weekdays and holidays too, which the list cannot express.
            return Withheld(f"{self.source} does not know on which days {model.id!r} has peak hours")
        return None

    def _rates(self, found: Any, terms: Mapping[str, str], at: datetime) -> dict[str, Any] | None:
        """Return the prices by the list's names; `None` if it has none for exactly these terms."""
        prices = cast("dict[str, Any]", vars(found.model.get_prices(at)))
        standard = {name: rate for name, rate in prices.items() if rate is not None}
        if not terms:
            return standard
        variants = [
            each.prices
            for each in found.model.price_variants or ()
            if each.when == terms and (each.constraint is None or each.constraint.active(at))
        ]
        if not variants:
            return None
        prices = cast("dict[str, Any]", vars(variants[0]))
        own = {name: rate for name, rate in prices.items() if rate is not None}
        fees = {name: rate for name, rate in standard.items() if name in _FEES}
        return fees | own

    def _entry(self, rates: Mapping[str, Any], seller: str) -> Entry:
        # A price of 0 is a gap in the list more often than a gift.
        priced = {name: rate for name, rate in rates.items() if not _is_zero(rate)}
        parts = {_PARTS.get(name, name) for name in priced}
        if "cache_write_mtok" in priced:
            parts.add("cache_write_30m_input_tokens" if seller == "openai" else "cache_write_5m_input_tokens")
        model_price = self._types.ModelPrice(**priced)

        def amount(counts: Mapping[str, int]) -> Decimal:
            usage = self._package.Usage(**{_COUNTS[name]: count for name, count in counts.items() if name in _COUNTS})
            return Decimal(model_price.calc_price(usage)["total_price"])

        return Entry(self.source, frozenset(parts), amount, list_date=self._date())

    def _date(self) -> date | None:
        snapshot, today = self._snapshots.get_snapshot(), datetime.now(UTC).date()
        if self._dated[0] is not snapshot or self._dated[1] != today:
            self._dated = (snapshot, today, date_of_list(snapshot, today))
        return self._dated[2]


def _terms_to_look_up(seller: str, model: str, variant: Mapping[str, str]) -> dict[str, str]:
    """Return the terms as the list names them."""
    terms = dict(variant)
    if seller == "aws" and (terms.get("region") == _BEDROCK_REGION or model.startswith(_PROFILES)):
        terms.pop("region", None)
    if terms.get("service_tier") == "batch":
        terms["processing"] = terms.pop("service_tier")
    return terms


def _is_zero(rate: Any) -> bool:
    tiers: Any = getattr(rate, "tiers", ())
    return not any((getattr(rate, "base", rate), *(tier.price for tier in tiers)))


def cost_usd(provider: str, model: str, usage: Usage, *, at: datetime | None = None) -> Decimal | None:
    """Return the list price of a call in US dollars, with all digits.

    Args:
        provider: Name of the provider, as in an event's `provider`.
        model: Name of the model.
        usage: Tokens of the call.
        at: Time of the call; now if left out. Prices of the past are in the list.

    Returns:
        `None`, never 0, if the list has no price for each part of the usage, and for unknown
        output.

    Raises:
        ConfigurationError: `genai-prices` is not installed.
    """
    call = Call(provider, "", model, None, usage, "", at)
    decision = price(call, GenaiPrices(), at or datetime.now(UTC))
    return decision.amount if isinstance(decision, Priced) else None


def price_function(cost: bool | Callable[[Call], Decimal | None]) -> Callable[[Call], Decimal | None] | None:
    """Return the function that prices calls: this list, the caller's own, or `None` for no prices.

    Args:
        cost: True for this list, False for no prices, or a function of the caller's own.

    Raises:
        ConfigurationError: `cost=True`, and `genai-prices` is not installed.
    """
    if callable(cost):
        return cost
    if not cost:
        return None
    prices = GenaiPrices()

    def listed(call: Call) -> Decimal | None:
        decision = price(call, prices, call.ended_at or datetime.now(UTC))
        return decision.amount if isinstance(decision, Priced) else None

    return listed
