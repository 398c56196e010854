"""LiteLLM with the real package against the fakes: one exact event for each answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import version
from typing import Any

import pytest

from coobird.integrations._metering.event_ids import event_id_of
from coobird.integrations._metering.usage import from_litellm
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.integrations.fake_usage import USAGE
from tests.support.integrations.litellm_calls import Case, cases
from tests.support.integrations.litellm_ends import GATHERED
from tests.support.integrations.litellm_repeats import BESIDE, LOST

TOKENS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens")
ANSWERED = [case for case in cases() if case.scenario in USAGE["openai"] and (case.asks or case.wrapped)]
REFUSED = [case for case in cases() if case.scenario == "error"]
SILENT = [case for case in cases() if case not in ANSWERED and case not in REFUSED]

ENDS_WITH_ITS_LOOP = """
import asyncio
import litellm
from coobird import Coomon
from coobird.integrations.litellm import CoobirdLogger

coomon = Coomon("sk_test_end")
litellm.callbacks = [CoobirdLogger(coomon)]
message = {"role": "user", "content": "hello"}
with coomon.run(customer_id="cust_1", agent_id="agent"):
    asyncio.run(litellm.acompletion(model="openai/gpt-4o", messages=[message], mock_response="Hello there"))
"""

TWO_CLIENTS = """
import litellm
from coobird import Coomon
from coobird.integrations.litellm import CoobirdLogger

clients = [Coomon("sk_test_first"), Coomon("sk_test_second")]
REGISTER
message = {"role": "user", "content": "hello"}
with clients[0].run(customer_id="cust_1", agent_id="agent"), clients[1].run(customer_id="cust_2", agent_id="agent"):
    for _ in range(2):
        litellm.completion(model="openai/gpt-4o", messages=[message], mock_response="Hello there")
