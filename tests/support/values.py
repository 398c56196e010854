"""Values that programs keep in their attributes, sensible and not, for property tests."""

from __future__ import annotations

import enum
import json
import sys
from collections import ChainMap, OrderedDict, UserDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple
from unittest import mock

import attrs
import pydantic
from hypothesis import strategies as st

from coobird._encoding import json_text

CODECS = ("standard", "orjson")


@contextmanager
def codec(name: str) -> Iterator[None]:
    """Encode with or without orjson."""
    with mock.patch.object(json_text, "_fast", json_text._with_standard):
        if name == "orjson":
            assert json_text.use_orjson()
            yield
        else:
            # Not by `mock.patch.dict`: it would also forget modules that are imported meanwhile.
            found = sys.modules.get("orjson")
            sys.modules["orjson"] = None  # type: ignore[assignment]
            try:
                assert not json_text.use_orjson()
                yield
            finally:
                del sys.modules["orjson"]
                if found is not None:
                    sys.modules["orjson"] = found


def strict(text: bytes) -> Any:
    """Parse strict JSON, with floats as Decimal, so that digits can be compared."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse, parse_float=Decimal)


class Color(enum.Enum):
    RED = "red"
    COMPLEX = Decimal("0.10")


class Text(enum.StrEnum):
    ONE = "one"


class Number(enum.IntEnum):
    ONE = 1


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass
class Data:
    value: Any
    _private: int = 1


@attrs.define
class Attrs:
    value: Any


class Model(pydantic.BaseModel):
    value: Any


class Hostile:
    """It fails when it is turned into text."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


class HostileMapping(UserDict[str, Any]):
    def items(self) -> Any:
        raise OSError("no items")


any_text = st.text(st.characters(exclude_categories=()))  # lone surrogates too
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    any_text,
    st.binary(),
    st.decimals(),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.fractions(),
    st.complex_numbers(),
    st.sampled_from([*Color, *Text, *Number, Hostile(), object(), int, range(3), bytearray(b"x"), Ellipsis]),
    st.builds(Hostile),
    st.builds(lambda: 10**5000),
    st.builds(lambda: (number for number in range(3))),
)
keys = st.one_of(
    any_text,
    st.integers(),
    st.floats(),
    st.none(),
    st.booleans(),
    st.dates(),
    st.uuids(),
    st.binary(),
    st.tuples(any_text),
    st.sampled_from([*Color, *Text, *Number]),
)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    mappings = st.dictionaries(keys, inner, max_size=4)
    plain = st.dictionaries(any_text, inner, max_size=4)
    lists = st.lists(inner, max_size=4)
    return st.one_of(
        plain,
        plain,
        mappings,
        lists,
        lists.map(tuple),
        lists.map(deque),
        st.sets(keys, max_size=4),
        st.frozensets(any_text, max_size=4),
        mappings.map(MappingProxyType),
        mappings.map(OrderedDict),
        mappings.map(lambda members: ChainMap(members, {"x": 1})),
        plain.map(HostileMapping),
        st.builds(Pair, inner, inner),
        inner.map(Data),
        inner.map(Attrs),
        inner.map(lambda value: Model(value=value)),
    )


values = st.recursive(scalars, _containers, max_leaves=12)
attributes = st.one_of(st.dictionaries(any_text, values, max_size=5), st.dictionaries(keys, values, max_size=3), values)
