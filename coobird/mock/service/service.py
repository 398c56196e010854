"""Server without HTTP: the state, and the way from one request to its answer."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from coobird.mock.billing.running_bills import RunningBills
from coobird.mock.contract import json_text
from coobird.mock.contract.problems import Problem, conflict
from coobird.mock.contract.spec import Operation, Spec, packaged_spec
from coobird.mock.rules.lookup import rule_for
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.service.faults import Faults
from coobird.mock.state.clock import Clock
from coobird.mock.state.document_store import DocumentStore
from coobird.mock.state.event_log import EventLog
from coobird.mock.state.external_ids import ExternalIds
from coobird.mock.state.resources import columns
from coobird.mock.state.tenant_data import TenantData

_CLOCK = "clock"


class EncodedAnswer(NamedTuple):
    """Answer to a request. `content` is encoded JSON, or empty for an answer without a body."""

    status: int
    content: bytes
    headers: Mapping[str, str] = {}


class Service:
    """One server: contract, state, clock and faults.

    Not thread-safe, and without `await`: on one event loop, each request is handled from its first
    read of the state to its commit before the next one begins. Idempotency keys rely on that.
    """

    def __init__(
        self, *, db: str | None = None, strict: bool = False, salt: str | None = None, known_ids: bool = False
    ) -> None:
        self.spec: Spec = packaged_spec()
        self.store: DocumentStore = DocumentStore(db, columns())
        self.events: EventLog = EventLog(self.store)
        self.bills: RunningBills = RunningBills(self.store, self.events)
        self.external_ids: ExternalIds = ExternalIds(self.store)
        self.clock: Clock = Clock()
        if text := self.store.setting(_CLOCK):
            self.clock.restore(text)
        self.faults: Faults = Faults()
        self.strict = strict
        self.known_ids = known_ids
        self.on_reset: Callable[[str | None], None] | None = None
        """Called after a reset with the tenant, or with None after a reset of all. A seed is
        carried out again by it."""
        self._salt = salt or secrets.token_hex(8)
        self._rules = {name: rule_for(operation) for name, operation in self.spec.operations.items()}

    def data(self, tenant: str) -> TenantData:
        """The tenant's data, with the present time of the server's clock."""
        return TenantData(self.store, self.events, tenant, self.clock.now(), self._salt)

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def reset(self, tenant: str | None = None) -> None:
        """Delete the data of a tenant, or all data, faults and the clock's setting.

        Then call `on_reset`.
        """
        with self.store.transaction():
            self.store.clear(tenant)
            self.events.clear(tenant)
        if tenant is None:
            self.clock.reset()
            self.store_clock()
            self.faults.clear()
        if self.on_reset is not None:
            self.on_reset(tenant)

    def store_clock(self) -> None:
        """Store the clock's setting, for the next start with the same file.

        Call it after each change.
        """
        self.store.set_setting(_CLOCK, self.clock.as_text())

    def answer(
        self,
        tenant: str,
        operation: Operation,
        path: dict[str, str],
        query: str,
        headers: Mapping[str, str],
        raw: bytes,
    ) -> EncodedAnswer:
        """Check a request against the contract and carry it out.

        Raises:
            Problem: The request was refused and has changed nothing.
        """
        operation.check_path(path)
        operation.check_headers(headers)
        values = operation.check_query(query)
        body = self._body(operation, headers, raw)
        own = partial(self.external_ids.resolved, tenant)
        # The body, and its lists of events and of line items.
        given = {name: own(value) if _is_list_of_objects(value) else value for name, value in own(body).items()}
        request = CheckedRequest(
            self.spec, operation, own(path), own(values), given, self.data(tenant), self.bills, self.known_ids
        )
        if operation.method == "GET":
            return self._carry_out(request)
        identity = [operation.id, path, body]
        return self.once(tenant, _idempotency_keys(request, headers), identity, lambda: self._carry_out(request))

    def once(
        self, tenant: str, keys: Mapping[str, str], identity: list[Any], carry_out: Callable[[], EncodedAnswer]
    ) -> EncodedAnswer:
        """Carry out a change in a transaction, or repeat its answer if one of its keys was used.

        `keys` are idempotency keys by scope. `identity` is what a repeated request has to equal.
        409 if a key was used with another identity.
        """
        with self.store.transaction():
            if not keys:
                return carry_out()
            fingerprint = hashlib.blake2b(json_text.canonical(identity).encode(), digest_size=16).hexdigest()
            for scope, key in keys.items():
                if replayed := self._replayed(tenant, scope, key, fingerprint):
                    return replayed
            answer = carry_out()
            for scope, key in keys.items():
                self.store.store_answer(tenant, scope, key, fingerprint, answer.status, answer.content)
            return answer

    def check_answer(self, operation: Operation, status: int, body: Any) -> None:
        """In strict mode, raise a 500 for an answer that breaks the contract.

        The detail names the violation.
        """
        if self.strict and (violation := operation.violation(status, body)):
            raise Problem(500, f"This server broke the contract: {violation}", code="contract_violation")

    def _body(self, operation: Operation, headers: Mapping[str, str], raw: bytes) -> Any:
        if operation.body_schema is None:
            return {}
        if not raw and not operation.body_required:
            return {}
        media = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if media != "application/json":
            raise Problem(400, f"The body must be application/json, not {media!r}.")
        body = json_text.decode(raw)
        operation.check_body(body)
        return body

    def _carry_out(self, request: CheckedRequest) -> EncodedAnswer:
        rule = self._rules[request.operation.id]
        if rule is None:
            raise Problem(500, f"No rule answers {request.operation.id}.")
        body = rule(request)
        status = request.operation.success
        self.check_answer(request.operation, status, body)
        return EncodedAnswer(status, b"" if body is None else json_text.encode(body))

    def _replayed(self, tenant: str, scope: str, key: str, fingerprint: str) -> EncodedAnswer | None:
        stored = self.store.stored_answer(tenant, scope, key)
        if stored is None:
            return None
        if stored[0] != fingerprint:
            detail = f"The idempotency key {key!r} was used with another request. Use a new key for a new request."
            raise conflict(detail, code="idempotency_key_reused")
        return EncodedAnswer(stored[1], stored[2], {"Idempotency-Replayed": "true"})


def _is_list_of_objects(value: Any) -> bool:
    return json_text.is_array(value) and set(map(type, value)) == {dict}


def header_key(headers: Mapping[str, str]) -> dict[str, str]:
    """Idempotency key in the headers of a request, by its scope. Empty without one."""
    return {"header": headers["idempotency-key"]} if "idempotency-key" in headers else {}


def _idempotency_keys(request: CheckedRequest, headers: Mapping[str, str]) -> dict[str, str]:
    """Idempotency keys of a request by scope.

    The header's key applies to all requests of the tenant. The body's key applies to the wallet,
    whose id is the first value of the path.
    """
    keys = header_key(headers) if request.operation.method == "POST" else {}
    if isinstance(request.body.get("idempotency_key"), str):
        keys[next(iter(request.path.values()), "body")] = request.body["idempotency_key"]
    return keys
