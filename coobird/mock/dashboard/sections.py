"""Sections of the page as JSON documents. A frame leaves out each section that has not changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import nlargest
from typing import Any, NamedTuple

from coobird.mock.billing.money import CREDIT, decimal, divided, rounded
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.figures import BilledAmounts, figures, sum_billed
from coobird.mock.dashboard.live import LiveDashboard
from coobird.mock.dashboard.running_bill import NO_AGENT, RunningBill
from coobird.mock.dashboard.totals import Totals, decimal_text, merged
from coobird.mock.service.request_log import LoggedRequest, RequestLog

MAX_LINES = 50
MAX_WALLETS = 20
MAX_TRANSACTIONS = 20
MAX_ERRORS = 20
MAX_TENANTS = 200

_BilledByAgent = Mapping[str | None, BilledAmounts]
# By tenant and customer. None while the amounts of a customer are unknown.
_BilledByCustomer = Mapping[tuple[str, str], _BilledByAgent | None]


class _TableRow(NamedTuple):
    """One customer or agent."""

    tenant: str
    id: str
    totals: Totals | None
    billed: BilledAmounts | None

    @property
    def rank(self) -> tuple[Decimal, int, str]:
        totals = self.totals or Totals()
        return totals.cost_usd or Decimal(0), totals.events, self.id


def sections(live: LiveDashboard, requests: RequestLog, tenant: str | None) -> Iterator[tuple[str, Any]]:
    """Name and content of each section, for one tenant or for all."""
    clock, store = live.service.clock, live.service.store
    billed = {
        customer: _billed_by_agent(list(running_bills.values()), live)
        for customer, running_bills in live.running_bills.items()
        if tenant in (None, customer[0])
    }
    yield "clock", {"frozen": instant_text(clock.now()) if clock.frozen else None}
    yield "behind", live.behind
    yield "tenants", _tenants(live, requests)
    yield "total", _total(live, billed, tenant)
    yield "chart", live.totals.chart(tenant)
    yield "customers", _table(live, "customer", _customers(live, billed, tenant))
    # Amounts that belong to no agent are in no row of the table.
    unassigned = _sum_if_all_known(billed, (found.get(NO_AGENT) for found in billed.values() if found))
    agents = _table(live, "agent", _agents(live, billed, tenant))
    yield "agents", {**agents, "unassigned": figures(None, unassigned)["billed"]}
    yield "wallets", [_wallet(live, *found) for found in store.newest(tenant, "wallet", MAX_WALLETS)]
    entries = store.newest(tenant, "wallet_transaction", MAX_TRANSACTIONS)
    yield "transactions", [_transaction(live, *found) for found in entries]
    failed = [logged for logged in reversed(requests.errors) if tenant in (None, logged.tenant)]
    yield "errors", [_error(logged) for logged in failed[:MAX_ERRORS]]


def _billed_by_agent(running_bills: Sequence[RunningBill], live: LiveDashboard) -> _BilledByAgent | None:
    """Amounts that the contracts of one customer bill. None while one of them is unknown."""
    today = live.service.clock.now().date()
    found = [running_bill.by_agent(today) for running_bill in running_bills]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    agents = {agent for each in known for agent in each}
    sums = {agent: sum_billed(each.get(agent) for each in known) for agent in agents}
    return {agent: billed for agent, billed in sums.items() if billed is not None}


def _total(live: LiveDashboard, billed: _BilledByCustomer, tenant: str | None) -> JsonObject:
    totals = merged(each.total for each in live.totals.of(tenant).values())
    return figures(
        totals, _sum_if_all_known(billed, (each for found in billed.values() if found for each in found.values()))
    )


def _sum_if_all_known(billed: _BilledByCustomer, parts: Iterable[BilledAmounts | None]) -> BilledAmounts | None:
    """Sum of the parts. None while the amounts of one customer are unknown."""
    return None if None in billed.values() else sum_billed(parts)


def _customers(live: LiveDashboard, billed: _BilledByCustomer, tenant: str | None) -> list[_TableRow]:
    totals = {
        (name, customer): found
        for name, each in live.totals.of(tenant).items()
        for customer, found in each.customers.items()
    }
    rows: list[_TableRow] = []
    for key in dict.fromkeys([*totals, *billed]):
        found = billed.get(key)
        rows.append(_TableRow(*key, totals.get(key), sum_billed(found.values()) if found else None))
    return rows


def _agents(live: LiveDashboard, billed: _BilledByCustomer, tenant: str | None) -> list[_TableRow]:
    totals = {
        (name, agent): found for name, each in live.totals.of(tenant).items() for agent, found in each.agents.items()
    }
    by_agent: dict[tuple[str, str], BilledAmounts | None] = {}
    for (name, _), found in billed.items():
        for agent, each in (found or {}).items():
            if agent is not None:
                by_agent[name, agent] = sum_billed([by_agent.get((name, agent)), each])
    # A sum over the customers of a tenant is unknown while the amounts of one of them are unknown.
    for name in {name for (name, _), found in billed.items() if found is None}:
        by_agent |= {key: None for key in by_agent if key[0] == name}
    return [_TableRow(*key, totals.get(key), by_agent.get(key)) for key in dict.fromkeys([*totals, *by_agent])]


def _table(live: LiveDashboard, kind: str, rows: list[_TableRow]) -> JsonObject:
    """The rows with the highest cost, and the number of further rows."""
    shown = nlargest(MAX_LINES, rows, key=lambda row: row.rank)
    return {"lines": [_line(live, kind, row) for row in shown], "more": len(rows) - len(shown)}


def _line(live: LiveDashboard, kind: str, row: _TableRow) -> JsonObject:
    over_time = live.totals.over_time(row.totals) if row.totals else []
    shown = {"tenant": row.tenant, "id": row.id, "name": _name(live, row.tenant, kind, row.id)}
    return {**shown, **figures(row.totals, row.billed), "over_time": over_time}


def _name(live: LiveDashboard, tenant: str, kind: str, identifier: str) -> str | None:
    """Name of a customer or agent. None if it does not exist: events may name any id."""
    found = live.service.store.get(tenant, kind, identifier)
    return found["name"] if found else None


def _tenants(live: LiveDashboard, requests: RequestLog) -> list[JsonObject]:
    """Tenants by redacted key. Keys that look alike get the end of the tenant's name as well."""
    names = dict.fromkeys([*live.service.store.tenants(), *live.totals.tenants, *requests.keys])
    shown = list(names)[-MAX_TENANTS:]
    labels = {name: requests.keys.get(name) or name for name in shown}
    times = Counter(labels.values())
    return [
        {"id": name, "label": label if times[label] == 1 else f"{label} ({name[-6:]})"}
        for name, label in labels.items()
    ]


