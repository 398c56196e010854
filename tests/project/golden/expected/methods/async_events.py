# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The methods that make an event, awaited."""

from __future__ import annotations

from .events import TrackMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from decimal import Decimal
    from typing import Any

    from ..models.order import Order
    from ..models.part import Part


class AsyncEventsMethods(TrackMethods):
    """The methods that send an event at once, awaited, for a client that supplies `_send_event`."""

    if TYPE_CHECKING:
        # Takes the arguments that `_track` takes.
        async def _send_event(self, *event: Any) -> Part: ...

    async def track_immediate(
        self,
        *,
        action_type: Order,
        quantity: float | Decimal = 1,
        notes: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        at: datetime.datetime | None = None,
    ) -> Part:
        """Send an event.

        Waits.

        Args:
            action_type: Up (`asc`) or down. One of `asc`, `desc`.
            quantity: Number of units. Exact if a `Decimal`.
            notes: Notes.
            event_id: Its id. A new one if left out.
            at: Its time. Now.

        Returns:
            Counts.

        Raises:
            ValueError: Not an event.

        Source: openapi/coobird.yaml Event
        """
        return await self._send_event(action_type, quantity, notes, event_id, at)

    async def track_asc_immediate(
        self,
        *,
        quantity: float | Decimal = 1,
        notes: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        at: datetime.datetime | None = None,
    ) -> Part:
        """Send an event that goes up.

        Waits.

        Args:
            quantity: Number of units. Exact if a `Decimal`.
            notes: Notes.
            event_id: Its id. A new one if left out.
            at: Its time. Now.

        Returns:
            Counts.

        Raises:
            ValueError: Not an event.

        Source: openapi/coobird.yaml Event
        """
        return await self._send_event("asc", quantity, notes, event_id, at)
