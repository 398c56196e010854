"""One event: checks, JSON form of each value, independence from the caller's objects."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time as clock
import uuid
from collections import OrderedDict, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird._encoding.event import MAX_EVENT_BYTES, MAX_QUANTITY, EventEncoder, event_id_of
from coobird._encoding.event_ids import new_event_id
from coobird._encoding.json_text import MAX_DEPTH
from tests.support.values import CODECS, Attrs, Color, Data, Hostile, Model, Number, Pair, Text, codec, strict

NOW = 1_774_353_600.25


@pytest.fixture(params=CODECS)
def encoder(request: pytest.FixtureRequest) -> Iterator[EventEncoder]:
    with codec(request.param):
        yield EventEncoder(lambda: b'"new"')


def encode(encoder: EventEncoder, **changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "event_id": None,
        "now": NOW,
        "customer_id": "cust",
        "agent_id": "agent",
        "action_type": "task",
        "signal_code": None,
        "quantity": 1,
        "attributes": None,
        "metadata": None,
        "timestamp": None,
    }
    return strict(encoder.encode(**{**arguments, **changes}))


def test_an_event_has_what_it_was_given_and_nothing_else(encoder: EventEncoder) -> None:
    assert encode(encoder) == {
        "event_id": "new",
        "customer_id": "cust",
        "agent_id": "agent",
        "action_type": "task",
        "quantity": 1,
        "timestamp": "2026-03-24T12:00:00.250Z",
    }
    assert encode(
        encoder,
        event_id="mine",
        action_type="outcome",
        signal_code="api_call",
        quantity=2.5,
        attributes={"model": "gpt-4o"},
        metadata={"note": None},
        timestamp=datetime(2026, 4, 1, 12, tzinfo=UTC),
    ) == {
        "event_id": "mine",
        "customer_id": "cust",
        "agent_id": "agent",
        "action_type": "outcome",
        "signal_code": "api_call",
        "quantity": Decimal("2.5"),
        "attributes": {"model": "gpt-4o"},
        "metadata": {"note": None},
        "timestamp": "2026-04-01T12:00:00.000Z",
    }


class Scalar:
    """Stands for numpy's scalars and arrays, which are known by the name of their base class."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def tolist(self) -> Any:
        return self.value


Scalar.__module__, Scalar.__qualname__ = "numpy", "generic"


class Float64(Scalar, float):
    pass


class Nanoseconds(Scalar):
    def astype(self, unit: str) -> Scalar:
        assert unit == f"{type(self).__name__}[us]"
        return Scalar(self.value)

    def tolist(self) -> int:
        return 1_775_001_600_000_000_000


class datetime64(Nanoseconds):  # noqa: N801 - numpy's name
    __module__, __qualname__ = "numpy", "datetime64"


class timedelta64(Nanoseconds):  # noqa: N801
    __module__, __qualname__ = "numpy", "timedelta64"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (datetime(2026, 4, 1, 12, 0, 0, 5, tzinfo=UTC), "2026-04-01T12:00:00.000005Z"),
        (datetime(2026, 4, 1, 12, tzinfo=timezone(timedelta(hours=2))), "2026-04-01T10:00:00Z"),
        (date(2026, 4, 1), "2026-04-01"),
        (time(12, 30), "12:30:00"),
        (timedelta(minutes=1.5), 90),
        (Decimal("0.10"), Decimal("0.10")),
        (Decimal("12345678901234567890.123456789"), Decimal("12345678901234567890.123456789")),
        (Decimal("1E+3"), 1000),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Color.RED, "red"),
        (Color.COMPLEX, Decimal("0.10")),
        (Text.ONE, "one"),
        (Number.ONE, 1),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset("a"), ["a"]),
        ((1, "a"), [1, "a"]),
        (Pair(1, 2), [1, 2]),
        (deque([1]), [1]),
        ({"a": 1}.keys(), ["a"]),
        (b"\x00\xff", "AP8="),
        (bytearray(b"a"), "YQ=="),
        (memoryview(b"a"), "YQ=="),
        (Data(Decimal("0.10")), {"value": Decimal("0.10"), "_private": 1}),
        (Attrs((1,)), {"value": [1]}),
        (Model(value=Decimal("0.10")), {"value": Decimal("0.10")}),
        (Scalar(7), 7),
        (Scalar([1, 2]), [1, 2]),
        (Float64(1.5), Decimal("1.5")),
        (datetime64(datetime(2026, 4, 1, tzinfo=UTC)), "2026-04-01T00:00:00Z"),
        (timedelta64(timedelta(seconds=5)), 5),
        ("\ud800 half", "\N{REPLACEMENT CHARACTER} half"),
        ("\ud83d\ude00", "\N{GRINNING FACE}"),
        (2**70, 2**70),
        ({1: "a", None: "b", False: "c", 2.5: "d"}, {"1": "a", "null": "b", "false": "c", "2.5": "d"}),
        ({date(2026, 4, 1): 1, Color.RED: 2, uuid.UUID(int=1): 3}, {"2026-04-01": 1, "red": 2, str(uuid.UUID(int=1)): 3}),
        (OrderedDict(a=1), {"a": 1}),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_that_have_an_obvious_json_form_get_it(encoder: EventEncoder, value: Any, sent: Any) -> None:
    assert encode(encoder, attributes={"x": value})["attributes"] == {"x": sent}
    assert encode(encoder, metadata={"x": [value]})["metadata"] == {"x": [sent]}


