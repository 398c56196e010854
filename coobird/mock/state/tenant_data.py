"""One tenant's documents during one request. A rule can reach nothing else."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coobird.mock.contract.problems import missing
from coobird.mock.state.clock import stamp
from coobird.mock.state.document_store import Doc, Store
from coobird.mock.state.event_log import EventLog
from coobird.mock.state.resources import PREFIXES


class Data:
    """Reads and changes what belongs to one tenant."""

    def __init__(self, store: Store, events: EventLog, tenant: str, now: datetime, salt: str) -> None:
        self.store = store
        self.events = events
        self.tenant = tenant
        self.now = now
        self._salt = salt

    def new_id(self, kind: str) -> str:
        """An id that was never used. With the same salt, the n-th of a kind is the same in every run."""
        number = self.next_number(kind)
        name = f"{self._salt}/{self.tenant}/{kind}/{number}"
        return f"{PREFIXES[kind]}_{hashlib.blake2b(name.encode(), digest_size=10).hexdigest()}"

    def next_number(self, series: str) -> int:
        """1, 2, 3 … for this tenant, never the same one again."""
        return self.store.next_number(self.tenant, series)

    def add(self, kind: str, fields: Mapping[str, Any]) -> Doc:
        """Keep a new document; it gets its id and the times of its creation and last change."""
        now = stamp(self.now)
        doc = {"id": None, **fields, "created_at": now, "updated_at": now}
        doc["id"] = self.new_id(kind)
        self.store.add(self.tenant, kind, doc)
        return doc

    def put(self, kind: str, doc: Doc) -> Doc:
        """Keep a changed document."""
        doc["updated_at"] = stamp(self.now)
        self.store.put(self.tenant, kind, doc)
        return doc

    def get(self, kind: str, identifier: str) -> Doc | None:
        return self.store.get(self.tenant, kind, identifier)

    def need(self, kind: str, identifier: str, field: str | None = None) -> Doc:
        """The document, or 404; `field` is where the request's body mentions it."""
        doc = self.get(kind, identifier)
        if doc is None:
            raise missing(kind, identifier, field)
        return doc

    def remove(self, kind: str, identifier: str) -> None:
        self.store.remove(self.tenant, kind, identifier)

    def find(self, kind: str, where: Mapping[str, Any] | None = None, **options: Any) -> list[Doc]:
        return self.store.find(self.tenant, kind, where, **options)

    def mentions(self, kind: str, field: str, identifier: str) -> int:
        """How many documents mention an id, in a field or, written `list[]` or `list[].field`, inside a list."""
        listed, _, inner = field.partition("[]")
        if listed == field:
            return self.count(kind, {field: identifier})
        return self.store.count_listed(self.tenant, kind, listed, inner.removeprefix("."), identifier)

    def count(self, kind: str, where: Mapping[str, Any] | None = None, **options: Any) -> int:
        return self.store.count(self.tenant, kind, where, **options)
