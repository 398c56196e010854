"""Every operation is a method of both flavours, and each asks for the right call."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import re
from typing import Any

import pytest
from coobird_api.methods.async_events import AsyncEventsMethods
from coobird_api.methods.async_resources import AsyncMethods
from coobird_api.methods.events import EventsMethods
from coobird_api.methods.resources import Methods
from coobird_api.models import CustomerListResponse, CustomerResponse, Pagination
from coobird_api.types import UNSET

from tests.support.contract.spec import DOCUMENT
from tests.support.direct import CUSTOMER


def public(methods: type) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(methods, callable) if not name.startswith("_")}


def test_each_operation_is_a_method_and_each_paged_list_can_be_iterated() -> None:
    operations = [
        operation for item in DOCUMENT["paths"].values() for verb, operation in item.items() if verb != "parameters"
    ]
    names = {operation["operationId"] for operation in operations} - {"track_events"}
    page = {"$ref": "#/components/parameters/Page"}
    iterators = {
        operation["operationId"].replace("list_", "iter_")
        for operation in operations
        if page in operation.get("parameters", [])
    }
    assert len(names) == 62
    assert public(Methods).keys() == names | iterators


def test_a_method_takes_ids_in_order_and_everything_else_by_its_name_on_the_wire() -> None:
    components = DOCUMENT["components"]
    for path, item in DOCUMENT["paths"].items():
        for operation in (operation for verb, operation in item.items() if verb != "parameters"):
            if operation["operationId"] == "track_events":
                continue
            parameters = inspect.signature(getattr(Methods, operation["operationId"])).parameters.values()
            refs = [p["$ref"].rpartition("/")[2] for p in operation.get("parameters", []) if "$ref" in p]
            wire = {p["name"] for p in operation.get("parameters", []) if "$ref" not in p}
            wire |= {components["parameters"][ref]["name"].lower().replace("-", "_") for ref in refs}
            if "requestBody" in operation:
                body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                wire |= components["schemas"][body]["properties"].keys()
            assert {p.name for p in parameters if p.kind is p.KEYWORD_ONLY} == wire
            assert [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY] == [
                "self",
                *re.findall(r"{(\w+)}", path),
            ]


def test_both_flavours_have_the_same_methods_signatures_and_docstrings() -> None:
    sync, awaited = public(Methods), public(AsyncMethods)
    assert sync.keys() == awaited.keys()
    for name, method in sync.items():
        theirs = inspect.signature(awaited[name])
        answer = str(theirs.return_annotation).removeprefix("Async")
        assert inspect.signature(method) == theirs.replace(return_annotation=answer)
        assert inspect.iscoroutinefunction(awaited[name]) or name.startswith("iter_")
        assert method.__doc__ == awaited[name].__doc__
        assert max(map(len, method.__doc__.splitlines())) <= 100


TRACK = DOCUMENT["components"]["schemas"]["Event"]["x-track"]


class Tracked:
    """Keeps the arguments of each event."""

    def __init__(self) -> None:
        self.queued: list[tuple[Any, ...]] = []
        self.sent: list[tuple[Any, ...]] = []
        self._track = lambda *event: self.queued.append(event)


class SyncEvents(Tracked, EventsMethods):
    def _send_event(self, *event: Any) -> Any:
        self.sent.append(event)
        return len(self.sent)


class AsyncEvents(Tracked, AsyncEventsMethods):
    async def _send_event(self, *event: Any) -> Any:
        self.sent.append(event)
        return len(self.sent)


def test_there_is_a_method_for_an_event_in_general_and_for_each_action_type_in_both_flavours() -> None:
    types = DOCUMENT["components"]["schemas"]["ActionType"]["enum"]
    queued = {"track", *(f"track_{each}" for each in types)}
    assert set(TRACK["methods"]) == queued
    for methods in EventsMethods, AsyncEventsMethods:
        assert public(methods).keys() == queued | {f"{name}_immediate" for name in queued}


@pytest.mark.parametrize("kind", [SyncEvents, AsyncEvents])
@pytest.mark.parametrize("name", TRACK["methods"])
@pytest.mark.parametrize("suffix", ["", "_immediate"])
def test_an_event_reaches_the_client_with_each_argument_in_its_place(kind: Any, name: str, suffix: str) -> None:
    given = {argument: object() for argument in TRACK["arguments"]}
    if name != "track":
        given["action_type"] = name.removeprefix("track_")
    tracked = kind()
    answer = getattr(tracked, name + suffix)(
        **{k: v for k, v in given.items() if name == "track" or k != "action_type"}
    )
    if inspect.iscoroutine(answer):
        answer = asyncio.run(answer)
    assert answer == (1 if suffix else None)
    assert (tracked.sent if suffix else tracked.queued) == [tuple(given.values())]


def test_every_method_documents_each_argument() -> None:
    for methods in Methods, EventsMethods, AsyncEventsMethods:
        for name, method in public(methods).items():
            section = re.search(r"^        Args:\n(.*?)(?=\n\n)", method.__doc__, re.MULTILINE | re.DOTALL)
            entries = re.findall(r"^            (\w+):", section.group(1), re.MULTILINE) if section else []
            assert entries == list(inspect.signature(method).parameters)[1:], name
            assert max(map(len, method.__doc__.splitlines())) <= 100, name


class Pages:
    """Answers three pages of two customers and records every call."""

    per_page, total_pages = 2, 3
    pagination: dict[str, Any] | None = None
    has_pages = True

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def record(self, *call: Any, **options: Any) -> CustomerListResponse:
        self.calls.append((call, options))
        page = options.get("query", {}).get("page", 1) if self.has_pages else 1
        customer = CustomerResponse.from_dict({**CUSTOMER, "id": f"cus_{page}"})
        pagination = self.pagination
        if pagination is None:
            pagination = {"page": page, "limit": 2, "total": 6, "total_pages": self.total_pages}
        entries = [customer] * (self.per_page if page <= self.total_pages else 0)
        answer = CustomerListResponse(data=entries, pagination=Pagination.from_dict(pagination))
        return answer if pagination else CustomerListResponse.from_dict({"data": answer.to_dict()["data"]})


class Sync(Pages, Methods):
    def _no_list(self, page: Any) -> Exception:
        raise AssertionError(page)

    def _call(self, *call: Any, **options: Any) -> Any:
        return self.record(*call, **options)


class Async(Pages, AsyncMethods):
    def _no_list(self, page: Any) -> Exception:
        raise AssertionError(page)

    async def _call(self, *call: Any, **options: Any) -> Any:
        return self.record(*call, **options)


def run(methods: Sync | Async, name: str, /, *args: Any, **options: Any) -> Any:
    answer = getattr(methods, name)(*args, **options)
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


@pytest.fixture(params=[Sync, Async])
def methods(request: pytest.FixtureRequest) -> Sync | Async:
    return request.param()  # type: ignore[no-any-return]


def test_a_method_passes_operation_verb_path_body_and_key(methods: Sync | Async) -> None:
    run(methods, "update_customer", "cus/1", email=None)
    run(methods, "create_customer", name="Acme", type="agent", idempotency_key="key_1")
    (update, update_options), (create, create_options) = methods.calls
    assert update[:3] == ("update_customer", "PATCH", "/customers/{customer_id}")
    assert update_options["path_params"] == {"customer_id": "cus/1"}
    assert {k: v for k, v in update_options["body"].items() if v is not UNSET} == {"email": None}
    assert create[:3] == ("create_customer", "POST", "/customers")
    assert create_options["body"]["metadata"] is UNSET
    assert create_options["idempotency_key"] == "key_1"
    assert update[3].__module__ == "coobird_api.api.customers.update_customer"


def test_an_idempotency_key_that_the_body_has_goes_there_and_only_there(methods: Sync | Async) -> None:
    run(methods, "top_up_wallet", "wal_1", amount=5, idempotency_key="key_1")
    ((_, options),) = methods.calls
    assert options["body"]["idempotency_key"] == "key_1"
    assert "idempotency_key" not in options


def take(methods: Sync | Async, count: int) -> list[str]:
    """Return the ids of the first customers. The iterator is not read to its end."""
    if isinstance(methods, Sync):
        return [customer.id for customer in itertools.islice(methods.iter_customers(limit=2), count)]

    async def main() -> list[str]:
        ids: list[str] = []
        async for customer in methods.iter_customers(limit=2):
            ids.append(customer.id)
            if len(ids) == count:
                break
        return ids

    return asyncio.run(main())


def test_an_iterator_asks_for_a_page_when_it_is_needed_and_stops_after_the_last(methods: Sync | Async) -> None:
    assert take(methods, 2) == ["cus_1", "cus_1"]
    assert len(methods.calls) == 1
    assert take(methods, 99) == ["cus_1", "cus_1", "cus_2", "cus_2", "cus_3", "cus_3"]
    assert [options["query"]["page"] for _, options in methods.calls[1:]] == [1, 2, 3]
    assert {options["query"]["limit"] for _, options in methods.calls} == {2}


@pytest.mark.parametrize("pagination", [{}, {"page": 1, "limit": 2}, {"total_pages": None}])
def test_an_iterator_goes_to_an_empty_page_if_the_answers_do_not_say_how_many_there_are(
    methods: Sync | Async, pagination: dict[str, Any]
) -> None:
    methods.pagination = pagination
    assert take(methods, 99) == ["cus_1", "cus_1", "cus_2", "cus_2", "cus_3", "cus_3"]
    assert len(methods.calls) == 4


def test_an_iterator_yields_the_list_of_a_server_without_pages_once(methods: Sync | Async) -> None:
    methods.pagination, methods.has_pages = {}, False
    assert take(methods, 99) == ["cus_1", "cus_1"]
    assert len(methods.calls) == 2


def test_pages_that_are_counted_may_repeat_each_other(methods: Sync | Async) -> None:
    methods.has_pages = False
    assert take(methods, 99) == ["cus_1"] * 6


def test_a_list_without_entries_is_asked_for_once(methods: Sync | Async) -> None:
    methods.total_pages = 0
    methods.per_page = 0
    assert take(methods, 99) == []
    assert len(methods.calls) == 1
