"""Price of a model call in US dollars, from the price list of `genai-prices` (extra `prices`)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.call import Call
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

# The list's name of a token count, where it differs from ours.
_PARTS = {
    "audio_input_tokens": "input_audio_tokens",
    "audio_output_tokens": "output_audio_tokens",
    "image_input_tokens": "input_image_tokens",
    "image_output_tokens": "output_image_tokens",
    "cache_write_1h_input_tokens": "cache_write_1h_tokens",
    "web_search_requests": "web_searches",
}


def cost_usd(provider: str, model: str, usage: Usage) -> Decimal | None:
    """Return the price of a call in US dollars, with all digits.

    Args:
        provider: Name of the provider, as in an event's `provider`.
        model: Name of the model.
        usage: Tokens of the call.

    Returns:
        `None`, never 0, for a model or provider that is not in the list, and for unknown output.

    Raises:
        ConfigurationError: `genai-prices` is not installed.
    """
    calculate, tokens = _price_list()
    if not provider or not model or usage.output is None:
        return None  # found by the model's name alone, the price may be another provider's
    counts: dict[str, int | None] = {
        "input_tokens": usage.input,
        "output_tokens": usage.output,
        "cache_read_tokens": usage.cache_read,
        "cache_write_tokens": usage.cache_write,
        "output_reasoning_tokens": usage.reasoning,
        **{_PARTS[name]: count for name, count in usage.other if name in _PARTS},
    }
    try:
        price = calculate(tokens(**counts), model, provider_id=_PROVIDERS.get(provider, provider))
    except (LookupError, ValueError):
        return None
    return Decimal(price.total_price)


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
    _price_list()
    return lambda call: None if call.usage is None else cost_usd(call.provider, call.model or "", call.usage)


def _price_list() -> tuple[Any, Any]:
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError as error:
        raise ConfigurationError("Costs need the price list of genai-prices: pip install 'coobird[prices]'.") from error
    return calc_price, Tokens
