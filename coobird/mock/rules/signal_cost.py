"""Cost of a cost signal.

The real service sets it in its dashboard, here a control route or a seed.
"""

from collections.abc import Mapping
from typing import Any

from coobird.mock.billing.meters import IDLE
from coobird.mock.contract.costs import COST_CATEGORIES, COST_TYPES
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict, invalid_field
from coobird.mock.state.tenant_data import TenantData

COST_SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "cost_type": {"enum": [*COST_TYPES, None]},
        "cost_per_unit": {"type": ["number", "null"], "minimum": 0, "maximum": 10**15},
        "category": {"enum": [*COST_CATEGORIES, None]},
    },
}


def set_signal_cost(data: TenantData, signal_id: str, body: Mapping[str, Any]) -> JsonObject:
    """Replace the cost of a signal by `body`, which fits `COST_SCHEMA`. Omitted fields are cleared.

    The cost applies to events that arrive later. A category alone is valid: events that name the
    signal state their cost themselves. 404 for an unknown signal, 409 for a billable one, 422 for a
    type without a price or a price without a type.
    """
    signal = data.need("signal", signal_id)
    if signal["signal_type"] != "cost":
        detail = f"The signal {signal['signal_code']!r} is billable; only signals of the type 'cost' have a cost."
        raise conflict(detail)
    cost = {name: body.get(name) for name in COST_SCHEMA["properties"]}
    if (cost["cost_type"] is None) != (cost["cost_per_unit"] is None):
        absent = "cost_type" if cost["cost_type"] is None else "cost_per_unit"
        raise invalid_field(absent, "is required: cost_type and cost_per_unit belong together")
    kept = data.put("signal", {**signal, **cost})
    return {name: value for name, value in kept.items() if name != IDLE}
