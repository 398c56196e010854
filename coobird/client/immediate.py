"""The answer to an event that is sent at once. Apart, as only such a call loads it."""

from __future__ import annotations

from coobird_api.api.events.track_events import _parse_response  # pyright: ignore[reportPrivateUsage]
from coobird_api.models import BatchTrackResponse
from coobird_api.types import UNSET, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def read_answer(**answer: Any) -> BatchTrackResponse:
    """Read the answer to a batch of one event.

    Raises:
        ValueError: It does not say what became of the event.
    """
    parse: Callable[..., BatchTrackResponse] = cast("Callable[..., BatchTrackResponse]", _parse_response)
    result = parse(**answer)
    # A caller who finds nothing under `rejected` would take the event for stored.
    found = cast("tuple[object, ...]", (result.accepted, result.duplicates, result.rejected, result.results))
    if any(value is None or value is UNSET for value in found):
        raise ValueError("it does not say what became of the event")
    return result


def nothing() -> BatchTrackResponse:
    """Return the answer of a disabled client."""
    return BatchTrackResponse(accepted=0, duplicates=0, rejected=0, results=[])
