"""Prices of one's own, laid over the price list: their checks, and a call's cost by them (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.pricing import EXACT, FEES, OWN, Entry, Withheld, priced_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.pricing import Priced, PriceList

    Decision = Callable[[Call, datetime], Priced | Withheld]

ANY = "*"
"""Value of a term in an entry that holds for every value of it, and for none."""

TERMS = ("service_tier", "speed", "inference_geo", "region")

# Priced by the million.
_TOKENS = (
    "input_tokens",
    "cache_read_input_tokens",
    "cache_write_input_tokens",
    "cache_write_5m_input_tokens",
    "cache_write_30m_input_tokens",
    "cache_write_1h_input_tokens",
    "cache_write_12h_input_tokens",
    "audio_input_tokens",
    "image_input_tokens",
    "video_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "audio_output_tokens",
    "image_output_tokens",
    "video_output_tokens",
)
# Priced each. Each call is one request.
_CALLS = ("requests", *FEES)
_PRICES = (*_TOKENS, *_CALLS)
_KEYS = ("provider", "model", *TERMS, "valid_from", "valid_until", "markup_percent", *_PRICES)

_WRITES = tuple(f"cache_write_{lifetime}_input_tokens" for lifetime in ("5m", "30m", "1h", "12h"))
# Counts that include others.
_WHOLES = {
    "cache_write_input_tokens": _WRITES,
    "input_tokens": (
        "cache_read_input_tokens",
        "cache_write_input_tokens",
        "audio_input_tokens",
        "image_input_tokens",
        "video_input_tokens",
    ),
    "output_tokens": ("reasoning_output_tokens", "audio_output_tokens", "image_output_tokens", "video_output_tokens"),
}

Place = tuple[str | int, ...]
"""Keys and indexes that lead to a value."""


class WrongPriceError(Exception):
    """An entry cannot be used as it stands.

    Attributes:
        place: Place of the wrong value.
    """

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


class OwnPrice(NamedTuple):
    """Entry: prices of a provider's models, or only a markup on the prices of another source.

    Attributes:
        number: Place of the entry among the entries, from 0.
        models: Exact names of models; empty for all models of the provider.
        terms: Terms that the call must have. A call with a term that is not named here does not
            match.
        valid_from: First moment at which the entry holds; `None` for always.
        valid_until: First moment at which it no longer holds; `None` for always.
        prices: US dollars per million tokens, or for one call; empty for a markup.
        markup_percent: Percentage to add to the price of another source; `None` for prices.
    """

    number: int
    provider: str
    models: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    valid_from: datetime | None
    valid_until: datetime | None
    prices: Mapping[str, Decimal]
    markup_percent: Decimal | None

    def is_about(self, provider: str, model: str, at: datetime) -> bool:
        """True if the entry holds for this model at this time."""
        return (
            self.provider == provider
            and (not self.models or model in self.models)
            and (self.valid_from is None or self.valid_from <= at)
            and (self.valid_until is None or at < self.valid_until)
        )

    def has_terms(self, terms: Mapping[str, str]) -> bool:
        """True if the entry holds for a call with these terms; ordinary ones are left out."""
        own = dict(self.terms)
        return all(own.get(name) in (ANY, terms.get(name)) for name in own.keys() | terms.keys())


class OwnPrices(NamedTuple):
    """Entries, and the markup of calls for which no entry names one."""

    entries: tuple[OwnPrice, ...] = ()
    markup_percent: Decimal | None = None

    def priced(self, provider: str, model: str, at: datetime) -> list[OwnPrice]:
        """Return the entries that price this model at this time, each for other terms."""
        return [entry for entry in self.entries if entry.prices and entry.is_about(provider, model, at)]

    def markup(self, provider: str, model: str, at: datetime) -> Decimal:
        """Return the markup in percent: that of the model, of the provider, or of all calls."""
        about = [entry for entry in self.entries if entry.markup_percent is not None]
        about = sorted((each for each in about if each.is_about(provider, model, at)), key=lambda each: not each.models)
        percents = (*(each.markup_percent for each in about), self.markup_percent)
        return next((percent for percent in percents if percent is not None), Decimal(0))


def own_prices_of(data: object) -> OwnPrices:
    """Check a decoded file, or a mapping of the same form, and return its entries.

    Raises:
        WrongPriceError: A value is wrong. Its place names the place.
    """
    if not isinstance(data, Mapping):
        raise WrongPriceError((), f"expected a mapping, not {_kind(data)}")
    found = cast("Mapping[str, Any]", data)
    for name in found:
        if name not in ("prices", "markup_percent"):
            raise WrongPriceError((name,), f"{name!r} is unknown; known are 'prices' and 'markup_percent'")
    listed: Any = found.get("prices", [])
    if isinstance(listed, (str, bytes)) or not isinstance(listed, Sequence):
        raise WrongPriceError(("prices",), f"expected a list of entries, not {_kind(listed)}")
    entries = tuple(_entry(number, entry) for number, entry in enumerate(cast("Sequence[object]", listed)))
    _refuse_overlaps(entries)
    return OwnPrices(entries, _percent(found, ()))


class LaidOver:
    """Price list in which prices of one's own come before those of another list.

    Args:
        base: List for models that have no price of one's own.
    """

    def __init__(self, own: OwnPrices, base: PriceList) -> None:
        self._own = own
        self._base = base

    def entry(self, provider: str, model: str, variant: Mapping[str, str], at: datetime) -> Entry | Withheld:
        """Return the caller's own prices of a model, or those of the other list."""
        priced = self._own.priced(provider, model, at)
        if not priced:
            return self._base.entry(provider, model, variant, at)
        for own in priced:
            if own.has_terms(variant):
                return _entry_of(own)
        terms = ", ".join(f"{name} {value!r}" for name, value in sorted(variant.items())) or "the ordinary terms"
        return Withheld(f"your own prices have no entry of {model!r} for {terms}")