@pytest.mark.parametrize(
    ("zone", "sent"),
    [
        ("UTC", "2026-04-01T12:00:00"),
        ("Asia/Kolkata", "2026-04-01T06:30:00"),
        ("America/New_York", "2026-04-01T16:00:00"),
    ],
)
def test_a_datetime_without_a_zone_is_local_time(
    encoder: EventEncoder, monkeypatch: pytest.MonkeyPatch, zone: str, sent: str
) -> None:
    naive = datetime(2026, 4, 1, 12)  # noqa: DTZ001
    with monkeypatch.context() as context:
        context.setenv("TZ", zone)
        clock.tzset()
        event = encode(encoder, attributes={"at": naive}, timestamp=naive)
        written = encode(encoder, timestamp="2026-04-01T12:00:00")
        aware = encode(encoder, timestamp=naive.replace(tzinfo=UTC))
    clock.tzset()
    assert event["attributes"]["at"] == f"{sent}Z"
    assert event["timestamp"] == written["timestamp"] == f"{sent}.000Z"
    assert aware["timestamp"] == "2026-04-01T12:00:00.000Z"


def holding_itself() -> dict[str, Any]:
    value: dict[str, Any] = {"deep": []}
    value["deep"].append(value)
    return value


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (float("nan"), "attributes.x is nan, which is not a JSON number"),
        ([1, {"y": float("-inf")}], "attributes.x[1].y is -inf, which is not a JSON number"),
        (Decimal("NaN"), "attributes.x is NaN"),
        (Decimal("1e400"), "does not fit a double"),
        (object(), "attributes.x is of type object, which has no JSON form"),
        (Hostile(), "attributes.x is of type Hostile"),
        ({(1, 2): 3}, "attributes.x has a key of type tuple"),
        (iter([1]), "list_iterator"),
        (range(3), "range"),
        (holding_itself(), "contains itself"),
        (nested(MAX_DEPTH), "nested deeper than 100 levels"),
        (10**5000, "attributes.x cannot be read: ValueError"),
        ("x" * 10_000_000, "the event has 10,000,"),
        (Color, "EnumType"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_carry_is_refused_by_name(encoder: EventEncoder, value: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("[", r"\[").replace(".", r"\.")) as caught:
        encode(encoder, attributes={"x": value})
    assert type(caught.value) is ValueError


def test_nesting_is_allowed_up_to_the_limit(encoder: EventEncoder) -> None:
    deepest = nested(MAX_DEPTH - 1)
    assert encode(encoder, attributes={"x": deepest})["attributes"] == {"x": deepest}


@pytest.mark.parametrize("name", ["customer_id", "agent_id", "signal_code", "event_id"])
@pytest.mark.parametrize("value", ["", "x" * 256, 7, b"x", ["x"], "\ud800", True])
def test_a_bad_id_is_refused_and_never_altered(encoder: EventEncoder, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        encode(encoder, **{name: value})


@pytest.mark.parametrize("name", ["customer_id", "agent_id", "signal_code", "event_id"])
@pytest.mark.parametrize("value", ["x", "x" * 255, 'é"\\\n\u2028😀', '","customer_id":', " "])
def test_any_other_text_is_an_id(encoder: EventEncoder, name: str, value: str) -> None:
    for _ in range(2):  # the second time from the cache
        assert encode(encoder, **{name: value})[name] == value


def test_a_uuid_is_an_id(encoder: EventEncoder) -> None:
    assert encode(encoder, event_id=uuid.UUID(int=1))["event_id"] == str(uuid.UUID(int=1))


@pytest.mark.parametrize("value", ["Task", "", None, 1, ["task"]])
def test_an_unknown_action_type_is_refused(encoder: EventEncoder, value: Any) -> None:
    with pytest.raises(ValueError, match="action_type"):
        encode(encoder, action_type=value)


@pytest.mark.parametrize(
    "value", [-1, -0.5, float("nan"), float("inf"), MAX_QUANTITY + 1, True, "1", None, Decimal("NaN"), [1], 10**400]
)
def test_a_bad_quantity_is_refused(encoder: EventEncoder, value: Any) -> None:
    with pytest.raises(ValueError, match="quantity"):
        encode(encoder, quantity=value)


@pytest.mark.parametrize(
    ("value", "shown"), [(-5, "-5"), (float("nan"), "nan"), (10**400, "a number of more than 30 digits")]
)
def test_a_refused_quantity_is_in_the_message(encoder: EventEncoder, value: Any, shown: str) -> None:
    with pytest.raises(ValueError, match=f"quantity must be from 0 to .*, not {shown}$"):
        encode(encoder, quantity=value)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (0, 0),
        (MAX_QUANTITY, MAX_QUANTITY),
        (0.1, Decimal("0.1")),
        (Decimal("1.10"), Decimal("1.10")),
        (Scalar(3), 3),
        (Number.ONE, 1),
    ],
)
def test_a_quantity_keeps_its_digits(encoder: EventEncoder, value: Any, sent: Any) -> None:
    assert str(encode(encoder, quantity=value)["quantity"]) == str(sent)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("2026-04-01T12:00:00Z", "2026-04-01T12:00:00.000Z"),
        (datetime(2026, 4, 1, 12, 0, 0, 999_999, tzinfo=UTC), "2026-04-01T12:00:00.999Z"),
    ],
)
def test_a_timestamp_is_sent_in_utc_with_milliseconds(encoder: EventEncoder, value: Any, sent: str) -> None:
    assert encode(encoder, timestamp=value)["timestamp"] == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("2026-04-01T24:00:00Z", "2026-04-02T00:00:00.000Z"),
        ("20260401T240000+0200", "2026-04-01T22:00:00.000Z"),
        ("2026-091T08:30:00Z", "2026-04-01T08:30:00.000Z"),
        ("2026091T0830Z", "2026-04-01T08:30:00.000Z"),
        ("2026-W14-3T08:30:00,5Z", "2026-04-01T08:30:00.500Z"),
        ("2026-04-01T08:30:00.123456789Z", "2026-04-01T08:30:00.123Z"),
    ],
)
def test_each_legal_form_of_an_instant_is_read(encoder: EventEncoder, text: str, sent: str) -> None:
    assert encode(encoder, timestamp=text)["timestamp"] == sent


