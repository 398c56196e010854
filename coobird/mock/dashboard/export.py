"""Events as lines of a file: JSON or CSV (pure)."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from coobird.mock.contract import json_text
from coobird.mock.dashboard.event_filter import Names, model_of
from coobird.mock.dashboard.totals import amounts_of
from coobird.mock.state.event_log import StoredEvent

_COLUMNS = (
    "seq",
    "event_id",
    "timestamp",
    "received_at",
    "customer_id",
    "customer",
    "agent_id",
    "agent",
    "action_type",
    "signal_code",
    "model",
    "quantity",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "cost_category",
    "attributes",
    "metadata",
)


def json_lines(events: Iterable[StoredEvent]) -> bytes:
    """One JSON object a line."""
    return b"".join(json_text.encode(event._asdict()) + b"\n" for event in events)


def csv_head() -> bytes:
    """Line of the names of the columns."""
    return _csv([_COLUMNS])


def csv_lines(events: Iterable[StoredEvent], names: Names) -> bytes:
    """One line of CSV for each event (RFC 4180). Attributes and metadata are JSON."""
    return _csv(_cells(event, names) for event in events)


def _cells(event: StoredEvent, names: Names) -> list[Any]:
    amounts = amounts_of(event)
    own = event._asdict() | {
        "customer": names(event.tenant, "customer", event.customer_id),
        "agent": names(event.tenant, "agent", event.agent_id),
        "model": model_of(event),
        "input_tokens": amounts.input_tokens,
        "output_tokens": amounts.output_tokens,
        "attributes": json_text.encode_text(event.attributes),
        "metadata": json_text.encode_text(event.metadata),
    }
    return [own[name] for name in _COLUMNS]


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
