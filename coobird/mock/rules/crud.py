"""Create, get, list, update and delete of any kind of document, by `resources` and the contract's
schemas."""

import math
from collections.abc import Mapping
from typing import Any

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict, invalid_field, not_found
from coobird.mock.contract.schemas import types_of
from coobird.mock.rules.registry import PRESENTERS
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.state.document_store import IsSet
from coobird.mock.state.resources import RESOURCES

_PAGING = {"page", "limit", "sort", "order", "search"}
_DEFAULT_LIMIT = 25


def present(request: CheckedRequest, kind: str, doc: JsonObject) -> JsonObject:
    """Answer of the API for a stored document."""
    found = PRESENTERS.get(kind)
    return found(request, doc) if found else doc


def add(
    request: CheckedRequest, kind: str, given: Mapping[str, Any], computed: Mapping[str, Any] | None = None
) -> JsonObject:
    """Store a new document of the `given` and `computed` fields.

    Its other fields get their defaults.
    """
    resource = RESOURCES[kind]
    check_references(request, kind, given)
    fields = {**resource.defaults, **given, **(computed or {})}
    check_unique(request, kind, fields)
    complete = {name: fields.get(name, _empty(schema)) for name, schema in request.shape(kind).items()}
    return request.data.add(kind, {**complete, **fields})


def change(request: CheckedRequest, kind: str, doc: JsonObject, given: Mapping[str, Any]) -> JsonObject:
    """Store a document with some fields replaced. Null clears a field."""
    check_references(request, kind, given)
    doc = {**doc, **given}
    check_unique(request, kind, doc, among=given)
    return request.data.put(kind, doc)


def from_path(request: CheckedRequest, kind: str) -> JsonObject:
    """The document in the request's path.

    404 if it does not exist, or belongs to another parent.
    """
    identifier = request.path[request.operation.path_names[-1]]
    parent_fields(request, kind)
    doc = request.data.need(kind, identifier)
    parent = RESOURCES[kind].parent
    if parent and doc[parent] != request.path[parent]:
        raise not_found(kind, identifier)
    return doc


def parent_fields(request: CheckedRequest, kind: str) -> dict[str, str]:
    """Field with the id of the parent in the path, empty for kinds without one.

    404 for an unknown parent.
    """
    parent = RESOURCES[kind].parent
    if parent is None:
        return {}
    request.data.need(parent.removesuffix("_id"), request.path[parent])
    return {parent: request.path[parent]}


def create(request: CheckedRequest, kind: str) -> JsonObject:
    return present(request, kind, add(request, kind, request.body, parent_fields(request, kind)))


def get(request: CheckedRequest, kind: str) -> JsonObject:
    return present(request, kind, from_path(request, kind))


def update(request: CheckedRequest, kind: str) -> JsonObject:
    return present(request, kind, change(request, kind, from_path(request, kind), request.body))


def delete(request: CheckedRequest, kind: str) -> None:
    remove(request, kind, from_path(request, kind))


def remove(request: CheckedRequest, kind: str, doc: JsonObject) -> None:
    """Remove a document and those that it owns. 409 if others mention it."""
    check_unused(request, kind, doc["id"])
    for owned, field in RESOURCES[kind].owns:
        for child in request.data.find(owned, {field: doc["id"]}):
            request.data.remove(owned, child["id"])
    request.data.remove(kind, doc["id"])


def list_(request: CheckedRequest, kind: str) -> Any:
    """One page of the list, or a bare array if the contract has no pages for it."""
    resource, query = RESOURCES[kind], request.query
    where: dict[str, Any] = dict(parent_fields(request, kind))
    for name, value in query.items():
        if name.startswith("has_"):
            where[name.removeprefix("has_")] = IsSet(value)
        elif name not in _PAGING:
            where[resource.filters.get(name, name)] = value
    search = (resource.name, query["search"]) if resource.name and query.get("search") else None
    if not request.operation.paged:
        return [present(request, kind, doc) for doc in request.data.find(kind, where)]
    page, limit = query.get("page", 1), query.get("limit", _DEFAULT_LIMIT)
    found = request.data.find(
        kind,
        where,
        search=search,
        sort=_sort_field(request, kind),
        descending=query.get("order") == "desc",
        limit=limit,
        offset=(page - 1) * limit,
    )
    total = request.data.count(kind, where, search=search)
    return {
        "data": [present(request, kind, doc) for doc in found],
        "pagination": {"page": page, "limit": limit, "total": total, "total_pages": math.ceil(total / limit)},
    }


def check_references(request: CheckedRequest, kind: str, given: Mapping[str, Any]) -> None:
    """Raise a problem for a field that mentions a document which does not exist."""
    for field, target in RESOURCES[kind].references.items():
        identifier = given.get(field)
        if identifier is not None and request.data.get(target, identifier) is None:
            raise request.unknown(target, identifier, field)


def check_unique(
    request: CheckedRequest, kind: str, doc: Mapping[str, Any], among: Mapping[str, Any] | None = None
) -> None:
    """Raise a 409 if another document has the same value of a unique field.

    With `among`, only the unique fields among these changed ones are compared.
    """
    resource = RESOURCES[kind]
    for field in resource.unique:
        if doc.get(field) is None or (among is not None and field not in among):
            continue
        where = {field: doc[field]} | ({resource.parent: doc[resource.parent]} if resource.parent else {})
        others = [other["id"] for other in request.data.find(kind, where) if other["id"] != doc.get("id")]
        if others:
            detail = f"Another {kind.replace('_', ' ')}, {others[0]!r}, already has the {field} {doc[field]!r}."
            raise conflict(detail, code="already_exists", field=field)


def check_unused(request: CheckedRequest, kind: str, identifier: str) -> None:
    """Raise a 409 if other documents mention this one. The detail says which kind."""
    for user, field in RESOURCES[kind].used_by:
        if number := request.data.mentions(user, field, identifier):
            users = f"{number} {user.replace('_', ' ')}{'s' if number > 1 else ''}"
            raise conflict(f"The {kind.replace('_', ' ')} {identifier!r} is in use by {users}.", code="in_use")


def _empty(schema: Mapping[str, Any]) -> Any:
    types = types_of(schema)
    return None if "null" in types else [] if "array" in types else {}


def _sort_field(request: CheckedRequest, kind: str) -> str:
    field: str = request.query.get("sort", "created_at")
    properties = request.spec.schemas.properties(request.operation.item_schema or {})
    scalars = {name for name, schema in properties.items() if not {"object", "array"} & set(types_of(schema))}
    sortable = sorted(scalars - set(RESOURCES[kind].computed))
    if field not in sortable:
        raise invalid_field("sort", f"must be one of {', '.join(sortable)}")
    return field
