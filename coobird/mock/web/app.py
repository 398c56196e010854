"""The wire: HTTP requests in, answers and problems out. The order of the pipeline is that of `Api._exchange`."""

import asyncio
import logging
import time

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from coobird.mock.contract import json_text
from coobird.mock.contract.problems import CODES, Problem
from coobird.mock.contract.spec import Operation
from coobird.mock.service.faults import AskedFor
from coobird.mock.service.request_log import MAX_BODY_BYTES, Exchange, RequestLog, new_request_id
from coobird.mock.service.service import Answer, Service
from coobird.mock.state.clock import stamp
from coobird.mock.state.tenants import redacted, tenant_of
from coobird.mock.web import control, page
from coobird.mock.web.entrance import Door
from coobird.mock.web.notifier import Feed

_logger = logging.getLogger(__name__)

MAX_BODY = 5 * 1024 * 1024
# A client that sends more than this after the limit is cut off; one that sends less gets to read its 413.
_MAX_DISCARD = 8 * MAX_BODY


class Api:
    """Everything under the contract's base path."""

    def __init__(self, service: Service, requests: RequestLog, feed: Feed, latency: float = 0.0) -> None:
        self.service = service
        self.requests = requests
        self.feed = feed
        self.latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        began = time.perf_counter()
        request_id = new_request_id()
        seen = _Seen()
        problem: Problem | None = None
        try:
            answer = await self._exchange(request, seen)
        except Exception as error:  # whatever went wrong, the client gets a problem
            if isinstance(error, Problem):
                problem = error
            else:
                _logger.exception("request %s failed", request_id)
                problem = Problem(500, "The server failed; its standard error says how.")
            answer = self._problem_answer(problem, request_id, seen)
        self.requests.add(
            Exchange(
                at=stamp(self.service.clock.now()),
                method=request.method,
                path=request.url.path,
                query=request.url.query,
                operation=seen.operation.id if seen.operation else None,
                tenant=seen.tenant,
                key=redacted(request.headers.get("authorization")),
                idempotency_key=request.headers.get("idempotency-key"),
                body=seen.body if len(seen.body) <= MAX_BODY_BYTES else b"",
                status=answer.status,
                code=problem.code if problem else None,
                detail=problem.detail if problem else None,
                fields=[error.field for error in problem.errors] if problem else [],
                request_id=request_id,
                milliseconds=round((time.perf_counter() - began) * 1000, 3),
            )
        )
        self.feed.wake()
        headers = {"X-Request-Id": request_id, **answer.headers}
        if not answer.content:
            return Response(status_code=answer.status, headers=headers)
        media = "application/problem+json" if answer.status >= 400 else "application/json"
        return Response(answer.content, answer.status, headers, media)

    async def _exchange(self, request: Request, seen: "_Seen") -> Answer:
        seen.body = await _read(request)
        raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
        below = raw_path.partition(b"?")[0].decode("latin-1").removeprefix(self.service.spec.base_path)
        operation, path = self.service.spec.match(request.method, below)
        seen.operation = operation
        seen.tenant = tenant_of(request.headers.get("authorization"))
        fault = self.service.faults.take(operation.id, below)
        if latency := self.latency + (fault.latency if fault else 0.0):
            await asyncio.sleep(latency)
        if fault and fault.status and not fault.after:
            raise fault.problem()
        answer = self.service.answer(seen.tenant, operation, path, request.url.query, request.headers, seen.body)
        if fault and fault.status:
            raise fault.problem()
        return answer

    def _problem_answer(self, problem: Problem, request_id: str, seen: "_Seen") -> Answer:
        body = problem.body(request_id)
        if seen.operation is not None and not isinstance(problem, AskedFor) and problem.code != "contract_violation":
            try:
                self.service.check_answer(seen.operation, problem.status, body)
            except Problem as violation:
                return self._problem_answer(violation, request_id, seen)
        headers = dict(problem.headers)
        if problem.status == 429:
            headers.setdefault("Retry-After", "1")
        return Answer(problem.status, json_text.encode(body), headers)


class _Seen:
    """What is known about a request so far, also if it fails half-way."""

    operation: Operation | None = None
    tenant: str | None = None
    body: bytes = b""


def build(service: Service, *, latency: float = 0.0, any_host: bool = False) -> Door:
    """The whole server as an ASGI application; `any_host` is for one that others than this machine can reach."""
    requests, feed = RequestLog(), Feed()
    open_routes = Starlette(
        routes=[Mount("/_mock", routes=control.routes(service, requests, feed)), *page.routes()],
        exception_handlers={404: _nothing_here, 405: _nothing_here, Problem: control.render},
    )
    open_routes.router.redirect_slashes = False
    api = Api(service, requests, feed, latency)
    return Door(service.spec.base_path, api, open_routes, feed, any_host=any_host)


async def _read(request: Request) -> bytes:
    chunks, size = list[bytes](), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= MAX_BODY:
                chunks.append(chunk)
            elif size > _MAX_DISCARD:
                break
    except ClientDisconnect:
        # Nobody reads this answer, but the list of requests shows it.
        raise Problem(400, "The client went away before its body was complete.") from None
    if size > MAX_BODY:
        raise Problem(413, f"The body is larger than {MAX_BODY} bytes.", headers={"Connection": "close"})
    return b"".join(chunks)


async def _nothing_here(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    detail = f"There is nothing at {request.url.path}." if status == 404 else f"{request.method} is not possible here."
    problem = Problem(status, detail, code=CODES.get(status))
    return control.render(request, problem, headers=getattr(error, "headers", None))
