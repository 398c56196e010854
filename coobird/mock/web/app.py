"""HTTP side of the API: requests in, answers and problems out.

`Api._answer` has the order of the steps.
"""

import asyncio
import logging
import time

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from coobird.mock.contract import json_text
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.problems import CODES, Problem
from coobird.mock.contract.spec import Operation
from coobird.mock.service.faults import InjectedFailure
from coobird.mock.service.rejections import results_of
from coobird.mock.service.request_log import MAX_LOGGED_BODY_BYTES, LoggedRequest, RequestLog, logged_results
from coobird.mock.service.service import EncodedAnswer, Service
from coobird.mock.state.tenants import redacted, tenant_of
from coobird.mock.web import control, page
from coobird.mock.web.entrance import Entrance
from coobird.mock.web.notifier import ChangeNotifier
from coobird.mock.web.responses import new_request_id, problem_response

_logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 5 * 1024 * 1024
# A body beyond the limit is read to its end, so that the client reads its 413. Beyond this size,
# the connection is closed instead.
_MAX_DISCARD_BYTES = 8 * MAX_BODY_BYTES


class Api:
    """ASGI application of the paths below the contract's base path."""

    def __init__(self, service: Service, requests: RequestLog, notifier: ChangeNotifier, latency: float = 0.0) -> None:
        self.service = service
        self.requests = requests
        self.notifier = notifier
        self.latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        began = time.perf_counter()
        request_id = new_request_id()
        facts = _RequestFacts()
        problem: Problem | None = None
        try:
            answer = await self._answer(request, facts)
        except Exception as error:  # also for a bug, the client must get an answer in the API's form
            if isinstance(error, Problem):
                problem = error
            else:
                _logger.exception("request %s failed: this is a bug of the local server", request_id)
                problem = Problem(500, "The local server has a bug; its standard error has the traceback.")
            answer = self._problem_answer(problem, request_id, facts)
        is_batch = answer.status == 200 and facts.operation is not None and facts.operation.id == "track_events"
        logged = LoggedRequest(
            at=instant_text(self.service.clock.now()),
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            operation=facts.operation.id if facts.operation else None,
            tenant=facts.tenant,
            key=redacted(request.headers.get("authorization")),
            idempotency_key=request.headers.get("idempotency-key"),
            body=facts.body if len(facts.body) <= MAX_LOGGED_BODY_BYTES else b"",
            status=answer.status,
            code=problem.code if problem else None,
            detail=problem.detail if problem else None,
            fields=[error.field for error in problem.errors] if problem else [],
            request_id=request_id,
            milliseconds=round((time.perf_counter() - began) * 1000, 3),
            results=logged_results(results_of(answer.content)) if is_batch else [],
        )
        self.requests.add(logged)
        # The repeated answer to an idempotency key rejects nothing anew.
        if logged.results and "Idempotency-Replayed" not in answer.headers:
            self.requests.add_rejected(logged, facts.body)
        self.notifier.notify()
        headers = {"X-Request-Id": request_id, **answer.headers}
        if not answer.content:
            return Response(status_code=answer.status, headers=headers)
        media = "application/problem+json" if answer.status >= 400 else "application/json"
        return Response(answer.content, answer.status, headers, media)

    async def _answer(self, request: Request, facts: "_RequestFacts") -> EncodedAnswer:
        facts.body = await _read(request)
        raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
        below = raw_path.partition(b"?")[0].decode("latin-1").removeprefix(self.service.spec.base_path)
        operation, path = self.service.spec.match(request.method, below)
        facts.operation = operation
        facts.tenant = tenant_of(request.headers.get("authorization"))
        fault = self.service.faults.take(operation.id, below)
        if latency := self.latency + (fault.latency if fault else 0.0):
            await asyncio.sleep(latency)
        if fault and fault.status and not fault.after:
            raise fault.problem()
        answer = self.service.answer(facts.tenant, operation, path, request.url.query, request.headers, facts.body)
        if fault and fault.status:
            raise fault.problem()
        return answer

    def _problem_answer(self, problem: Problem, request_id: str, facts: "_RequestFacts") -> EncodedAnswer:
        body = problem.body(request_id)
        if (
            facts.operation is not None
            and not isinstance(problem, InjectedFailure)
            and problem.code != "contract_violation"
        ):
            try:
                self.service.check_answer(facts.operation, problem.status, body)
            except Problem as violation:
                return self._problem_answer(violation, request_id, facts)
        headers = dict(problem.headers)
        if problem.status == 429:
            headers.setdefault("Retry-After", "1")
        return EncodedAnswer(problem.status, json_text.encode(body), headers)


class _RequestFacts:
    """Facts of a request that are known so far, for the log of requests if it fails."""

    operation: Operation | None = None
    tenant: str | None = None
    body: bytes = b""


def build_app(service: Service, requests: RequestLog, *, latency: float = 0.0, any_host: bool = False) -> Entrance:
    """The whole server as an ASGI application.

    `latency` is in seconds. `any_host` allows every `Host` header, for a server that other machines
    reach.
    """
    notifier = ChangeNotifier()
    open_routes = Starlette(
        routes=[Mount("/_mock", routes=control.routes(service, requests, notifier)), *page.routes()],
        exception_handlers={404: _nothing_here, 405: _nothing_here, Problem: problem_response},
    )
    open_routes.router.redirect_slashes = False
    api = Api(service, requests, notifier, latency)
    return Entrance(service.spec.base_path, api, open_routes, notifier, any_host=any_host)


async def _read(request: Request) -> bytes:
    chunks, size = list[bytes](), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= MAX_BODY_BYTES:
                chunks.append(chunk)
            elif size > _MAX_DISCARD_BYTES:
                break
    except ClientDisconnect:
        # No client reads this answer, but the log of requests shows it.
        raise Problem(400, "The client closed the connection before its body was complete.") from None
    if size > MAX_BODY_BYTES:
        raise Problem(413, f"The body is larger than {MAX_BODY_BYTES} bytes.", headers={"Connection": "close"})
    return b"".join(chunks)


async def _nothing_here(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    missing = f"There is nothing at {request.url.path}."
    detail = missing if status == 404 else f"{request.method} is not allowed at this path."
    problem = Problem(status, detail, code=CODES.get(status))
    return problem_response(request, problem, headers=getattr(error, "headers", None))
