"""Bills whose usage is counted as events arrive, so that a preview does not read all events.

They are exact at each answer: events are counted in the request that stores them. The page at `/`
has `dashboard/bills_to_date.py` instead, which counts later, and all periods of a contract.
"""

from collections.abc import Sequence
from datetime import date

from coobird.mock.billing.billed_days import is_billed_on
from coobird.mock.billing.bills import Bill, OpenBill
from coobird.mock.billing.tenant_bills import measure_all, open_bill
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.document_store import DocumentStore
from coobird.mock.state.event_log import EventLog, StoredEvent
from coobird.mock.state.tenant_data import TenantData

# Highest number of bills that are kept. Beyond it, the one that was begun first is dropped.
MAX_BILLS = 1000

_Customer = tuple[str, str]


class RunningBills:
    """Open bills in memory: of today's periods in which events arrived, and of those asked for.

    Not thread-safe: only the server's event loop uses it. Nothing is stored, so after a restart the
    first bill of a period reads its events. A bill whose contract or signals have changed reads
    them again.
    """

    def __init__(self, store: DocumentStore, events: EventLog) -> None:
        self._store = store
        self._events = events
        self._bills: dict[tuple[str, str, date], OpenBill] = {}
        self._by_customer: dict[_Customer, dict[tuple[str, str, date], OpenBill]] = {}
        # By tenant, the customers of which all contracts that are billed on this day have a bill.
        # They are looked up again after a change of a contract.
        self._begun: dict[str, tuple[object, set[str]]] = {}
        self._seq = 0
        self._mark = self._log_mark()

    def bill(self, data: TenantData, contract: JsonObject, day: date) -> Bill:
        """Bill of the contract for the billing period that `day` lies in."""
        if self._seq != self._events.last_seq() or self._mark != self._log_mark():
            self._clear()
        found = self._open(data, contract, day)
        return Bill(contract, found.period, found.parts())

    def add(self, data: TenantData, number: int) -> None:
        """Count the newest events, so many as were stored now, all of one tenant."""
        has_contract = data.count("contract") > 0
        # Without an open bill, none lacks these events. Nearly all logs are never billed.
        if not number or not (has_contract or self._bills):
            return
        # The transaction may still fail, and then these events do not exist.
        self._store.on_rollback(self._clear)
        last = self._events.last_seq()
        if self._seq != last - number or self._mark != self._log_mark():
            self._clear()
        self._seq = last
        if not has_contract:
            return
        by_customer: dict[str, list[StoredEvent]] = {}
        for event in self._events.read(tenant=data.tenant, after=last - number, limit=number):
            by_customer.setdefault(event.customer_id, []).append(event)
        for customer_id, events in by_customer.items():
            for bill in self._by_customer.get((data.tenant, customer_id), {}).values():
                bill.measure(_on_days(bill, events))
            self._begin(data, customer_id)

    def _begin(self, data: TenantData, customer_id: str) -> None:
        """Open the bills of today of this customer, so that later events are counted."""
        today = data.now.date()
        mark = today, self._store.changed.get((data.tenant, "contract"))
        if data.tenant not in self._begun or self._begun[data.tenant][0] != mark:
            self._begun[data.tenant] = mark, set()
        begun = self._begun[data.tenant][1]
        if customer_id not in begun:
            begun.add(customer_id)
            for contract in data.find("contract", {"customer_id": customer_id}):
                if is_billed_on(contract, today):
                    self._open(data, contract, today)

    def _open(self, data: TenantData, contract: JsonObject, day: date) -> OpenBill:
        """Bill with all events so far."""
        found = open_bill(data, contract, day)
        key, customer = (data.tenant, contract["id"], found.period.first), (data.tenant, contract["customer_id"])
        kept = self._bills.get(key)
        if kept is None or not found.take_over(kept):
            measure_all(data, found)
        if kept is None and len(self._bills) >= MAX_BILLS:
            self._forget(next(iter(self._bills)))
        self._bills[key] = found
        self._by_customer.setdefault(customer, {})[key] = found
        return found

    def _forget(self, key: tuple[str, str, date]) -> None:
        dropped = self._bills.pop(key)
        del self._by_customer[key[0], dropped.contract["customer_id"]][key]
        self._begun.pop(key[0], None)

    def _clear(self) -> None:
        self._bills.clear()
        self._by_customer.clear()
        self._begun.clear()
        self._seq, self._mark = self._events.last_seq(), self._log_mark()

    def _log_mark(self) -> object:
        return self._store.resets, self._store.file_version()


def _on_days(bill: OpenBill, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Events of the days on which the contract is billed."""
    days = [(piece.first.isoformat(), piece.last.isoformat()) for piece in bill.days]
    return [event for event in events if any(first <= event.timestamp[:10] <= last for first, last in days)]
