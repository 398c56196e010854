"""Ids of the customers and agents that have an `external_id`, an id of the caller's own system."""

from typing import Any, NamedTuple

from coobird.mock.contract.json_text import is_array
from coobird.mock.state.document_store import DocumentStore, IsSet

# Kinds of documents with an `external_id`, by the field that holds an id of the kind.
KINDS = {"customer_id": "customer", "agent_id": "agent"}
# Highest number of names of one kind that are remembered.
MAX_NAMES = 10_000


class _Names(NamedTuple):
    """Names of one tenant and kind, until a document of the kind changes."""

    mark: object
    any_external: bool
    """False: no document has an external id, so each name is an id."""
    ids: dict[str | None, str | None]
    """Id of each name that was looked up."""


class ExternalIds:
    """Ids by the names that requests use, remembered until a document of the kind changes.

    Nearly every event names a customer and an agent, and a query for each would slow them down.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._names: dict[tuple[str, str], _Names] = {}

    def resolved(self, tenant: str, values: Any) -> Any:
        """The values with the id in place of each external id of a customer or an agent.

        `values` are fields of a request, or a list of such objects. A name that is the id of a
        document means that document, also if another one has it as its external id.
        """
        items = values if is_array(values) else [values]
        fields = [field for field in KINDS if any(field in item for item in items)]
        version = self._store.file_version() if fields else 0
        for field in fields:
            kind = KINDS[field]
            known = self._known(tenant, kind, version)
            if not known.any_external:
                continue
            # Most events of a batch name the same few customers, so each name is looked at once.
            names = {item[field] for item in items if field in item}
            for name in names.difference(known.ids):
                known.ids[name] = name if name is None else self._id_of(tenant, kind, name)
            if any(known.ids[name] != name for name in names):
                items = [{**item, field: known.ids[item[field]]} if field in item else item for item in items]
        return items if is_array(values) else items[0]

    def _known(self, tenant: str, kind: str, file_version: int) -> _Names:
        """Names of the tenant and kind that are known since the last change."""
        mark = self._store.resets, self._store.changed.get((tenant, kind)), file_version
        known = self._names.get((tenant, kind))
        if known is None or known.mark != mark or len(known.ids) > MAX_NAMES:
            # Sorted by the field, so that the index finds it.
            one = self._store.find(tenant, kind, {"external_id": IsSet(True)}, sort="external_id", limit=1)
            known = self._names[tenant, kind] = _Names(mark, bool(one), {})
        return known

    def _id_of(self, tenant: str, kind: str, name: str) -> str:
        if self._store.get(tenant, kind, name) is not None:
            return name
        found = self._store.find(tenant, kind, {"external_id": name}, limit=1)
        return str(found[0]["id"]) if found else name
