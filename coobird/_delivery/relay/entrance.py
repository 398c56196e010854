"""Judgement of what an SDK posts to the HTTP entrance of a relay (pure).

The relay answers as the API does, so that any SDK can send to it. It checks that each event can be
told apart from others. The rest is the API's to judge.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NamedTuple, TypeGuard, cast

from coobird._encoding.foreign import from_object
from coobird._settings.host import BASE_PATH, BATCH_PATH
from coobird._settings.settings import MAX_BATCH_EVENTS

PATH = BASE_PATH + BATCH_PATH

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Largest body. An SDK sends less than 2 MB."""


class Refusal(NamedTuple):
    """A request that is not taken.

    Attributes:
        status: HTTP status.
        code: Kind of problem, for programs.
        detail: Reason, for people.
        errors: Fields at fault, each with the reason.
        retry_after: Seconds after which the same request may be taken; `None` if it never is.
    """

    status: int
    code: str
    detail: str
    errors: tuple[dict[str, str], ...] = ()
    retry_after: int | None = None

    def body(self, request_id: str) -> bytes:
        """Return the problem document of the contract."""
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        if self.errors:
            problem["errors"] = list(self.errors)
        return json.dumps(problem).encode()


def read_batch(content: bytes) -> list[bytes] | Refusal:
    """Return the events of a request, in the form in which they are sent, or why it is refused."""
    try:
        body: Any = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return Refusal(400, "malformed_json", "The body is not JSON.")
    events = cast("dict[str, Any]", body).get("events") if isinstance(body, dict) else None
    if not _is_list(events) or not 1 <= len(events) <= MAX_BATCH_EVENTS:
        detail = f"The body must be an object with events, a list of 1 to {MAX_BATCH_EVENTS}."
        return Refusal(422, "invalid_request", detail, ({"field": "events", "message": detail},))
    encoded: list[bytes] = []
    errors: list[dict[str, str]] = []
    for number, event in enumerate(events):
        try:
            encoded.append(from_object(event))
        except (ValueError, RecursionError) as error:
            errors.append({"field": f"events.{number}", "message": str(error)})
    if errors:
        return Refusal(422, "invalid_request", "Some events cannot be told apart from others.", tuple(errors))
    return encoded


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def taken(count: int) -> bytes:
    """Return the answer for events that are stored: the API has not judged them yet."""
    return json.dumps({"accepted": count, "duplicates": 0, "rejected": 0, "results": []}).encode()
