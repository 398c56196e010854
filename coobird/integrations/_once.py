"""Copies of handlers. Frameworks deep-copy the agents and models that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, NoReturn, Self


class Once:
    """Base of handlers whose copy is the handler itself: two would report each call twice.

    It stands before the framework's own class in the list of bases.
    """

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled: it meters with the client of this process. "
            "Make one in each process, with the client that you build there."
        )
