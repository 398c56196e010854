# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The typed methods of all resources, for a client that supplies `_call`.

Importing this loads nothing else: a method loads the module of its operation when it is called.
"""

from __future__ import annotations

from .thing_parts import AsyncThingPartsMethods, ThingPartsMethods
from .things import AsyncThingsMethods, ThingsMethods

__all__ = ("AsyncMethods", "Methods")


class Methods(ThingPartsMethods, ThingsMethods):
    """One method for each operation on a resource; each call returns when it is done."""


class AsyncMethods(AsyncThingPartsMethods, AsyncThingsMethods):
    """One method for each operation on a resource; each call is awaited."""
