"""State of the page, updated from the event log and the store in slices, while a page is open."""

from collections.abc import Iterator

from coobird.mock.dashboard.running_bill import RunningBill
from coobird.mock.dashboard.totals import EventTotals
from coobird.mock.service.service import Service
from coobird.mock.state.event_log import StoredEvent

# Number of events that take a few milliseconds.
EVENTS_PER_SLICE = 100
_BILLS_PER_SLICE = 10
# Kinds of documents that a bill depends on, in addition to its contract.
_PRICING = frozenset({"signal", "agent_action"})

_Customer = tuple[str, str]


class LiveDashboard:
    """Totals and running bills of all tenants.

    Not thread-safe: only the server's event loop uses it.

    A new or changed contract gets a new running bill, which must count all events again. The totals
    come first: a recount starts when all new events are in the totals. So contracts that change
    often do not delay the totals.
    """

    def __init__(self, service: Service, events_per_slice: int = EVENTS_PER_SLICE) -> None:
        self.service = service
        self._events_per_slice = events_per_slice
        self._begin()

    def _begin(self) -> None:
        store = self.service.store
        self.totals = EventTotals()
        self.seq = 0
        """`seq` of the last event in the totals."""
        self.resets = store.resets
        self.running_bills: dict[_Customer, dict[str, RunningBill]] = {}
        """By tenant and customer, then by contract. Drafts have none."""
        self._changes = store.changes
        self._recounting: list[RunningBill] = []
        self._recounted_seq = 0
        self._to_recount: list[RunningBill] = []
        for tenant in store.tenants():
            self._renew(tenant, pricing_changed=True)

    def catch_up(self) -> Iterator[None]:
        """Count what is new. Yields after each slice, and may be abandoned there."""
        while True:
            self._notice_changes()
            if page := self._page(self.seq):
                self._count(page)
            elif self._recounting:
                self._recount(self._page(self._recounted_seq))
            elif self._to_recount:
                self._recounting, self._to_recount, self._recounted_seq = self._to_recount, [], 0
            else:
                break
            yield
        yield from self._add_up()

    @property
    def behind(self) -> int:
        """Approximate number of events that are not yet in the totals."""
        return max(self.service.events.last_seq() - self.seq, 0)

    def _notice_changes(self) -> None:
        store = self.service.store
        if store.resets != self.resets:
            self._begin()
        elif store.changes != self._changes:
            changed = [key for key, number in store.changed.items() if number > self._changes]
            self._changes = store.changes
            repriced = {tenant for tenant, kind in changed if kind in _PRICING}
            for tenant in repriced | {tenant for tenant, kind in changed if kind == "contract"}:
                self._renew(tenant, pricing_changed=tenant in repriced)

    def _renew(self, tenant: str, *, pricing_changed: bool) -> None:
        """Replace the running bills of changed contracts, and add those of new ones."""
        kept = {key: found for key, found in self.running_bills.items() if key[0] == tenant}
        for key in kept:
            del self.running_bills[key]
        for contract in self.service.store.find(tenant, "contract"):
            if contract["status"] == "draft":
                continue
            key = tenant, contract["customer_id"]
            running_bill = kept.get(key, {}).get(contract["id"])
            if running_bill is None or pricing_changed or running_bill.contract != contract:
                running_bill = RunningBill(self.service.data(tenant), contract)
                self._to_recount.append(running_bill)
            self.running_bills.setdefault(key, {})[contract["id"]] = running_bill

    def _page(self, after: int) -> list[StoredEvent]:
        return list(self.service.events.read(after=after, limit=self._events_per_slice))

    def _count(self, page: list[StoredEvent]) -> None:
        for event in page:
            self.totals.add(event)
        for customer, events in self._by_customer(page).items():
            for running_bill in self.running_bills[customer].values():
                if running_bill.ready:
                    running_bill.add(events)
        self.seq = page[-1].seq

    def _recount(self, page: list[StoredEvent]) -> None:
        """Add a page to the running bills that recount.

        After an empty page they have all events.
        """
        recounting = set(map(id, self._recounting))
        for customer, events in self._by_customer(page).items():
            for running_bill in self.running_bills[customer].values():
                if id(running_bill) in recounting:
                    running_bill.add(events)
        if page:
            self._recounted_seq = page[-1].seq
        else:
            for running_bill in self._recounting:
                running_bill.ready = True
            self._recounting = []

    def _add_up(self) -> Iterator[None]:
        """Compute the bills that are out of date in slices.

        `sections` would compute them all at once.
        """
        today = self.service.clock.now().date()
        every = (each for found in self.running_bills.values() for each in found.values())
        stale = [each for each in every if not each.is_computed(today)]
        for number, running_bill in enumerate(stale, 1):
            running_bill.by_agent(today)
            if number % _BILLS_PER_SLICE == 0:
                yield

    def _by_customer(self, page: list[StoredEvent]) -> dict[_Customer, list[StoredEvent]]:
        """Events of the customers that have a contract."""
        found: dict[_Customer, list[StoredEvent]] = {}
        for event in page:
            if (customer := (event.tenant, event.customer_id)) in self.running_bills:
                found.setdefault(customer, []).append(event)
        return found
