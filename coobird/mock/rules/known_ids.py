"""Refusal of events that name a customer, agent or signal that does not exist, if it is asked for.

The service takes any id. A mistyped one bills nobody, so a test can ask for the check.
"""

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.tenant_data import TenantData


class KnownIds:
    """Ids and codes that the events of one batch may name. Each is looked up once."""

    def __init__(self, data: TenantData) -> None:
        self._data = data
        self._known: dict[tuple[str, str], bool] = {}

    def check(self, event: JsonObject) -> None:
        """Check the ids of an event.

        Raises:
            ValueError: One of them does not exist. The message names it.
        """
        for field, kind in (("customer_id", "customer"), ("agent_id", "agent"), ("signal_code", "signal")):
            name = event.get(field)
            if name is not None and not self._exists(kind, name):
                raise ValueError(f"{field} {name!r}: there is no such {kind}, and this server refuses unknown ones")

    def _exists(self, kind: str, name: str) -> bool:
        key = kind, name
        if key not in self._known:
            found = self._is_counted(name) if kind == "signal" else self._data.get(kind, name) is not None
            self._known[key] = found
        return self._known[key]

    def _is_counted(self, code: str) -> bool:
        """True for a code that a signal has or had, and for the code of a charge."""
        return bool(
            self._data.count("signal_code", {"signal_code": code})
            or self._data.count("plan_charge", {"charge_code": code})
            or self._data.mentions("contract", "charges[].charge_code", code)
        )
