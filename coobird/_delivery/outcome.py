"""Meaning of an answer to `POST /events/batch` for the events that were sent (pure).

    2xx in the shape of the contract    Stored: the server has processed each event
    no answer, 408, 429, 5xx,
    2xx in any other shape              Again: nothing proves that the events are stored,
                                        so the same bytes are sent again
    400, 413, 422                       Split, until the event at fault stands alone: then Refused
    401, 403                            KeyRefused: no event will be accepted with it
    anything else                       Refused

Source: openapi/coobird.yaml, track_events.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from coobird._delivery.health import KEY_STATUSES
from coobird._delivery.split import halves, suspects_apart
from coobird._encoding.event import event_id_of
from coobird._http.refusals import error_from_response
from coobird._http.retry import is_retryable, parse_retry_after
from coobird._settings.host import BASE_PATH, BATCH_PATH
from coobird.errors import QUOTED_CHARACTERS, APIError, APIStatusError, ResponseShapeError, quote

if TYPE_CHECKING:
    from coobird._http.answer import Answer

METHOD, PATH = "POST", BASE_PATH + BATCH_PATH

_TOO_LARGE = 413
_SPLIT_STATUSES = frozenset({400, _TOO_LARGE, 422})


class Stored(NamedTuple):
    """The server has every event except the rejected ones, which come with its reason."""

    answer: dict[str, Any]
    rejected: list[tuple[bytes, str]]
    unnamed: int
    """Events that the server counts as rejected without saying which."""


class Again(NamedTuple):
    """The same request may succeed later.

    `retry_after` is the wait in seconds that the server asked for.
    """

    error: Exception
    retry_after: float | None = None


class Split(NamedTuple):
    """The request was refused because of some of its events: send these parts instead."""

    parts: list[list[bytes]]
    is_too_large: bool = False


class KeyRefused(NamedTuple):
    """The API key was refused: keep all events."""

    error: APIError


class Refused(NamedTuple):
    """The request will never succeed. `at_fault` is true if the reason is its only event."""

    error: APIError
    at_fault: bool


Outcome = Stored | Again | Split | KeyRefused | Refused


def outcome_of(answer: Answer, events: list[bytes], now: float) -> Outcome:
    """Return what an answer means for the events of the request. `now` is Unix time in seconds."""
    status = answer.status
    if answer.is_success:
        return _read_results(answer, events)
    # The path has no id that could be wrong.
    hint = APIStatusError.hint if status == 404 else None
    error = error_from_response(status, answer.headers, answer.content, method=METHOD, path=PATH, now=now, hint=hint)
    if is_retryable(status):
        return Again(error, parse_retry_after(answer.headers.get("retry-after"), now))
    if status in KEY_STATUSES:
        return KeyRefused(error)
    if status not in _SPLIT_STATUSES:
        return Refused(error, at_fault=False)
    if len(events) == 1:
        return Refused(error, at_fault=True)
    if status == _TOO_LARGE:
        return Split(halves(events), is_too_large=True)
    return Split(suspects_apart(error.body, events) or halves(events))


def _read_results(answer: Answer, events: list[bytes]) -> Outcome:
    results: Any = None
    try:
        results = json.loads(answer.content)
        problem = answer.flaw or _misfit(results, len(events))
    except (ValueError, RecursionError):
        problem = answer.flaw or "it is not JSON"
    if problem:
        message = f"The answer to {len(events)} events does not show that they are stored: {problem}."
        shape = ResponseShapeError(
            message,
            method=METHOD,
            path=PATH,
            status_code=answer.status,
            headers=answer.headers,
            content=answer.content,
        )
        return Again(shape)
    reasons = {
        result["event_id"]: _reason_in(result) for result in results["results"] if result["status"] == "rejected"
    }
    rejected: list[tuple[bytes, str]] = []
    if reasons:
        ids = [(json.loads(event_id_of(event)), event) for event in events]
        rejected = [(event, reasons[event_id]) for event_id, event in ids if event_id in reasons]
    unnamed = min(max(0, results["rejected"] - len(rejected)), len(events) - len(rejected))
    # A flush keeps the answers to many batches. So no answer may hold more than the contract has
    # for the events sent.
    results["results"] = [_brief(result) for result in results["results"][: len(events)]]
    return Stored(results, rejected, unnamed)


def _misfit(answer: Any, count: int) -> str:
    """Reason why the answer does not account for `count` events; empty if it does."""
    if not _is_object(answer):
        return "it is not an object"
    counts = [answer.get(name) for name in ("accepted", "duplicates", "rejected")]
    if not all(type(number) is int and number >= 0 for number in counts):
        return "it lacks the counts 'accepted', 'duplicates' and 'rejected'"
    results = answer.get("results")
    if not _is_array(results) or not all(map(_is_result, results)):
        return "it lacks the list 'results'"
    # `results` names every event that was not newly accepted, also with a status that this version
    # does not know.
    accounted: int = answer["accepted"] + max(answer["duplicates"] + answer["rejected"], len(results))
    return "" if accounted >= count else f"it accounts for {accounted} only"


def _brief(result: dict[str, Any]) -> dict[str, Any]:
    texts = ((name, result.get(name)) for name in ("event_id", "status", "error"))
    return {name: text[:QUOTED_CHARACTERS] for name, text in texts if isinstance(text, str)}


def _reason_in(result: dict[str, Any]) -> str:
    reason = result.get("error")
    return quote(reason) if isinstance(reason, str) and reason else "no reason given"


def _is_result(value: object) -> bool:
    return _is_object(value) and isinstance(value.get("event_id"), str) and isinstance(value.get("status"), str)


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_array(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)
