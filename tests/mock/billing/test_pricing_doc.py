"""The worked examples of docs/pricing.md, recomputed."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from coobird.mock.billing.aggregation import Aggregate, usage_of
from coobird.mock.billing.event_cost import cost_of
from coobird.mock.billing.pricing import price_usage
from tests.support import ROOT

TEXT = (ROOT / "docs" / "pricing.md").read_text("utf-8")
TERMS = {"included_units": 0, "minimum_commitment": 0, "overage_allowed": True}
SIGNAL = {"value_field": None, "status": "active"}


def examples(column: str) -> Iterator[tuple[Any, list[list[str]]]]:
    """JSON examples with a table of this first column below them, and the cells of the table."""
    for block in re.finditer(r"^```json\n((?:(?!```).)*)```\n\n((?:\|[^\n]*\n)+)", TEXT, re.MULTILINE | re.DOTALL):
        head, _, *rows = ([cell.strip() for cell in row.split("|")[1:-1]] for row in block.group(2).splitlines())
        if head[0] == column:
            yield json.loads(block.group(1)), rows


def test_every_table_after_a_json_example_is_recomputed() -> None:
    tables = len(re.findall(r"^```\n\n\|", TEXT, re.MULTILINE))
    recomputed = [list(examples(column)) for column in ("Usage", "`aggregation_type`", "Event")]
    assert [len(each) for each in recomputed] == [tables - 2, 1, 1]


def test_prices_make_the_lines_that_the_page_shows() -> None:
    for price, rows in examples("Usage"):
        for usage, shown in rows:
            lines = price_usage(TERMS | price, Fraction(usage))
            assert "<br>".join(f"{line.explanation}: {line.cents:,}" for line in lines) == shown


def test_aggregations_make_the_quantities_that_the_page_shows() -> None:
    for events, rows in examples("`aggregation_type`"):
        for name, quantity, _ in rows:
            aggregation = name.strip("`")
            aggregate = Aggregate(aggregation)
            for event in events:
                aggregate.add(usage_of(aggregation, "ms", event["quantity"], event["attributes"]))
            assert aggregate.quantity == Fraction(quantity)


def test_events_cost_what_the_page_shows() -> None:
    for signals, rows in examples("Event"):
        for event, _, usd, category in rows:
            cost = cost_of(json.loads(event.strip("`")), None, [SIGNAL | signal for signal in signals])
            assert ("unknown" if cost.usd is None else f"{cost.usd:f}", cost.category or "none") == (usd, category)
