"""Section of the matrix: the calls of one provider or framework, and their reporters."""

from __future__ import annotations

import itertools
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol

from tests.support.integrations.emitters import (
    HANDLER,
    NATIVE,
    SDK_OPENINFERENCE,
    SDK_OTEL,
    WRAPPER,
)
from tests.support.integrations.llm_calls import Row

MAIN = "integrations"
"""Dependency group of most sections."""

AGENTS = "agents"
"""Dependency group of the frameworks for agents."""

OLDER_AGENTS = "agents-older"
"""Dependency group of those that allow only older versions of the models' SDKs."""

PROGRAM = "shop"
"""Instrumentation scope of the spans of the program that makes the calls."""

Column = tuple[str, ...]
"""Reporters in the order of their setup."""


class Answered(NamedTuple):
    """Call that the provider answered.

    Attributes:
        usage: Input, output, cache read, cache write and reasoning tokens.
    """

    id: str
    usage: tuple[int, ...]


class Session(Protocol):
    """Open clients, and the server that answers them."""

    async def perform(self, row: Row) -> None:
        """Make the call of a row, and read it as an application would."""
        ...

    def answered(self) -> list[Answered]:
        """Return all calls that were answered so far."""
        ...


class Section(Protocol):
    """Calls of one provider or framework.

    Attributes:
        packages: Python packages that are instrumented.
        distributions: Packages that are shown with their versions.
        emitters: Reporters that exist.
        hidden: Columns in which one reporter hides calls from the other, or overrules it.
        limits_of_wrap: Kinds of results of complete answers that are not exact with `wrap` alone.
        is_warmed_by_calls: True if a call leaves nothing behind in the process.
        ends_at_exit: True if the framework's handler reports some ends only when the process ends.
        doubts_refusals: Reporters that may not tell a refused call from one that is charged for.
        environment: Dependency group whose environment has the packages.
        notes: Text below the table.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    distributions: tuple[str, ...]
    emitters: tuple[str, ...]
    hidden: tuple[Column, ...]
    limits_of_wrap: tuple[str, ...]
    is_warmed_by_calls: bool
    ends_at_exit: bool
    doubts_refusals: tuple[str, ...]
    environment: str
    notes: str

    def rows(self) -> list[Row]: ...
    def warm(self) -> None:
        """Import all that a session needs."""
        ...

    def open(self, coomon: Any, column: Column) -> AbstractAsyncContextManager[Session]: ...


UNORDERED = {NATIVE, WRAPPER, HANDLER}
"""Reporters that patch no package, so that the order of their setup changes nothing."""


OF_SDKS = {SDK_OTEL, SDK_OPENINFERENCE}
"""Instrumentations of the SDK below a framework. They do not patch the framework."""


def columns(section: Section) -> list[list[Column]]:
    """Single reporters, then pairs, each in all orders of setup that can differ."""
    single: list[list[Column]] = [[(name,)] for name in section.emitters]
    pairs: list[list[Column]] = []
    for one, other in itertools.combinations(section.emitters, 2):
        is_ordered = not {one, other} & UNORDERED and (one in OF_SDKS) == (other in OF_SDKS)
        pairs.append([(one, other), (other, one)] if is_ordered else [(one, other)])
    return single + pairs
