# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on thing parts."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...models.part import Part
    from ...types import Unset


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
        from .list_thing_parts import _parse_response

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
        from .add_thing_part import _parse_response

        self._call(
            "add_thing_part",
            "POST",
            "/things/{thing_id}/parts",
            _parse_response,
            path_params={"thing_id": thing_id},
            body={"idempotency_key": idempotency_key},
        )


class AsyncThingPartsMethods(AsyncCalls):
    """The operations on thing parts, awaited."""

    async def list_thing_parts(self, thing_id: str) -> list[Part]:
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
        from .list_thing_parts import _parse_response

        return cast(
            "list[Part]",
            await self._call(
                "list_thing_parts",
                "GET",
                "/things/{thing_id}/parts",
                _parse_response,
                path_params={"thing_id": thing_id},
            ),
        )

    async def add_thing_part(self, thing_id: str, *, idempotency_key: str | Unset = UNSET) -> None:
        """Add a part.

        Args:
            thing_id: Its id.
            idempotency_key:

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml add_thing_part
        """
        from .add_thing_part import _parse_response

        await self._call(
            "add_thing_part",
            "POST",
            "/things/{thing_id}/parts",
            _parse_response,
            path_params={"thing_id": thing_id},
            body={"idempotency_key": idempotency_key},
        )
