# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The objects, enumerations and queries of the API. All but the queries are loaded when they are
first used."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from .add_part import AddPart, AddPartDict
    from .create_thing import CreateThing, CreateThingDict
    from .event import Event, EventDict, TrackAscOptions, TrackOptions
    from .events import Events, EventsDict
    from .order import Order
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
    "TrackAscOptions": "event",
    "TrackOptions": "event",
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
    order: Literal["asc", "desc"]
