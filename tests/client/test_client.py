"""Both clients, from their construction to their shutdown. One test body for both flavours."""

from __future__ import annotations

import asyncio
import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

import coobird
from coobird import AsyncCoomon, Coomon, CoomonOptions
from coobird.errors import (
    APIStatusError,
    ConfigurationError,
    CoobirdError,
    DisabledError,
    DroppedEventsError,
    InsecureHostWarning,
    InternalServerError,
    InvalidEventError,
    ResponseShapeError,
)
from tests.support.direct import CUSTOMER, KEY, places_with_the_key
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.surface import public

EVENT = {"customer_id": "cus_1", "agent_id": "agent_1"}
FLAVOURS: list[type[Any]] = [Coomon, AsyncCoomon]
MakeClient = Callable[..., "Settled"]


def serve(request: Request) -> Answer:
    """A server that takes every event, has one customer and three pages of agents."""
    path, _, query = request.path.removeprefix("/api/v1").partition("?")
    if path == "/events/batch":
        return Answer(200, {"accepted": len(request.json()["events"]), "duplicates": 0, "rejected": 0, "results": []})
    if path == "/customers" and request.method == "GET":
        page = int(dict(pair.split("=") for pair in query.split("&"))["page"])
        entries = [CUSTOMER | {"id": f"cus_{2 * page + number}"} for number in (-1, 0)][: 1 if page == 3 else 2]
        return Answer(200, {"data": entries, "pagination": {"page": page, "limit": 2, "total": 5, "total_pages": 3}})
    return Answer(200 if request.method == "GET" else 204, CUSTOMER if request.method == "GET" else None)


