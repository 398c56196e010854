"""Copies of what a program holds are the thing itself, and pickling says what to do instead."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from coobird import AsyncCoomon, Coomon
from tests.support.direct import KEY, places_with_the_key
from tests.support.loopback import Answer, LoopbackServer
from tests.support.wallets import TRANSACTION, WALLET

# The nested one is what frameworks do to their state.
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "nested deepcopy": lambda thing: copy.deepcopy({"callbacks": [thing]})["callbacks"][0],
}


def things(client: Coomon | AsyncCoomon) -> Iterator[tuple[str, Any]]:
    """All that a client is or makes and that a program may keep, with a part of the advice."""
    yield "Build a client in each process", client
    yield "Build a client in each process", client.with_options(max_retries=1)
    yield "Build a client in each process", client.with_raw_response
    yield "coomon.run(token=...)", client.run(customer_id="cust_1")
    yield "coomon.run(token=...)", client.run(customer_id="cust_1").of_request({})
    yield "coomon.run(token=...)", client.current_run()
    yield "in the process that carries out the run", client.budget("wallet_1", estimate=5)


THINGS = [each for kind in (Coomon, AsyncCoomon) for each in things(kind(KEY, host="http://127.0.0.1:9"))]
names = pytest.mark.parametrize(("advice", "thing"), THINGS, ids=lambda value: type(value).__name__)


@names
@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
def test_a_copy_is_the_thing_itself(advice: str, thing: Any, make: Callable[[Any], Any]) -> None:
    assert make(thing) is thing


@names
def test_a_model_that_holds_it_can_be_copied_deeply(advice: str, thing: Any) -> None:
    class Agent(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        held: object

    assert Agent(held=thing).model_copy(deep=True).held is thing


@names
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_refused_with_what_to_do_instead_and_without_the_key(
    advice: str, thing: Any, protocol: int
) -> None:
    with pytest.raises(TypeError, match=f"{type(thing).__name__} cannot be pickled: ") as caught:
        pickle.dumps([thing], protocol)
    assert advice in str(caught.value)
    assert places_with_the_key(caught.value) == []


@pytest.mark.parametrize(
    "client", [Coomon(KEY, host="http://127.0.0.1:9"), AsyncCoomon(KEY, host="http://127.0.0.1:9")]
)
def test_a_method_given_to_a_pool_of_processes_says_what_to_do_instead(client: Any) -> None:
    with pytest.raises(TypeError, match="Build a client in each process"):
        pickle.dumps(client.track_task)
    assert copy.deepcopy(client.track_task).__self__ is client


def test_events_of_a_copied_client_are_sent_once() -> None:
    verdict = {"accepted": 2, "duplicates": 0, "rejected": 0, "results": []}
    with LoopbackServer([Answer(200, verdict)]) as server, Coomon(KEY, host=server.url) as coomon:
        copied = copy.deepcopy(coomon)
        with copied.run(customer_id="cust_1", agent_id="agent_1"):
            coomon.track_task()
            copied.track_task()
        copied.flush()
        coomon.flush()
        assert [len(request.json()["events"]) for request in server.requests] == [2]


def test_a_copied_budget_is_settled_once() -> None:
    answers = [Answer(200, WALLET), Answer(200, TRANSACTION), Answer(200, TRANSACTION)]
    with LoopbackServer(answers) as server, Coomon(KEY, host=server.url) as coomon:
        with coomon.budget("wallet_1", estimate=5) as budget:
            copied = copy.deepcopy(budget)
            copied.spend(2)
        copied.settle()
        assert len(server.requests) == 3
        assert (copied.spent, server.requests[2].json()["credit_amount"]) == (2, 3)


def test_a_token_carries_the_run_that_a_pickle_cannot() -> None:
    with Coomon(KEY, host="http://127.0.0.1:9") as coomon, coomon.run(customer_id="cust_1") as run:
        token = pickle.loads(pickle.dumps(run.token()))
        with Coomon(KEY, host="http://127.0.0.1:9") as elsewhere, elsewhere.run(token=token) as continued:
            assert continued.customer_id == "cust_1"
