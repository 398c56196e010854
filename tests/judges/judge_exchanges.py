"""The SDK's contract tests judge every exchange: through Prism, and by their own check."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support import ROOT
from tests.support.judges.proxy import proxying
from tests.support.judges.sabotage import BUGS, Sabotaged

SUITE = "tests/contract"
# Enough of the suite to come across every bug; the first complaints will do.
PART = [f"{SUITE}/test_customers.py", f"{SUITE}/test_fields.py", "-k", "customer", "--maxfail=2"]

# Complaint for each bug, by its name: first Prism's, then the one of the tests' own check.
BY_PRISM = {
    "required_field_missing": "must have required property 'currency'",
    "number_for_a_text": "phone must be string",
    "object_for_an_array": "data must be array",
    "nothing_but_empty_entries": "more violations than the proxy can list",
    "half_a_body": "the proxy got no answer that it could read",
    "undocumented_status": "Unable to match the returned status code",
    "no_request_id": "x-request-id",
    "any_body_accepted": "the server accepted a request that breaks the contract",
    "any_query_accepted": "the server accepted a request that breaks the contract",
}
BY_THE_TESTS = {
    "required_field_missing": "ST108 Response violates schema",
    "number_for_a_text": "ST108 Response violates schema",
    "object_for_an_array": "ST108 Response violates schema",
    "half_a_body": "ST109 JSON deserialization error",
    "undocumented_status": "ST103 Undocumented status code",
    "no_request_id": "ST107 Missing required response headers",
}


@pytest.fixture(scope="module")
def sabotaged_proxy(sabotaged: Sabotaged) -> Iterator[str]:
    with proxying(sabotaged.url) as url:
        yield url


def contract_tests(host: str, *options: str, through_proxy: bool) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "CONTRACT_HOST": host, "CONTRACT_PROXY": str(int(through_proxy))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)


def test_the_whole_suite_passes_through_the_proxy(fresh_server: str) -> None:
    with proxying(fresh_server) as proxy:
        run = contract_tests(proxy, SUITE, through_proxy=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("bug", BY_PRISM)
def test_a_planted_bug_is_noticed_by_the_proxy(sabotaged: Sabotaged, sabotaged_proxy: str, bug: str) -> None:
    sabotaged.planted = BUGS[bug]
    run = contract_tests(sabotaged_proxy, *PART, through_proxy=True)
    assert run.returncode == 1, run.stdout + run.stderr
    assert BY_PRISM[bug] in run.stdout


@pytest.mark.parametrize("bug", BY_THE_TESTS)
def test_a_planted_bug_is_noticed_by_the_check_in_the_tests(sabotaged: Sabotaged, bug: str) -> None:
    sabotaged.planted = BUGS[bug]
    run = contract_tests(sabotaged.url, *PART, through_proxy=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert BY_THE_TESTS[bug] in run.stdout


def test_a_violation_that_does_not_happen_is_noticed(sabotaged: Sabotaged) -> None:
    """Without a proxy in between nothing reports violations: tests that announce one fail."""
    sabotaged.planted = None
    run = contract_tests(sabotaged.url, *PART, through_proxy=True)
    assert run.returncode == 1
    assert "The proxy saw no violation of request.query.status" in run.stdout
