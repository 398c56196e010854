"""Create, get, list, update and delete for every kind of document, driven by `resources` and the contract's shapes."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from coobird.mock.contract.problems import conflict, invalid_field, missing
from coobird.mock.contract.schemas import types_of
from coobird.mock.rules.request import Call
from coobird.mock.state.document_store import Doc, Present
from coobird.mock.state.resources import RESOURCES

# Kinds whose answers hold more than their document: filled in by the rules.
PRESENTERS: dict[str, Callable[[Call, Doc], Doc]] = {}

_PAGING = {"page", "limit", "sort", "order", "search"}
_DEFAULT_LIMIT = 25


def present(call: Call, kind: str, doc: Doc) -> Doc:
    """A document as the API answers it."""
    presenter = PRESENTERS.get(kind)
    return presenter(call, doc) if presenter else doc


def add(call: Call, kind: str, given: Mapping[str, Any], computed: Mapping[str, Any] | None = None) -> Doc:
    """Keep a new document of what was `given` and `computed`; the rest of its fields get their defaults."""
    resource = RESOURCES[kind]
    check_references(call, kind, given)
    fields = {**resource.defaults, **given, **(computed or {})}
    check_unique(call, kind, fields)
    complete = {name: fields.get(name, _empty(schema)) for name, schema in call.shape(kind).items()}
    return call.data.add(kind, {**complete, **fields})


def change(call: Call, kind: str, doc: Doc, given: Mapping[str, Any]) -> Doc:
    """Keep a document with some fields replaced; null clears."""
    check_references(call, kind, given)
    doc = {**doc, **given}
    check_unique(call, kind, doc, among=given)
    return call.data.put(kind, doc)


def own(call: Call, kind: str) -> Doc:
    """The document that the path names, or 404; also if it belongs to another parent than the path says."""
    identifier = call.path[call.operation.path_names[-1]]
    parents(call, kind)
    doc = call.data.need(kind, identifier)
    parent = RESOURCES[kind].parent
    if parent and doc[parent] != call.path[parent]:
        raise missing(kind, identifier)
    return doc


def parents(call: Call, kind: str) -> dict[str, str]:
    """The parent's id as a field, after checking that the parent exists."""
    parent = RESOURCES[kind].parent
    if parent is None:
        return {}
    call.data.need(parent.removesuffix("_id"), call.path[parent])
    return {parent: call.path[parent]}


def create(call: Call, kind: str) -> Doc:
    return present(call, kind, add(call, kind, call.body, parents(call, kind)))


def get(call: Call, kind: str) -> Doc:
    return present(call, kind, own(call, kind))


def update(call: Call, kind: str) -> Doc:
    return present(call, kind, change(call, kind, own(call, kind), call.body))


def delete(call: Call, kind: str) -> None:
    doc = own(call, kind)
    check_unused(call, kind, doc["id"])
    for owned, field in RESOURCES[kind].owns:
        for child in call.data.find(owned, {field: doc["id"]}):
            call.data.remove(owned, child["id"])
    call.data.remove(kind, doc["id"])


def list_(call: Call, kind: str) -> Any:
    """One page, or a bare array where the contract knows no pages."""
    resource, query = RESOURCES[kind], call.query
    where: dict[str, Any] = dict(parents(call, kind))
    for name, value in query.items():
        if name.startswith("has_"):
            where[name.removeprefix("has_")] = Present(value)
        elif name not in _PAGING:
            where[resource.filters.get(name, name)] = value
    search = (resource.name, query["search"]) if resource.name and query.get("search") else None
    if not call.operation.paged:
        return [present(call, kind, doc) for doc in call.data.find(kind, where)]
    page, limit = query.get("page", 1), query.get("limit", _DEFAULT_LIMIT)
    found = call.data.find(
        kind,
        where,
        search=search,
        sort=_sort_field(call),
        descending=query.get("order") == "desc",
        limit=limit,
        offset=(page - 1) * limit,
    )
    total = call.data.count(kind, where, search=search)
    return {
        "data": [present(call, kind, doc) for doc in found],
        "pagination": {"page": page, "limit": limit, "total": total, "total_pages": math.ceil(total / limit)},
    }


def check_references(call: Call, kind: str, given: Mapping[str, Any]) -> None:
    """Every id that is mentioned leads somewhere."""
    for field, target in RESOURCES[kind].references.items():
        identifier = given.get(field)
        if identifier is not None and call.data.get(target, identifier) is None:
            raise call.unknown(target, identifier, field)


def check_unique(call: Call, kind: str, doc: Mapping[str, Any], among: Mapping[str, Any] | None = None) -> None:
    """No other document has the value of a unique field (of those `among` the changed ones): 409 names the field."""
    resource = RESOURCES[kind]
    for field in resource.unique:
        if doc.get(field) is None or (among is not None and field not in among):
            continue
        where = {field: doc[field]} | ({resource.parent: doc[resource.parent]} if resource.parent else {})
        if any(other["id"] != doc.get("id") for other in call.data.find(kind, where)):
            detail = f"Another {kind.replace('_', ' ')} already has the {field} {doc[field]!r}."
            raise conflict(detail, code="already_exists", field=field)


def check_unused(call: Call, kind: str, identifier: str) -> None:
    """Nothing mentions the document any more: 409 says what does."""
    for user, field in RESOURCES[kind].used_by:
        if number := call.data.mentions(user, field, identifier):
            raise in_use(kind, identifier, f"{number} {user.replace('_', ' ')}{'s' if number > 1 else ''}")


def in_use(kind: str, identifier: str, users: str) -> Exception:
    """409 for something that cannot be deleted yet."""
    return conflict(f"The {kind.replace('_', ' ')} {identifier!r} is in use by {users}.", code="in_use")


def _empty(schema: Mapping[str, Any]) -> Any:
    types = types_of(schema)
    return None if "null" in types else [] if "array" in types else {}


def _sort_field(call: Call) -> str:
    field: str = call.query.get("sort", "created_at")
    properties = call.spec.schemas.properties(call.operation.item_schema or {})
    scalars = sorted(name for name, schema in properties.items() if not {"object", "array"} & set(types_of(schema)))
    if field not in scalars:
        raise invalid_field("sort", f"must be one of {', '.join(scalars)}")
    return field
