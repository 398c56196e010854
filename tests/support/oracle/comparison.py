"""Differences between the server's bills and those of the oracle, each in its smallest world."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any

from tests.support.oracle.pricing import Line
from tests.support.oracle.server import Client, ServerTenant
from tests.support.oracle.tenant import Expected, Step, Tenant

PRECISION = Fraction(1, 10**12)
"""Quantities and prices of a unit are JSON numbers, so an endless fraction differs a little."""


@dataclass
class Comparison:
    """Plays worlds to one server, each with a key of its own."""

    client: Client
    tenant: Callable[[], Tenant] = Tenant
    worlds: int = 0
    bills: int = 0
    lines: int = 0
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def difference(self, world: list[Step]) -> str | None:
        """The first difference in a world, as a text for people, or `None`."""
        self.worlds += 1
        key = f"sk_test_oracle_{next(self._keys)}"
        server = ServerTenant(self.client, key)
        model = self.tenant()
        try:
            for number, step in enumerate(world):
                if not model.knows(step):
                    continue
                expected = model.apply(step)
                status, body = server.apply(step)
                self._tally(expected)
                found = _differences(expected, status, body, server.names)
                if found:
                    return f"step {number}, {json.dumps(step)}:\n  " + "\n  ".join(found)
        finally:
            self.client.call("POST", "/_mock/reset", key=key)
        return None

    def _tally(self, expected: Expected) -> None:
        if expected.lines is not None:
            self.bills += 1
            self.lines += len(expected.lines)

    def summary(self) -> str:
        return f"{self.worlds} worlds, {self.bills} bills, {self.lines} lines compared"

    def shrunk(self, world: list[Step]) -> list[Step]:
        """The smallest form of a world that differs: without steps, events or tiers it can miss."""
        for smaller in _without_a_part(world):
            if self.difference(smaller) is not None:
                return self.shrunk(smaller)
        return world


def check(comparison: Comparison, seed: int, world: list[Step]) -> None:
    """Fails with the smallest world that shows the difference."""
    if comparison.difference(world) is None:
        return
    smallest = comparison.shrunk(world)
    difference = comparison.difference(smallest)
    text = "\n".join(json.dumps(step) for step in smallest)
    raise AssertionError(f"The bills of world {seed} differ. Its smallest form:\n{text}\n\n{difference}")


def _without_a_part(world: list[Step]) -> Iterator[list[Step]]:
    """Worlds with less: without many steps, without one, and with less of one.

    The first step stays: it sets the clock, which all keys share.
    """
    size = len(world) // 2
    while size >= 1:
        for start in range(1, len(world), size):
            yield world[:start] + world[start + size :]
        size //= 2
    for number, step in enumerate(world):
        for smaller in _smaller(step):
            yield [*world[:number], smaller, *world[number + 1 :]]


def _smaller(step: Step) -> Iterator[Step]:
    for key in ("events", "actions"):
        parts = step.get(key, [])
        size = len(parts) // 2
        while size >= 1:
            for start in range(0, len(parts), size):
                yield step | {key: parts[:start] + parts[start + size :]}
            size //= 2
    options = step.get("options", {})
    for key in ("included_units", "overage_allowed", "minimum_commitment"):
        if key in options:
            yield step | {"options": {name: value for name, value in options.items() if name != key}}
    tiers = options.get("tiers", [])
    if len(tiers) > 1:
        for i in range(len(tiers)):
            yield step | {"options": options | {"tiers": tiers[:i] + tiers[i + 1 :]}}
    for key in ("end", "trial", "interval", "mode", "day", "external"):
        if step.get(key) and step["do"] in ("contract", "activate", "run", "cancel", "agent", "customer"):
            yield {name: value for name, value in step.items() if name != key}
    if len(step.get("events", [])) == 1:
        (event,) = step["events"]
        for key in ("quantity", "attributes"):
            if key in event:
                yield step | {"events": [{name: value for name, value in event.items() if name != key}]}


def _differences(expected: Expected, status: int, body: Any, names: dict[str, str]) -> list[str]:
    if status != expected.status:
        return [f"status {status}, expected {expected.status}: {json.dumps(body)}"]
    found: list[str] = []
    if expected.results is not None:
        answered = {"accepted": body["accepted"], "duplicate": body["duplicates"], "rejected": body["rejected"]}
        found += _unequal("results", answered, expected.results)
    if expected.contract is not None:
        for key, value in expected.contract.items():
            found += _unequal(key, body[key], value)
    if expected.lines is not None:
        found += _different_bill(expected, body, names)
    return found


def _different_bill(expected: Expected, body: dict[str, Any], names: dict[str, str]) -> list[str]:
    lines = expected.lines or []
    answered = body["line_items"]
    if len(answered) != len(lines):
        return [
            f"{len(answered)} lines, expected {len(lines)}",
            *(f"  answered: {line['description']}: {line['total_cents']}" for line in answered),
            *(f"  expected: {line}" for _, line in lines),
        ]
    found: list[str] = []
    total = sum(line.cents for _, line in lines)
    found += _unequal("subtotal_cents", body["subtotal_cents"], total)
    found += _unequal("amount", body["amount"] if "amount" in body else body["total_cents"], total)
    if expected.period is not None:
        first, last = (
            ("period_from", "period_to") if "period_from" in body else ("billing_period_from", "billing_period_to")
        )
        found += _unequal(first, body[first], expected.period.first.isoformat())
        found += _unequal(last, body[last], expected.period.last.isoformat())
    orders = [line["sort_order"] for line in answered]
    if orders != sorted(set(orders)):
        found.append(f"sort_order of the lines: {orders}")
    for number, ((contract, line), item) in enumerate(zip(lines, answered, strict=True)):
        for problem in _different_line(contract, line, item, names):
            found.append(f"line {number} ({item['description']}): {problem}")
    return found


def _different_line(contract: str, line: Line, item: dict[str, Any], names: dict[str, str]) -> list[str]:
    found: list[str] = []
    found += _unequal("source", names.get(item["source_id"]), line.action or line.source)
    found += _unequal("contract", names.get(item["contract_id"]), contract)
    found += _unequal("subtotal_cents", item["subtotal_cents"], line.cents)
    found += _unequal("total_cents", item["total_cents"], line.cents)
    found += _unequal("tier_number", item["tier_number"], line.tier)
    if line.period is not None:
        found += _unequal("period_from", item["period_from"], line.period.first.isoformat())
        found += _unequal("period_to", item["period_to"], line.period.last.isoformat())
    if line.signal is not None:
        found += _unequal("signal_id", names.get(item["signal_id"]), line.signal)
    if line.model is not None:
        found += _unequal("pricing_model", item["pricing_model"], line.model)
    for field_name, value in (
        ("quantity", line.quantity),
        ("unit_price_cents", line.unit_price),
        ("included_units_used", line.included),
        ("billable_units", line.billable),
    ):
        if value is not None and not _is_near(item[field_name], value):
            found.append(f"{field_name} is {item[field_name]}, expected {value} ({float(value)})")
    return found


def _unequal(what: str, answered: Any, expected: Any) -> list[str]:
    return [] if answered == expected else [f"{what} is {answered}, expected {expected}"]


def _is_near(answered: float | None, expected: Fraction) -> bool:
    if answered is None:
        return False
    return abs(Fraction(answered) - expected) <= PRECISION * max(1, abs(expected))
