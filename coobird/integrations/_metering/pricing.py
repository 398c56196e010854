"""Decision about the cost of a call: an amount, or the fact that stands in its way (pure).

A cost is stated by the provider, or computed if everything that may change the price was
understood and the price list has a price for each counted part. Otherwise there is no cost: a
number that is silently wrong would be billed.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.terms import Round
    from coobird.integrations._metering.usage import Usage

STATED = "provider"
"""`cost_source` of a cost that the provider states in its answer."""

OWN = "own"
"""`cost_source` of a cost from the caller's own function or prices."""

EXACT = Context(prec=60)
"""Precision of amounts. That of the program may be too low for all their digits."""

CONTRADICTION = "its usage contradicts itself"

# Parts of the input and of the output that some models charge at a rate of their own. An entry with
# such a rate needs the count, also if it is 0.
_MODALITIES = {
    "input_tokens": ("audio_input_tokens", "image_input_tokens", "video_input_tokens"),
    "output_tokens": ("audio_output_tokens", "image_output_tokens", "video_output_tokens"),
}

# Fees per use. Whoever reads an answer states them if there are any; not stated is none. The price
# list has the first two, prices of one's own may have all.
FEES = (
    "web_search_requests",
    "file_search_calls",
    "code_interpreter_calls",
    "image_generation_calls",
    "grounding_requests",
)

_WRITES = {lifetime: f"cache_write_{lifetime}_input_tokens" for lifetime in ("5m", "30m", "1h", "12h")}

# Lifetimes that have rates of their own at their sellers, so that an unknown lifetime is an unknown
# price. (OpenAI's 30 minutes are its default: an answer that keeps longer says so.)
_PRICED_LIFETIMES = frozenset({_WRITES["5m"], _WRITES["1h"], _WRITES["12h"]})

# Rates for the cached part of a modality. They matter only if both are counted, and no answer says
# how the two overlap.
_CACHED_MODALITIES = frozenset({"cache_read_audio_input_tokens", "cache_read_image_input_tokens"})

_TOKENS = frozenset({*_WRITES.values(), *(name for names in _MODALITIES.values() for name in names)})

_UNDERSTOOD = (
    _TOKENS
    | _CACHED_MODALITIES
    | frozenset(FEES)
    | {
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_write_input_tokens",
        "reasoning_output_tokens",
    }
)


class Priced(NamedTuple):
    """Cost of a call.

    Attributes:
        amount: Cost in US dollars.
        source: Origin of the amount, as in an event's `cost_source`.
        list_date: Date of the price list that was used, if any.
        markup_percent: Percentage of the caller's own that is part of the amount, if any.
        marked_up: Origin of the amount before the markup.
    """

    amount: Decimal
    source: str
    list_date: date | None = None
    markup_percent: Decimal | None = None
    marked_up: str | None = None

    def traces(self) -> dict[str, Any]:
        """Return the event's metadata about the cost."""
        traces = {
            "cost_source": self.source,
            "price_list_date": None if self.list_date is None else self.list_date.isoformat(),
            "cost_markup_percent": self.markup_percent,
            "cost_before_markup_source": self.marked_up,
        }
        return {name: value for name, value in traces.items() if value is not None}


class Withheld(NamedTuple):
    """No cost: the fact that stood in the way, worded to follow "because".

    It has no numbers of the single call, because it is reported once per wording.
    """

    reason: str


class Entry(NamedTuple):
    """Prices of one model, at one seller and at one time.

    Attributes:
        source: Name of the price list with its version, as in an event's `cost_source`.
        parts: Names of the counts that have a price of their own, as event attributes are named.
        amount: Returns the price in US dollars of counts that are all in `parts`. It raises
            `ValueError` for counts that contradict each other.
        name: Words for the entry, to begin a reason with.
        list_date: Date of the price list.
    """

    source: str
    parts: frozenset[str]
    amount: Callable[[Mapping[str, int]], Decimal]
    name: str = "the price list"
    list_date: date | None = None


class PriceList(Protocol):
    """Prices of models."""

    def entry(self, provider: str, model: str, variant: Mapping[str, str], at: datetime) -> Entry | Withheld:
        """Return the prices of a model; `Withheld` if they are not known for certain.

        Args:
            provider: Name of the provider, as in an event's `provider`.
            variant: Terms that are not ordinary: `service_tier`, `speed`, `inference_geo`,
                `region`. The prices must be those for exactly these terms.
            at: Time of the call.
        """
        ...


def price(call: Call, prices: PriceList, at: datetime) -> Priced | Withheld:
    """Return the cost of a call, or the fact that stands in its way."""
    with localcontext(EXACT):
        return _price(call, prices, at)