def test_a_text_beyond_the_calendar_is_no_timestamp(encoder: EventEncoder) -> None:
    with pytest.raises(ValueError, match="timestamp"):
        encode(encoder, timestamp="9999-12-31T24:00:00Z")


@pytest.mark.parametrize(
    "value",
    [
        1_774_353_600,
        "1774353600",
        "1774353600000",
        "1774353600.5",
        "yesterday",
        "",
        "01.04.2026",
        "04/01/2026",
        "2026-13-01",
        "2026-04-01T25:00:00Z",
        date(2026, 4, 1),
        datetime.min.replace(tzinfo=timezone.max),
    ],
)
def test_any_other_timestamp_is_refused(encoder: EventEncoder, value: Any) -> None:
    with pytest.raises(ValueError, match="timestamp"):
        encode(encoder, timestamp=value)


@given(st.floats(0, 4_000_000_000))
def test_the_time_of_an_event_is_the_clock_cut_to_milliseconds(now: float) -> None:
    encoder = EventEncoder(new_event_id)
    stamped = datetime.fromisoformat(encode(encoder, now=now)["timestamp"])
    assert 0 <= now - stamped.timestamp() < 0.0011


@pytest.mark.parametrize("value", [[], "x", 1, [("a", 1)], Data(1)])
@pytest.mark.parametrize("name", ["attributes", "metadata"])
def test_attributes_and_metadata_must_be_mappings(encoder: EventEncoder, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a mapping"):
        encode(encoder, **{name: value})


def test_global_attributes_are_merged_and_those_of_the_event_win(encoder: EventEncoder) -> None:
    encoder.merge(encoder.read({"model": "a", "region": "eu", "price": Decimal("0.10")}))
    encoder.merge(encoder.read({"region": "us"}))
    assert encode(encoder)["attributes"] == {"model": "a", "region": "us", "price": Decimal("0.10")}
    assert encode(encoder, attributes={"model": "b"})["attributes"]["model"] == "b"
    assert encode(encoder, attributes={"model": None, "region": 1, "price": 2})["attributes"] == {
        "model": None,
        "region": 1,
        "price": 2,
    }
    assert encode(encoder, attributes={})["attributes"]["model"] == "a"
    encoder.unregister("model")
    encoder.unregister("never there")
    assert "model" not in encode(encoder, attributes={"x": 1})["attributes"]


def test_a_name_that_is_not_text_wins_over_the_global_attribute_that_it_is_on_the_wire(encoder: EventEncoder) -> None:
    encoder.merge(encoder.read({"1": "global", "red": "global", 2: "global", "other": 0}))
    for names in ({1: "own", Color.RED: "own", 2: "own"}, MappingProxyType({"1": "own", Color.RED: "own", "2": "own"})):
        event = encoder.encode(None, NOW, "c", "a", "task", None, 1, names, None, None)
        assert json.loads(event)["attributes"] == {"1": "own", "red": "own", "2": "own", "other": 0}
        assert event.count(b"global") == 0


def test_global_attributes_are_read_once(encoder: EventEncoder) -> None:
    tags = ["a"]
    encoder.merge(encoder.read({"tags": tags}))
    tags.append("b")
    assert encode(encoder)["attributes"] == {"tags": ["a"]}


def test_one_bad_global_attribute_registers_none(encoder: EventEncoder) -> None:
    with pytest.raises(ValueError, match=r"attributes\.bad"):
        encoder.merge(encoder.read({"good": 1, "bad": object()}))
    with pytest.raises(ValueError, match="room"):
        encoder.merge(encoder.read({"large": "x" * MAX_EVENT_BYTES}))
    assert "attributes" not in encode(encoder)


def test_an_encoded_event_does_not_follow_its_attributes(encoder: EventEncoder) -> None:
    attributes = {"list": [1]}
    event = encoder.encode(None, NOW, "c", "a", "task", None, 1, attributes, None, None)
    attributes["list"].append(2)
    assert json.loads(event)["attributes"] == {"list": [1]}


def test_an_event_may_be_as_large_as_the_limit_and_no_larger(encoder: EventEncoder) -> None:
    around = len(encoder.encode(None, NOW, "c", "a", "task", None, 1, {"x": ""}, None, None))
    room = MAX_EVENT_BYTES - around
    largest = encoder.encode(None, NOW, "c", "a", "task", None, 1, {"x": "x" * room}, None, None)
    assert len(largest) == MAX_EVENT_BYTES
    with pytest.raises(ValueError, match="262,145 bytes; at most 262,144 are sent"):
        encoder.encode(None, NOW, "c", "a", "task", None, 1, {"x": "x" * (room + 1)}, None, None)


def test_a_mapping_that_another_thread_changes_is_encoded_as_it_was_at_some_moment(encoder: EventEncoder) -> None:
    attributes: dict[str, Any] = {f"key{number}": Decimal(number) for number in range(50)}
    stopping = threading.Event()

    def change() -> None:
        for number in itertools.count():
            attributes[f"more{number % 100}"] = number
            attributes.pop(f"more{(number + 50) % 100}", None)
            if stopping.is_set():
                return

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(300):
            sent = encode(encoder, attributes=attributes)["attributes"]
            assert {f"key{number}" for number in range(50)} <= set(sent)
    finally:
        stopping.set()
        thread.join()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=255))
