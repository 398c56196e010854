# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on signals."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, Pages, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any

    from ...models.aggregation_type import AggregationType
    from ...models.signal_list_response import SignalListResponse
    from ...models.signal_response import SignalResponse
    from ...models.signal_status import SignalStatus
    from ...models.signal_type import SignalType
    from ...models.sort_order import SortOrder
    from ...types import Unset


class SignalsMethods(Calls):
    """The operations on signals."""

    def list_signals(
        self,
        *,
        signal_type: SignalType | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> SignalListResponse:
        """List signals, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            signal_type: Only signals of this type (`billable` or `cost`).
            status: Only signals in this state (`active` or `inactive`).
            search: Only signals whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of signals.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_signals
        """
        from .list_signals import _parse_response

        return cast(
            "SignalListResponse",
            self._call(
                "list_signals",
                "GET",
                "/signals",
                _parse_response,
                query={
                    "signal_type": signal_type,
                    "status": status,
                    "search": search,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    def iter_signals(
        self,
        *,
        signal_type: SignalType | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> Iterator[SignalResponse]:
        """Iterate over the entries of all pages of `list_signals`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            signal_type: Only signals of this type (`billable` or `cost`).
            status: Only signals in this state (`active` or `inactive`).
            search: Only signals whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `SignalResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_signals`, while iterating.

        Source: openapi/coobird.yaml list_signals
        """
        pages = Pages()
        while pages.are_left:
            answer = self.list_signals(
                page=pages.next,
                signal_type=signal_type,
                status=status,
                search=search,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    def create_signal(
        self,
        *,
        signal_name: str,
        signal_code: str,
        signal_type: SignalType,
        aggregation_type: AggregationType | Unset = UNSET,
        unit_label: str | Unset = UNSET,
        value_field: str | Unset = UNSET,
        description: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> SignalResponse:
        """Create a signal.

        Adds a metric that events can count towards and that plans can price. Aggregates by `count`
        if `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

        Args:
            signal_name: The name to show.
            signal_code: Code that events name as `signal_code`; unique within the tenant.
            signal_type: Kind of the signal: it measures usage that the customer pays for
                (`billable`), or what serving the customer costs you (`cost`).
            aggregation_type: Aggregation of the events of a billing interval to one quantity.
                `count` adds up their `quantity`. The others read the attribute named by
                `value_field`, or `quantity` if none is named, and take the total (`sum`), the
                largest value (`max`), the smallest (`min`), the mean (`average`) or the number of
                different values (`unique_count`).
            unit_label: Name of one unit, for example `tokens`.
            value_field: The attribute of an event that holds the measured value, for example
                `total_tokens`. Every aggregation but `count` reads it; left out, those read the
                event's `quantity`.
            description: Description of the signal for people.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The signal as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_signal
        """
        from .create_signal import _parse_response

        return cast(
            "SignalResponse",
            self._call(
                "create_signal",
                "POST",
                "/signals",
                _parse_response,
                body={
                    "signal_name": signal_name,
                    "signal_code": signal_code,
                    "signal_type": signal_type,
                    "aggregation_type": aggregation_type,
                    "unit_label": unit_label,
                    "value_field": value_field,
                    "description": description,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_signal(self, signal_id: str) -> SignalResponse:
        """Get one signal.

        Returns the signal with this id.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).

        Returns:
            The signal.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_signal
        """
        from .get_signal import _parse_response

        return cast(
            "SignalResponse",
            self._call(
                "get_signal",
                "GET",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
            ),
        )

    def delete_signal(self, signal_id: str) -> None:
        """Delete a signal.

        Refused with 409 while an agent action or the pricing of a plan still uses the signal.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_signal
        """
        from .delete_signal import _parse_response

        self._call(
            "delete_signal",
            "DELETE",
            "/signals/{signal_id}",
            _parse_response,
            path_params={"signal_id": signal_id},
        )

    def update_signal(
        self,
        signal_id: str,
        *,
        signal_name: str | Unset = UNSET,
        signal_code: str | Unset = UNSET,
        signal_type: SignalType | Unset = UNSET,
        aggregation_type: AggregationType | Unset = UNSET,
        unit_label: str | Unset = UNSET,
        value_field: str | None | Unset = UNSET,
        description: str | None | Unset = UNSET,
        status: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> SignalResponse:
        """Change a signal.

        Changes the fields that are given; events that were recorded before are measured by the new
        settings from the next calculation on. `metadata` replaces the stored object as a whole.
        Refused with 409 if the new `signal_code` is taken.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).
            signal_name: The name to show.
            signal_code: Code that events name as `signal_code`; unique within the tenant.
                Events that were recorded under the old code keep it.
            signal_type: Kind of the signal: it measures usage that the customer pays for
                (`billable`), or what serving the customer costs you (`cost`).
            aggregation_type: Aggregation of the events of a billing interval to one quantity.
                `count` adds up their `quantity`. The others read the attribute named by
                `value_field`, or `quantity` if none is named, and take the total (`sum`), the
                largest value (`max`), the smallest (`min`), the mean (`average`) or the number of
                different values (`unique_count`).
            unit_label: Name of one unit, for example `tokens`.
            value_field: The attribute of an event that holds the measured value; `None` clears
                it, and the event's `quantity` is read instead.
            description: Description of the signal for people; `None` clears it.
            status: The state to put the signal in: `active` or `inactive`. An inactive signal
                measures no new events.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The signal after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_signal
        """
        from .update_signal import _parse_response

        return cast(
            "SignalResponse",
            self._call(
                "update_signal",
                "PATCH",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
                body={
                    "signal_name": signal_name,
                    "signal_code": signal_code,
                    "signal_type": signal_type,
                    "aggregation_type": aggregation_type,
                    "unit_label": unit_label,
                    "value_field": value_field,
                    "description": description,
                    "status": status,
                    "metadata": metadata,
                },
            ),
        )


class AsyncSignalsMethods(AsyncCalls):
    """The operations on signals, awaited."""

    async def list_signals(
        self,
        *,
        signal_type: SignalType | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> SignalListResponse:
        """List signals, a page at a time.

        All filters that are given must match. Oldest first unless `sort` and `order` say otherwise.

        Args:
            signal_type: Only signals of this type (`billable` or `cost`).
            status: Only signals in this state (`active` or `inactive`).
            search: Only signals whose name contains this text; case does not matter.
            page: Number of the page, counted from 1.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            One page of signals.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_signals
        """
        from .list_signals import _parse_response

        return cast(
            "SignalListResponse",
            await self._call(
                "list_signals",
                "GET",
                "/signals",
                _parse_response,
                query={
                    "signal_type": signal_type,
                    "status": status,
                    "search": search,
                    "page": page,
                    "limit": limit,
                    "sort": sort,
                    "order": order,
                },
            ),
        )

    async def iter_signals(
        self,
        *,
        signal_type: SignalType | Unset = UNSET,
        status: SignalStatus | Unset = UNSET,
        search: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        sort: str | Unset = UNSET,
        order: SortOrder | Unset = UNSET,
    ) -> AsyncIterator[SignalResponse]:
        """Iterate over the entries of all pages of `list_signals`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            signal_type: Only signals of this type (`billable` or `cost`).
            status: Only signals in this state (`active` or `inactive`).
            search: Only signals whose name contains this text; case does not matter.
            limit: Number of entries on a page, 1 to 100; 25 if left out.
            sort: The field to sort by, for example `created_at` (used if left out) or `name`.
            order: Direction of sorting: ascending (`asc`, used if left out) or descending
                (`desc`).

        Returns:
            An iterator over each `SignalResponse`, page after page.

        Raises:
            coobird.APIError: As in `list_signals`, while iterating.

        Source: openapi/coobird.yaml list_signals
        """
        pages = Pages()
        while pages.are_left:
            answer = await self.list_signals(
                page=pages.next,
                signal_type=signal_type,
                status=status,
                search=search,
                limit=limit,
                sort=sort,
                order=order,
            )
            for entry in pages.entries_of(answer):
                yield entry

    async def create_signal(
        self,
        *,
        signal_name: str,
        signal_code: str,
        signal_type: SignalType,
        aggregation_type: AggregationType | Unset = UNSET,
        unit_label: str | Unset = UNSET,
        value_field: str | Unset = UNSET,
        description: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> SignalResponse:
        """Create a signal.

        Adds a metric that events can count towards and that plans can price. Aggregates by `count`
        if `aggregation_type` is left out. Refused with 409 if the `signal_code` is taken.

        Args:
            signal_name: The name to show.
            signal_code: Code that events name as `signal_code`; unique within the tenant.
            signal_type: Kind of the signal: it measures usage that the customer pays for
                (`billable`), or what serving the customer costs you (`cost`).
            aggregation_type: Aggregation of the events of a billing interval to one quantity.
                `count` adds up their `quantity`. The others read the attribute named by
                `value_field`, or `quantity` if none is named, and take the total (`sum`), the
                largest value (`max`), the smallest (`min`), the mean (`average`) or the number of
                different values (`unique_count`).
            unit_label: Name of one unit, for example `tokens`.
            value_field: The attribute of an event that holds the measured value, for example
                `total_tokens`. Every aggregation but `count` reads it; left out, those read the
                event's `quantity`.
            description: Description of the signal for people.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The signal as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_signal
        """
        from .create_signal import _parse_response

        return cast(
            "SignalResponse",
            await self._call(
                "create_signal",
                "POST",
                "/signals",
                _parse_response,
                body={
                    "signal_name": signal_name,
                    "signal_code": signal_code,
                    "signal_type": signal_type,
                    "aggregation_type": aggregation_type,
                    "unit_label": unit_label,
                    "value_field": value_field,
                    "description": description,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    async def get_signal(self, signal_id: str) -> SignalResponse:
        """Get one signal.

        Returns the signal with this id.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).

        Returns:
            The signal.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_signal
        """
        from .get_signal import _parse_response

        return cast(
            "SignalResponse",
            await self._call(
                "get_signal",
                "GET",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
            ),
        )

    async def delete_signal(self, signal_id: str) -> None:
        """Delete a signal.

        Refused with 409 while an agent action or the pricing of a plan still uses the signal.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_signal
        """
        from .delete_signal import _parse_response

        await self._call(
            "delete_signal",
            "DELETE",
            "/signals/{signal_id}",
            _parse_response,
            path_params={"signal_id": signal_id},
        )

    async def update_signal(
        self,
        signal_id: str,
        *,
        signal_name: str | Unset = UNSET,
        signal_code: str | Unset = UNSET,
        signal_type: SignalType | Unset = UNSET,
        aggregation_type: AggregationType | Unset = UNSET,
        unit_label: str | Unset = UNSET,
        value_field: str | None | Unset = UNSET,
        description: str | None | Unset = UNSET,
        status: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> SignalResponse:
        """Change a signal.

        Changes the fields that are given; events that were recorded before are measured by the new
        settings from the next calculation on. `metadata` replaces the stored object as a whole.
        Refused with 409 if the new `signal_code` is taken.

        Args:
            signal_id: The signal's id as Coobird issued it (not its `signal_code`).
            signal_name: The name to show.
            signal_code: Code that events name as `signal_code`; unique within the tenant.
                Events that were recorded under the old code keep it.
            signal_type: Kind of the signal: it measures usage that the customer pays for
                (`billable`), or what serving the customer costs you (`cost`).
            aggregation_type: Aggregation of the events of a billing interval to one quantity.
                `count` adds up their `quantity`. The others read the attribute named by
                `value_field`, or `quantity` if none is named, and take the total (`sum`), the
                largest value (`max`), the smallest (`min`), the mean (`average`) or the number of
                different values (`unique_count`).
            unit_label: Name of one unit, for example `tokens`.
            value_field: The attribute of an event that holds the measured value; `None` clears
                it, and the event's `quantity` is read instead.
            description: Description of the signal for people; `None` clears it.
            status: The state to put the signal in: `active` or `inactive`. An inactive signal
                measures no new events.
            metadata: Notes of your own. The stored object is replaced as a whole.

        Returns:
            The signal after the change.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml update_signal
        """
        from .update_signal import _parse_response

        return cast(
            "SignalResponse",
            await self._call(
                "update_signal",
                "PATCH",
                "/signals/{signal_id}",
                _parse_response,
                path_params={"signal_id": signal_id},
                body={
                    "signal_name": signal_name,
                    "signal_code": signal_code,
                    "signal_type": signal_type,
                    "aggregation_type": aggregation_type,
                    "unit_label": unit_label,
                    "value_field": value_field,
                    "description": description,
                    "status": status,
                    "metadata": metadata,
                },
            ),
        )
