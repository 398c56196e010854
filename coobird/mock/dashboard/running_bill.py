"""What a contract has charged so far, over all its periods, kept up to date event by event."""

from collections.abc import Iterable
from datetime import date, timedelta

from coobird.mock.billing.billed_days import opening_day, priced_span
from coobird.mock.billing.bills import OpenBill
from coobird.mock.dashboard.figures import Charged
from coobird.mock.state.document_store import Doc
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import Data

# Periods of a contract that are added up; with more of them than that, no amount is better than a late one.
MAX_PERIODS = 500
# In the place of an agent: what is charged for no agent's doing, such as a monthly fee.
NO_AGENT = None


class Accrual:
    """One contract and a bill for each of its periods. Nothing is stored."""

    def __init__(self, data: Data, contract: Doc) -> None:
        self.contract = contract
        self.ready = False
        """Whether it has seen all events so far; until then, what it charges is not known."""
        self._data = data
        self._bills: dict[date, OpenBill] = {}
        self._by_day: dict[str, OpenBill | None] = {}
        self._cents: dict[date, dict[str | None, int]] = {}
        self._known: tuple[date, dict[str | None, Charged] | None] | None = None
        self._agents = self._priced_agents()

    def take(self, events: Iterable[StoredEvent]) -> None:
        """Count events of the contract's customer, none of them twice."""
        fresh: dict[date, list[StoredEvent]] = {}
        for event in events:
            if (bill := self._bill_of(event.timestamp[:10])) is not None:
                fresh.setdefault(bill.span.first, []).append(event)
        for first, counted in fresh.items():
            self._bills[first].measure(counted)
            self._cents.pop(first, None)
            self._known = None

    def by_agent(self, today: date) -> dict[str | None, Charged] | None:
        """What is charged from the contract's first day until the end of today's period, by the agent whose doing is
        charged. None if that is not known yet, or the contract has more than `MAX_PERIODS` periods by then."""
        if not self.ready:
            return None
        if self._known is None or self._known[0] != today:
            self._known = today, self._add_up(today)
        return self._known[1]

    def knows(self, today: date) -> bool:
        """Whether `by_agent` answers without adding up."""
        return not self.ready or (self._known is not None and self._known[0] == today)

    def _add_up(self, today: date) -> dict[str | None, Charged] | None:
        first = day = opening_day(self.contract)
        total: dict[str | None, int] = {NO_AGENT: 0, **dict.fromkeys(self._agents, 0)}
        periods = 0
        while first <= day <= today:
            periods += 1
            if periods > MAX_PERIODS:
                return None
            bill = self._bill(day)
            for agent, cents in self._cents_of(bill).items():
                total[agent] = total.get(agent, 0) + cents
            if bill.span.last == date.max:
                break
            day = bill.span.last + timedelta(1)
            if priced_span(self.contract, day) == bill.span:
                break
        currency: str = self.contract["currency"]
        return {agent: Charged({currency: cents}) for agent, cents in total.items()}

    def _priced_agents(self) -> set[str]:
        """Whose actions the contract prices."""
        found = (self._data.get("agent_action", price["agent_action_id"]) for price in self.contract["agent_actions"])
        return {action["agent_id"] for action in found if action}

    def _cents_of(self, bill: OpenBill) -> dict[str | None, int]:
        first = bill.span.first
        if first not in self._cents:
            cents: dict[str | None, int] = {}
            for item in bill.items():
                cents[item["agent_id"]] = cents.get(item["agent_id"], 0) + item["total_cents"]
            self._cents[first] = cents
        return self._cents[first]

    def _bill_of(self, day: str) -> OpenBill | None:
        """The bill that an event of this day counts towards."""
        if day not in self._by_day:
            when = date.fromisoformat(day)
            bill = self._bill(when)
            counts = any(piece.first <= when <= piece.last for piece in bill.days)
            self._by_day[day] = bill if counts else None
        return self._by_day[day]

    def _bill(self, day: date) -> OpenBill:
        span = priced_span(self.contract, day)
        if span.first not in self._bills:
            self._bills[span.first] = OpenBill(self._data, self.contract, day)
        return self._bills[span.first]
