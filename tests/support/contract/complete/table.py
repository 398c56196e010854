"""A complete call, and the tables that they are collected in."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from coobird import Coomon
from tests.support.contract.given import Given


class Call(NamedTuple):
    """What to pass to an operation: ids in order, and every option that it has."""

    ids: tuple[str, ...]
    options: Mapping[str, Any]

    def make(self, coomon: Coomon, operation: str, **changed: Any) -> Any:
        """Call the operation and return its answer."""
        # The client builds the batch: one event is given to it as the arguments of a call.
        method = "track_immediate" if operation == "track_events" else operation
        return getattr(coomon, method)(*self.ids, **{**self.options, **changed})


Builder = Callable[[Given], Call]
Calls = dict[str, Builder]


def collector(table: Calls) -> Callable[[Builder], Builder]:
    """A decorator that enters a function under its name, which is that of the operation."""

    def enter(build: Builder) -> Builder:
        table[build.__name__] = build
        return build

    return enter
