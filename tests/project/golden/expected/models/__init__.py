# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The objects and enumerations of the API, and keyword arguments as dicts. An object is loaded when
it is first used."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Required, TypedDict

from .order import Order

if TYPE_CHECKING:
    from .add_part import AddPart, AddPartDict
    from .create_thing import CreateThing, CreateThingDict
    from .event import Event, EventDict
    from .events import Events, EventsDict
    from .pagination import Pagination
    from .part import Part
    from .part_options import PartOptions, PartOptionsDict
    from .replace_thing import ReplaceThing, ReplaceThingDict
    from .thing import Thing
    from .thing_page import ThingPage

__all__ = (
    "AddPart",
    "AddPartDict",
    "CreateThing",
    "CreateThingDict",
    "Event",
    "EventDict",
    "Events",
    "EventsDict",
    "ListThingsQuery",
    "Order",
    "Pagination",
    "Part",
    "PartOptions",
    "PartOptionsDict",
    "ReplaceThing",
    "ReplaceThingDict",
    "Thing",
    "ThingPage",
    "TrackAscOptions",
    "TrackOptions",
)

_MODULES = {
    "AddPart": "add_part",
    "AddPartDict": "add_part",
    "CreateThing": "create_thing",
    "CreateThingDict": "create_thing",
    "Event": "event",
    "EventDict": "event",
    "Events": "events",
    "EventsDict": "events",
    "Order": "order",
    "Pagination": "pagination",
    "Part": "part",
    "PartOptions": "part_options",
    "PartOptionsDict": "part_options",
    "ReplaceThing": "replace_thing",
    "ReplaceThingDict": "replace_thing",
    "Thing": "thing",
    "ThingPage": "thing_page",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class ListThingsQuery(TypedDict, total=False):
    """The keyword arguments of `list_things`."""

    since: datetime.date | str
    page: int
    order: Order


class TrackOptions(TypedDict, total=False):
    """The keyword arguments of `track` and of `track_immediate`."""

    action_type: Required[Order]
    quantity: float | Decimal
    notes: Mapping[str, Any] | None
    event_id: str | None
    at: datetime.datetime | None


class TrackAscOptions(TypedDict, total=False):
    """The keyword arguments of `track_asc` and of `track_asc_immediate`."""

    quantity: float | Decimal
    notes: Mapping[str, Any] | None
    event_id: str | None
    at: datetime.datetime | None
