# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The methods that make an event."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from typing import Any

    from ..models.order import Order
    from ..models.part import Part


class TrackMethods:
    """The methods that queue an event, for a client that supplies `_track`."""

    if TYPE_CHECKING:
        # An attribute of the instance, so that an event pays for one lookup. A method of the client
        # would add a call.
        _track: Callable[
            [str, float | Decimal, Mapping[str, Any] | None, str | None, datetime.datetime | None],
            None,
        ]
        # A deque that takes the arguments of events for which no call of `_track` is left before
        # the recursion limit; `None` to raise `RecursionError` then.
        _at_limit: Any

    def track(
        self,
        *,
        action_type: Order,
        quantity: float | Decimal = 1,
        notes: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        at: datetime.datetime | None = None,
    ) -> None:
        """Queue an event.

        Never raises.

        Args:
            action_type: Up (`asc`) or down. One of `asc`, `desc`.
            quantity: Number of units. Exact if a `Decimal`.
            notes: Notes.
            event_id: Its id. A new one if left out.
            at: Its time. Now.

        Source: openapi/coobird.yaml Event
        """
        try:
            self._track(action_type, quantity, notes, event_id, at)
        except RecursionError:
            if self._at_limit is None:
                raise
            # An operator, because even the call of a method needs room.
            self._at_limit += ((action_type, quantity, notes, event_id, at),)

    def track_asc(
        self,
        *,
        quantity: float | Decimal = 1,
        notes: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        at: datetime.datetime | None = None,
    ) -> None:
        """Queue an event that goes up.

        Never raises.

        Args:
            quantity: Number of units. Exact if a `Decimal`.
            notes: Notes.
            event_id: Its id. A new one if left out.
            at: Its time. Now.

        Source: openapi/coobird.yaml Event
        """
        try:
            self._track("asc", quantity, notes, event_id, at)
        except RecursionError:
            if self._at_limit is None:
                raise
            # An operator, because even the call of a method needs room.
            self._at_limit += (("asc", quantity, notes, event_id, at),)


class EventsMethods(TrackMethods):
    """The methods that send an event at once, for a client that supplies `_send_event`."""

    if TYPE_CHECKING:
        # Takes the arguments that `_track` takes.
        def _send_event(self, *event: Any) -> Part: ...

    def track_immediate(
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
        return self._send_event(action_type, quantity, notes, event_id, at)

    def track_asc_immediate(
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
        return self._send_event("asc", quantity, notes, event_id, at)