def own_decision(
    call: Call, own: OwnPrices, at: datetime, by_entry: Decision, otherwise: Decision
) -> Priced | Withheld:
    """Return the cost of a call by one's own prices, or by another source with one's own markup.

    A price of one's own comes before the cost that the provider states.

    Args:
        by_entry: Prices a call for whose model there is an entry.
        otherwise: Prices any other call.
    """
    model = priced_model(call) or ""
    if own.priced(call.provider, model, at):
        decision = by_entry(call._replace(terms=call.terms._replace(stated_cost=None)), at)
    else:
        names = (call.model, call.terms.model_requested)
        other = next((name for name in names if name and own.priced(call.provider, name, at)), None)
        if other is not None:
            return Withheld(f"your own prices have {other!r} and not {model!r}, by which the call is priced")
        decision = otherwise(call, at)
    percent = own.markup(call.provider, model, at)
    if isinstance(decision, Withheld) or not percent:
        return decision
    with localcontext(EXACT):
        amount = decision.amount * (100 + percent) / 100
    return decision._replace(amount=amount, source=OWN, markup_percent=percent, marked_up=decision.source)


def _entry_of(own: OwnPrice) -> Entry:
    """Return an entry as the decision about a cost needs it."""
    parts = own.prices.keys() - {"requests"}
    if not parts.isdisjoint(_WRITES):
        parts |= {"cache_write_input_tokens"}
    return Entry(
        OWN,
        frozenset(parts),
        partial(_amount_of, own.prices),
        f"entry {own.number + 1} of your own prices",
    )


def _amount_of(prices: Mapping[str, Decimal], counts: Mapping[str, int]) -> Decimal:
    """Return the price of counts of which some are parts of others.

    Raises:
        ValueError: The parts of a whole are more than the whole.
    """
    apart = dict(counts)
    for whole, parts in _WHOLES.items():
        apart[whole] = counts.get(whole, 0) - sum(counts.get(part, 0) for part in parts)
        if apart[whole] < 0:
            raise ValueError(whole)
    return prices.get("requests", Decimal(0)) + sum(
        prices[name] * count / (1_000_000 if name in _TOKENS else 1) for name, count in apart.items() if count
    )


