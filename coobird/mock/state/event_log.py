"""Log of usage events in the order of arrival, each `event_id` once per tenant."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from coobird.mock.contract.costs import OTHER_CATEGORY
from coobird.mock.state.document_store import DocumentStore
from coobird.mock.state.tenants import name_of, number_of

_TABLES = """
create table if not exists event (
    seq integer primary key, tenant integer not null, event_id text not null,
    customer_id text not null, agent_id text not null, action_type text not null, signal_code text,
    quantity, attributes_metadata text not null, timestamp text not null, received_at text not null,
    cost_usd text, cost_category text
);
"""
# Index for bills. It doubles the cost of storing an event, so it is made by the first read for a
# customer: most logs are never billed.
_USAGE_INDEX = "create index if not exists event_usage on event (tenant, customer_id, timestamp)"


class NewEvent(NamedTuple):
    """An event to be stored.

    Instants have the form of `instant_text`, so text order is time order.
    """

    event_id: str
    customer_id: str
    agent_id: str
    action_type: str
    signal_code: str | None
    quantity: int | float
    attributes_metadata: str
    """Attributes and metadata as one JSON array: one text is written faster than two."""
    timestamp: str
    received_at: str
    cost_usd: str | None
    """US dollars as exact decimal text. None if no cost is known."""
    cost_category: str | None
    """Category of the cost. For several categories, a JSON object with the amount of each."""


class StoredEvent(NamedTuple):
    """An event as the log returns it."""

    seq: int
    tenant: str
    event_id: str
    customer_id: str
    agent_id: str
    action_type: str
    signal_code: str | None
    quantity: int | float
    attributes: dict[str, Any]
    metadata: dict[str, Any]
    timestamp: str
    received_at: str
    cost_usd: str | None
    cost_category: str | None
    """`other` if the cost has several categories."""
    cost_by_category: Mapping[str, str] = {}
    """US dollars as exact decimal text. Empty if no cost is known."""


class EventLog:
    """Appends and reads events, in the store's database and inside its transactions.

    The ids of all events are in memory (about 130 bytes an event): to maintain an index of random
    ids would cost twice as much as to store the events. They are read when the first event arrives,
    and again after another process wrote the file.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._db = store.db
        self._db.executescript(_TABLES)
        self._ids_by_tenant: defaultdict[int, set[str]] | None = None
        self._file_version = 0

    def add(self, tenant: str, events: Mapping[str, NewEvent]) -> set[str]:
        """Store the events with a new id, and return the ids of the others. `events` are by id."""
        number = number_of(tenant)
        ids = self._ids()[number]
        before = ids.intersection(events)
        fresh = {key: event for key, event in events.items() if key not in before} if before else events
        self._db.executemany(_INSERT, [(number, *event) for event in fresh.values()])
        # The ids alone: the store keeps the function, and all that it names, until the next
        # transaction.
        added = list(fresh)
        ids.update(added)
        self._store.on_rollback(lambda: ids.difference_update(added))
        return before

    def known(self, tenant: str, event_ids: Iterable[str]) -> set[str]:
        """Ids of stored events among these."""
        return self._ids()[number_of(tenant)].intersection(event_ids)

    def clear(self, tenant: str | None) -> None:
        """Delete all events, or those of one tenant."""
        self._ids_by_tenant = None
        if tenant is None:
            self._db.execute("delete from event")
        else:
            self._db.execute("delete from event where tenant = ?", (number_of(tenant),))

    def _ids(self) -> defaultdict[int, set[str]]:
        """Ids of all events, by the number of the tenant."""
        version = self._store.file_version()
        if self._ids_by_tenant is None or version != self._file_version:
            self._ids_by_tenant, self._file_version = defaultdict(set), version
            for number, event_id in self._db.execute("select tenant, event_id from event"):
                self._ids_by_tenant[number].add(event_id)
        return self._ids_by_tenant

    def last_seq(self) -> int:
        """The `seq` of the newest event, 0 if there is none."""
        return int(self._db.execute("select coalesce(max(seq), 0) from event").fetchone()[0])

    def read(
        self,
        *,
        tenant: str | None = None,
        customer_id: str | None = None,
        agent_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        after: int = 0,
        limit: int = -1,
    ) -> Iterator[StoredEvent]:
        """Events in the order of arrival.

        `since` (inclusive) and `until` (exclusive) bound `timestamp`. `after` is the `seq` of the
        last event already seen. The first read for a customer takes longer, since it makes an
        index.
        """
        if customer_id is not None:
            # At each read, since the rollback of a failed request removes the index that it made.
            self._db.execute(_USAGE_INDEX)
        number = None if tenant is None else number_of(tenant)
        # For a page, the plus keeps SQLite from the index, which would make it collect and sort all
        # of the tenant's events.
        by_tenant = "+tenant = ?" if limit >= 0 and customer_id is None else "tenant = ?"
        named: dict[str, Any] = {by_tenant: number, "customer_id = ?": customer_id, "agent_id = ?": agent_id}
        named |= {"timestamp >= ?": since, "timestamp < ?": until}
        given = {condition: value for condition, value in named.items() if value is not None}
        rows = self._db.execute(
            f"select * from event where {' and '.join(['seq > ?', *given])} order by seq limit ?",
            (after, *given.values(), limit),
        )
        for row in rows:
            usd, category = row[11:]
            by_category = {category: usd} if category else {}
            if category and category[0] == "{":
                category, by_category = OTHER_CATEGORY, json.loads(category)
            facts = (row[0], name_of(row[1]), *row[2:8], *json.loads(row[8]), *row[9:11])
            yield StoredEvent._make((*facts, usd, category, by_category))


_INSERT = f"insert into event (tenant, {', '.join(NewEvent._fields)}) values (?{', ?' * len(NewEvent._fields)})"
