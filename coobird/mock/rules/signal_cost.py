"""What a cost signal costs: set in the dashboard of the real service, here by `PUT /_mock/signals/{id}/cost` or a seed."""

from collections.abc import Mapping
from typing import Any

from coobird.mock.billing.event_cost import CATEGORIES, COST_TYPES
from coobird.mock.billing.meters import IDLE
from coobird.mock.contract.problems import conflict, invalid_field
from coobird.mock.state.document_store import Doc
from coobird.mock.state.tenant_data import Data

COST_SCHEMA: Doc = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "cost_type": {"enum": [*COST_TYPES, None]},
        "cost_per_unit": {"type": ["number", "null"], "minimum": 0, "maximum": 10**15},
        "category": {"enum": [*CATEGORIES, None]},
    },
}


def set_signal_cost(data: Data, signal_id: str, body: Mapping[str, Any]) -> Doc:
    """Replace what the signal costs by `body`, which fits `COST_SCHEMA`; what it leaves out is cleared.

    A category alone is fine: events that name the signal state their cost themselves. Holds for events that arrive from
    then on. 404 for an unknown signal, 409 for one that is billable, 422 for a type without a price or the reverse.
    """
    signal = data.need("signal", signal_id)
    if signal["signal_type"] != "cost":
        detail = f"The signal {signal['signal_code']!r} measures what is billed; only signals of the type 'cost' have a cost."
        raise conflict(detail)
    cost = {name: body.get(name) for name in COST_SCHEMA["properties"]}
    if (cost["cost_type"] is None) != (cost["cost_per_unit"] is None):
        absent = "cost_type" if cost["cost_type"] is None else "cost_per_unit"
        raise invalid_field(absent, "is required: cost_type and cost_per_unit only mean something together")
    kept = data.put("signal", {**signal, **cost})
    return {name: value for name, value in kept.items() if name != IDLE}
