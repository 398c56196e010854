# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The typed methods of all resources, for a client that supplies `_call`. Light: a call loads what it needs."""

from __future__ import annotations

from .thing_parts import AsyncThingPartsMethods, ThingPartsMethods
from .things import AsyncThingsMethods, ThingsMethods

__all__ = ("AsyncMethods", "Methods")


class Methods(ThingPartsMethods, ThingsMethods):
    """One method for each operation on a resource; each call answers when it is done."""


class AsyncMethods(AsyncThingPartsMethods, AsyncThingsMethods):
    """One method for each operation on a resource; each call is awaited."""
