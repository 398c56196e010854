"""State of the pages, updated from the event log and the store in slices, while a page is open."""

from collections.abc import Iterator

from coobird.mock.billing.billed_days import first_billed_day
from coobird.mock.dashboard.bills_to_date import BillsToDate
from coobird.mock.dashboard.usage import Selection, Usage
from coobird.mock.service.service import Service
from coobird.mock.state.event_log import StoredEvent

# Number of events that take a few milliseconds.
EVENTS_PER_SLICE = 100
_BILLS_PER_SLICE = 10
# Selections that are counted at the same time. The one that was asked for least recently goes
# first: a page that still shows it counts it again.
_MAX_SELECTIONS = 8
_MAX_NAMES = 10_000
# Kinds of documents that a bill depends on, in addition to its contract.
_PRICING = frozenset({"signal", "agent_action"})
_NAMED = frozenset({"customer", "agent"})

_Customer = tuple[str, str]


class LiveDashboard:
    """Usage of each selection that a page shows, and bills to date of all tenants.

    Not thread-safe: only the server's event loop uses it.

    A new selection, and a new or changed contract, must count all events again. New events come
    first: what has counted nearly all events is brought up to date before what has just begun. So
    neither a new selection nor contracts that change often delay the figures of other pages.
    """

    def __init__(self, service: Service, events_per_slice: int = EVENTS_PER_SLICE) -> None:
        self.service = service
        self._events_per_slice = events_per_slice
        self._usages: dict[Selection, Usage] = {}
        self._begin()

    def _begin(self) -> None:
        store = self.service.store
        self.resets: int = store.resets
        self.bills_to_date: dict[_Customer, dict[str, BillsToDate]] = {}
        """By tenant and customer, then by contract. One that was never activated has none."""
        self._names: dict[tuple[str, str, str], str | None] = {}
        self._usages = {selection: self._new_usage(selection) for selection in self._usages}
        self.tenants: dict[str, None] = {}
        """Tenants that have sent an event."""
        self._changes = store.changes
        self._billed_seq = 0
        self._recounting: list[BillsToDate] = []
        self._recounted_seq = 0
        self._to_recount: list[BillsToDate] = []
        for tenant in store.tenants():
            self._renew(tenant, pricing_changed=True)

    def usage(self, selection: Selection) -> Usage:
        """Usage of a selection at the present time, with the events counted so far.

        It is another object after a reset, and after the clock has gone back.
        """
        usage = self._usages.pop(selection, None)
        if usage is not None:
            usage.move_to(self.service.clock.now())
        if usage is None or usage.out_of_date:
            usage = self._new_usage(selection)
        self._usages[selection] = usage
        while len(self._usages) > _MAX_SELECTIONS:
            del self._usages[next(iter(self._usages))]
        return usage

    def _new_usage(self, selection: Selection) -> Usage:
        usage = Usage(selection, self._name)
        usage.move_to(self.service.clock.now())
        return usage

    def name(self, tenant: str, kind: str, identifier: str) -> str | None:
        """Name of a customer or agent. None if it does not exist: events may name any id."""
        self._notice_changes()
        return self._name(tenant, kind, identifier)

    def catch_up(self) -> Iterator[None]:
        """Count what is new. Yields after each slice, and may be abandoned there."""
        while True:
            self._notice_changes()
            if not (self._count_next() or self._recount_next()):
                break
            yield
        yield from self._add_up()

    def behind(self, usage: Usage) -> int:
        """Approximate number of events that are not yet counted."""
        return max(self.service.events.last_seq() - usage.seq, 0)

    def _notice_changes(self) -> None:
        store = self.service.store
        if store.resets != self.resets:
            self._begin()
        elif store.changes != self._changes:
            changed = [key for key, number in store.changed.items() if number > self._changes]
            self._changes = store.changes
            if any(kind in _NAMED for _, kind in changed):
                self._names.clear()
            repriced = {tenant for tenant, kind in changed if kind in _PRICING}
            for tenant in repriced | {tenant for tenant, kind in changed if kind == "contract"}:
                self._renew(tenant, pricing_changed=tenant in repriced)

    def _name(self, tenant: str, kind: str, identifier: str) -> str | None:
        key = tenant, kind, identifier
        if key not in self._names:
            if len(self._names) >= _MAX_NAMES:
                self._names.clear()
            found = self.service.store.get(*key)
            self._names[key] = found["name"] if found else None
        return self._names[key]

    def _renew(self, tenant: str, *, pricing_changed: bool) -> None:
        """Replace the bills to date of changed contracts, and add those of new ones."""
        kept = {key: found for key, found in self.bills_to_date.items() if key[0] == tenant}
        for key in kept:
            del self.bills_to_date[key]
        for contract in self.service.store.find(tenant, "contract"):
            if first_billed_day(contract) is None:
                continue
            key = tenant, contract["customer_id"]
            to_date = kept.get(key, {}).get(contract["id"])
            if to_date is None or pricing_changed or to_date.contract != contract:
                to_date = BillsToDate(self.service.data(tenant), contract)
                self._to_recount.append(to_date)
            self.bills_to_date.setdefault(key, {})[contract["id"]] = to_date

    def _page(self, after: int) -> list[StoredEvent]:
        return list(self.service.events.read(after=after, limit=self._events_per_slice))

    def _count_next(self) -> bool:
        """Count a slice for those that have counted most but not all. False if all have all."""
        last = self.service.events.last_seq()
        counted = [usage.seq for usage in self._usages.values()] + [self._billed_seq]
        seq = max((seq for seq in counted if seq < last), default=None)
        if seq is None or not (page := self._page(seq)):
            return False
        for usage in self._usages.values():
            if usage.seq == seq:
                for event in page:
                    usage.add(event)
        if self._billed_seq == seq:
            self._bill(page)
        return True

    def _bill(self, page: list[StoredEvent]) -> None:
        for customer, events in self._by_customer(page).items():
            for to_date in self.bills_to_date[customer].values():
                if to_date.ready:
                    to_date.add(events)
        self.tenants |= dict.fromkeys(event.tenant for event in page)
        self._billed_seq = page[-1].seq

    def _recount_next(self) -> bool:
        """Recount a slice. False if no contract has to be recounted."""
        if not self._recounting:
            if not self._to_recount:
                return False
            self._recounting, self._to_recount, self._recounted_seq = self._to_recount, [], 0
        page = self._page(self._recounted_seq)
        recounting = set(map(id, self._recounting))
        for customer, events in self._by_customer(page).items():
            for to_date in self.bills_to_date[customer].values():
                if id(to_date) in recounting:
                    to_date.add(events)
        if page:
            self._recounted_seq = page[-1].seq
        else:  # they have all events
            for to_date in self._recounting:
                to_date.ready = True
            self._recounting = []
        return True

    def _add_up(self) -> Iterator[None]:
        """Compute the bills that are out of date in slices.

        `sections` would compute them all at once.
        """
        today = self.service.clock.now().date()
        every = (each for found in self.bills_to_date.values() for each in found.values())
        stale = [each for each in every if not each.is_computed(today)]
        for number, to_date in enumerate(stale, 1):
            to_date.by_agent(today)
            if number % _BILLS_PER_SLICE == 0:
                yield

    def _by_customer(self, page: list[StoredEvent]) -> dict[_Customer, list[StoredEvent]]:
        """Events of the customers that have a contract."""
        found: dict[_Customer, list[StoredEvent]] = {}
        for event in page:
            if (customer := (event.tenant, event.customer_id)) in self.bills_to_date:
                found.setdefault(customer, []).append(event)
        return found
