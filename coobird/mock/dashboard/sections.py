"""Sections of the page as JSON documents. A frame leaves out each section that has not changed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import nlargest
from typing import Any, NamedTuple

from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.bills_to_date import NO_AGENT, BillsToDate
from coobird.mock.dashboard.details import details
from coobird.mock.dashboard.figures import BilledAmounts, figures, margin_usd, sum_billed
from coobird.mock.dashboard.listing import listing
from coobird.mock.dashboard.live import LiveDashboard
from coobird.mock.dashboard.query import KINDS, Query
from coobird.mock.dashboard.totals import Totals
from coobird.mock.dashboard.usage import Usage
from coobird.mock.service.rejections import RejectedEvent
from coobird.mock.service.request_log import LoggedRequest, RequestLog

LINES_PER_PAGE = 25
# Rows that a chart shows in a color of their own. All others are one part of it.
MAX_SERIES = 5
# Values of each filter that the page proposes.
MAX_PROPOSED = 100
MAX_ERRORS = 50
MAX_TENANTS = 200

_KNOWN = BilledAmounts({})

_BilledByAgent = Mapping[str | None, BilledAmounts]
# By tenant and customer. None while the amounts of a customer are unknown.
_BilledByCustomer = Mapping[tuple[str, str], _BilledByAgent | None]


class _TableRow(NamedTuple):
    """One customer, agent, model or signal."""

    tenant: str
    id: str | None
    totals: Totals | None
    billed: BilledAmounts | None
    is_counting: bool = False
    """True if the billed amount is not known yet, or takes too long to add up."""

    @property
    def rank(self) -> tuple[Decimal, int, str]:
        totals = self.totals or Totals()
        return totals.cost_usd or Decimal(0), totals.events, self.id or ""


def sections(live: LiveDashboard, requests: RequestLog, query: Query) -> Iterator[tuple[str, Any]]:
    """Name and content of each section of a page."""
    clock, store, tenant = live.service.clock, live.service.store, query.tenant
    usage = live.usage(query.selection)
    yield "clock", {"frozen": instant_text(clock.now()) if clock.frozen else None}
    yield "behind", live.behind(usage)
    yield "tenants", _tenants(live, requests)
    yield "counts", {kind: store.total(tenant, kind) for kind in KINDS}
    yield "stored", live.service.events.last_seq()
    if query.opened is not None:
        yield "opened", details(live, query.opened)
    if query.listed is not None:
        yield "list", listing(live, query, query.listed)
    if query.opened is None and query.listed is None:
        yield from _usage_sections(live, query, usage)
    failed = [logged for logged in reversed(requests.errors) if tenant in (None, logged.tenant)]
    yield "errors", [_error(live, logged) for logged in failed[:MAX_ERRORS]]


def _usage_sections(live: LiveDashboard, query: Query, usage: Usage) -> Iterator[tuple[str, Any]]:
    billed = _billed(live, query)
    parts = [each for found in billed.values() if found for each in found.values()]
    covers = {"of_contracts": _covers_bills(query), "is_counting": None in billed.values()}
    yield "total", {**figures(usage.total, _sum_if_all_known(billed, parts)), **covers}
    rows = _rows(query, usage, billed)
    series, sums = _series(live, query, usage), usage.over_time(usage.total)
    yield "chart", {**usage.chart(), "by": query.dimension, "sums": sums, "series": series}
    yield "lines", _lines(live, query, usage, rows)
    # Amounts that belong to no agent are in no row of the agents.
    fees = _sum_if_all_known(billed, (found.get(NO_AGENT) for found in billed.values() if found))
    yield "unassigned", figures(None, fees)["billed"] if query.dimension == "agent" else None
    yield "proposed", {dimension: _proposed(live, dimension, rows) for dimension, rows in usage.rows.items()}


def _covers_bills(query: Query) -> bool:
    """True if the selected usage is all usage of some contracts or agents, as amounts are."""
    return query.selection.span == "all" and query.selection.events.is_of_all_usage


def _billed(live: LiveDashboard, query: Query) -> _BilledByCustomer:
    """Amounts that the contracts of the selected customers bill, of the selected agent alone."""
    chosen = query.selection.events
    if not _covers_bills(query):
        return {}
    found: dict[tuple[str, str], _BilledByAgent | None] = {}
    for key, by_contract in live.bills_to_date.items():
        if query.tenant in (None, key[0]) and chosen.customer_id in (None, key[1]):
            by_agent = _billed_by_agent(list(by_contract.values()), live)
            if by_agent is not None and chosen.agent_id is not None:
                by_agent = {agent: part for agent, part in by_agent.items() if agent == chosen.agent_id}
            found[key] = by_agent
    return found


def _billed_by_agent(contracts: Sequence[BillsToDate], live: LiveDashboard) -> _BilledByAgent | None:
    """Amounts that the contracts of one customer bill. None while one of them is unknown."""
    today = live.service.clock.now().date()
    found = [contract.by_agent(today) for contract in contracts]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    agents = {agent for each in known for agent in each}
    sums = {agent: sum_billed(each.get(agent) for each in known) for agent in agents}
    return {agent: billed for agent, billed in sums.items() if billed is not None}


def _sum_if_all_known(billed: _BilledByCustomer, parts: Iterable[BilledAmounts | None]) -> BilledAmounts | None:
    """Sum of the parts. None while the amounts of one customer are unknown."""
    return None if None in billed.values() else sum_billed(parts)


def _rows(query: Query, usage: Usage, billed: _BilledByCustomer) -> list[_TableRow]:
    """Rows of the chosen dimension, those that are billed without an event among them."""
    totals = usage.rows[query.dimension]
    amounts: dict[tuple[str, str | None], BilledAmounts | None] = {}
    counting: set[str] = set()
    if query.dimension == "customer":
        amounts = {key: sum_billed(found.values()) if found else None for key, found in billed.items()}
    elif query.dimension == "agent":
        for (tenant, _), found in billed.items():
            for agent, each in (found or {}).items():
                if agent is not None:
                    amounts[tenant, agent] = sum_billed([amounts.get((tenant, agent)), each])
        # A sum over the customers of a tenant is unknown while the amounts of one are unknown.
        counting = {tenant for (tenant, _), found in billed.items() if found is None}
        amounts |= {key: None for key in amounts if key[0] in counting}
    return [
        _TableRow(*key, totals.get(key), amounts.get(key), key[0] in counting or amounts.get(key, _KNOWN) is None)
        for key in dict.fromkeys([*totals, *amounts])
    ]


def _lines(live: LiveDashboard, query: Query, usage: Usage, rows: list[_TableRow]) -> JsonObject:
    """One page of the rows, sorted."""
    ordered = sorted(rows, key=lambda row: row.rank, reverse=True)
    if query.sort == "name":
        ordered.sort(key=lambda row: (_label(live, query, row) or "").casefold(), reverse=not query.ascending)
    elif query.sort in _SORTS:
        value = _SORTS[query.sort]
        known = [row for row in ordered if value(row) is not None]
        known.sort(key=lambda row: value(row) or Decimal(0), reverse=not query.ascending)
        ordered = known + [row for row in ordered if value(row) is None]
    pages = max(-(-len(ordered) // LINES_PER_PAGE), 1)
    page = min(query.page, pages)
    shown = ordered[(page - 1) * LINES_PER_PAGE : page * LINES_PER_PAGE]
    lines = [_line(live, query, usage, row) for row in shown]
    return {"by": query.dimension, "lines": lines, "total": len(ordered), "page": page, "pages": pages}


def _billed_number(row: _TableRow) -> Decimal | None:
    """Cents of a row for sorting. Amounts in several currencies cannot be compared."""
    if row.billed is None or len(row.billed.cents) > 1:
        return None
    return Decimal(next(iter(row.billed.cents.values()), 0))


_SORTS: dict[str, Callable[[_TableRow], Decimal | None]] = {
    "events": lambda row: Decimal((row.totals or Totals()).events),
    "input_tokens": lambda row: Decimal((row.totals or Totals()).input_tokens),
    "output_tokens": lambda row: Decimal((row.totals or Totals()).output_tokens),
    "cost_usd": lambda row: (row.totals or Totals()).cost_usd,
    "billed": _billed_number,
    "margin_usd": lambda row: margin_usd((row.totals or Totals()).cost_usd, row.billed)[0],
}


def _line(live: LiveDashboard, query: Query, usage: Usage, row: _TableRow) -> JsonObject:
    over_time = usage.events_over_time(row.totals) if row.totals else []
    shown = {"tenant": row.tenant, "id": row.id, "name": _name(live, query.dimension, row.tenant, row.id)}
    return {**shown, **figures(row.totals, row.billed), "is_counting": row.is_counting, "over_time": over_time}


def _name(live: LiveDashboard, dimension: str, tenant: str, identifier: str | None) -> str | None:
    if identifier is None or dimension not in ("customer", "agent"):
        return None
    return live.name(tenant, dimension, identifier)


def _label(live: LiveDashboard, query: Query, row: _TableRow) -> str | None:
    return _name(live, query.dimension, row.tenant, row.id) or row.id


def _series(live: LiveDashboard, query: Query, usage: Usage) -> list[JsonObject]:
    """Rows with the highest cost as parts of the chart, and the rest as its last part."""
    rows = usage.rows[query.dimension]
    ranked = nlargest(
        MAX_SERIES,
        (_TableRow(*key, totals, None) for key, totals in rows.items()),
        key=lambda row: row.rank,
    )
    # Colors must not change with the order of the rows, only with the set of them.
    colors = sorted((row.id or "", row.tenant) for row in ranked)
    shown = [
        {
            "tenant": row.tenant,
            "id": row.id,
            "name": _name(live, query.dimension, row.tenant, row.id),
            "rest": 0,
            "color": colors.index((row.id or "", row.tenant)) + 1,
            **usage.over_time(row.totals or Totals()),
        }
        for row in ranked
    ]
    if len(rows) > len(ranked):
        rest = usage.rest([row.totals for row in ranked if row.totals])
        more = {"tenant": None, "id": None, "name": None, "rest": len(rows) - len(ranked), "color": 0}
        shown.append({**more, **usage.over_time(rest)})
    return shown


def _proposed(live: LiveDashboard, dimension: str, rows: Mapping[tuple[str, str | None], Totals]) -> list[JsonObject]:
    """Values with the most events, for the filter of a dimension."""
    chosen = nlargest(MAX_PROPOSED, rows.items(), key=lambda item: (item[1].events, item[0][1] or ""))
    values = dict.fromkeys((tenant, identifier) for (tenant, identifier), _ in chosen)
    return [{"id": value, "name": _name(live, dimension, tenant, value)} for tenant, value in values]


def _tenants(live: LiveDashboard, requests: RequestLog) -> list[JsonObject]:
    """Tenants by redacted key. Keys that look alike get the end of the tenant's name as well."""
    names = dict.fromkeys([*live.service.store.tenants(), *live.tenants, *requests.keys])
    shown = list(names)[-MAX_TENANTS:]
    labels = {name: requests.keys.get(name) or name for name in shown}
    times = Counter(labels.values())
    return [
        {"id": name, "label": label if times[label] == 1 else f"{label} ({name[-6:]})"}
        for name, label in labels.items()
    ]


def _error(live: LiveDashboard, logged: LoggedRequest | RejectedEvent) -> JsonObject:
    """Row of a request that failed, or of an event that was rejected, which has an `event`."""
    shown = {name: getattr(logged, name) for name in ("at", "tenant", "key", "request_id")}
    if isinstance(logged, RejectedEvent):
        event = {name: getattr(logged, name) for name in ("event_id", "customer_id", "agent_id", "signal_code")}
        event["customer"] = live.name(logged.tenant, "customer", logged.customer_id)
        event["agent"] = live.name(logged.tenant, "agent", logged.agent_id)
        refusal: JsonObject = {
            "operation": "track_events",
            "status": 200,
            "code": "rejected",
            "detail": logged.error,
            "fields": [],
        }
        return {**shown, **refusal, "number": logged.number, "event": event}
    names = ("method", "path", "operation", "status", "code", "detail", "fields")
    return {**shown, **{name: getattr(logged, name) for name in names}, "number": None, "event": None}
