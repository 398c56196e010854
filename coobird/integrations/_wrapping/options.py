"""Options that `wrap` has for every SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.cost_decision import PricesArgument


class WrapOptions(TypedDict, total=False):
    """Options that `wrap` has for every SDK, all of them optional.

    Attributes:
        customer_id: Customer of calls outside any run that names one (`coomon.run`).
        agent_id: Agent of calls outside any run that names one.
        signal_code: Signal that events count towards, unless a run names one.
        attributes: Attributes of every event. Those of a run win.
        cost: True fills in `cost_usd` from the price list (extra `prices`). A function returns the
            cost of a call, or `None` if it is unknown. Your own `cost_usd`, here or in a run,
            always wins.
        prices: Your own prices: the path of a TOML file, or a mapping. They come before the
            provider's figure and the price list, which this argument turns on.
    """

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    attributes: Mapping[str, Any] | None
    cost: bool | Callable[[Call], Decimal | None]
    prices: PricesArgument
