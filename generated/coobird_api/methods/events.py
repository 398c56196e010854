# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The methods that make an event."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from typing import Any

    from ..models.action_type import ActionType
    from ..models.batch_track_response import BatchTrackResponse


class TrackMethods:
    """The methods that queue an event, for a client that supplies `_track`."""

    if TYPE_CHECKING:
        # An attribute of the instance, so that an event pays for one lookup. A method of the client
        # would add a call.
        _track: Callable[
            [
                str | None,
                str | None,
                str,
                str | None,
                float | Decimal,
                Mapping[str, Any] | None,
                Mapping[str, Any] | None,
                str | None,
                datetime.datetime | None,
            ],
            None,
        ]
        # A deque that takes the arguments of events for which no call of `_track` is left before
        # the recursion limit; `None` to raise `RecursionError` then.
        _at_limit: Any

    def track(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        action_type: ActionType,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime.datetime | None = None,
    ) -> None:
        """Queue an event and return at once.

        Never raises for a value: an event that cannot be sent is reported to `on_error`. The event
        is encoded before this returns, so that a later change of `attributes` changes nothing.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            action_type: Kind of the action: a single `task`, a whole `workflow`, or an
                `outcome` that was reached.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Source: openapi/coobird.yaml Event
        """
        try:
            self._track(
                customer_id,
                agent_id,
                action_type,
                signal_code,
                quantity,
                attributes,
                metadata,
                event_id,
                timestamp,
            )
        except RecursionError:
            if self._at_limit is None:
                raise
            # An operator, because even the call of a method needs room.
            self._at_limit += (
                (
                    customer_id,
                    agent_id,
                    action_type,
                    signal_code,
                    quantity,
                    attributes,
                    metadata,
                    event_id,
                    timestamp,
                ),
            )

    def track_task(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime.datetime | None = None,
    ) -> None:
        """Queue an event for a single task and return at once.

        Never raises for a value: an event that cannot be sent is reported to `on_error`. The event
        is encoded before this returns, so that a later change of `attributes` changes nothing.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Source: openapi/coobird.yaml Event
        """
        try:
            self._track(
                customer_id,
                agent_id,
                "task",
                signal_code,
                quantity,
                attributes,
                metadata,
                event_id,
                timestamp,
            )
        except RecursionError:
            if self._at_limit is None:
                raise
            # An operator, because even the call of a method needs room.
            self._at_limit += (
                (
                    customer_id,
                    agent_id,
                    "task",
                    signal_code,
                    quantity,
                    attributes,
                    metadata,
                    event_id,
                    timestamp,
                ),
            )

    def track_workflow(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime.datetime | None = None,
    ) -> None:
        """Queue an event for a whole workflow and return at once.

        Never raises for a value: an event that cannot be sent is reported to `on_error`. The event
        is encoded before this returns, so that a later change of `attributes` changes nothing.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Source: openapi/coobird.yaml Event
        """
        try:
            self._track(
                customer_id,
                agent_id,
                "workflow",
                signal_code,
                quantity,
                attributes,
                metadata,
                event_id,
                timestamp,
            )
        except RecursionError:
            if self._at_limit is None:
                raise
            # An operator, because even the call of a method needs room.
            self._at_limit += (
                (
                    customer_id,
                    agent_id,
                    "workflow",
                    signal_code,
                    quantity,
                    attributes,
                    metadata,
                    event_id,
                    timestamp,
                ),
            )

    def track_outcome(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime.datetime | None = None,
    ) -> None:
        """Queue an event for an outcome that was reached and return at once.

        Never raises for a value: an event that cannot be sent is reported to `on_error`. The event
        is encoded before this returns, so that a later change of `attributes` changes nothing.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Source: openapi/coobird.yaml Event
        """
        try:
            self._track(
                customer_id,
                agent_id,
                "outcome",
                signal_code,
                quantity,
                attributes,
                metadata,
                event_id,
                timestamp,
            )
        except RecursionError:
            if self._at_limit is None:
                raise
            # An operator, because even the call of a method needs room.
            self._at_limit += (
                (
                    customer_id,
                    agent_id,
                    "outcome",
                    signal_code,
                    quantity,
                    attributes,
                    metadata,
                    event_id,
                    timestamp,
                ),
            )