def _entry(number: int, data: object) -> OwnPrice:
    place: Place = ("prices", number)
    if not isinstance(data, Mapping):
        raise WrongPriceError(place, f"expected an entry with a provider and prices, not {_kind(data)}")
    found = cast("Mapping[str, Any]", data)
    for name in found:
        if name not in _KEYS:
            raise WrongPriceError((*place, name), f"{name!r} is unknown; known are {', '.join(_KEYS)}")
    provider = canonical_provider(found.get("provider"))
    if not provider:
        raise WrongPriceError(_at(place, found, "provider"), "'provider' must be a name, such as 'openai'")
    prices = {name: _amount(found, place, name) for name in _PRICES if name in found}
    entry = OwnPrice(
        number,
        provider,
        _models(found, place),
        tuple((name, _term(found, place, name)) for name in TERMS if name in found),
        _instant(found, place, "valid_from"),
        _instant(found, place, "valid_until"),
        prices,
        _percent(found, place),
    )
    if prices and not entry.models:
        raise WrongPriceError(place, "an entry with prices needs a 'model': the exact name, as in the event")
    if not prices and entry.markup_percent is None:
        raise WrongPriceError(place, "the entry has neither prices nor 'markup_percent'")
    if prices and entry.markup_percent is not None:
        raise WrongPriceError((*place, "markup_percent"), "an entry has prices or a markup; write the prices to charge")
    if not prices and entry.terms:
        raise WrongPriceError((*place, entry.terms[0][0]), f"{entry.terms[0][0]!r} needs prices: a markup has no terms")
    if entry.valid_from and entry.valid_until and entry.valid_from >= entry.valid_until:
        raise WrongPriceError((*place, "valid_until"), "'valid_until' must be later than 'valid_from'")
    return entry


def _models(found: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    if "model" not in found:
        return ()
    value: Any = found["model"]
    models: Any = [value] if isinstance(value, str) else value
    if (
        not isinstance(models, (list, tuple))
        or not models
        or not all(isinstance(m, str) and m for m in cast("Any", models))
    ):
        raise WrongPriceError((*place, "model"), f"'model' must be a name or a list of names, not {value!r}")
    return tuple(cast("list[str]", models))


def _term(found: Mapping[str, Any], place: Place, name: str) -> str:
    value = found[name]
    if not isinstance(value, str) or not value:
        raise WrongPriceError((*place, name), f"{name!r} must be a text, or '*' for any, not {value!r}")
    return value


def _amount(found: Mapping[str, Any], place: Place, name: str) -> Decimal:
    value = _number(found, place, name)
    if value < 0:
        raise WrongPriceError((*place, name), f"{name!r} must not be negative")
    return value


def _percent(found: Mapping[str, Any], place: Place) -> Decimal | None:
    if "markup_percent" not in found:
        return None
    value = _number(found, place, "markup_percent")
    if value < -100:
        raise WrongPriceError((*place, "markup_percent"), "'markup_percent' must be at least -100")
    return value


def _number(found: Mapping[str, Any], place: Place, name: str) -> Decimal:
    value = found[name]
    # The shortest text of a float is the number that was written.
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, bool) or not isinstance(number, (int, Decimal)) or not Decimal(number).is_finite():
        raise WrongPriceError((*place, name), f"{name!r} must be a number, not {value!r}")
    return Decimal(number)


def _instant(found: Mapping[str, Any], place: Place, name: str) -> datetime | None:
    if name not in found:
        return None
    value: Any = found[name]
    if isinstance(value, str):
        try:
            read = _iso_8601(value)
            value = read if "T" in value or " " in value else read.date()
        except (ValueError, OverflowError):
            pass
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise WrongPriceError(
        (*place, name),
        f"{name!r} must be a date (2026-11-01, from midnight in UTC) or a time with its zone"
        f" (2026-11-01T09:00:00Z), not {value!r}",
    )


def _iso_8601(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # Python's own reader lacks some forms of the standard: 24:00, the days of a year, and more.
        from dateutil.parser import isoparser

        return isoparser(sep="T").isoparse(text)


def _refuse_overlaps(entries: tuple[OwnPrice, ...]) -> None:
    for number, one in enumerate(entries):
        for other in entries[:number]:
            if _overlap(one, other):
                raise WrongPriceError(
                    ("prices", one.number), f"entry {other.number + 1} is about the same model, time and terms"
                )


def _overlap(one: OwnPrice, other: OwnPrice) -> bool:
    terms, others = dict(one.terms), dict(other.terms)
    return (
        one.provider == other.provider
        and bool(one.prices) == bool(other.prices)
        and (one.models == other.models or not set(one.models).isdisjoint(other.models))
        and _begins_before_end(one, other)
        and _begins_before_end(other, one)
        and all(
            terms.get(name) == others.get(name) or ANY in (terms.get(name), others.get(name))
            for name in terms.keys() | others.keys()
        )
    )


def _begins_before_end(one: OwnPrice, other: OwnPrice) -> bool:
    return one.valid_from is None or other.valid_until is None or one.valid_from < other.valid_until


def _at(place: Place, found: Iterable[str], name: str) -> Place:
    return (*place, name) if name in found else place


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
