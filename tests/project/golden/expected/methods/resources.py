# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The typed methods of all resources."""

from __future__ import annotations

from ..types import UNSET, Calls, Pages, cast, write_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ..models.order import Order
    from ..models.part import Part
    from ..models.part_options import PartOptions, PartOptionsDict
    from ..models.replace_thing import ReplaceThing, ReplaceThingDict
    from ..models.thing import Thing
    from ..models.thing_page import ThingPage
    from ..types import Unset


class ThingPartsMethods(Calls):
    """The operations on thing parts."""

    def list_thing_parts(self, thing_id: str) -> list[Part]:
        """List parts.

        Args:
            thing_id: Its id.

        Returns:
            The parts.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_thing_parts
        """
        from ..api.thing_parts.list_thing_parts import _parse_response

        return cast(
            "list[Part]",
            self._call(
                "list_thing_parts",
                "GET",
                "/things/{thing_id}/parts",
                _parse_response,
                path_params={"thing_id": thing_id},
            ),
        )

    def add_thing_part(self, thing_id: str, *, idempotency_key: str | Unset = UNSET) -> None:
        """Add a part.

        Args:
            thing_id: Its id.
            idempotency_key:

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml add_thing_part
        """
        from ..api.thing_parts.add_thing_part import _parse_response

        return cast(
            "None",
            self._call(
                "add_thing_part",
                "POST",
                "/things/{thing_id}/parts",
                _parse_response,
                path_params={"thing_id": thing_id},
                body={"idempotency_key": idempotency_key},
            ),
        )


class ThingsMethods(Calls):
    """The operations on things."""

    def list_things(
        self,
        *,
        since: datetime.date | str | Unset = UNSET,
        page: int | Unset = UNSET,
        order: Order | Unset = UNSET,
    ) -> ThingPage:
        """List things.

        Oldest first.

        Args:
            since: Only newer ones.
            page: Which page, counted from 1.
            order: Which way. One of `asc`, `desc`.

        Returns:
            One page.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml list_things
        """
        from ..api.things.list_things import _parse_response

        return cast(
            "ThingPage",
            self._call(
                "list_things",
                "GET",
                "/things",
                _parse_response,
                query={"since": since, "page": page, "order": order},
            ),
        )

    def iter_things(
        self, *, since: datetime.date | str | Unset = UNSET, order: Order | Unset = UNSET
    ) -> Iterator[Thing]:
        """Iterate over the entries of all pages of `list_things`.

        Each page is requested when its first entry is needed. Entries that are created or deleted
        in the meantime shift the later ones, so that an entry may come twice or not at all.

        Args:
            since: Only newer ones.
            order: Which way. One of `asc`, `desc`.

        Returns:
            An iterator over each `Thing`, page after page.

        Raises:
            coobird.APIError: As in `list_things`, while iterating; and `ResponseShapeError`
                if a page has no list of entries.

        Source: openapi/coobird.yaml list_things
        """
        pages = Pages(self._no_list)
        while pages.are_left:
            answer = self.list_things(page=pages.next, since=since, order=order)
            for entry in pages.entries_of(answer):
                yield entry

    def create_thing(
        self,
        *,
        type: Order,
        note: str | None | Unset = UNSET,
        day: datetime.date | str | Unset = UNSET,
        config: Mapping[str, Any] | Unset = UNSET,
        main_part: PartOptions | PartOptionsDict | Unset = UNSET,
        parts: Sequence[PartOptions | PartOptionsDict] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> Thing:
        """Create a thing.

        The first paragraph of this description is long enough for the docstring to wrap it
        somewhere, wherever it was broken here.

        - A list
        - stays a list.

        Args:
            type: Up (`asc`) or down. One of `asc`, `desc`.
            note: A remark; `None` clears it.
            day: Its day.
            config: Settings.
            main_part:
            parts:
            idempotency_key: Names the try.

        Returns:
            The thing.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_thing
        """
        from ..api.things.create_thing import _parse_response

        return cast(
            "Thing",
            self._call(
                "create_thing",
                "POST",
                "/things",
                _parse_response,
                body={
                    "type": type,
                    "note": note,
                    "day": day,
                    "config": config,
                    "main_part": main_part,
                    "parts": parts,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def replace_thing(self, thing_id: str, *, body: ReplaceThing | ReplaceThingDict) -> None:
        """Replace a thing.

        Args:
            thing_id: Its id.
            body:

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml replace_thing
        """
        from ..api.things.replace_thing import _parse_response

        return cast(
            "None",
            self._call(
                "replace_thing",
                "PUT",
                "/things/{thing_id}",
                _parse_response,
                path_params={"thing_id": thing_id},
                body=write_value(body),
            ),
        )

    def delete_thing(self, thing_id: str) -> None:
        """Delete.

        Args:
            thing_id: Its id.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml delete_thing
        """
        from ..api.things.delete_thing import _parse_response

        return cast(
            "None",
            self._call(
                "delete_thing",
                "DELETE",
                "/things/{thing_id}",
                _parse_response,
                path_params={"thing_id": thing_id},
            ),
        )


class Methods(ThingPartsMethods, ThingsMethods):
    """One method for each operation on a resource; each call returns when it is done.

    The class of a client supplies `_call` and `_no_list`.
    """
