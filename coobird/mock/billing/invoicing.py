"""Line items and totals of an invoice (pure), in whole cents.

Tax on the whole invoice rounds half a cent up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from coobird.mock.billing.money import CENT, decimal, rounded, times
from coobird.mock.contract.problems import invalid_field

_FIELDS = (
    "description",
    "quantity",
    "unit_price_cents",
    "subtotal_cents",
    "discount_cents",
    "tax_cents",
    "total_cents",
    "contract_id",
    "source_type",
    "source_id",
    "agent_id",
    "feature_id",
    "signal_id",
    "pricing_model",
    "period_from",
    "period_to",
    "included_units_used",
    "billable_units",
    "tier_number",
    "sort_order",
)


def line_item(given: Mapping[str, Any], position: int) -> dict[str, Any]:
    """A line item as it is stored. 422 if its amounts do not add up.

    `states_tax` is True if the item states a tax, also one of 0. Such an item is exempt from the
    tax on the whole invoice.
    """
    line: dict[str, Any] = dict.fromkeys(_FIELDS)
    line |= {"discount_cents": 0, "tax_cents": 0, "sort_order": position, **given, "states_tax": "tax_cents" in given}
    total = line["subtotal_cents"] - line["discount_cents"] + line["tax_cents"]
    if line["total_cents"] != total:
        raise invalid_field("total_cents", f"must be subtotal_cents - discount_cents + tax_cents, {total}")
    if line["period_from"] and line["period_to"] and line["period_to"] < line["period_from"]:
        raise invalid_field("period_to", f"must not be before period_from, {line['period_from']}")
    return line


def totals(lines: Sequence[Mapping[str, Any]], taxes: Sequence[Mapping[str, Any]], tax_rate: Any) -> dict[str, int]:
    """Totals of an invoice.

    Its tax is the tax of the line items plus the stated taxes. If no taxes are stated, the rate
    adds tax on the line items that state none.
    """
    subtotal = sum(line["subtotal_cents"] for line in lines)
    discount = sum(line["discount_cents"] for line in lines)
    tax = sum(line["tax_cents"] for line in lines) + sum(tax["tax_amount"] for tax in taxes)
    if not taxes and tax_rate:
        taxed = sum(line["subtotal_cents"] - line["discount_cents"] for line in lines if not line["states_tax"])
        tax += int(rounded(times(decimal(taxed), decimal(tax_rate)), CENT))
    return {
        "subtotal_cents": subtotal,
        "discount_cents": discount,
        "tax_cents": tax,
        "total_cents": subtotal - discount + tax,
    }


def check_dates(invoice: Mapping[str, Any]) -> None:
    """Raise a 422 for a due date before the issue date, or a period that ends too early."""
    for earlier, later in (("issue_date", "due_date"), ("billing_period_from", "billing_period_to")):
        first, last = invoice.get(earlier), invoice.get(later)
        if first and last and last < first:
            raise invalid_field(later, f"must not be before {earlier}, {first}")


def due_day(issue_date: str, payment_terms: int) -> str:
    """Last day for the payment: `payment_terms` days after the issue date."""
    try:
        return (date.fromisoformat(issue_date) + timedelta(payment_terms)).isoformat()
    except OverflowError:
        return date.max.isoformat()
