"""Control routes under `/_mock/`, for tests and for use by hand.

Only two of them need an API key.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from coobird.mock.contract import json_text
from coobird.mock.contract.instants import instant_of, instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import Problem, conflict, invalid_field, not_found
from coobird.mock.contract.schemas import check
from coobird.mock.dashboard.enriched import bill_lines, enriched_events, rejected_events
from coobird.mock.dashboard.event_billing import EventBilling
from coobird.mock.dashboard.event_filter import FILTERS, EventFilter
from coobird.mock.dashboard.export import csv_head, csv_lines, json_lines
from coobird.mock.dashboard.query import Query
from coobird.mock.dashboard.usage import Selection
from coobird.mock.rules.billing_run import BILLING_SCHEMA, invoice_contract
from coobird.mock.rules.signal_cost import COST_SCHEMA, set_signal_cost
from coobird.mock.service.faults import Fault, fault_schema
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.seed import SeedError
from coobird.mock.service.service import EncodedAnswer, Service, header_key
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenants import tenant_of
from coobird.mock.web.notifier import ChangeNotifier
from coobird.mock.web.responses import json_response
from coobird.mock.web.stream import DashboardStreams, event_stream, follow_events

_Endpoint = Callable[[Request], Awaitable[Response]]

_PAGE = 1000
# That of the header in the contract.
MAX_KEY_LENGTH = 255
_MEDIA_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
# Query parameters of the routes that return events.
_EVENT_QUERIES = (*FILTERS, "after", "limit", "tenant", "span", "time", "format")


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
        """The same events as JSON lines or as CSV, for a database or a spreadsheet."""
        form = request.query_params.get("format", "jsonl")
        if form not in _MEDIA_TYPES:
            raise invalid_field("format", f"must be one of {', '.join(_MEDIA_TYPES)}")
        names = self._dashboards.live.name
        lines = json_lines if form == "jsonl" else partial(csv_lines, names=names)
        content = _as_lines(self._pages(request), lines, csv_head() if form == "csv" else b"")
        headers = {"Content-Disposition": f'attachment; filename="coobird-events.{form}"'}
        return StreamingResponse(content, 200, headers, _MEDIA_TYPES[form])

    async def enriched(self, request: Request) -> Response:
        """Rows for a database, as JSON lines: enriched events, lines of bills, or rejected events.

        A cell is a text, a whole number or null. Amounts are decimal text.
        """
        pages = {
            "events": lambda: enriched_events(self.service, self._dashboards.live.name, self._pages(request)),
            "bill_lines": lambda: bill_lines(self.service, self._dashboards.live.name),
            "rejected": lambda: rejected_events(self.requests),
        }
        kind = request.path_params["kind"]
        if kind not in pages:
            raise not_found("table", kind)
        return StreamingResponse(_as_rows(pages[kind]()), media_type=_MEDIA_TYPES["jsonl"])

    async def reset(self, request: Request) -> Response:
        """Delete the data of the key's tenant, then carry out the seed again.

        Without a key, delete everything: also the clock's setting, the faults and the recorded
        requests. 409 if the seed is refused, for example since its dates do not fit the time of the
        clock.
        """
        tenant = _tenant(request)
        if tenant is None:
            self.requests.clear()
        try:
            self.service.reset(tenant)
        except SeedError as error:
            raise conflict(str(error)) from None
        finally:
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
                    clock.freeze(instant_of(instant))
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
        """Make the invoice of a contract for one period. A repeated `Idempotency-Key` replays.

        The real service makes it after each period.
        """
        body: Any = await _body(request) if await request.body() else {}
        check(self._billing_validator, body)
        tenant = tenant_of(request.headers.get("authorization"))
        contract_id, keys = request.path_params["contract_id"], header_key(request.headers)
        if not all(0 < len(key) <= MAX_KEY_LENGTH for key in keys.values()):
            raise invalid_field("Idempotency-Key", f"must have 1 to {MAX_KEY_LENGTH} characters")

        def run() -> EncodedAnswer:
            service = self.service
            made = invoice_contract(service.spec, service.data(tenant), service.bills, contract_id, body)
            return EncodedAnswer(201, json_text.encode(made))

        answer = self.service.once(tenant, keys, ["invoice_contract", contract_id, body], run)
        return Response(answer.content, answer.status, answer.headers, media_type="application/json")

    async def stream(self, request: Request) -> Response:
        """Usage events on arrival, as server-sent events.

        `after` or `Last-Event-ID` is the `seq` of the last event already seen, `rejected_after` the
        number of the last rejected event already seen. By default only new ones are sent.
        """
        seen = request.query_params.get("rejected_after")
        newest = self.requests.last_rejected
        # A server that was started again counts from 1 again.
        rejected_after = min(_integer("rejected_after", seen), newest) if seen else newest
        start = request.headers.get("last-event-id") or request.query_params.get("after")
        after = _integer("after", start) if start else self.service.events.last_seq()
        return event_stream(
            follow_events(self.service, self.requests, self.notifier, _tenant(request), after, rejected_after)
        )

    async def dashboard(self, request: Request) -> Response:
        """Contents of the page at `/` as server-sent events, for the state in the page's URL."""
        return event_stream(self._dashboards.frames(Query.of(request.query_params)))

    async def billed_event(self, request: Request) -> Response:
        """One event, and the lines of the contracts that it is billed by."""
        seq = _integer("seq", request.path_params["seq"])
        found = next(self.service.events.read(after=seq - 1, limit=1), None) if seq else None
        if found is None or found.seq != seq:
            raise not_found("event", str(seq))
        billing = EventBilling(self.service.data(found.tenant))
        return json_response({"event": found._asdict(), **billing.billed_lines(found)})

    def _pages(self, request: Request) -> Iterator[list[StoredEvent]]:
        """Pages of the requested events: a long answer neither blocks the loop nor fills memory."""
        query = request.query_params
        if unknown := [name for name in query if name not in _EVENT_QUERIES]:
            raise invalid_field(unknown[0], f"must be one of {', '.join(_EVENT_QUERIES)}")
        tenant = _tenant(request) or query.get("tenant") or None
        named = {name: query.get(name) or None for name in ("customer_id", "agent_id")}
        # Events have the ids. Without a key, an external id is that of the first tenant that has
        # it.
        for each in self.service.store.tenants() if tenant is None else [tenant]:
            named = self.service.external_ids.resolved(each, named)
        wanted = {"tenant": tenant, **named}
        after = _integer("after", query.get("after", "0"))
        left = _integer("limit", query["limit"]) if "limit" in query else sys.maxsize
        pages = self._paged(wanted, after, left)
        state = Query.of(query)
        selection = state.selection._replace(events=EventFilter.of(query, tenant)._replace(**named))
        if selection == Selection(EventFilter(**wanted)):
            return pages
        return self._selected(selection, self._paged({**wanted, "tenant": tenant}, after, sys.maxsize), left)

    def _paged(self, wanted: dict[str, str | None], after: int, left: int) -> Iterator[list[StoredEvent]]:
        while page := list(self.service.events.read(**wanted, after=after, limit=min(left, _PAGE))):
            yield page
            after, left = page[-1].seq, left - len(page)

    def _selected(
        self, selection: Selection, pages: Iterator[list[StoredEvent]], left: int
    ) -> Iterator[list[StoredEvent]]:
        """The selected events of each page, at most `left` of them. A page may be empty."""
        bounds = selection.bounds(self.service.clock.now())
        names = self._dashboards.live.name
        for page in pages:
            found = [event for event in page if selection.events.matches(event, names)]
            if bounds is not None:
                found = [event for event in found if bounds[0] <= selection.time_of(event) < bounds[1]]
            yield found[:left]
            left -= len(found)
            if left <= 0:
                return


