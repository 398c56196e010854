"""Bills to date of a contract: of all its periods, counted in slices while a page is open.

`billing/running_bills.py` is for answers of the API: it counts the events of a request before that
request ends, and only those of today's periods. A page may lag behind, so these bills need no work
on arrival, and neither the index of events by customer nor a place in the transaction.
"""

from collections.abc import Iterable
from datetime import date

from coobird.mock.billing.billed_days import is_billed_on, priced_period, priced_periods
from coobird.mock.billing.bills import OpenBill
from coobird.mock.billing.periods import Period
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


class BillsToDate:
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

    def bill(self, day: date) -> OpenBill:
        """Bill of the period that `day` lies in. It is right once `ready` is True.

        It has no lines if the contract is not billed on any day of the period.
        """
        period = priced_period(self.contract, day)
        return self._bill(period) if period.first <= period.last else open_bill(self._data, self.contract, day)

    def is_computed(self, today: date) -> bool:
        """True if `by_agent` returns without adding up."""
        return not self.ready or (self._computed is not None and self._computed[0] == today)

    def _add_up(self, today: date) -> dict[str | None, BilledAmounts] | None:
        total: dict[str | None, int] = {NO_AGENT: 0, **dict.fromkeys(self._agents, 0)}
        for number, period in enumerate(priced_periods(self.contract, today), 1):
            if number > MAX_PERIODS:
                return None
            for agent, cents in self._cents_of(self._bill(period)).items():
                total[agent] = total.get(agent, 0) + cents
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
            for item in (item for part in bill.parts() for item in part.items):
                cents[item["agent_id"]] = cents.get(item["agent_id"], 0) + item["total_cents"]
            self._cents[first] = cents
        return self._cents[first]

    def _bill_of(self, day: str) -> OpenBill | None:
        """Bill that counts an event of this day. None if the contract is not billed on it."""
        if day not in self._by_day:
            when = date.fromisoformat(day)
            is_billed = is_billed_on(self.contract, when)
            self._by_day[day] = self._bill(priced_period(self.contract, when)) if is_billed else None
        return self._by_day[day]

    def _bill(self, period: Period) -> OpenBill:
        if period.first not in self._bills:
            self._bills[period.first] = open_bill(self._data, self.contract, period.first)
        return self._bills[period.first]