def _wallet(live: LiveDashboard, tenant: str, wallet: JsonObject) -> JsonObject:
    balance, rate = Decimal(wallet["credits_balance"]), decimal(wallet["conversion_rate"])
    return {
        "tenant": tenant,
        "id": wallet["id"],
        "name": wallet["name"],
        "customer": _name(live, tenant, "customer", wallet["customer_id"]) or wallet["customer_id"],
        "status": wallet["status"],
        "credits": decimal_text(balance),
        "amount": decimal_text(rounded(divided(balance, rate), CREDIT)),
        "currency": wallet["currency"],
    }


def _transaction(live: LiveDashboard, tenant: str, entry: JsonObject) -> JsonObject:
    wallet = live.service.store.get(tenant, "wallet", entry["wallet_id"])
    return {
        "tenant": tenant,
        "id": entry["id"],
        "at": entry["created_at"],
        "wallet": wallet["name"] if wallet else entry["wallet_id"],
        "type": entry["type"],
        "credits": decimal_text(decimal(entry["credit_amount"])),
        "balance": decimal_text(decimal(entry["balance_after"])),
        "description": entry["description"],
    }


def _error(logged: LoggedRequest) -> JsonObject:
    names = ("at", "tenant", "key", "method", "path", "operation", "status", "code", "detail", "fields", "request_id")
    return {name: getattr(logged, name) for name in names}
