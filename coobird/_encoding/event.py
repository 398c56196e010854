"""One event as bytes (pure): its arguments checked and encoded, once, when it is tracked.

So later changes of the caller's dictionaries have no effect, sizes are exact, a batch is a join,
and a retry sends the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from coobird._encoding import conversions, json_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

MAX_ID_LENGTH = 255
"""Longest id or code, in characters. Source: openapi/coobird.yaml, schema Event."""

MAX_QUANTITY = 10**15
"""Largest quantity. Source: openapi/coobird.yaml, schema Event."""

MAX_EVENT_BYTES = 256 * 1024
"""Largest event. Four of them fill a batch. A full queue of 1,000 events takes at most 256 MB, even
if a caller attaches whole documents; it takes about 0.3 MB with everyday events."""

_ACTION_TYPES = {"task": b'"task"', "workflow": b'"workflow"', "outcome": b'"outcome"'}

_MAX_CACHED_TEXTS = 4096
"""Number of encoded ids and codes that are kept, because they repeat. With 255 characters each they
take about a megabyte."""

_EVENT = b'{"event_id":%b,"customer_id":%b,"agent_id":%b,"action_type":%b%b,"quantity":%b%b%b,"timestamp":"%b"}'
_ID_AT = len(b'{"event_id":')


class EventEncoder:
    """Encodes events and merges the global attributes into them.

    Safe to use from any thread, because its state is replaced and never changed. Only calls of
    `merge` and `unregister` need a lock around them.

    `new_id` returns a new id as JSON text, quotes included.
    """

    def __init__(self, new_id: Callable[[], bytes]) -> None:
        self._new_id = new_id
        self._texts: dict[str | None, bytes] = {}
        self._second = (-1, b"")
        self._globals: tuple[dict[str, bytes], bytes] = ({}, b"")
        """Global attributes by name, and all of them joined."""

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
        """Return the event as JSON.

        Args:
            event_id: `None` for a new one.
            now: Unix time in seconds; the timestamp if none is given.

        Raises:
            ValueError: An argument cannot be sent. The message names it and the reason.
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
            raise ValueError(f"the event has {len(event):,} bytes; at most {MAX_EVENT_BYTES:,} are sent")
        return event

    def read(self, attributes: Mapping[str, Any]) -> dict[str, bytes]:
        """Return global attributes in the form that `merge` takes.

        Raises `ValueError` if one cannot be sent.
        """
        _members("attributes", attributes)  # raises before any of them is registered
        members = [_members("attributes", {name: value}) for name, value in attributes.items()]
        return {next(iter(_names(member))): member for member in members}

    def merge(self, members: dict[str, bytes]) -> None:
        """Merge these attributes into every event from now on."""
        self._replace_globals({**self._globals[0], **members})

    def unregister(self, name: str) -> None:
        """Stop merging the attribute of this name. Does nothing if it was not registered."""
        self._replace_globals({key: member for key, member in self._globals[0].items() if key != name})

    def _remember(self, name: str, value: object) -> bytes:
        if value is None:
            raise ValueError(
                f"{name} is missing: pass it, or track inside a run that has it, `with coomon.run({name}=...)`"
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
            raise ValueError(
                f"the global attributes have {len(joined):,} bytes; at most {MAX_EVENT_BYTES // 2:,} leave room for an event"
            )
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
    """Return an id or a code as JSON text.

    It decides who pays, so it is refused rather than altered.
    """
    if type(value).__name__ == "UUID":
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {type(value).__name__}")
    if not 1 <= len(value) <= MAX_ID_LENGTH:
        raise ValueError(f"{name} must have 1 to {MAX_ID_LENGTH} characters, not {len(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} contains half of a surrogate pair, which is not a character") from None
    return json_text.encode(value)


def event_id_of(event: bytes) -> bytes:
    """Return the id of an encoded event, as JSON text. The id comes first, so nothing is parsed."""
    # Quotes inside the id are escaped, so the first `","customer_id":` can only follow the id.
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
        return False  # iterating over another mapping may give other keys than its `items`
    try:
        "".join(cast("dict[str, Any]", value))  # the quickest check
    except TypeError:
        return False
    return True


def _names(members: bytes) -> dict[str, Any]:
    """Return the names of encoded members as they are sent: there 1 and "1" are the same name."""
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
        # Python refuses to write an int of very many digits.
        shown = simple if isinstance(simple, float) or abs(simple) < 1e30 else "a number of more than 30 digits"
        raise ValueError(f"quantity must be from 0 to {MAX_QUANTITY:,}, not {shown}")
    return exact.encode() if exact is not None else json_text.encode(simple)


def _moment(value: object) -> bytes:
    if isinstance(value, str):
        try:
            value = conversions.instant_of(value)
        except ValueError:
            raise ValueError("timestamp must be a datetime, or text like '2026-04-01T12:00:00Z'") from None
    if not isinstance(value, datetime):
        raise ValueError(f"timestamp must be a datetime, not {type(value).__name__}")
    try:
        return conversions.utc_text(value, "milliseconds").encode()
    except (ValueError, OverflowError, OSError):
        raise ValueError("timestamp cannot be written in UTC") from None
