"""Whether the objects read from an answer hold what their classes promise (pure).

The generated readers take a field as it comes: a number where the contract has a text would surface much later, far from
the answer that brought it. A null is let through everywhere, and a whole float where an integer is promised: JSON does not
tell `5.0` from `5`.
"""

from __future__ import annotations

import types
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

from coobird_api.types import Unset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_known: dict[object, dict[str, Any]] = {}


def misfit(value: object, where: str = "") -> str | None:
    """Return what does not fit, for example `data[3].name is int, not str`; `None` if all is well."""
    if _is_list(value):
        return _first(misfit(item, f"{where}[{index}]") for index, item in enumerate(value))
    hints = _hints(type(value))
    return _first(_check(getattr(value, name), hint, f"{where}.{name}".lstrip(".")) for name, hint in hints.items())


def _hints(cls: object) -> dict[str, Any]:
    """What a class promises for each field, worked out once; nothing if it is not a model."""
    if not hasattr(cls, "__attrs_attrs__"):
        return {}
    if cls not in _known:
        from coobird_api import models

        class Names(dict[str, Any]):
            """Some models import each other for type checkers only."""

            def __missing__(self, name: str) -> Any:
                if name not in models.__all__:
                    raise KeyError(name)
                return getattr(models, name)

        _known[cls] = get_type_hints(cls, localns=Names())
    return _known[cls]


def _check(value: object, hint: Any, where: str) -> str | None:
    if value is None or isinstance(value, Unset):
        return None
    if get_origin(hint) is list and _is_list(value):
        return _first(_check(item, get_args(hint)[0], f"{where}[{index}]") for index, item in enumerate(value))
    if not _fits(value, hint):
        return f"{where} is {type(value).__name__}, not {getattr(hint, '__name__', hint)}"
    return misfit(value, where)


def _fits(value: object, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, option) for option in get_args(hint))
    if origin is Literal:
        return isinstance(value, str)
    if hint is Any:
        return True
    if hint in (int, float):
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole or (isinstance(value, float) and (hint is float or value.is_integer()))
    return isinstance(value, origin or hint)


def _first(found: Iterator[str | None]) -> str | None:
    return next((problem for problem in found if problem), None)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
