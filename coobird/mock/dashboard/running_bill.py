"""Running bill of a contract: the billed amount of all its periods, updated with each event."""

from collections.abc import Iterable
from datetime import date, timedelta

from coobird.mock.billing.billed_days import first_billed_day, priced_period
from coobird.mock.billing.bills import OpenBill
from coobird.mock.billing.tenant_bills import open_bill
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.figures import BilledAmounts
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import TenantData

# Highest number of periods of one contract that are added up. With more of them, the page shows no
# amount, since the computation would delay everything else.
MAX_PERIODS = 500
# Key of amounts that belong to no agent, such as a monthly fee.
NO_AGENT = None


class RunningBill:
    """One contract and an open bill for each of its periods. Nothing is stored."""

    def __init__(self, data: TenantData, contract: JsonObject) -> None:
        self.contract = contract
        self.ready = False
        """True once it has counted all events so far. Until then the billed amount is unknown."""
        self._data = data
        self._bills: dict[date, OpenBill] = {}
        self._by_day: dict[str, OpenBill | None] = {}
        self._cents: dict[date, dict[str | None, int]] = {}
        self._computed: tuple[date, dict[str | None, BilledAmounts] | None] | None = None
        self._agents = self._priced_agents()

    def add(self, events: Iterable[StoredEvent]) -> None:
        """Count events of the contract's customer. No event may be given twice."""
        by_period: dict[date, list[StoredEvent]] = {}
        for event in events:
            if (bill := self._bill_of(event.timestamp[:10])) is not None:
                by_period.setdefault(bill.period.first, []).append(event)
        for first, counted in by_period.items():
            self._bills[first].measure(counted)
            self._cents.pop(first, None)
            self._computed = None

    def by_agent(self, today: date) -> dict[str | None, BilledAmounts] | None:
        """Billed amounts by agent, from the contract's first day to the end of today's period.

        None while the amount is unknown, or if there are more than `MAX_PERIODS` periods.
        """
        if not self.ready:
            return None
        if self._computed is None or self._computed[0] != today:
            self._computed = today, self._add_up(today)
        return self._computed[1]

    def is_computed(self, today: date) -> bool:
        """True if `by_agent` returns without adding up."""
        return not self.ready or (self._computed is not None and self._computed[0] == today)

    def _add_up(self, today: date) -> dict[str | None, BilledAmounts] | None:
        first = day = first_billed_day(self.contract)
        total: dict[str | None, int] = {NO_AGENT: 0, **dict.fromkeys(self._agents, 0)}
        periods = 0
        while first <= day <= today:
            periods += 1
            if periods > MAX_PERIODS:
                return None
            bill = self._bill(day)
            for agent, cents in self._cents_of(bill).items():
                total[agent] = total.get(agent, 0) + cents
            if bill.period.last == date.max:
                break
            day = bill.period.last + timedelta(1)
            if priced_period(self.contract, day) == bill.period:
                break
        currency: str = self.contract["currency"]
        return {agent: BilledAmounts({currency: cents}) for agent, cents in total.items()}

    def _priced_agents(self) -> set[str]:
        """Agents with an action that the contract prices."""
        found = (self._data.get("agent_action", price["agent_action_id"]) for price in self.contract["agent_actions"])
        return {action["agent_id"] for action in found if action}

    def _cents_of(self, bill: OpenBill) -> dict[str | None, int]:
        first = bill.period.first
        if first not in self._cents:
            cents: dict[str | None, int] = {}
            for item in bill.items():
                cents[item["agent_id"]] = cents.get(item["agent_id"], 0) + item["total_cents"]
            self._cents[first] = cents
        return self._cents[first]

    def _bill_of(self, day: str) -> OpenBill | None:
        """Bill that counts an event of this day. None if the contract is not billed on it."""
        if day not in self._by_day:
            when = date.fromisoformat(day)
            bill = self._bill(when)
            counts = any(piece.first <= when <= piece.last for piece in bill.days)
            self._by_day[day] = bill if counts else None
        return self._by_day[day]

    def _bill(self, day: date) -> OpenBill:
        period = priced_period(self.contract, day)
        if period.first not in self._bills:
            self._bills[period.first] = open_bill(self._data, self.contract, day)
        return self._bills[period.first]
