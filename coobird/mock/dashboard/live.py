"""Keeps what the page shows up to date with the log and the store, a slice at a time and only while somebody looks."""

from collections.abc import Iterator

from coobird.mock.dashboard.running_bill import Accrual
from coobird.mock.dashboard.totals import Board
from coobird.mock.service.service import Service
from coobird.mock.state.document_store import Store
from coobird.mock.state.event_log import StoredEvent

# A few milliseconds of work.
EVENTS_PER_SLICE = 100
_BILLS_PER_SLICE = 10
# What a bill depends on besides events.
_PRICING = frozenset({"signal", "agent_action"})

_Customer = tuple[str, str]


def tenants(store: Store) -> list[str]:
    """Whoever has, or had, a document."""
    return [row[0] for row in store.db.execute("select distinct tenant from tally")]


class Live:
    """The tallies and accruals of everybody. Not thread-safe: used from the server's event loop, as the service is.

    A contract that is new or was changed is shown all events again, after those that nobody has counted yet: however
    often contracts change, the tallies keep up.
    """

    def __init__(self, service: Service, events_per_slice: int = EVENTS_PER_SLICE) -> None:
        self.service = service
        self._events_per_slice = events_per_slice
        self._begin()

    def _begin(self) -> None:
        store = self.service.store
        self.board = Board()
        self.seq = 0
        """The last event that is counted."""
        self.resets = store.resets
        self.accruals: dict[_Customer, dict[str, Accrual]] = {}
        """By tenant and customer, then by contract; drafts have none."""
        self._changes = store.changes
        self._late: list[Accrual] = []
        self._late_seq = 0
        self._waiting: list[Accrual] = []
        for tenant in tenants(store):
            self._renew(tenant, pricing_changed=True)

    def catch_up(self) -> Iterator[None]:
        """Count what is new. Yields after every slice, for others to have their turn; may be given up then."""
        while True:
            self._notice_changes()
            if page := self._page(self.seq):
                self._count(page)
            elif self._late:
                self._bring_up(self._page(self._late_seq))
            elif self._waiting:
                self._late, self._waiting, self._late_seq = self._waiting, [], 0
            else:
                break
            yield
        yield from self._add_up()

    @property
    def behind(self) -> int:
        """How many events are yet to be counted, about."""
        return max(self.service.events.last_seq() - self.seq, 0)

    def _notice_changes(self) -> None:
        store = self.service.store
        if store.resets != self.resets:
            self._begin()
        elif store.changes != self._changes:
            fresh = [key for key, number in store.changed.items() if number > self._changes]
            self._changes = store.changes
            repriced = {tenant for tenant, kind in fresh if kind in _PRICING}
            for tenant in repriced | {tenant for tenant, kind in fresh if kind == "contract"}:
                self._renew(tenant, pricing_changed=tenant in repriced)

    def _renew(self, tenant: str, *, pricing_changed: bool) -> None:
        """Have an accrual for each contract as it stands now."""
        kept = {key: found for key, found in self.accruals.items() if key[0] == tenant}
        for key in kept:
            del self.accruals[key]
        for contract in self.service.store.find(tenant, "contract"):
            if contract["status"] == "draft":
                continue
            key = tenant, contract["customer_id"]
            accrual = kept.get(key, {}).get(contract["id"])
            if accrual is None or pricing_changed or accrual.contract != contract:
                accrual = Accrual(self.service.data(tenant), contract)
                self._waiting.append(accrual)
            self.accruals.setdefault(key, {})[contract["id"]] = accrual

    def _page(self, after: int) -> list[StoredEvent]:
        return list(self.service.events.read(after=after, limit=self._events_per_slice))

    def _count(self, page: list[StoredEvent]) -> None:
        for event in page:
            self.board.add(event)
        for customer, events in self._by_customer(page).items():
            for accrual in self.accruals[customer].values():
                if accrual.ready:
                    accrual.take(events)
        self.seq = page[-1].seq

    def _bring_up(self, page: list[StoredEvent]) -> None:
        """Show one more page to those who are late; no page is left once they are not."""
        late = set(map(id, self._late))
        for customer, events in self._by_customer(page).items():
            for accrual in self.accruals[customer].values():
                if id(accrual) in late:
                    accrual.take(events)
        if page:
            self._late_seq = page[-1].seq
        else:
            for accrual in self._late:
                accrual.ready = True
            self._late = []

    def _add_up(self) -> Iterator[None]:
        """Draw up the bills that are out of date, or the view would have to do it at once."""
        today = self.service.clock.now().date()
        stale = [each for found in self.accruals.values() for each in found.values() if not each.knows(today)]
        for number, accrual in enumerate(stale, 1):
            accrual.by_agent(today)
            if number % _BILLS_PER_SLICE == 0:
                yield

    def _by_customer(self, page: list[StoredEvent]) -> dict[_Customer, list[StoredEvent]]:
        """The events of customers who have a contract."""
        found: dict[_Customer, list[StoredEvent]] = {}
        for event in page:
            if (customer := (event.tenant, event.customer_id)) in self.accruals:
                found.setdefault(customer, []).append(event)
        return found
