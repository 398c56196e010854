"""The sections of the page, as JSON documents. Each can be left out of a frame if it is what was sent before."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import nlargest
from typing import Any, NamedTuple

from coobird.mock.billing.money import CREDIT, decimal, divided, rounded
from coobird.mock.dashboard.figures import Charged, figures, together
from coobird.mock.dashboard.live import Live, tenants
from coobird.mock.dashboard.running_bill import NO_AGENT, Accrual
from coobird.mock.dashboard.totals import Tally, merged, plain
from coobird.mock.service.request_log import Exchange, RequestLog
from coobird.mock.state.clock import stamp
from coobird.mock.state.document_store import Doc, Store

MAX_LINES = 50
MAX_WALLETS = 20
MAX_TRANSACTIONS = 20
MAX_ERRORS = 20
MAX_TENANTS = 200

_ByAgent = Mapping[str | None, Charged]


class _Line(NamedTuple):
    """One customer or agent."""

    tenant: str
    id: str
    tally: Tally | None
    charged: Charged | None

    @property
    def weight(self) -> tuple[Decimal, int, str]:
        tally = self.tally or Tally()
        return tally.cost_usd or Decimal(0), tally.events, self.id


def sections(live: Live, requests: RequestLog, tenant: str | None) -> Iterator[tuple[str, Any]]:
    """What the page shows of one tenant, or of all: the name of each section, and what is in it."""
    clock, store = live.service.clock, live.service.store
    charges = {
        customer: _charges(list(accruals.values()), live)
        for customer, accruals in live.accruals.items()
        if tenant in (None, customer[0])
    }
    yield "clock", {"frozen": stamp(clock.now()) if clock.frozen else None}
    yield "behind", live.behind
    yield "tenants", _tenants(live, requests)
    yield "total", _total(live, charges, tenant)
    yield "chart", live.board.chart(tenant)
    yield "customers", _table(live, "customer", _customers(live, charges, tenant))
    # What is charged for no agent's doing, no line can show.
    unassigned = _known(charges, (found.get(NO_AGENT) for found in charges.values() if found))
    agents = _table(live, "agent", _agents(live, charges, tenant))
    yield "agents", {**agents, "unassigned": figures(None, unassigned)["billed"]}
    yield "wallets", [_wallet(live, *found) for found in _newest(store, tenant, "wallet", MAX_WALLETS)]
    entries = _newest(store, tenant, "wallet_transaction", MAX_TRANSACTIONS)
    yield "transactions", [_transaction(live, *found) for found in entries]
    failed = [exchange for exchange in reversed(requests.errors) if tenant in (None, exchange.tenant)]
    yield "errors", [_error(exchange) for exchange in failed[:MAX_ERRORS]]


def _charges(accruals: Sequence[Accrual], live: Live) -> _ByAgent | None:
    """What the contracts of one customer charge; None while that is not known."""
    today = live.service.clock.now().date()
    found = [accrual.by_agent(today) for accrual in accruals]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    agents = {agent for each in known for agent in each}
    sums = {agent: together(each.get(agent) for each in known) for agent in agents}
    return {agent: charged for agent, charged in sums.items() if charged is not None}


_Charges = Mapping[tuple[str, str], _ByAgent | None]


def _total(live: Live, charges: _Charges, tenant: str | None) -> Doc:
    usages = live.board.usages(tenant).values()
    charged = _known(charges, (each for found in charges.values() if found for each in found.values()))
    return figures(merged(usage.total for usage in usages), charged)


def _known(charges: _Charges, parts: Iterable[Charged | None]) -> Charged | None:
    """The sum of the parts; None as long as some customer's charges are not known."""
    return None if None in charges.values() else together(parts)


def _customers(live: Live, charges: _Charges, tenant: str | None) -> list[_Line]:
    tallies = {
        (name, customer): tally
        for name, usage in live.board.usages(tenant).items()
        for customer, tally in usage.customers.items()
    }
    lines: list[_Line] = []
    for key in dict.fromkeys([*tallies, *charges]):
        found = charges.get(key)
        charged = together(found.values()) if found else None
        lines.append(_Line(*key, tallies.get(key), charged))
    return lines


