"""A log of LLM requests: reading it, and its exact cost. Pure: no network, no clock."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

COLUMNS = ("TIMESTAMP", "ContextTokens", "GeneratedTokens")

# US dollars per million tokens: (input, output).
PRICES = {
    "gpt-4o": (Decimal("2.50"), Decimal("10.00")),
    "gpt-4o-mini": (Decimal("0.15"), Decimal("0.60")),
    "claude-3-5-sonnet": (Decimal("3.00"), Decimal("15.00")),
}

# Customers of the requests: row n belongs to the customer in slot n modulo 10. Each customer uses
# one model.
MODELS_BY_CUSTOMER = {
    "Acme Research": "gpt-4o",
    "Blue Heron Travel": "claude-3-5-sonnet",
    "Cedar Law": "gpt-4o",
    "Delta Support": "gpt-4o-mini",
}
SLOTS = ("Acme Research",) * 4 + ("Blue Heron Travel",) * 3 + ("Cedar Law",) * 2 + ("Delta Support",)


class LogError(Exception):
    """The file is not a log of LLM requests. The message gives the line and the reason."""


@dataclass(frozen=True, slots=True)
class LLMRequest:
    """One request of the log, with its customer."""

    event_id: str
    """Id made from the file's name and the row, so that a second run never bills a row twice."""
    timestamp: datetime
    """Time of the request: aware, UTC."""
    customer: str
    model: str
    input_tokens: int
    output_tokens: int

    @property
    def cost_usd(self) -> Decimal:
        return cost_usd(self.model, self.input_tokens, self.output_tokens)


def cost_usd(model: str, input_tokens: int, output_tokens: int) -> Decimal:
    """Exact cost of the tokens in US dollars: `scaleb` divides by a million without rounding."""
    input_price, output_price = PRICES[model]
    return (input_tokens * input_price + output_tokens * output_price).scaleb(-6)


def read_requests(path: Path) -> list[LLMRequest]:
    """The requests of a CSV file, in the file's order.

    Its columns are `TIMESTAMP,ContextTokens,GeneratedTokens`.

    Raises:
        LogError: The file cannot be read, lacks a column, or has a row that makes no sense.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            requests = list(_requests(path.stem, csv.DictReader(file, skipinitialspace=True)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LogError(f"{path} cannot be read: {error}") from error
    except ValueError as error:
        raise LogError(f"{path}: {error}") from error
    if not requests:
        raise LogError(f"{path} holds no request.")
    return requests


def _requests(name: str, rows: csv.DictReader[str]) -> Iterator[LLMRequest]:
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"the first line must name the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}.")
    for number, row in enumerate(rows, 1):
        customer = SLOTS[number % len(SLOTS)]
        try:
            written, input_tokens, output_tokens = (row[column].strip() for column in COLUMNS)
            timestamp = datetime.fromisoformat(written)
            request = LLMRequest(
                event_id=f"{name}-{number}",
                timestamp=timestamp.astimezone(UTC) if timestamp.tzinfo else timestamp.replace(tzinfo=UTC),
                customer=customer,
                model=MODELS_BY_CUSTOMER[customer],
                input_tokens=int(input_tokens),
                output_tokens=int(output_tokens),
            )
        except (AttributeError, ValueError) as error:
            raise ValueError(f"line {rows.line_num} makes no sense: {error}.") from error
        if request.input_tokens < 0 or request.output_tokens < 0:
            raise ValueError(f"line {rows.line_num}: a number of tokens cannot be negative.")
        yield request


def total_cost_usd(requests: Iterable[LLMRequest]) -> Decimal:
    """Cost of the whole log, with tokens that are added up before they are priced.

    The result checks the sum of the rows' costs, which is computed in another way.
    """
    input_tokens: Counter[str] = Counter()
    output_tokens: Counter[str] = Counter()
    for request in requests:
        input_tokens[request.model] += request.input_tokens
        output_tokens[request.model] += request.output_tokens
    return sum((cost_usd(model, input_tokens[model], output_tokens[model]) for model in PRICES), Decimal(0))
