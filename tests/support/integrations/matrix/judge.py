"""Judgement of a column: its events and errors against the usage of the provider (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.support.integrations.emitters import HANDLER, WRAPPER
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.section import Column, Section

TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_write_input_tokens",
    "reasoning_output_tokens",
)
SHOWN = {
    "exact": "✓",
    "none": "0",
    "parts": "✓ᵖ",
    "inexact": "≈",
    "input": "in",
    "doubted": "err",
    "reported": "err",
    "late": "end",
    "absent": "—",
    "wrong": "WRONG",
    "silent": "LOST",
}
"""Kinds of results, the best first, with their signs on the page."""

NO_SPANS = ("wrap", "langchain", "litellm", "claude_agent_sdk")
"""Sources of events that no span processor has tracked."""

KINDS = tuple(SHOWN)
FAULTS = {"wrong", "silent"}


class Found(NamedTuple):
    """Judgement of a column.

    Attributes:
        kinds: Result of each row, as a key of `SHOWN`.
        account: Sums that do not add up, in words; empty if all do.
        causes: Facts of each row whose result is a fault.
    """

    kinds: list[str]
    account: list[str]
    causes: list[str]


def judge(rows: list[Row], column: Column, result: dict[str, Any], *, may_doubt: bool = False) -> Found:
    """Judge all rows of a column.

    Args:
        may_doubt: True if none of the reporters can tell that a call was refused.
        result: Events, errors and spans of each row, as the warmed process returns them.
    """
    found = [kind_of(row, each, may_doubt=may_doubt) for row, each in zip(rows, result["rows"], strict=True)]
    # Reports at shutdown name no call, so they can only be counted.
    has_spans = [bool(each["spans"]) for each in result["rows"]]
    is_late = [
        spans or (HANDLER in column and not row.beyond_handler) for row, spans in zip(rows, has_spans, strict=True)
    ]
    pending = [
        kind == "unreported" or (kind == "silent" and may_be) for kind, may_be in zip(found, is_late, strict=True)
    ]
    settled = {"unreported": "input", "silent": "late"} if sum(pending) <= len(result["late"]) else {}
    kinds: list[str] = []
    for row, kind, is_pending, spans in zip(rows, found, pending, has_spans, strict=True):
        is_absent = kind == "silent" and not spans and not has_reporter(column, row)
        kinds.append("absent" if is_absent else settled.get(kind, "wrong") if is_pending else kind)
    causes = [
        f"{row}: {kind}: {each}" for row, kind, each in zip(rows, kinds, result["rows"], strict=True) if kind in FAULTS
    ]
    return Found(kinds, list(account(column, result, kinds)), causes)


def less_than_the_better(section: Section, found: Mapping[Column, Found]) -> list[tuple[str, str, str]]:
    """Return row, column and result where two reporters know less than the better of them alone."""
    return [
        (str(row), "+".join(column), each.kinds[place])
        for column, each in found.items()
        if column not in section.hidden
        for place, row in enumerate(section.rows())
        if _rank(each.kinds[place]) > min(_rank(found[(name,)].kinds[place]) for name in column)
    ]


def _rank(kind: str) -> int:
    """Place in the order of kinds.

    A report comes when the call ends, or at shutdown. Of two spans with an id, the first to end is
    billed, even if only the other one has all parts.
    """
    return KINDS.index({"late": "reported", "parts": "exact"}.get(kind, kind))


def has_reporter(column: Column, row: Row | None = None) -> bool:
    """True if a reporter that makes no spans, and so cannot be absent, is among these.

    Args:
        row: Row that the reporter must see; any if left out.
    """
    has_handler = HANDLER in column and not (row is not None and row.beyond_handler)
    return has_handler or (WRAPPER in column and not (row is not None and row.beyond_sdk))


def kind_of(row: Row, each: dict[str, Any], *, may_doubt: bool = False) -> str:
    """Compare the events and errors of a row with the usage of the provider."""
    calls, events, errors = each["calls"], each["events"], each["errors"]
    if row.scenario == "error":
        if may_doubt and not (calls or events) and [is_of_unbilled(error) for error in errors] == [True]:
            return "doubted"
        return "none" if not (calls or events or errors) else "wrong"
    reports = sum(kind == "UsageMissingError" for kind, _ in errors)
    unbilled = sum(is_of_unbilled(error) for error in errors)
    # A report that a cache may have answered stands for a call, or for none.
    hits = sum(is_of_unbilled(error) and "cache answered" in error[1] for error in errors)
    if len(events) + unbilled - hits > len(calls) or not are_payers_right(row, events, len(calls)):
        return "wrong"
    if len(events) + unbilled < len(calls):
        return "silent"
    by_tokens = sorted(events, key=lambda event: [event[2].get(name) or 0 for name in TOKENS[:2]])
    truths = sorted(usage for _, usage in calls)
    if len(events) < len(calls):
        is_right = all(any(compare(event, truth, reports) not in FAULTS for truth in truths) for event in events)
        return "reported" if is_right else "wrong"
    kinds = {compare(event, truth, reports) for event, truth in zip(by_tokens, truths, strict=True)}
    return max(kinds, key=(*KINDS, "unreported").index)


def is_of_unbilled(error: list[str]) -> bool:
    """True for the report of a call that has no event."""
    kind, text = error
    return is_of_unpaid(error) or (kind == "UsageMissingError" and "output tokens are unknown" not in text)


def is_of_unpaid(error: list[str]) -> bool:
    """True for the report of a call whose payer nobody names, so that it has no event."""
    kind, text = error
    return kind == "InvalidEventError" and "customer_id or agent_id is missing" in text


def are_payers_right(row: Row, events: list[Any], calls: int) -> bool:
    """True if each of several payers pays for no more than its own calls; all made as many."""
    shares = Counter(payer for payer, _, _ in events).values()
    return not row.payers or (calls % row.payers == 0 and max(shares, default=0) <= calls // row.payers)


def compare(event: list[Any], truth: list[int], reports: int) -> str:
    """Compare one event with the usage of its call."""
    attributes = event[2]
    got = [attributes.get(name) for name in TOKENS]
    if attributes.get("usage_inexact"):
        return "inexact"
    parts = all(part is None or part == true for part, true in zip(got[2:], truth[2:], strict=True))
    if got[0] != truth[0] or not parts:
        return "wrong"
    if got[1] is None:
        return "wrong" if not attributes.get("usage_incomplete") else "input" if reports else "unreported"
    if got[1] != truth[1] or attributes["total_tokens"] != truth[0] + truth[1]:
        return "wrong"
    return "parts" if [part or 0 for part in got[2:]] != truth[2:] else "exact"


def account(column: Column, result: dict[str, Any], kinds: list[str]) -> list[str]:
    """Return what does not add up: each span has one outcome, each call one event or report."""
    stats = result["stats"]
    outcomes = ("billed", "reported", "joined", "refused", "cached")
    flaws: list[str] = []
    if stats["spans"] != sum(stats[name] for name in outcomes) or stats["waiting"]:
        flaws.append(f"spans without an outcome: {stats}")
    if stats["calls"] != stats["billed"] + stats["reported"]:
        flaws.append(f"calls that are neither billed nor reported: {stats}")
    events = [event for each in result["rows"] for event in each["events"]]
    errors = [error for each in result["rows"] for error in each["errors"]] + result["late"]
    missing = [error for error in errors if is_of_unbilled(error)]
    by_spans = [event for event in events if event[1] not in NO_SPANS]
    unpaid = [error for error in errors if is_of_unpaid(error)]
    missing = [error for error in missing if not is_of_unpaid(error)]
    unpaid_of_spans = [text for _, text in unpaid if not text.endswith(tuple(f", by {name}" for name in NO_SPANS))]
    if stats["billed"] != len(by_spans) + len(unpaid_of_spans):
        flaws.append(f"{len(by_spans)} events of spans, of which the account has {stats['billed']}")
    if stats["reported"] != len(missing) and not has_reporter(column):
        flaws.append(f"{len(missing)} reports, of which the account has {stats['reported']}")
    if stats["reported"] > len(missing):
        flaws.append(f"{len(missing)} reports, and {stats['reported']} in the account")
    if "inexact" in kinds and not any("usage_inexact" in text for _, text in errors):
        flaws.append("inexact events without a report")
    return flaws
