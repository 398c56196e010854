"""The usage events, in the order in which they arrived, each `event_id` once per tenant."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from coobird.mock.store import Store
from coobird.mock.tenants import name_of, number_of

_TABLES = """
create table if not exists event (
    seq integer primary key, tenant integer not null, event_id text not null, customer_id text not null,
    agent_id text not null, action_type text not null, signal_code text, quantity,
    attributes_metadata text not null, timestamp text not null, received_at text not null, cost_usd text, cost_category text,
    unique (tenant, event_id)
);
"""
# What bills are drawn up from. It makes each event a third more expensive to keep, and most logs are never billed.
_USAGE_INDEX = "create index if not exists event_usage on event (tenant, customer_id, timestamp)"


class NewEvent(NamedTuple):
    """One event on its way into the log. Instants are RFC 3339 in UTC with milliseconds, so that text order is time order."""

    event_id: str
    customer_id: str
    agent_id: str
    action_type: str
    signal_code: str | None
    quantity: int | float
    attributes_metadata: str
    """Both as one JSON array: one text is written faster than two."""
    timestamp: str
    received_at: str
    cost_usd: str | None
    """US dollars as exact decimal text; None if no cost is known."""
    cost_category: str | None


class StoredEvent(NamedTuple):
    """One event as it was kept."""

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


class EventLog:
    """Appends and reads. Lives in the store's database, inside its transactions."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        self._db.executescript(_TABLES)

    def add(self, tenant: str, events: Sequence[NewEvent]) -> set[str]:
        """Keep the events whose id is new; the ids of the others come back. Ids must differ within `events`."""
        before, number = self.last_seq(), number_of(tenant)
        added = self._db.executemany(_INSERT, [(number, *event) for event in events]).rowcount
        if added == len(events):
            return set()
        known = self._db.execute(
            "select event_id from event where tenant = ? and seq <= ? and event_id in (select value from json_each(?))",
            (number, before, json.dumps([event.event_id for event in events])),
        )
        return {row[0] for row in known}

    def forget(self, tenant: str | None) -> None:
        """Drop all events, or those of one tenant."""
        if tenant is None:
            self._db.execute("delete from event")
        else:
            self._db.execute("delete from event where tenant = ?", (number_of(tenant),))

    def last_seq(self) -> int:
        """The number of the newest event; 0 if there is none."""
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
        """Events in the order of arrival. `since` (inclusive) and `until` (exclusive) bound `timestamp`; `after` is the
        `seq` of the last event already seen. The first question for a customer takes longer: it has an index made."""
        if customer_id is not None:
            # Asked for each time: a request that fails afterwards takes its index back.
            self._db.execute(_USAGE_INDEX)
        number = None if tenant is None else number_of(tenant)
        # By its index SQLite would collect and sort all of a tenant's events for each page; a plus keeps it from that.
        by_tenant = "+tenant = ?" if limit >= 0 and customer_id is None else "tenant = ?"
        named: dict[str, Any] = {by_tenant: number, "customer_id = ?": customer_id, "agent_id = ?": agent_id}
        named |= {"timestamp >= ?": since, "timestamp < ?": until}
        given = {condition: value for condition, value in named.items() if value is not None}
        rows = self._db.execute(
            f"select * from event where {' and '.join(['seq > ?', *given])} order by seq limit ?",
            (after, *given.values(), limit),
        )
        for row in rows:
            yield StoredEvent._make((row[0], name_of(row[1]), *row[2:8], *json.loads(row[8]), *row[9:]))


_INSERT = (
    f"insert or ignore into event (tenant, {', '.join(NewEvent._fields)}) values (?{', ?' * len(NewEvent._fields)})"
)