class EventsMethods(TrackMethods):
    """The methods that send an event at once, for a client that supplies `_send_event`."""

    if TYPE_CHECKING:
        # Takes the arguments that `_track` takes.
        def _send_event(self, *event: Any) -> BatchTrackResponse: ...

    def track_immediate(
        self,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        action_type: ActionType,
        signal_code: str | None = None,
        quantity: float | Decimal = 1,
        attributes: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_id: str | None = None,
        timestamp: datetime.datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event now, with retries, and return the server's answer.

        Meant for a process that may be frozen or killed before a queue is sent, such as a
        serverless function.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            action_type: Kind of the action: a single `task`, a whole `workflow`, or an
                `outcome` that was reached.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Returns:
            Counts, and an entry in `results` if the event was a duplicate or was rejected. A
            disabled client sends nothing and returns zeros.

        Raises:
            coobird.InvalidEventError: The event cannot be sent; the message names the argument.
            coobird.APIError: The server refused the call, did not answer, or answered in
                another shape; the subclass says which.

        Source: openapi/coobird.yaml Event
        """
        return self._send_event(
            customer_id,
            agent_id,
            action_type,
            signal_code,
            quantity,
            attributes,
            metadata,
            event_id,
            timestamp,
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
        timestamp: datetime.datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for a single task now, with retries, and return the server's answer.

        Meant for a process that may be frozen or killed before a queue is sent, such as a
        serverless function.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Returns:
            Counts, and an entry in `results` if the event was a duplicate or was rejected. A
            disabled client sends nothing and returns zeros.

        Raises:
            coobird.InvalidEventError: The event cannot be sent; the message names the argument.
            coobird.APIError: The server refused the call, did not answer, or answered in
                another shape; the subclass says which.

        Source: openapi/coobird.yaml Event
        """
        return self._send_event(
            customer_id,
            agent_id,
            "task",
            signal_code,
            quantity,
            attributes,
            metadata,
            event_id,
            timestamp,
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
        timestamp: datetime.datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for a whole workflow now, with retries, and return the server's answer.

        Meant for a process that may be frozen or killed before a queue is sent, such as a
        serverless function.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Returns:
            Counts, and an entry in `results` if the event was a duplicate or was rejected. A
            disabled client sends nothing and returns zeros.

        Raises:
            coobird.InvalidEventError: The event cannot be sent; the message names the argument.
            coobird.APIError: The server refused the call, did not answer, or answered in
                another shape; the subclass says which.

        Source: openapi/coobird.yaml Event
        """
        return self._send_event(
            customer_id,
            agent_id,
            "workflow",
            signal_code,
            quantity,
            attributes,
            metadata,
            event_id,
            timestamp,
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
        timestamp: datetime.datetime | None = None,
    ) -> BatchTrackResponse:
        """Send an event for an outcome that was reached now, with retries, and return the server's
        answer.

        Meant for a process that may be frozen or killed before a queue is sent, such as a
        serverless function.

        Args:
            customer_id: The customer whom the event is billed to, by its id or its
                `external_id`. The customer has to exist by then; an event with another text is
                kept, and billed to nobody. The customer of the run (`run`) if left out.
            agent_id: The agent that acted, by its id or its `external_id`. The agent of the run
                if left out.
            signal_code: The signal that the event counts towards. With it,
                `attributes.cost_usd` is taken as the cost as it stands. Without it, the cost is
                looked up from the cost signals of the agent. The signal of the run if left out.
            quantity: Number of units, from 0; 1 if left out. A `Decimal` is sent with all its
                digits.
            attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd`
                (US dollars). Merged over those of the run and those given to `register`.
            metadata: Notes of your own. They take no part in pricing.
            event_id: Unique id of the event within the tenant. An id that was seen before is a
                duplicate and is not billed again. A new UUID if left out.
            timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds). The
                current time if left out. Without a time zone it is local time.

        Returns:
            Counts, and an entry in `results` if the event was a duplicate or was rejected. A
            disabled client sends nothing and returns zeros.

        Raises:
            coobird.InvalidEventError: The event cannot be sent; the message names the argument.
            coobird.APIError: The server refused the call, did not answer, or answered in
                another shape; the subclass says which.

        Source: openapi/coobird.yaml Event
        """
        return self._send_event(
            customer_id,
            agent_id,
            "outcome",
            signal_code,
            quantity,
            attributes,
            metadata,
            event_id,
            timestamp,
        )
