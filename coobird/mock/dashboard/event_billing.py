"""Lines of the bills that one event counts for."""

from datetime import date
from typing import NamedTuple

from coobird.mock.billing.billed_days import is_billed_on
from coobird.mock.billing.bills import OpenBill
from coobird.mock.billing.tenant_bills import open_bill
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import TenantData

_NO_CUSTOMER = "There is no customer with this id, so nobody is billed."
_NO_CONTRACT = "No contract of this customer is billed on the day of the event, so nobody is billed."
_NO_PRICE = (
    "No price of the contract counts it: its signal code, or its agent and action, are not priced, or it has no number."
)


class _Opened(NamedTuple):
    """A bill, and the items of each of its parts without any event."""

    contract: JsonObject
    bill: OpenBill
    empty: list[list[JsonObject]]


class EventBilling:
    """Finds the lines that events of one tenant count for.

    Contracts and prices are those of the first event of a customer and day, so it serves for one
    request, or for a page of events.
    """

    def __init__(self, data: TenantData) -> None:
        self._data = data
        self._has_customer: dict[str, bool] = {}
        self._by_day: dict[tuple[str, date], list[_Opened]] = {}
        self._by_period: dict[tuple[str, date], _Opened] = {}

    def billed_lines(self, event: StoredEvent) -> JsonObject:
        """Lines that count the event: contract, period and name. Without one, `reason` says why."""
        customer_id = event.customer_id
        if customer_id not in self._has_customer:
            self._has_customer[customer_id] = self._data.get("customer", customer_id) is not None
        if not self._has_customer[customer_id]:
            return {"lines": [], "reason": _NO_CUSTOMER}
        day, lines = date.fromisoformat(event.timestamp[:10]), list[JsonObject]()
        opened = self._opened(customer_id, day)
        for contract, bill, empty in opened:
            bill.forget_usage()
            bill.measure([event])
            # With this event alone, the parts that it counts for differ from those without any
            # event.
            for before, part in zip(empty, bill.parts(), strict=True):
                if part.items != before:
                    lines.append(
                        {
                            "contract": {"tenant": self._data.tenant, "id": contract["id"], "name": contract["name"]},
                            "source_id": part.items[0]["source_id"],
                            "title": part.label,
                            "from": bill.period.first.isoformat(),
                            "to": bill.period.last.isoformat(),
                            "day": day.isoformat(),
                        }
                    )
        return {"lines": lines, "reason": None if lines else _NO_PRICE if opened else _NO_CONTRACT}

    def _opened(self, customer_id: str, day: date) -> list[_Opened]:
        """Bills of the contracts that are billed on this day."""
        key = customer_id, day
        if key not in self._by_day:
            contracts = self._data.find("contract", {"customer_id": customer_id})
            self._by_day[key] = [self._open(each, day) for each in contracts if is_billed_on(each, day)]
        return self._by_day[key]

    def _open(self, contract: JsonObject, day: date) -> _Opened:
        bill = open_bill(self._data, contract, day)
        key = contract["id"], bill.period.first
        if key not in self._by_period:
            self._by_period[key] = _Opened(contract, bill, [part.items for part in bill.parts()])
        return self._by_period[key]