class Settled:
    """A client whose awaited methods run to their end, so that a test fits both flavours."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:
        self.client = client
        self.runner = runner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.client, name)
        if not callable(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            result = value(*args, **kwargs)
            if inspect.isasyncgen(result):
                return self.runner.run(collected(result))
            if isinstance(result, (Coomon, AsyncCoomon)):
                return Settled(result, self.runner)
            return self.runner.run(result) if inspect.iscoroutine(result) else result

        return call


async def collected(entries: Any) -> list[Any]:
    return [entry async for entry in entries]


pytestmark = pytest.mark.usefixtures("quick_retries")


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(serve) as running:
        yield running


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.__name__)
def flavour(request: pytest.FixtureRequest) -> type[Any]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def make(flavour: type[Any], server: LoopbackServer) -> Iterator[MakeClient]:
    made: list[Settled] = []
    with asyncio.Runner() as runner:

        def build(**options: Any) -> Settled:
            made.append(Settled(flavour(KEY, **{"host": server.url, "flush_interval": 0, **options}), runner))
            return made[-1]

        yield build
        for client in made:
            client.shutdown(timeout=20)


def events_of(server: LoopbackServer) -> list[dict[str, Any]]:
    batches = [request.json()["events"] for request in server.requests if request.path.endswith("/events/batch")]
    return [event for batch in batches for event in batch]


# ----------------------------------------------------------------------------------------- building


def test_the_signature_shows_each_option_with_its_type_and_default(flavour: type[Any]) -> None:
    shown = dict(inspect.signature(flavour).parameters)
    assert shown.pop("api_key").kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert {parameter.kind for parameter in shown.values()} == {inspect.Parameter.KEYWORD_ONLY}
    if flavour is AsyncCoomon:
        assert shown.pop("async_http_client").annotation == "httpx.AsyncClient | None"
    assert shown.keys() == CoomonOptions.__annotations__.keys()
    built = vars(flavour(KEY)._settings)
    assert all(parameter.default == built[name] for name, parameter in shown.items() if name != "host")
    assert shown["host"].default is None
    assert (shown["flush_at"].annotation, shown["host"].annotation) == ("int", "str | None")


def test_the_signature_of_a_subclass_shows_what_it_takes(flavour: type[Any]) -> None:
    class Tagged(flavour):  # type: ignore[misc]
        def __init__(self, tag: str, *, flush_at: int = 50, **options: Any) -> None: ...

    class Fixed(flavour):  # type: ignore[misc]
        def __init__(self, tag: str) -> None: ...

    shown = inspect.signature(Tagged).parameters
    assert list(shown)[:2] == ["tag", "host"]
    assert (shown["flush_at"].default, shown["max_retries"].default) == (50, 3)
    assert list(inspect.signature(Fixed).parameters) == ["tag"]


def test_an_option_that_does_not_exist_is_refused_with_the_names_of_all(flavour: type[Any]) -> None:
    with pytest.raises(TypeError, match=r"no option 'flushAt'.*host, flush_at, ") as caught:
        flavour(KEY, flushAt=20)
    assert places_with_the_key(caught.value) == []


@pytest.mark.parametrize("key", [f"{KEY}\n", f"Bearer {KEY}", f"https://{KEY}"])
def test_a_key_that_is_refused_shows_in_no_traceback(flavour: type[Any], key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        flavour(key)
    assert places_with_the_key(caught.value) == []


def test_another_setting_that_is_refused_does_not_show_the_key(flavour: type[Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        flavour(KEY, flush_at=-1)
    assert places_with_the_key(caught.value) == []


def test_plain_http_to_another_machine_warns_where_the_client_is_built(flavour: type[Any]) -> None:
    with pytest.warns(InsecureHostWarning, match="https://") as caught:
        flavour(KEY, host="http://api.coobird.example")
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flavour(KEY, host="http://localhost:4444")
        flavour(host="http://api.coobird.example", disabled=True)


def test_building_a_client_sends_nothing(make: MakeClient, server: LoopbackServer) -> None:
    make()
    assert server.connections == 0


def test_a_repr_names_the_host_and_not_the_key(make: MakeClient, server: LoopbackServer, flavour: type[Any]) -> None:
    assert repr(make().client) == f"{flavour.__name__}(host='{server.url}', testing=True)"
    assert (
        repr(flavour(disabled=True))
        == f"{flavour.__name__}(host='https://api.dev.coobird.ai', disabled=True, testing=True)"
    )


def test_a_client_of_the_other_flavour_cannot_be_given(flavour: type[Any]) -> None:
    async_client = httpx.AsyncClient()
    with pytest.raises(
        ConfigurationError, match=r"http_client must be an httpx\.Client or an httpx2\.Client, not httpx\.AsyncClient"
    ):
        flavour(KEY, http_client=async_client)
    with httpx.Client() as client, pytest.raises(ConfigurationError, match="async_http_client"):
        AsyncCoomon(KEY, async_http_client=client)  # type: ignore[arg-type]


def test_a_given_client_carries_calls_and_events(server: LoopbackServer) -> None:
    with httpx.Client(headers={"X-Team": "billing"}) as given:
        with Coomon(KEY, host=server.url, http_client=given) as client:
            client.get_customer("cus_1")
            client.track_task(**EVENT)  # type: ignore[arg-type]
        assert not given.is_closed
    assert [request.headers["x-team"] for request in server.requests] == ["billing", "billing"]


# ----------------------------------------------------------------------------------------- disabled


def test_a_disabled_client_needs_no_key_and_touches_no_network(
    flavour: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COOBIRD_API_KEY", raising=False)
    problems: list[CoobirdError] = []
    with asyncio.Runner() as runner:
        client = Settled(flavour(disabled=True, on_error=problems.append), runner)
        client.register({"region": "eu"})
        client.track(**EVENT, action_type="nonsense")
        client.track_task(customer_id="", agent_id="")
        for name in ("track_task_immediate", "track_workflow_immediate", "track_outcome_immediate"):
            answer = getattr(client, name)(**EVENT)
            assert (answer.accepted, answer.duplicates, answer.rejected, answer.results) == (0, 0, 0, [])
        assert client.flush() is None
        assert client.stats().tracked == 0
        with pytest.raises(DisabledError, match=r"create_customer\(\)"):
            client.create_customer(name="Acme", type="company")
        with pytest.raises(DisabledError, match=r"list_customers\(\)"):
            list(client.iter_customers())
        client.shutdown()
    assert problems == []


# ------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize("kind", ["task", "workflow", "outcome"])
@pytest.mark.parametrize("suffix", ["", "_immediate"])
def test_each_way_of_tracking_sends_every_argument(
    make: MakeClient, server: LoopbackServer, kind: str, suffix: str
) -> None:
    client = make()
    arguments = {
        **EVENT,
        "signal_code": "api_call",
        "quantity": Decimal("2.5"),
        "attributes": {"model": "m"},
        "metadata": {"note": "n"},
        "event_id": "evt_1",
    }
    assert set(inspect.signature(client.client.track).parameters) == {*arguments, "action_type", "timestamp"}
    getattr(client, f"track{suffix}")(**arguments, action_type=kind)
    getattr(client, f"track_{kind}{suffix}")(**arguments)
    if not suffix:
        assert client.flush().accepted == 2
    for event in events_of(server):
        assert event.pop("timestamp").endswith("Z")
        assert event == {**arguments, "quantity": 2.5, "action_type": kind}
    assert len(events_of(server)) == 2


def test_global_attributes_are_merged_into_queued_and_immediate_events(
    make: MakeClient, server: LoopbackServer
) -> None:
    client = make()
    client.register({"region": "eu", "model": "a"})
    client.track_task(**EVENT, attributes={"model": "b"})
    client.flush()
    client.unregister("region")
    client.track_task_immediate(**EVENT)
    assert [event["attributes"] for event in events_of(server)] == [{"region": "eu", "model": "b"}, {"model": "a"}]


def test_an_immediate_event_is_tried_again_with_the_same_bytes_and_key(
    make: MakeClient, server: LoopbackServer
) -> None:
    server.script(
        [Answer(503), Answer(reset=True), Answer(200, {"accepted": 1, "duplicates": 0, "rejected": 0, "results": []})]
    )
    assert make().track_task_immediate(**EVENT).accepted == 1
    assert len({(request.body, request.headers["idempotency-key"]) for request in server.requests}) == 1
    assert len(server.requests) == 3


def test_an_immediate_event_that_fails_is_raised_and_not_queued(make: MakeClient, server: LoopbackServer) -> None:
    server.script([Answer(401)])
    client = make()
    with pytest.raises(APIStatusError, match="POST /api/v1/events/batch"):
        client.track_task_immediate(**EVENT)
    with pytest.raises(InvalidEventError, match="action_type"):
        client.track_immediate(**EVENT, action_type="chore")
    assert client.stats().tracked == 0


def test_an_event_without_its_customer_is_reported_with_what_to_do(make: MakeClient) -> None:
    errors: list[CoobirdError] = []
    client = make(on_error=errors.append)
    client.track_task(agent_id="agent_1")
    (error,) = errors
    assert "customer_id is missing: pass it, or track inside a run that has it, `with coomon.run(" in str(error)
    with pytest.raises(InvalidEventError, match="customer_id is missing"):
        client.track_task_immediate(agent_id="agent_1")


# -------------------------------------------------------------------------------------------- lists


def test_iterating_goes_through_all_pages(make: MakeClient, server: LoopbackServer) -> None:
    assert [customer.id for customer in make().iter_customers(limit=2, status="active")] == [
        f"cus_{n}" for n in range(1, 6)
    ]
    assert [request.path.partition("page=")[2][0] for request in server.requests] == ["1", "2", "3"]
    assert all("status=active" in request.path and "limit=2" in request.path for request in server.requests)


def test_a_page_is_asked_for_when_it_is_needed(server: LoopbackServer) -> None:
    with Coomon(KEY, host=server.url) as client:
        entries = client.iter_customers()
        assert server.requests == []
        assert [next(entries).id, next(entries).id] == ["cus_1", "cus_2"]
        assert len(server.requests) == 1


def test_iterating_ends_at_an_empty_page_however_many_the_server_promises(server: LoopbackServer) -> None:
    promise = {"page": 1, "limit": 25, "total": 10**9, "total_pages": 10**9, "has_more": True}
    server.script([Answer(200, {"data": [], "pagination": promise})])
    with Coomon(KEY, host=server.url) as client:
        assert list(client.iter_customers()) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("page", [{}, {"data": None}, {"data": {}}, {"data": "none"}, {"data": [7]}])
def test_iterating_over_a_page_without_its_list_raises(make: MakeClient, server: LoopbackServer, page: object) -> None:
    server.script([Answer(200, page)])
    with pytest.raises(ResponseShapeError, match="CustomerListResponse without a list in 'data'"):
        list(make().iter_customers())


# ----------------------------------------------------------------------------------------- siblings


def test_a_sibling_has_limits_of_its_own_and_shares_the_rest(make: MakeClient, server: LoopbackServer) -> None:
    client = make(max_retries=0)
    patient = client.with_options(max_retries=2, request_timeout=20)
    server.script([Answer(503), Answer(503), Answer(200, CUSTOMER)])
    assert patient.get_customer("cus_1").id == "cus_1"
    server.script([Answer(503)])
    with pytest.raises(InternalServerError):
        client.get_customer("cus_1")
    assert server.connections == 1
    server.script(serve)
    patient.track_task(**EVENT)
    assert client.flush().accepted == 1
    assert client.stats() == patient.stats()


def test_shutting_a_sibling_down_sends_the_queue_and_closes_nothing(make: MakeClient, server: LoopbackServer) -> None:
    client = make()
    client.get_customer("cus_1")
    sibling = client.with_options(max_retries=1)
    sibling.track_task(**EVENT)
    sibling.shutdown()
    assert len(events_of(server)) == 1
    client.track_task(**EVENT)
    assert client.flush().accepted == 1
    client.get_customer("cus_1")
    calls = [request.connection for request in server.requests if request.method == "GET"]
    assert calls[0] == calls[1]


def test_a_sibling_with_limits_that_cannot_work_is_refused(make: MakeClient) -> None:
    with pytest.raises(ConfigurationError, match="max_retries"):
        make().with_options(max_retries=-1)


# ------------------------------------------------------------------------------------------ the end


def test_the_end_of_a_block_delivers(flavour: type[Any], server: LoopbackServer) -> None:
    async def awaited() -> None:
        async with AsyncCoomon(KEY, host=server.url) as client:
            client.track_task(**EVENT)  # type: ignore[arg-type]

    if flavour is AsyncCoomon:
        asyncio.run(awaited())
    else:
        with Coomon(KEY, host=server.url) as client:
            client.track_task(**EVENT)  # type: ignore[arg-type]
    assert len(events_of(server)) == 1


def test_after_shutdown_events_are_reported_and_calls_still_work(make: MakeClient, server: LoopbackServer) -> None:
    problems: list[CoobirdError] = []
    client = make(on_error=problems.append)
    client.shutdown()
    client.shutdown()
    client.track_task(**EVENT)
    assert isinstance(problems[0], DroppedEventsError)
    assert problems[0].events[0]["customer_id"] == "cus_1"
    assert client.get_customer("cus_1").id == "cus_1"
    assert events_of(server) == []


# ----------------------------------------------------------------------------------------- together


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    sync, awaited = public(Coomon), public(AsyncCoomon)
    assert sync.keys() == awaited.keys()
    for name, method in sync.items():
        assert inspect.signature(method).parameters == inspect.signature(awaited[name]).parameters, name
        assert method.__doc__, name
        assert awaited[name].__doc__, name


def test_only_what_queues_is_not_awaited() -> None:
    plain = {name for name, method in public(AsyncCoomon).items() if not inspect.iscoroutinefunction(method)}
    plain = {name for name in plain if not name.startswith("iter_")}
    assert plain == {
        "budget",
        "current_run",
        "metered",
        "report",
        "run",
        "track",
        "track_task",
        "track_workflow",
        "track_outcome",
        "register",
        "unregister",
        "stats",
        "with_options",
    }


def test_no_method_takes_arguments_that_it_does_not_name() -> None:
    for name, method in {**public(Coomon), **public(AsyncCoomon)}.items():
        kinds = {parameter.kind for parameter in inspect.signature(method).parameters.values()}
        assert not kinds & {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}, name


def test_a_failing_call_of_a_client_does_not_show_the_key(make: MakeClient, server: LoopbackServer) -> None:
    server.script([Answer(403, {"detail": f"The key {KEY} may not."})])
    client = make()
    for call in (lambda: client.get_customer("cus_1"), lambda: client.track_task_immediate(**EVENT)):
        with pytest.raises(APIStatusError) as caught:
            call()
        assert places_with_the_key(caught.value) == []
        assert "The key *** may not" in str(caught.value)
        assert KEY not in "".join(traceback.format_exception(caught.value))


def test_the_types_of_the_models_are_those_of_the_answers(make: MakeClient) -> None:
    assert isinstance(make().get_customer("cus_1"), coobird.CustomerResponse)
