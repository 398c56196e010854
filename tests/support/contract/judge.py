"""Compares every answer with the contract, by schemathesis or by a validating proxy in between."""

import json
import re
from functools import cache
from typing import Any

import httpx

from tests.support.contract.spec import BASE_PATH, FILE

# Header in which the proxy lists the violations of a request and its answer.
VIOLATIONS = "sl-violations"


class Judge:
    """Collects the answers of a test, then says what is wrong with them."""

    def __init__(self, *, through_proxy: bool) -> None:
        self._through_proxy = through_proxy
        self.answers: list[httpx.Response] = []

    def begin(self) -> None:
        self.answers = []

    def record(self, answer: httpx.Response) -> None:
        """Take an answer whose body has been read."""
        self.answers.append(answer)

    @property
    def sent(self) -> httpx.Request:
        """The last request."""
        return self.answers[-1].request

    def complaints(self, announced: list[str]) -> list[str]:
        """All violations, except in places that a test announces, such as `request.body`."""
        if not self._through_proxy:
            return [text for answer in self.answers for text in contract_breaches(answer)]
        pending = set(announced)
        found = [text for answer in self.answers for text in proxy_complaints(answer, announced, pending)]
        return found + [f"The proxy saw no violation of {place}." for place in sorted(pending)]


@cache
def _schemathesis() -> tuple[Any, list[Any]]:
    """The contract and the checks.

    Imported on first use, because the import of schemathesis takes longer than most short runs.
    """
    import schemathesis
    from schemathesis.specs.openapi import checks

    return schemathesis.openapi.from_path(str(FILE)), [
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]


def contract_breaches(answer: httpx.Response) -> list[str]:
    """Violations of the contract in an answer, for any request."""
    from schemathesis.core.failures import FailureGroup

    contract, checks = _schemathesis()
    request = answer.request
    path = request.url.raw_path.decode().partition("?")[0].removeprefix(BASE_PATH)
    operation = contract.find_operation_by_path(request.method, path)
    if operation is None:
        return [f"{request.method} {path} is no operation of the contract"]
    ids = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "any")
    try:
        operation.Case(path_parameters=ids).validate_response(answer, checks=checks)
    except FailureGroup as failure:
        return [f"{request.method} {path}: {failure}"]
    return []


def proxy_complaints(answer: httpx.Response, announced: list[str], pending: set[str]) -> list[str]:
    """Violations that the proxy found in one request and its answer.

    Announced places that it names are taken out of `pending`.
    """
    name = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
    if "FetchError" in answer.text:
        return [f"{name}: the proxy got no answer that it could read: {answer.text}"]
    text = answer.headers.get(VIOLATIONS)
    if text is None:
        return []
    try:
        violations: list[Any] = json.loads(text)
    except ValueError:
        return [f"{name}: more violations than the proxy can list: {text[:300]}"]
    found = []
    for violation in violations:
        place = ".".join(map(str, violation["location"]))
        known = [mark for mark in announced if f"{place}.".startswith(f"{mark}.")]
        if not known:
            found.append(f"{name}: {place}: {violation['message']} ({violation['severity']})")
        pending.difference_update(known)
    if not found and answer.is_success:
        found.append(f"{name}: the server accepted a request that breaks the contract: {text}")
    return found
