"""Judgement of the events of one API key that a relay has taken together (pure).

stored, or known already               done
rejected on its own, with a reason     dead
400, 413, 422 of the whole request     sent again in parts, until the event at fault is alone
no answer, 408, 429, 5xx               again: nothing is known about the events
401, 403, and every other refusal      hold: it says nothing about the events
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coobird._delivery import outcome as outcomes
from coobird._delivery.queue import MAX_BATCH_BYTES
from coobird._delivery.split import halves
from coobird._encoding.batch import BRACKET_BYTES, SEPARATOR_BYTES
from coobird._settings.settings import MAX_BATCH_EVENTS
from coobird.errors import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coobird.errors import APIError


class Dead(NamedTuple):
    """An event that the server will never take, and its answer."""

    event: bytes
    reason: str
    status: int
    request_id: str


class Again(NamedTuple):
    """The same request may succeed later."""

    error: Exception
    retry_after: float | None


class Hold(NamedTuple):
    """Nothing will be taken until somebody acts: the key is refused, or the host is wrong."""

    error: APIError


class Trial:
    """Events of one API key, until each is done or dead.

    Attributes:
        parts: Events of the next requests.
        done: Events that the server has.
        dead: Events that it will never take.
        accepted: Number of events that were new to the server.
        duplicates: Number of events that it had already.
    """

    def __init__(self, events: Iterable[bytes]) -> None:
        # An event that was published twice is sent once.
        self.parts = list(_requests(dict.fromkeys(events)))
        self.done: list[bytes] = []
        self.dead: list[Dead] = []
        self.accepted = self.duplicates = 0

    def judge(self, outcome: outcomes.Outcome, request_id: str = "") -> Again | Hold | None:
        """Apply the answer to the first part. Returns why it has to be sent again; `None` if not.

        `request_id` is the server's for this answer.
        """
        if isinstance(outcome, outcomes.Again):
            return Again(outcome.error, outcome.retry_after)
        if isinstance(outcome, outcomes.KeyRefused):
            return Hold(outcome.error)
        if isinstance(outcome, outcomes.Refused) and not outcome.at_fault:
            return Hold(outcome.error)
        part = self.parts.pop(0)
        if isinstance(outcome, outcomes.Split):
            self.parts[:0] = outcome.parts
        elif isinstance(outcome, outcomes.Refused):
            error = outcome.error
            self.dead.append(Dead(part[0], quote(str(error)), error.status_code or 0, error.request_id or request_id))
        else:
            self._settle(part, outcome, request_id)
        return None

    def _settle(self, part: list[bytes], outcome: outcomes.Stored, request_id: str) -> None:
        if outcome.unnamed and len(part) > 1:
            # Some are rejected, and the answer does not say which. Asked again in smaller parts it
            # answers that the others are duplicates.
            self.parts[:0] = halves(part)
            return
        rejected = dict(outcome.rejected)
        if outcome.unnamed:
            rejected = {part[0]: "the server rejected it and gave no reason"}
        self.done += [event for event in part if event not in rejected]
        self.dead += [Dead(event, reason, 200, request_id) for event, reason in rejected.items()]
        duplicates = min(outcome.answer["duplicates"], len(part) - len(rejected))
        self.duplicates += duplicates
        self.accepted += len(part) - len(rejected) - duplicates


def _requests(events: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the events of each request: not too many, and not too large together."""
    part: list[bytes] = []
    size = BRACKET_BYTES
    for event in events:
        if part and (len(part) == MAX_BATCH_EVENTS or size + len(event) > MAX_BATCH_BYTES):
            yield part
            part, size = [], BRACKET_BYTES
        part.append(event)
        size += len(event) + SEPARATOR_BYTES
    if part:
        yield part
