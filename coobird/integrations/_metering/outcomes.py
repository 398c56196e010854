"""Outcomes of reports of model calls (pure)."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Outcome of one report of a call."""

    BILLED = "billed"
    """An event was tracked for the call, or the client reported why it could not be."""
    REPORTED = "reported"
    """The call was reported to `on_error` instead."""
    JOINED = "joined"
    """Another report of the same call was billed or reported."""
    REFUSED = "refused"
    """The provider refused the call, or was not reached. It costs nothing."""
    CACHED = "cached"
    """The cache of a framework answered, and no provider was called."""
