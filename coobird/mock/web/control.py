"""Control routes under `/_mock/`, for tests and for use by hand.

Only two of them need an API key.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from coobird.mock.contract import json_text
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.problems import Problem, conflict, invalid_field
from coobird.mock.contract.schemas import check
from coobird.mock.rules.billing_run import BILLING_SCHEMA, invoice_contract
from coobird.mock.rules.signal_cost import COST_SCHEMA, set_signal_cost
from coobird.mock.service.faults import Fault, fault_schema
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.seed import SeedError
from coobird.mock.service.service import Service
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenants import tenant_of
from coobird.mock.web.notifier import ChangeNotifier
from coobird.mock.web.responses import json_response
from coobird.mock.web.stream import DashboardStreams, event_stream, follow_events

_Endpoint = Callable[[Request], Awaitable[Response]]

_PAGE = 1000
# Query parameters of the routes that return events.
_EVENT_FILTERS = ("customer_id", "agent_id", "after", "limit")


class Control:
    """Endpoints of the control routes, one method each."""

    def __init__(self, service: Service, requests: RequestLog, notifier: ChangeNotifier) -> None:
        self.service = service
        self.requests = requests
        self.notifier = notifier
        self._dashboards = DashboardStreams(service, requests, notifier)
        self._fault_validator = service.spec.schemas.compile(fault_schema(service.spec.operations))
        self._billing_validator = service.spec.schemas.compile(BILLING_SCHEMA)
        self._cost_validator = service.spec.schemas.compile(COST_SCHEMA)

    async def health(self, request: Request) -> Response:
        spec = self.service.spec
        return json_response({"status": "ok", "api_version": spec.version, "operations": len(spec.operations)})

    async def events(self, request: Request) -> Response:
        """Events of the key's tenant, or without a key of all, as one JSON object."""
        return StreamingResponse(_as_object(self._pages(request)), media_type="application/json")

    async def export(self, request: Request) -> Response:
        """The same events as JSON lines, for a database or a spreadsheet."""
        return StreamingResponse(_as_lines(self._pages(request)), media_type="application/x-ndjson")

    async def reset(self, request: Request) -> Response:
        """Delete the data of the key's tenant, then carry out the seed again.

        Without a key, delete everything: also the clock's setting, the faults and the recorded
        requests. 409 if the seed is refused, for example since its dates do not fit the time of the
        clock.
        """
        tenant = _tenant(request)
        try:
            self.service.reset(tenant)
        except SeedError as error:
            raise conflict(str(error)) from None
        finally:
            if tenant is None:
                self.requests.clear()
            self.notifier.notify()
        return Response(status_code=204)

    async def requests_(self, request: Request) -> Response:
        tenant = _tenant(request)
        return json_response(
            {"requests": [entry.as_dict() for entry in self.requests if tenant in (None, entry.tenant)]}
        )

    async def list_faults(self, request: Request) -> Response:
        return json_response({"faults": [fault.as_dict() for fault in self.service.faults]})

    async def add_fault(self, request: Request) -> Response:
        body = await _body(request)
        check(self._fault_validator, body)
        fault = Fault(**body)
        self.service.faults.add(fault)
        return json_response(fault.as_dict(), 201)

    async def clear_faults(self, request: Request) -> Response:
        self.service.faults.clear()
        return Response(status_code=204)

    async def clock(self, request: Request) -> Response:
        clock = self.service.clock
        return json_response({"now": instant_text(clock.now()), "frozen": clock.frozen})

    async def move_clock(self, request: Request) -> Response:
        """`{"freeze": true or an instant}`, `{"advance": seconds}` or `{"reset": true}`."""
        body, clock = await _body(request), self.service.clock
        setting: tuple[str, Any] = (
            next(iter(body.items())) if json_text.is_object(body) and len(body) == 1 else ("", None)
        )
        try:
            match setting:
                case "freeze", True:
                    clock.freeze()
                case "freeze", str(instant):
                    clock.freeze(datetime.fromisoformat(instant))
                case "advance", (int() | float()) as seconds if seconds is not True and seconds is not False:
                    clock.advance(seconds)
                case "reset", True:
                    clock.reset()
                case _:
                    raise Problem(422, 'Send {"freeze": true or an instant}, {"advance": seconds} or {"reset": true}.')
        except (ValueError, OverflowError) as error:
            raise invalid_field(setting[0], str(error)) from None
        self.service.store_clock()
        self.notifier.notify()
        return await self.clock(request)

    async def set_signal_cost(self, request: Request) -> Response:
        """Set the cost of a signal for events that arrive later.

        The real service does it in its dashboard.
        """
        body = await _body(request)
        check(self._cost_validator, body)
        data = self.service.data(tenant_of(request.headers.get("authorization")))
        with self.service.store.transaction():
            return json_response(set_signal_cost(data, request.path_params["signal_id"], body))

    async def invoice_contract(self, request: Request) -> Response:
        """Make the invoice of a contract for one period.

        The real service makes it after each period.
        """
        body: Any = await _body(request) if await request.body() else {}
        check(self._billing_validator, body)
        data = self.service.data(tenant_of(request.headers.get("authorization")))
        with self.service.store.transaction():
            made = invoice_contract(self.service.spec, data, request.path_params["contract_id"], body)
        return json_response(made, 201)

    async def stream(self, request: Request) -> Response:
        """Usage events on arrival, as server-sent events.

        `after` or `Last-Event-ID` is the `seq` of the last event already seen.
        """
        start = request.headers.get("last-event-id") or request.query_params.get("after")
        after = _integer("after", start) if start else self.service.events.last_seq()
        return event_stream(follow_events(self.service, self.notifier, _tenant(request), after))

    async def dashboard(self, request: Request) -> Response:
        """Contents of the page at `/` as server-sent events, optionally of one `tenant`."""
        return event_stream(self._dashboards.frames(request.query_params.get("tenant")))

    def _pages(self, request: Request) -> Iterator[list[StoredEvent]]:
        """Pages of the requested events: a long answer neither blocks the loop nor fills memory."""
        query = request.query_params
        if unknown := [name for name in query if name not in _EVENT_FILTERS]:
            raise invalid_field(unknown[0], f"must be one of {', '.join(_EVENT_FILTERS)}")
        wanted = {
            "tenant": _tenant(request),
            "customer_id": query.get("customer_id"),
            "agent_id": query.get("agent_id"),
        }
        after = _integer("after", query.get("after", "0"))
        left = _integer("limit", query["limit"]) if "limit" in query else sys.maxsize
        return self._paged(wanted, after, left)

    def _paged(self, wanted: dict[str, str | None], after: int, left: int) -> Iterator[list[StoredEvent]]:
        while page := list(self.service.events.read(**wanted, after=after, limit=min(left, _PAGE))):
            yield page
            after, left = page[-1].seq, left - len(page)


