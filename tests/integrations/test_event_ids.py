"""Event ids of answers: the same in each version, and the same whoever reports the answer."""

from __future__ import annotations

from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import (
    NAMESPACE,
    event_id_of,
    event_id_of_batch_line,
    event_id_of_call,
    event_id_of_span,
)
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._metering.usage import Usage
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients, Row, create
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import RUN

UNIQUE, SHORT = "chatcmpl-0123456789abcdef", "chatcmpl-7"
OF_UNIQUE = "727ab7ce-3805-55f3-85f1-b383d279ef25"


@pytest.mark.parametrize(
    ("response_id", "event_id"),
    [
        (UNIQUE, OF_UNIQUE),
        ("gen-1234567890ab", "4af26400-1f60-5237-bce7-454cb6508fd6"),
        ("gen-1234567890a", None),
        (SHORT, None),
        ("", None),
        (None, None),
        (1234567890123456, None),
        ([UNIQUE], None),
    ],
)
def test_the_event_id_of_an_answer_is_that_of_earlier_versions(response_id: object, event_id: str | None) -> None:
    assert [event_id_of(response_id) for _ in range(2)] == [event_id, event_id]


@given(st.text(min_size=16), st.text(), st.integers(min_value=1, max_value=2**64 - 1))
def test_each_event_id_is_the_uuid_5_of_a_name(response_id: str, name: str, number: int) -> None:
    expected = {
        event_id_of(response_id): f"response:{response_id}",
        event_id_of_call("dspy", name): f"dspy:{name}",
        event_id_of_batch_line(name, response_id): f"batch:{name}:{response_id}",
        event_id_of_span(number, number): f"span:{number:032x}:{number:016x}",
    }
    assert {event_id: str(uuid5(NAMESPACE, name)) for event_id, name in expected.items()} == {
        event_id: event_id for event_id in expected
    }


@pytest.mark.parametrize(
    ("response_id", "named", "event_id"),
    [
        (UNIQUE, None, OF_UNIQUE),
        (UNIQUE, "named", OF_UNIQUE),
        (SHORT, "named", "named"),
        (None, "named", "named"),
        (SHORT, None, None),
        (None, None, None),
    ],
)
def test_a_unique_id_of_the_answer_wins_over_that_of_the_call(
    coomon: Recorder, response_id: str | None, named: str | None, event_id: str | None
) -> None:
    call = Call("openai", "chat", "gpt-5", response_id, Usage(120, 30), "langchain")
    CallMeter(coomon, **RUN).bill(call, None, event_id=named)
    CallMeter(coomon, **RUN).bill_or_report(call._replace(source="dspy"), coomon.current_run(), 0, event_id=named)
    events = [event["event_id"] for event in coomon.events]
    # Without an id, both calls are billed.
    assert events == ([None, None] if event_id is None else [event_id])
    report = report_of(call, None, 0, 1, named)
    assert (report.has_id, event_id is None or report.call_key == event_id) == (event_id == OF_UNIQUE, True)


@pytest.mark.parametrize("is_stream", [False, True])
@pytest.mark.parametrize("api", ["chat", "completions", "responses", "messages"])
def test_a_wrapped_call_has_the_event_id_of_its_answer(
    fake: FakeLLM, coomon: Recorder, clients: Clients, api: str, is_stream: bool
) -> None:
    with coomon.run(**RUN):
        answer = create(clients, Row(api, stream=is_stream))
        if is_stream:
            list(answer)
    assert [event["event_id"] for event in coomon.events] == [event_id_of(fake.calls[0].id)]
