"""Answers of 200 that make no sense: they neither count as delivery nor end it."""

from __future__ import annotations

import pytest

from coobird.errors import ResponseShapeError
from tests.support.ingest import finish, reported, track
from tests.support.loopback import Answer, Request

NONSENSE = {
    "html": Answer(200, "<html><title>Sign in to the hotel Wi-Fi</title></html>", {"Content-Type": "text/html"}),
    "empty": Answer(200, b""),
    "no-content": Answer(204),
    "not-utf8": Answer(200, b"\xff\xfe\x00"),
    "cut-json": Answer(200, '{"accepted": 10, "dupl'),
    "null": Answer(200, None, {"Content-Type": "application/json"}),
    "list": Answer(200, [1, 2, 3]),
    "number": Answer(200, 7),
    "no-fields": Answer(200, {}),
    "texts-for-numbers": Answer(200, {"accepted": "ten", "duplicates": 0, "rejected": 0, "results": []}),
    "results-null": Answer(200, {"accepted": 10, "duplicates": 0, "rejected": 0, "results": None}),
    "results-of-numbers": Answer(200, {"accepted": 10, "duplicates": 0, "rejected": 0, "results": [1, None]}),
    "deep": Answer(200, "[" * 100_000),
    "huge-number": Answer(200, '{"accepted": ' + "9" * 5000 + ', "duplicates": 0, "rejected": 0, "results": []}'),
    "bad-gzip": Answer(200, b"not gzip", {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_an_answer_that_makes_no_sense_stops_nothing_and_loses_nothing_silently(nonsense, ingest, client, errors):
    ingest.next(nonsense)
    ids = track(client, 10)
    finish(lambda: (client.flush(), True), "flush()")
    later = track(client, 10, first=10)
    finish(lambda: (client.flush(), True), "flush()")
    assert set(later) <= set(ingest.ids)
    # Either the events arrived after all, or an error was reported.
    assert set(ids) <= set(ingest.ids) or errors


def test_a_sign_in_page_is_not_taken_for_delivery(ingest, client, errors):
    ingest.next(NONSENSE["html"], NONSENSE["html"])
    ids = track(client, 10)
    client.flush()
    assert set(ids) <= {*ingest.ids, *reported(errors)}


def test_a_server_that_only_answers_nonsense_is_reported_as_such(ingest, make_client, errors):
    client = make_client(max_event_age=0)
    ingest.otherwise = NONSENSE["html"]
    ids = track(client, 10)
    finish(lambda: (client.flush(), True), "flush()")
    assert reported(errors) == ids
    assert any(isinstance(each, ResponseShapeError) for error in errors for each in (error, error.__cause__))
    assert client.stats().delivered == 0


@pytest.mark.parametrize(
    "results",
    [
        [{"event_id": "unknown", "status": "rejected", "error": "who is this?"}],
        [{"event_id": "event-1", "status": "postponed"}],
        [{"event_id": "event-1", "status": "rejected", "error": "no"}] * 3,
        [{"event_id": "event-1", "status": "rejected"}],
        [{"event_id": "event-1", "status": "rejected", "error": {"a": 1}}],
        [{"status": "rejected"}],
    ],
    ids=["unknown-id", "unknown-status", "three-times", "no-reason", "odd-reason", "no-id"],
)
def test_the_counts_add_up_after_odd_results(results, ingest, client, errors):
    def answer(request: Request) -> Answer:
        ingest.store(request)
        return Answer(200, {"accepted": 9, "duplicates": 0, "rejected": 1, "results": results})

    ingest.next(answer)
    track(client, 10)
    finish(lambda: (client.flush(), True), "flush()")
    stats = client.stats()
    assert stats.delivered + stats.rejected + stats.dropped == 10
    assert stats.rejected <= 1


def test_answers_without_end_are_cut_off(ingest, make_client, errors):
    client = make_client(max_retries=1, max_event_age=0)
    ingest.next(Answer(200, b"[" * 65_536, endless=True), Answer(500, b"x" * 65_536, endless=True))
    ids = track(client, 10)
    finish(lambda: (client.flush(), True), "flush()")
    assert set(ids) <= {*ingest.ids, *reported(errors)}