def routes(service: Service, requests: RequestLog, notifier: ChangeNotifier) -> list[Route]:
    """Routes below `/_mock`."""
    control = Control(service, requests, notifier)
    table: dict[str, dict[str, _Endpoint]] = {
        "/health": {"GET": control.health},
        "/events": {"GET": control.events},
        "/export": {"GET": control.export},
        "/reset": {"POST": control.reset},
        "/requests": {"GET": control.requests_},
        "/faults": {"GET": control.list_faults, "POST": control.add_fault, "DELETE": control.clear_faults},
        "/signals/{signal_id}/cost": {"PUT": control.set_signal_cost},
        "/contracts/{contract_id}/invoice": {"POST": control.invoice_contract},
        "/clock": {"GET": control.clock, "PUT": control.move_clock},
        "/stream": {"GET": control.stream},
        "/dashboard": {"GET": control.dashboard},
    }
    return [Route(path, _by_method(methods), methods=list(methods)) for path, methods in table.items()]


def _by_method(methods: dict[str, _Endpoint]) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _tenant(request: Request) -> str | None:
    authorization = request.headers.get("authorization")
    return tenant_of(authorization) if authorization else None


async def _as_object(pages: Iterator[list[StoredEvent]]) -> AsyncIterator[bytes]:
    yield b'{"events":['
    comma = b""
    for page in pages:
        yield comma + b",".join(json_text.encode(event._asdict()) for event in page)
        comma = b","
    yield b"]}"


async def _as_lines(pages: Iterator[list[StoredEvent]]) -> AsyncIterator[bytes]:
    for page in pages:
        yield b"".join(json_text.encode(event._asdict()) + b"\n" for event in page)


def _integer(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise invalid_field(name, "must be a whole number, 0 or more")
    return int(text)


async def _body(request: Request) -> Any:
    return json_text.decode(await request.body())
