"""The server without its wire: state, and how one checked request becomes one answer."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from coobird.mock import rules
from coobird.mock.contract import json_text
from coobird.mock.contract.problems import Problem, conflict
from coobird.mock.contract.spec import Operation, Spec
from coobird.mock.rules.request import Call
from coobird.mock.service.faults import Faults
from coobird.mock.state.clock import Clock
from coobird.mock.state.document_store import Store
from coobird.mock.state.event_log import EventLog
from coobird.mock.state.resources import columns
from coobird.mock.state.tenant_data import Data

_CLOCK = "clock"


class Answer(NamedTuple):
    """What goes back: a status, a body that is already JSON, and headers of its own."""

    status: int
    content: bytes
    headers: Mapping[str, str] = {}


class Service:
    """One Coobird: contract, state, clock and faults.

    Not thread-safe, and does not wait anywhere: used from one event loop, each request is handled from its first look
    at the state to its commit before the next one begins. That is what makes idempotency keys safe.
    """

    def __init__(self, *, db: str | None = None, strict: bool = False, salt: str | None = None) -> None:
        rules.load()
        self.spec = Spec()
        self.store = Store(db, columns())
        self.events = EventLog(self.store)
        self.clock = Clock()
        if written := self.store.setting(_CLOCK):
            self.clock.restore(written)
        self.faults = Faults()
        self.strict = strict
        self.on_reset: Callable[[str | None], None] | None = None
        """Called with the tenant after it was reset, or with None after all were: whoever fills a new server does so again."""
        self._salt = salt or secrets.token_hex(8)
        self._rules = {name: rules.rule_for(operation) for name, operation in self.spec.operations.items()}

    def data(self, tenant: str) -> Data:
        """The tenant's data as of now."""
        return Data(self.store, self.events, tenant, self.clock.now(), self._salt)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def reset(self, tenant: str | None = None) -> None:
        """Forget what a tenant has, or everything, the clock and the faults included; then plant the seed again."""
        with self.store.transaction():
            self.store.forget(tenant)
            self.events.forget(tenant)
        if tenant is None:
            self.clock.reset()
            self.keep_clock()
            self.faults.clear()
        if self.on_reset is not None:
            self.on_reset(tenant)

    def keep_clock(self) -> None:
        """To be called after the clock was set: a server that is started again goes on in the same time."""
        self.store.keep_setting(_CLOCK, self.clock.written())

    def answer(
        self,
        tenant: str,
        operation: Operation,
        path: dict[str, str],
        query: str,
        headers: Mapping[str, str],
        raw: bytes,
    ) -> Answer:
        """Check a request against the contract and carry it out. Raises `Problem`, having changed nothing then."""
        operation.check_path(path)
        operation.check_headers(headers)
        values = operation.check_query(query)
        body = self._body(operation, headers, raw)
        call = Call(self.spec, operation, path, values, body, self.data(tenant))
        if operation.method == "GET":
            return self._carry_out(call)
        with self.store.transaction():
            keys = _idempotency_keys(call, headers)
            if not keys:
                return self._carry_out(call)
            fingerprint = _fingerprint(call)
            for scope, key in keys.items():
                if replayed := self._replayed(tenant, scope, key, fingerprint):
                    return replayed
            answer = self._carry_out(call)
            for scope, key in keys.items():
                self.store.remember(tenant, scope, key, fingerprint, answer.status, answer.content)
            return answer

    def check_answer(self, operation: Operation, status: int, body: Any) -> None:
        """In strict mode, an answer that breaks the contract becomes a 500 that says how."""
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

    def _carry_out(self, call: Call) -> Answer:
        rule = self._rules[call.operation.id]
        if rule is None:
            raise Problem(500, f"No rule answers {call.operation.id}.")
        body = rule(call)
        status = call.operation.success
        self.check_answer(call.operation, status, body)
        return Answer(status, b"" if body is None else json_text.encode(body))

    def _replayed(self, tenant: str, scope: str, key: str, fingerprint: str) -> Answer | None:
        seen = self.store.recall(tenant, scope, key)
        if seen is None:
            return None
        if seen[0] != fingerprint:
            detail = f"The idempotency key {key!r} was used with another request. Use a new key for a new request."
            raise conflict(detail, code="idempotency_key_reused")
        return Answer(seen[1], seen[2], {"Idempotency-Replayed": "true"})


def _idempotency_keys(call: Call, headers: Mapping[str, str]) -> dict[str, str]:
    """Scope and key: the header's counts for the tenant, the body's for the path, which names the wallet."""
    keys: dict[str, str] = {}
    if call.operation.method == "POST" and "idempotency-key" in headers:
        keys["header"] = headers["idempotency-key"]
    if isinstance(call.body.get("idempotency_key"), str):
        keys[next(iter(call.path.values()), "body")] = call.body["idempotency_key"]
    return keys


def _fingerprint(call: Call) -> str:
    text = json_text.canonical([call.operation.id, call.path, call.body])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
