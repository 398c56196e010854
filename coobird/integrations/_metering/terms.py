"""Terms of a model call: facts of the answer, the request and the client that decide its price.

Token counts and other counts are in `Usage`. Everything here is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from coobird.integrations._metering.usage import Usage

ORDINARY = frozenset({"", "default", "standard", "standard_only", "on_demand", "global", "not_available"})
"""Values of a tier, a speed or a place that mean the list price. This list is closed: any other
value, also one that a provider adds tomorrow, needs a price of its own."""


class Round(NamedTuple):
    """One of several requests to models inside of a call, with a price of its own.

    Attributes:
        kind: The provider's name for it, such as `message` or `compaction`.
        model: Model that served it; `None` stands for the model of the call.
        usage: Token counts of this request alone.
    """

    kind: str
    model: str | None
    usage: Usage


class Terms(NamedTuple):
    """Facts that decide the price of a call. `None` and an empty text stand for not stated.

    Attributes:
        service_tier: Tier that served the call; the tier that was asked for if the answer has none.
        speed: Speed mode, such as `fast`.
        inference_geo: Place in which the provider ran the model, as the answer names it.
        region: Region of the endpoint, as the client or its base URL names it.
        model_requested: Model id of the request. An answer may name its model less exactly.
        stated_cost: Cost in US dollars that the provider states in its answer. It is set only for a
            host that documents it, because a proxy may put anything there.
        rounds: Requests inside of the call that are priced one by one; empty if there is only one.
        doubts: Facts that may change the price and were not understood. Each is worded to follow
            "because", and has no numbers of the single call: it is reported once per wording. A
            call with a doubt has no computed cost.
        unreported: Counts that the reporter of the call leaves out. A model with a price for one of
            them has no computed cost.
        estimated_cost: Cost in US dollars that the reporter of the call has estimated by itself. It
            is shown and never billed.
    """

    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    region: str | None = None
    model_requested: str | None = None
    stated_cost: Decimal | None = None
    rounds: tuple[Round, ...] = ()
    doubts: tuple[str, ...] = ()
    unreported: tuple[str, ...] = ()
    estimated_cost: Decimal | None = None

    def attributes(self) -> dict[str, Any]:
        """Return the event attributes, without the facts that are not stated."""
        values = {
            "service_tier": self.service_tier,
            "speed": self.speed,
            "inference_geo": self.inference_geo,
            "region": self.region,
            "model_requested": self.model_requested,
            "stated_cost_usd": self.stated_cost,
            "estimated_cost_usd": self.estimated_cost,
        }
        return {name: value for name, value in values.items() if value not in (None, "")}

    def extraordinary(self) -> dict[str, str]:
        """Return tier, speed and places that are not ordinary: each needs a price of its own."""
        values = {
            "service_tier": self.service_tier,
            "speed": self.speed,
            "inference_geo": self.inference_geo,
            "region": self.region,
        }
        return {name: value for name, value in values.items() if value is not None and not is_ordinary(value)}


def text_of(value: object) -> str | None:
    """Return a term as it is stated; `None` if it is not. What is no text is quoted."""
    return value if isinstance(value, str) else None if value is None else repr(value)


def is_ordinary(value: str) -> bool:
    """True for a tier, a speed or a place that has the list price."""
    return value.lower() in ORDINARY


def settled(asked: Terms, answered: Terms) -> Terms:
    """Return the terms of a call, from those of its request and client and those of its answer.

    The answer wins. A tier, speed or place that was asked for and is not in the answer may or may
    not have been granted, so it becomes a doubt.
    """
    doubts = [*asked.doubts, *answered.doubts]

    def served(name: str, wish: str | None, fact: str | None) -> str | None:
        if fact is None and wish is not None and not is_ordinary(wish):
            doubts.append(f"{name} {wish!r} was asked for, and the answer does not say what was served")
        return wish if fact is None else fact

    return answered._replace(
        service_tier=served("service_tier", asked.service_tier, answered.service_tier),
        speed=served("speed", asked.speed, answered.speed),
        inference_geo=served("inference_geo", asked.inference_geo, answered.inference_geo),
        region=answered.region or asked.region,
        model_requested=answered.model_requested or asked.model_requested,
        doubts=tuple(dict.fromkeys(doubts)),
    )
