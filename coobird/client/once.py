"""Copies of objects that exist once: a client, its runs and its budgets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, NoReturn, Self


class Once:
    """Base of objects whose copy is the object itself, and which cannot be pickled.

    Frameworks deep-copy the agents and handlers that hold them. A second client would share half of
    the first one's state, and a second budget would settle the same run again.
    """

    __slots__ = ()

    _instead_of_pickling: ClassVar[str]
    """Reason why a pickle is refused, and what to write instead."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: {self._instead_of_pickling}")