def _agents(live: Live, charges: _Charges, tenant: str | None) -> list[_Line]:
    tallies = {
        (name, agent): tally
        for name, usage in live.board.usages(tenant).items()
        for agent, tally in usage.agents.items()
    }
    charged: dict[tuple[str, str], Charged | None] = {}
    for (name, _), found in charges.items():
        for agent, each in (found or {}).items():
            if agent is not None:
                charged[name, agent] = together([charged.get((name, agent)), each])
    # As long as one customer's charges are not known, no sum over a tenant's customers is.
    for name in {name for (name, _), found in charges.items() if found is None}:
        charged |= {key: None for key in charged if key[0] == name}
    return [_Line(*key, tallies.get(key), charged.get(key)) for key in dict.fromkeys([*tallies, *charged])]


def _table(live: Live, kind: str, lines: list[_Line]) -> Doc:
    """The lines with the highest cost, and how many more there are."""
    shown = nlargest(MAX_LINES, lines, key=lambda line: line.weight)
    return {"lines": [_line(live, kind, line) for line in shown], "more": len(lines) - len(shown)}


def _line(live: Live, kind: str, line: _Line) -> Doc:
    over_time = live.board.over_time(line.tally) if line.tally else []
    shown = {"tenant": line.tenant, "id": line.id, "name": _name(live, line.tenant, kind, line.id)}
    return {**shown, **figures(line.tally, line.charged), "over_time": over_time}


def _name(live: Live, tenant: str, kind: str, identifier: str) -> str | None:
    """Events may name customers and agents that nobody created."""
    found = live.service.store.get(tenant, kind, identifier)
    return found["name"] if found else None


def _tenants(live: Live, requests: RequestLog) -> list[Doc]:
    """Everybody, by the redacted key; two keys that look alike get a part of their tenants' names too."""
    names = dict.fromkeys([*tenants(live.service.store), *live.board.tenants, *requests.keys])
    shown = list(names)[-MAX_TENANTS:]
    labels = {name: requests.keys.get(name) or name for name in shown}
    times = Counter(labels.values())
    return [
        {"id": name, "label": label if times[label] == 1 else f"{label} ({name[-6:]})"}
        for name, label in labels.items()
    ]


def _newest(store: Store, tenant: str | None, kind: str, limit: int) -> list[tuple[str, Doc]]:
    """Documents with their tenants, of one or of all, the newest first."""
    # The plus keeps SQLite from collecting all of a tenant's documents in order to sort them.
    condition, values = ("", ()) if tenant is None else ("where +tenant = ?", (tenant,))
    sql = f"select tenant, doc from {kind} {condition} order by seq desc limit ?"
    return [(row[0], json.loads(row[1])) for row in store.db.execute(sql, (*values, limit))]


def _wallet(live: Live, tenant: str, wallet: Doc) -> Doc:
    balance, rate = Decimal(wallet["credits_balance"]), decimal(wallet["conversion_rate"])
    return {
        "tenant": tenant,
        "id": wallet["id"],
        "name": wallet["name"],
        "customer": _name(live, tenant, "customer", wallet["customer_id"]) or wallet["customer_id"],
        "status": wallet["status"],
        "credits": plain(balance),
        "amount": plain(rounded(divided(balance, rate), CREDIT)),
        "currency": wallet["currency"],
    }


def _transaction(live: Live, tenant: str, entry: Doc) -> Doc:
    wallet = live.service.store.get(tenant, "wallet", entry["wallet_id"])
    return {
        "tenant": tenant,
        "id": entry["id"],
        "at": entry["created_at"],
        "wallet": wallet["name"] if wallet else entry["wallet_id"],
        "type": entry["type"],
        "credits": plain(decimal(entry["credit_amount"])),
        "balance": plain(decimal(entry["balance_after"])),
        "description": entry["description"],
    }


def _error(exchange: Exchange) -> Doc:
    names = ("at", "tenant", "key", "method", "path", "operation", "status", "code", "detail", "fields", "request_id")
    return {name: getattr(exchange, name) for name in names}