def _price(call: Call, prices: PriceList, at: datetime) -> Priced | Withheld:
    terms, usage = call.terms, call.usage
    if terms.stated_cost is not None:
        return Priced(terms.stated_cost, STATED)
    if usage is None or usage.output is None:
        return Withheld("its output tokens are unknown")
    if not call.is_exact:
        return Withheld(f"{call.source} {call.reason or 'does not count its tokens exactly'}")
    if terms.doubts:
        return Withheld("; ".join(terms.doubts))
    if not call.provider:
        return Withheld("its provider is unknown (name it: provider=...)")
    model = priced_model(call)
    if not model:
        return Withheld("its model is unknown")
    requests = [(_model_of(each, call, model), each.usage) for each in terms.rounds] or [(model, usage)]
    fees = {name: count for name, count in usage.other if name not in _TOKENS} if terms.rounds else {}
    variant = terms.extraordinary()
    total, entries = Decimal(0), list[Entry]()
    for number, (name, counted) in enumerate(requests):
        if name is None:
            return Withheld("another model was used in it, and the answer does not name its inference profile")
        entry = prices.entry(call.provider, name, variant, at)
        if isinstance(entry, Withheld):
            return entry
        unreported = [part for part in terms.unreported if part in entry.parts]
        if unreported:
            return Withheld(f"{call.source} does not report its {unreported[0]}, which have a price of their own")
        amount = amount_of(counted, entry, fees if number == 0 else {})
        if isinstance(amount, Withheld):
            return amount
        total += amount
        entries.append(entry)
    sources = dict.fromkeys(each.source for each in entries)
    dates = [each.list_date for each in entries if each.list_date is not None]
    return Priced(total, ", ".join(sources), min(dates, default=None))


def priced_model(call: Call) -> str | None:
    """Return the model id that decides the price.

    On Bedrock the request's id names the inference profile, and the answer only the bare model.
    """
    return (call.terms.model_requested if call.provider == "aws.bedrock" else None) or call.model


def _model_of(each: Round, call: Call, model: str) -> str | None:
    """Return the model id of a request inside of a call; `None` if it does not decide the price."""
    if each.model in (None, call.model):
        return model
    return None if call.provider == "aws.bedrock" else each.model


def amount_of(usage: Usage, entry: Entry, fees: Mapping[str, int]) -> Decimal | Withheld:
    """Return the price of one request's counts, or the fact that stands in its way.

    Args:
        fees: Uses that are charged in addition to those in `usage`.
    """
    if not entry.parts & {"input_tokens", "output_tokens"}:
        return Withheld(f"{entry.name} has no price for its tokens")
    strange = sorted(entry.parts - _UNDERSTOOD)
    if strange:
        return Withheld(f"the price depends on {', '.join(strange)}, which its usage does not count")
    stated = {**dict(usage.other), **fees}
    if contradicts_itself(usage):
        return Withheld(CONTRADICTION)
    problem = _unknown_part(usage, stated, entry)
    if problem is not None:
        return problem
    counts = _counts(usage, stated, entry)
    for name, count in counts.items():
        if count and name not in entry.parts:
            return Withheld(f"{entry.name} has no price of its own for {name}")
    try:
        return entry.amount({name: count for name, count in counts.items() if name in entry.parts})
    except ValueError:
        return Withheld(CONTRADICTION)


def contradicts_itself(usage: Usage) -> bool:
    """True if a part of the tokens is larger than its whole."""
    stated = dict(usage.other)
    read, written, output = usage.cache_read or 0, usage.cache_write or 0, usage.output or 0
    sums = (
        (read + written, usage.input),
        (usage.reasoning or 0, output),
        (sum(stated.get(name, 0) for name in _MODALITIES["input_tokens"]), usage.input),
        (sum(stated.get(name, 0) for name in _MODALITIES["output_tokens"]), output),
        (sum(stated.get(name, 0) for name in _WRITES.values()), written),
    )
    return any(part > whole for part, whole in sums)


def _unknown_part(usage: Usage, stated: Mapping[str, int], entry: Entry) -> Withheld | None:
    """Return the count that this entry needs and the usage lacks, if any."""
    for whole, count in (("input_tokens", usage.input), ("output_tokens", usage.output)):
        for name in _MODALITIES[whole]:
            if count and name in entry.parts and name not in stated:
                return Withheld(f"its {name} are unknown and have a price of their own")
    if usage.output and usage.reasoning is None and "reasoning_output_tokens" in entry.parts:
        return Withheld("its reasoning_output_tokens are unknown and have a price of their own")
    if usage.cache_read and any(stated.get(name) for name in _MODALITIES["input_tokens"]):
        return Withheld("its usage does not say how many of the cached tokens are audio or images")
    lifetimes = [stated[name] for name in _WRITES.values() if name in stated]
    matters = bool(lifetimes) or entry.parts & _PRICED_LIFETIMES
    if usage.cache_write and matters and sum(lifetimes) != usage.cache_write:
        return Withheld("it wrote to a cache for an unknown time, on which the price depends")
    return None


def _counts(usage: Usage, stated: Mapping[str, int], entry: Entry) -> dict[str, int]:
    """Return all counts by their names."""
    counts: dict[str, int] = {
        **stated,
        "input_tokens": usage.input,
        "output_tokens": usage.output or 0,
        "cache_read_input_tokens": usage.cache_read or 0,
        "cache_write_input_tokens": usage.cache_write or 0,
    }
    if "reasoning_output_tokens" in entry.parts:  # elsewhere reasoning is priced as output
        counts["reasoning_output_tokens"] = usage.reasoning or 0
    return counts
