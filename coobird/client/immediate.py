"""The calls that send an event and wait for the answer: for threads, and awaited."""

from __future__ import annotations

from coobird_api.types import cast

from coobird._encoding.batch import batch_of
from coobird._http.request import BATCH_PATH
from coobird.client.tracking import Tracking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from decimal import Decimal
    from typing import Any, Literal

    from coobird_api.models import BatchTrackResponse

    from coobird._http.session import AsyncSession, Session


class Immediate(Tracking):
    """Sends an event and waits for the answer."""

    _session: Session

    def _send_event(self, *event: Any) -> BatchTrackResponse:
        if self._settings.disabled:
            return _nothing()
        return self._session.post(BATCH_PATH, batch_of([self._pipeline.encode_now(*event)[1]]), _reader())

    def track_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        action_type: Literal["task", "workflow", "outcome"],
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event now, with retries, and return what became of it. Takes what `track` takes.

        For places where the process may be frozen or killed before a queue is sent, such as a serverless function.

        Returns:
            Counts, and an entry in `results` if the event was a duplicate or was rejected. A disabled client sends
            nothing and answers zeros.

        Raises:
            InvalidEventError: The event cannot be sent as it is; the message names the argument.
            APIError: Refused, not answered, or answered in another shape.

        Source: openapi/coobird.yaml track_events
        """
        return self._send_event(
            customer_id, agent_id, action_type, signal_code, quantity, attributes, metadata, event_id, timestamp
        )

    def track_task_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for a single task now; otherwise as `track_immediate`."""
        return self._send_event(
            customer_id, agent_id, "task", signal_code, quantity, attributes, metadata, event_id, timestamp
        )

    def track_workflow_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for a whole workflow now; otherwise as `track_immediate`."""
        return self._send_event(
            customer_id, agent_id, "workflow", signal_code, quantity, attributes, metadata, event_id, timestamp
        )

    def track_outcome_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for an outcome that was reached now; otherwise as `track_immediate`."""
        return self._send_event(
            customer_id, agent_id, "outcome", signal_code, quantity, attributes, metadata, event_id, timestamp
        )


class AsyncImmediate(Tracking):
    """Sends an event and awaits the answer."""

    _session: AsyncSession

    async def _send_event(self, *event: Any) -> BatchTrackResponse:
        if self._settings.disabled:
            return _nothing()
        return await self._session.post(BATCH_PATH, batch_of([self._pipeline.encode_now(*event)[1]]), _reader())

    async def track_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        action_type: Literal["task", "workflow", "outcome"],
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event now, with retries, and return what became of it. Takes what `track` takes.

        For places where the process may be frozen or killed before a queue is sent, such as a serverless function.

        Returns:
            Counts, and an entry in `results` if the event was a duplicate or was rejected. A disabled client sends
            nothing and answers zeros.

        Raises:
            InvalidEventError: The event cannot be sent as it is; the message names the argument.
            APIError: Refused, not answered, or answered in another shape.

        Source: openapi/coobird.yaml track_events
        """
        return await self._send_event(
            customer_id, agent_id, action_type, signal_code, quantity, attributes, metadata, event_id, timestamp
        )

    async def track_task_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for a single task now and await the answer; otherwise as `track_immediate`."""
        return await self._send_event(
            customer_id, agent_id, "task", signal_code, quantity, attributes, metadata, event_id, timestamp
        )

    async def track_workflow_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for a whole workflow now and await the answer; otherwise as `track_immediate`."""
        return await self._send_event(
            customer_id, agent_id, "workflow", signal_code, quantity, attributes, metadata, event_id, timestamp
        )

    async def track_outcome_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for an outcome that was reached now and await the answer; otherwise as `track_immediate`."""
        return await self._send_event(
            customer_id, agent_id, "outcome", signal_code, quantity, attributes, metadata, event_id, timestamp
        )


def _reader() -> Callable[..., BatchTrackResponse]:
    from coobird_api.api.events import track_events

    return cast("Callable[..., BatchTrackResponse]", track_events._parse_response)  # pyright: ignore[reportPrivateUsage]


def _nothing() -> BatchTrackResponse:
    from coobird_api.models import BatchTrackResponse

    return BatchTrackResponse(accepted=0, duplicates=0, rejected=0, results=[])
