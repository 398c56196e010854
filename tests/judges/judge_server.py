"""Schemathesis against the local server: single requests of every kind, and chains of them."""

import pytest
from schemathesis.core.failures import FailureGroup

from tests.support.judges import chains, fuzz
from tests.support.judges.sabotage import BUGS, Sabotaged

# Names that schemathesis gives to these failures.
NOTICED = {
    "required_field_missing": "ST108",
    "number_for_a_text": "ST108",
    "object_for_an_array": "ST108",
    "half_a_body": "ST109",
    "undocumented_status": "ST103",
    "no_request_id": "ST107",
    "any_body_accepted": "ST201",
    "any_query_accepted": "ST201",
    "any_key_accepted": "ST401",
}
NOTICED_BY_CHAINS = {"deleted_things_live_on": "ST301", "crash_on_a_list_in_metadata": "ST101"}


def test_no_single_request_makes_the_server_break_the_contract(fresh_server: str) -> None:
    run = fuzz.run(fresh_server, "--phases", "coverage")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "63 passed" in run.stdout


@pytest.mark.parametrize("tag", chains.CHAINED)
def test_no_chain_of_calls_makes_the_server_break_the_contract(fresh_server: str, tag: str) -> None:
    walk = chains.walk(fresh_server, tag, chains=8)
    assert sum(walk.succeeded.values()) >= 2 * walk.chains, walk.succeeded


@pytest.mark.parametrize("bug", NOTICED)
def test_a_planted_bug_is_noticed_by_single_requests(sabotaged: Sabotaged, bug: str) -> None:
    sabotaged.planted = BUGS[bug]
    run = fuzz.run(sabotaged.url, "--phases", "coverage", "--include-tag", "customers")
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"- {NOTICED[bug]} " in run.stdout


@pytest.mark.parametrize(("bug", "failure"), NOTICED_BY_CHAINS.items())
def test_a_planted_bug_is_noticed_by_chains_of_calls(sabotaged: Sabotaged, bug: str, failure: str) -> None:
    sabotaged.planted = BUGS[bug]
    with pytest.raises(FailureGroup, match=failure):
        chains.walk(sabotaged.url, "customers", chains=20)


def test_an_operation_that_never_succeeds_is_noticed(sabotaged: Sabotaged) -> None:
    sabotaged.planted = BUGS["wallets_are_never_found"]
    run = fuzz.run(sabotaged.url, "--phases", "coverage", "--include-operation-id", "get_wallet")
    assert run.returncode == 1
    assert "no request ever succeeded at GET /wallets/{wallet_id}" in run.stdout


def test_a_refusal_that_no_rule_of_the_contract_states_is_noticed(sabotaged: Sabotaged) -> None:
    sabotaged.planted = BUGS["long_names_refused"]
    run = fuzz.run(sabotaged.url, "--phases", "coverage", "--include-operation-id", "update_customer")
    assert run.returncode == 1
    assert "update_customer refused {'name'}" in run.stdout