"""

Outcomes = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    """Events and errors of each call, by the name of its model."""
    command = [sys.executable, "-m", "tests.support.integrations.litellm_calls"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    found: Outcomes = defaultdict(list)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            value = json.loads(line)
            if value["kind"] != "call":
                found[value["who"].removesuffix("-2024-08-06")].append(value)
    return found


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.model)
def test_an_answer_is_one_event_with_its_true_usage_for_the_customer_of_its_run(outcomes: Outcomes, case: Case) -> None:
    (event,) = outcomes[case.model]
    assert event["kind"] == "event"
    true = USAGE[case.provider][case.scenario]
    assert [event.get(name) or 0 for name in TOKENS] == [true.input, true.output, true.cache_read, true.cache_write]
    assert event["total_tokens"] == true.input + true.output
    assert event.get("reasoning_output_tokens", 0) in (0, true.reasoning)
    assert (event["provider"], event["operation"]) == (case.provider, case.operation)
    assert event["metadata"]["source"] == ("wrap" if case.wrapped else "litellm")


@pytest.mark.parametrize("case", SILENT, ids=lambda case: case.model)
def test_an_answer_without_usage_is_reported_and_not_billed_by_counted_words(outcomes: Outcomes, case: Case) -> None:
    assert [value["kind"] for value in outcomes[case.model]] == ["UsageMissingError"]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.model)
def test_a_refused_call_is_neither_billed_nor_reported(outcomes: Outcomes, case: Case) -> None:
    assert outcomes[case.model] == []


def test_an_embedding_and_a_response_are_one_event_each(outcomes: Outcomes) -> None:
    assert [event["operation"] for event in outcomes["embedding"]] == ["embeddings"] * 2
    assert [event["input_tokens"] for event in outcomes["responses"]] == [120]


def test_an_answer_of_the_messages_api_is_one_event_from_each_provider(outcomes: Outcomes) -> None:
    facts = sorted((event["provider"], event["operation"], event["input_tokens"]) for event in outcomes["messages"])
    assert facts == [("anthropic", "chat", 120), ("openai", "chat", 120)]


def test_a_stream_of_responses_that_breaks_is_not_reported_twice(outcomes: Outcomes) -> None:
    assert [value["kind"] for value in outcomes["gpt-4o"]] == ["UsageMissingError"]


def test_the_last_answer_of_a_program_that_ends_with_its_loop_is_delivered() -> None:
    with MockCoobird() as server:
        surroundings = os.environ | {"COOBIRD_HOST": server.url, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        command = [sys.executable, "-W", "ignore", "-c", ENDS_WITH_ITS_LOOP]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT, env=surroundings)
        assert done.returncode == 0, done.stderr[-4000:]
        assert [event["customer_id"] for event in server.events("sk_test_end")] == ["cust_1"]


@pytest.mark.parametrize(
    "register",
    [
        "litellm.callbacks = [CoobirdLogger(client) for client in clients]",
        "for client in clients: CoobirdLogger(client).install()",
    ],
    ids=["callbacks", "install"],
)
def test_the_loggers_of_two_clients_bill_each_call_to_the_payer_of_each_client(register: str) -> None:
    with MockCoobird() as server:
        surroundings = os.environ | {"COOBIRD_HOST": server.url, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        command = [sys.executable, "-W", "ignore", "-c", TWO_CLIENTS.replace("REGISTER", register)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT, env=surroundings)
        assert done.returncode == 0, done.stderr[-4000:]
        assert [event["customer_id"] for event in server.events("sk_test_first")] == ["cust_1"] * 2
        assert [event["customer_id"] for event in server.events("sk_test_second")] == ["cust_2"] * 2


@pytest.mark.parametrize("is_replaced", [False, True], ids=["callbacks", "install, and callbacks replaced"])
def test_each_call_is_billed_or_reported_even_if_litellm_does_not_report_its_end(is_replaced: bool) -> None:
    command = [sys.executable, "-m", "tests.support.integrations.litellm_ends", *["install"] * is_replaced]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    scenes = {scene["scene"]: scene for scene in map(json.loads, done.stdout.splitlines())}
    counts = {name: len(scene["events"]) + len(scene["errors"]) for name, scene in scenes.items()}
    # A framework that replaces LiteLLM's callbacks removes the one that tells the task. The oldest
    # LiteLLM that is allowed has no other that comes in the task: then calls whose task was
    # cancelled are reported when the program ends.
    is_late = is_replaced and version("litellm").startswith("1.83.")
    assert counts == {
        "gathered": GATHERED,
        "tried_again": 1,
        "timed_out": 1,
        "answered_late": 1,
        "cancelled": 0 if is_late else 2,
        "cancelled_in_a_thread": 0 if is_replaced else 1,
        "given_up": 0 if is_late else 1,
        "refused": 0,
        "not_sent": 0,
        "unavailable": 0,
        "unavailable_after_one_that_was_broken": 0,
        "broken": 8,
        "broken_after_one_that_was_not_sent": 8,
        "lost_once": 2,
        "lost_once_in_sync": 3,
        "refused_once_in_sync": 1,
        "end": is_replaced + 3 * is_late,
    }
    assert scenes["tried_again"]["events"] == ["tried_again"]
    assert scenes["tried_again"]["tokens"] == [120, 30]
    assert (scenes["lost_once"]["events"], len(scenes["lost_once"]["errors"])) == (["lost_once"], 1)
    gathered = scenes["gathered"]["events"]
    assert len(set(gathered)) == len(gathered)
    assert is_replaced or len(gathered) == GATHERED
    assert "may be charged for" in scenes["timed_out"]["errors"][0]


def test_an_attempt_that_the_sdk_of_openai_repeats_below_litellm_is_reported_if_its_answer_was_lost() -> None:
    command = [sys.executable, "-m", "tests.support.integrations.litellm_repeats"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    *calls, beside = map(json.loads, done.stdout.splitlines())
    assert beside == {"call": BESIDE, "events": [], "errors": []}
    assert len(calls) == 27
    for call in calls:
        assert call["events"] == [call["call"]]
        assert ["may be charged for" in error for error in call["errors"]] == [True] * (LOST in call["call"])


def test_no_other_call_is_billed_or_reported(outcomes: Outcomes) -> None:
    assert set(outcomes) <= {case.model for case in cases()} | {"embedding", "responses", "messages", "gpt-4o"}


@pytest.mark.parametrize(
    ("usage", "read"),
    [
        (None, None),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, None),
        ({"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9}, (9, 0, None, None)),
        (
            {
                "prompt_tokens": 50,
                "completion_tokens": 1,
                "cache_read_input_tokens": 20,
                "cache_creation_input_tokens": 5,
            },
            (50, 1, 20, 5),
        ),
        (
            # An integration that leaves the cache out of the total.
            {
                "prompt_tokens": 10,
                "completion_tokens": 1,
                "cache_read_input_tokens": 90,
                "cache_creation_input_tokens": 5,
            },
            (105, 1, 90, 5),
        ),
    ],
)
def test_the_cache_is_part_of_the_total_and_zero_is_unknown(usage: Any, read: Any) -> None:
    got = from_litellm(usage)
    assert (None if got is None else got[:4]) == read


def test_the_id_of_a_response_is_the_providers(outcomes: Outcomes) -> None:
    (event,) = outcomes["responses"]
    assert event["metadata"]["response_id"].startswith("resp_")
    assert event_id_of(event["metadata"]["response_id"])
