"""Checks of what was billed, against the answers of the models."""

from __future__ import annotations

from typing import Any

from coobird.integrations.prices import Usage, cost_usd
from tests.support.integrations.agents.models import customer_of
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder

NO_AUDIO = (("audio_input_tokens", 0),)
"""Part of the input that has a price of its own at Gemini."""


def billed(coomon: Recorder) -> dict[str, tuple[int, int, int]]:
    """Input, output and cached tokens of each event, by the id of the answer."""
    found = {event["metadata"]["response_id"]: event["attributes"] for event in coomon.events}
    assert len(found) == len(coomon.events), "an answer has two events"
    return {
        answer_id: (of["input_tokens"], of["output_tokens"], of.get("cache_read_input_tokens", 0))
        for answer_id, of in found.items()
    }


def assert_each_call_is_billed_once(coomon: Recorder, fake: Fake, calls: int) -> None:
    """Check that each answer that a model gave has one event, with exactly its tokens and cost."""
    assert coomon.errors == []
    assert len(fake.calls) == calls
    for event in coomon.events:
        (answer,) = (each for each in fake.calls if each.id == event["metadata"]["response_id"])
        of, (read, output, cached, written, _) = event["attributes"], answer.usage
        listed = cost_usd(of["provider"], of["model"], Usage(read, output, cached, written, other=NO_AUDIO))
        assert of["cost_usd"] == listed is not None
    assert billed(coomon) == {
        each.id: (each.usage.input, each.usage.output, each.usage.cache_read) for each in fake.calls
    }


def assert_each_call_has_its_own_payer(coomon: Recorder, fake: Fake) -> None:
    """Check that the customer of each event is the one whose name its request has."""
    assert payers(coomon, fake) == [(event["customer_id"],) * 2 for event in coomon.events]


def payers(coomon: Recorder, fake: Fake) -> list[tuple[str, str]]:
    """For each event, the customer of the event and the one whose name its request has."""

    def asker(event: dict[str, Any]) -> str:
        response_id = event["metadata"]["response_id"]
        # Gemini's ids are shorter than the others.
        (request,) = (each for each in fake.requests if each.id[:21] in response_id)
        return customer_of(request.body)

    return [(event["customer_id"], asker(event)) for event in coomon.events]
