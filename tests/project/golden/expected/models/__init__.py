# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The objects, enumerations and queries of the API. An object is loaded when it is first used."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, TypedDict

from .order import Order

if TYPE_CHECKING:
    from .add_part import AddPart
    from .create_thing import CreateThing
    from .pagination import Pagination
    from .part import Part
    from .part_options import PartOptions
    from .replace_thing import ReplaceThing
    from .thing import Thing
    from .thing_page import ThingPage

__all__ = (
    "AddPart",
    "CreateThing",
    "ListThingsQuery",
    "Order",
    "Pagination",
    "Part",
    "PartOptions",
    "ReplaceThing",
    "Thing",
    "ThingPage",
)

_MODULES = {
    "AddPart": "add_part",
    "CreateThing": "create_thing",
    "Order": "order",
    "Pagination": "pagination",
    "Part": "part",
    "PartOptions": "part_options",
    "ReplaceThing": "replace_thing",
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