def routes(service: Service, requests: RequestLog, notifier: ChangeNotifier) -> list[Route]:
    """Routes below `/_mock`."""
    control = Control(service, requests, notifier)
    table: dict[str, dict[str, _Endpoint]] = {
        "/health": {"GET": control.health},
        "/events": {"GET": control.events},
        "/events/{seq}/billing": {"GET": control.billed_event},
        "/export": {"GET": control.export},
        "/enriched/{kind}": {"GET": control.enriched},
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
    for page in filter(None, pages):
        yield comma + b",".join(json_text.encode(event._asdict()) for event in page)
        comma = b","
        await asyncio.sleep(0)
    yield b"]}"


async def _as_lines(
    pages: Iterator[list[StoredEvent]], lines: Callable[[list[StoredEvent]], bytes], head: bytes
) -> AsyncIterator[bytes]:
    yield head
    for page in pages:
        yield lines(page)
        await asyncio.sleep(0)  # a page without a selected event is sent without any other await


async def _as_rows(pages: Iterator[list[JsonObject]]) -> AsyncIterator[bytes]:
    for page in pages:
        yield b"".join(json_text.encode(row) + b"\n" for row in page)
        await asyncio.sleep(0)


def _integer(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise invalid_field(name, "must be a whole number, 0 or more")
    return int(text)


async def _body(request: Request) -> Any:
    return json_text.decode(await request.body())
