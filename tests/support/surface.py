"""The public methods of a class."""

import inspect
from typing import Any


def public(cls: type[Any]) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(cls, callable) if not name.startswith("_")}
