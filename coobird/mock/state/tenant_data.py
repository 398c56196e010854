"""Documents and events of one tenant during one request. Rules reach the state only through it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import not_found
from coobird.mock.state.document_store import DocumentStore
from coobird.mock.state.event_log import EventLog
from coobird.mock.state.resources import PREFIXES


class TenantData:
    """Reads and changes the documents of one tenant. `now` is the server's time at the request."""

    def __init__(self, store: DocumentStore, events: EventLog, tenant: str, now: datetime, salt: str) -> None:
        self.store = store
        self.events = events
        self.tenant = tenant
        self.now = now
        self._salt = salt

    def new_id(self, kind: str) -> str:
        """A new id. With the same salt, the n-th id of a kind is the same in every run."""
        number = self.next_number(kind)
        name = f"{self._salt}/{self.tenant}/{kind}/{number}"
        return f"{PREFIXES[kind]}_{hashlib.blake2b(name.encode(), digest_size=10).hexdigest()}"

    def next_number(self, series: str) -> int:
        """Next number of a series of this tenant, from 1. No number comes twice."""
        return self.store.next_number(self.tenant, series)

    def add(self, kind: str, fields: Mapping[str, Any]) -> JsonObject:
        """Store a new document. It gets an id, `created_at` and `updated_at`."""
        now = instant_text(self.now)
        doc = {"id": None, **fields, "created_at": now, "updated_at": now}
        doc["id"] = self.new_id(kind)
        self.store.add(self.tenant, kind, doc)
        return doc

    def put(self, kind: str, doc: JsonObject) -> JsonObject:
        """Store a changed document. It gets a new `updated_at`."""
        doc["updated_at"] = instant_text(self.now)
        self.store.put(self.tenant, kind, doc)
        return doc

    def get(self, kind: str, identifier: str) -> JsonObject | None:
        return self.store.get(self.tenant, kind, identifier)

    def need(self, kind: str, identifier: str, field: str | None = None) -> JsonObject:
        """The document, or a 404.

        `field` is the place of the id in the request's body, if it is there.
        """
        doc = self.get(kind, identifier)
        if doc is None:
            raise not_found(kind, identifier, field)
        return doc

    def remove(self, kind: str, identifier: str) -> None:
        self.store.remove(self.tenant, kind, identifier)

    def find(self, kind: str, where: Mapping[str, Any] | None = None, **options: Any) -> list[JsonObject]:
        return self.store.find(self.tenant, kind, where, **options)

    def mentions(self, kind: str, field: str, identifier: str) -> int:
        """Number of documents that mention an id in `field`.

        `list[]` stands for the items of a list, `list[].field` for a field of its items.
        """
        listed, _, inner = field.partition("[]")
        if listed == field:
            return self.count(kind, {field: identifier})
        return self.store.count_listed(self.tenant, kind, listed, inner.removeprefix("."), identifier)

    def count(self, kind: str, where: Mapping[str, Any] | None = None, **options: Any) -> int:
        return self.store.count(self.tenant, kind, where, **options)
