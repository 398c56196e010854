"""Parts of the clients that send one event and wait for its answer. The methods are generated."""

from __future__ import annotations

from coobird_api.api.events import AsyncEventsMethods, EventsMethods
from coobird_api.types import cast

from coobird._encoding.batch import batch_of
from coobird._http.request import BATCH_PATH
from coobird.client.tracking import Tracking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from coobird_api.models import BatchTrackResponse

    from coobird._http.session import AsyncSession, Session


class Immediate(EventsMethods, Tracking):
    """Part of `Coomon` that sends an event and waits for the answer."""

    _session: Session

    def _send_event(self, *event: Any) -> BatchTrackResponse:
        if self._settings.disabled:
            return _nothing()
        return self._session.post(BATCH_PATH, batch_of([self._pipeline.encode_now(*event)]), _reader())


class AsyncImmediate(AsyncEventsMethods, Tracking):
    """Part of `AsyncCoomon` that sends an event and awaits the answer."""

    _session: AsyncSession

    async def _send_event(self, *event: Any) -> BatchTrackResponse:
        if self._settings.disabled:
            return _nothing()
        return await self._session.post(BATCH_PATH, batch_of([self._pipeline.encode_now(*event)]), _reader())


def _reader() -> Callable[..., BatchTrackResponse]:
    from coobird_api.api.events import track_events

    return cast("Callable[..., BatchTrackResponse]", track_events._parse_response)  # pyright: ignore[reportPrivateUsage]


def _nothing() -> BatchTrackResponse:
    from coobird_api.models import BatchTrackResponse

    return BatchTrackResponse(accepted=0, duplicates=0, rejected=0, results=[])
