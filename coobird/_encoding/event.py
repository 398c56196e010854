"""One event: its arguments checked and turned into the bytes that go on the wire (pure).

An event is encoded once, when it is tracked. What the caller does to its dictionaries afterwards changes nothing,
sizes are exact, sending a batch is a join, and a try after a failure sends the same bytes again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal  # noqa: TC003 - the options are looked at when they run
from typing import Any, Literal, Required, TypedDict, cast

from coobird._encoding import conversions, json_text

ActionType = Literal["task", "workflow", "outcome"]

MAX_ID_LENGTH = 255
"""Characters of an id or a code. Source: openapi/coobird.yaml, schema Event."""

MAX_QUANTITY = 10**15
"""Source: openapi/coobird.yaml, schema Event."""

MAX_EVENT_BYTES = 256 * 1024
"""Largest event. Four of them fill a batch, so that one caller who attaches whole documents cannot fill the memory: a
full queue of 1,000 events is 256 MB at worst, and about 0.3 MB with events of an everyday size."""

_ACTION_TYPES = {"task": b'"task"', "workflow": b'"workflow"', "outcome": b'"outcome"'}

_MAX_CACHED_TEXTS = 4096
"""Ids and codes repeat; at 255 characters each this many still take little more than a megabyte."""

_EVENT = b'{"event_id":%b,"customer_id":%b,"agent_id":%b,"action_type":%b%b,"quantity":%b%b%b,"timestamp":"%b"}'
_ID_AT = len(b'{"event_id":')


class TrackTaskOptions(TypedDict, total=False):
    """What `track_task` takes."""

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    quantity: float | Decimal
    attributes: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    event_id: str | None
    timestamp: datetime | None


class TrackWorkflowOptions(TrackTaskOptions):
    """What `track_workflow` takes."""


class TrackOutcomeOptions(TrackTaskOptions):
    """What `track_outcome` takes."""


class TrackOptions(TrackTaskOptions):
    """What `track` takes."""

    action_type: Required[ActionType]


class EventEncoder:
    """Encodes events, with the global attributes merged in.

    Safe to use from any thread: its state is replaced, not changed. Only `merge` and `unregister` must not run at once.

    `new_id` makes an id as JSON text, quotes included.
    """

    def __init__(self, new_id: Callable[[], bytes]) -> None:
        self._new_id = new_id
        self._texts: dict[str | None, bytes] = {}
        self._second = (-1, b"")
        self._globals: tuple[dict[str, bytes], bytes] = ({}, b"")
        """The global attributes by name, and all of them joined."""

    def encode(
        self,
        event_id: str | None,
        now: float,
        customer_id: str | None,
        agent_id: str | None,
        action_type: str,
        signal_code: str | None,
        quantity: float | Decimal,
        attributes: Mapping[str, Any] | None,
        metadata: Mapping[str, Any] | None,
        timestamp: datetime | None,
    ) -> bytes:
        """Return the event as JSON. Raises `ValueError` naming the argument that cannot be sent and why.

        Args:
            event_id: `None` for a new one.
            now: Unix time in seconds; the timestamp if none is given.
        """
        texts = self._texts
        try:
            customer = texts[customer_id]
        except (KeyError, TypeError):
            customer = self._remember("customer_id", customer_id)
        try:
            agent = texts[agent_id]
        except (KeyError, TypeError):
            agent = self._remember("agent_id", agent_id)
        if signal_code is None:
            signal = b""
        else:
            try:
                signal = b',"signal_code":' + texts[signal_code]
            except (KeyError, TypeError):
                signal = b',"signal_code":' + self._remember("signal_code", signal_code)
        try:
            action = _ACTION_TYPES[action_type]
        except (KeyError, TypeError):
            raise ValueError("action_type must be 'task', 'workflow' or 'outcome'") from None
        members = self._attributes(attributes)
        event = _EVENT % (
            self._new_id() if event_id is None else _id("event_id", event_id),
            customer,
            agent,
            action,
            signal,
            b"%d" % quantity if type(quantity) is int and 0 <= quantity <= MAX_QUANTITY else _quantity(quantity),
            b',"attributes":{%b}' % members if members else b"",
            b"" if metadata is None else b',"metadata":{%b}' % _members("metadata", metadata),
            self._time(now) if timestamp is None else _moment(timestamp),
        )
        if len(event) > MAX_EVENT_BYTES:
            raise ValueError(f"the event takes {len(event):,} bytes; {MAX_EVENT_BYTES:,} is the most that is sent")
        return event

    def read(self, attributes: Mapping[str, Any]) -> dict[str, bytes]:
        """Return global attributes as `merge` takes them, read once. Raises `ValueError` if one of them cannot be sent."""
        _members("attributes", attributes)  # all of them are sound, or none is registered
        members = [_members("attributes", {name: value}) for name, value in attributes.items()]
        return {next(iter(_names(member))): member for member in members}

    def merge(self, members: dict[str, bytes]) -> None:
        """Merge what was read into every event from now on."""
        self._replace_globals({**self._globals[0], **members})

    def unregister(self, name: str) -> None:
        """Stop merging this one; nothing happens if it was not registered."""
        self._replace_globals({key: member for key, member in self._globals[0].items() if key != name})

    def _remember(self, name: str, value: object) -> bytes:
        if value is None:
            raise ValueError(
                f"{name} is missing: name it, or track inside a run that does, `with coomon.run({name}=...)`"
            )
        text = _id(name, value)
        if len(self._texts) >= _MAX_CACHED_TEXTS:
            self._texts = {}
        if type(value) is str:
            self._texts[value] = text
        return text

    def _replace_globals(self, members: dict[str, bytes]) -> None:
        joined = b",".join(members.values())
        if len(joined) > MAX_EVENT_BYTES // 2:
            raise ValueError(f"the global attributes take {len(joined):,} bytes; they must leave room for an event")
        self._globals = members, joined

    def _attributes(self, attributes: Mapping[str, Any] | None) -> bytes:
        shared, joined = self._globals
        if attributes is None:
            return joined
        own = _members("attributes", attributes)
        if not shared:
            return own
        if not own:
            return joined
        names = attributes if _has_only_text_keys(attributes) else _names(own)
        if shared.keys().isdisjoint(names):
            return joined + b"," + own
        kept = [member for name, member in shared.items() if name not in names]
        return b",".join((*kept, own))

    def _time(self, now: float) -> bytes:
        second = int(now)
        known = self._second
        if known[0] != second:
            moment = datetime.fromtimestamp(second, UTC)
            known = self._second = (second, conversions.utc_text(moment).removesuffix("Z").encode())
        return b"%b.%03dZ" % (known[1], (now - second) * 1000)


def _id(name: str, value: object) -> bytes:
    """An id or a code as JSON text. Unlike attributes it is never altered to fit, because it says who pays."""
    if type(value).__name__ == "UUID":
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {type(value).__name__}")
    if not 1 <= len(value) <= MAX_ID_LENGTH:
        raise ValueError(f"{name} must have 1 to {MAX_ID_LENGTH} characters, not {len(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} holds half of a surrogate pair, which is no character") from None
    return json_text.encode(value)


def event_id_of(event: bytes) -> bytes:
    """The id of an encoded event, as JSON text. It comes first, so that finding it needs no parsing."""
    # A quote inside an id is escaped; the first quote with a comma after it may only be the end.
    return event[_ID_AT : event.index(b'","customer_id":') + 1]


def _members(name: str, value: Any) -> bytes:
    kind: type[Any] = value.__class__
    if kind is not dict and not issubclass(kind, Mapping):
        raise ValueError(f"{name} must be a mapping, not {kind.__name__}")
    try:
        return json_text.encode(value)[1:-1]
    except ValueError as error:
        raise ValueError(f"{name}{error}") from None


def _has_only_text_keys(value: Any) -> bool:
    if type(value) is not dict:
        return False  # other mappings may be of two minds about what they hold
    try:
        "".join(cast("dict[str, Any]", value))  # the quickest way to find out
    except TypeError:
        return False
    return True


def _names(members: bytes) -> dict[str, Any]:
    """The names of encoded members, in the form of the wire: there 1 and "1" are one name."""
    return cast("dict[str, Any]", json.loads(b"{%b}" % members))


def _quantity(value: Any) -> bytes:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        exact = conversions.exact_number(value)
        simple = float(exact) if exact is not None else conversions.simplify(value)
        if isinstance(value, bool) or not isinstance(simple, (int, float)) or isinstance(simple, bool):
            raise ValueError(f"quantity must be a number, not {type(value).__name__}")
    else:
        exact, simple = None, value
    if not 0 <= simple <= MAX_QUANTITY:
        # A whole number may have too many digits to be written.
        told = simple if isinstance(simple, float) or abs(simple) < 1e30 else "a number of more than 30 digits"
        raise ValueError(f"quantity must be from 0 to {MAX_QUANTITY:,}, not {told}")
    return exact.encode() if exact is not None else json_text.encode(simple)


def _moment(value: object) -> bytes:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("timestamp must be a datetime, or text like '2026-04-01T12:00:00Z'") from None
    if not isinstance(value, datetime):
        raise ValueError(f"timestamp must be a datetime, not {type(value).__name__}")
    try:
        return conversions.utc_text(value, "milliseconds").encode()
    except (ValueError, OverflowError, OSError):
        raise ValueError("timestamp cannot be written in UTC") from None