def test_the_id_of_an_encoded_event_is_found_without_parsing_it(event_id: str) -> None:
    encoder = EventEncoder(new_event_id)
    event = encoder.encode(event_id, NOW, "c", "a", "task", None, 1, {"event_id": "other"}, None, None)
    assert json.loads(event_id_of(event)) == event_id == json.loads(event)["event_id"]


def test_new_ids_are_random_uuids_of_version_4() -> None:
    texts = [json.loads(new_event_id()) for _ in range(5000)]
    assert len(set(texts)) == 5000
    for text in texts:
        parsed = uuid.UUID(text)
        assert str(parsed) == text
        assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)
    # Every random bit is used: among so many ids, each is set in some and not in others.
    ones = [sum(uuid.UUID(text).int >> bit & 1 for text in texts) for bit in range(128)]
    assert sum(0 < count < 5000 for count in ones) == 122


def test_many_ids_and_codes_do_not_fill_the_memory(encoder: EventEncoder) -> None:
    for number in range(10_000):
        assert encode(encoder, customer_id=f"cust_{number}")["customer_id"] == f"cust_{number}"
    assert len(encoder._texts) <= 4096


def test_orjson_is_not_loaded_where_its_import_would_turn_the_gil_on() -> None:
    program = (
        "import sys; sys._is_gil_enabled = lambda: False\n"
        "from coobird._encoding import json_text\n"
        "print(json_text.use_orjson(), 'orjson' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "False"]
