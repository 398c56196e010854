"""Demo data: six weeks of a company that sells the work of three agents to five customers.

The same clock gives the same data. Events, invoices and wallet transactions arrive at the times
that they state: the clock is moved through the weeks before now.
"""

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from coobird.mock.contract import json_text
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.rules.billing_run import invoice_contract
from coobird.mock.rules.signal_cost import set_signal_cost
from coobird.mock.service.rejections import results_of
from coobird.mock.service.request_log import LoggedRequest, RequestLog
from coobird.mock.service.service import Service
from coobird.mock.state.tenant_data import TenantData
from coobird.mock.state.tenants import redacted, tenant_of

DEMO_KEY = "sk_test_demo"

# The first billing period has ended and has its invoices, the second one is under way.
_DAYS = 41
# US dollars per million tokens, in and out.
_MODELS: Mapping[str, tuple[Decimal, Decimal]] = {
    "gpt-4o": (Decimal("2.50"), Decimal("10.00")),
    "gpt-4o-mini": (Decimal("0.15"), Decimal("0.60")),
    "claude-sonnet-4-5": (Decimal("3.00"), Decimal("15.00")),
    "gemini-2.5-flash": (Decimal("0.30"), Decimal("2.50")),
}
_CREDITS_PER_USD = 100
_JSON = {"content-type": "application/json"}


class _Work(NamedTuple):
    """One kind of work of an agent: its event, and the model calls that it takes."""

    agent: str
    code: str
    action_type: str
    calls: tuple[str, ...]
    """Models that are called, one after the other."""
    tokens: tuple[int, int]
    """Usual number of tokens of a call, in and out."""


_WORK = {
    "ticket": _Work("support", "ticket_resolved", "outcome", ("gpt-4o-mini", "claude-sonnet-4-5"), (16_000, 1_100)),
    "report": _Work(
        "research", "report_written", "workflow", ("claude-sonnet-4-5", "gpt-4o", "gpt-4o"), (240_000, 9_000)
    ),
    "page": _Work("documents", "page_read", "task", ("gemini-2.5-flash",), (6_500, 700)),
}


class _Customer(NamedTuple):
    """A customer, its plan, and the usual number of works of each kind on a working day."""

    name: str
    kind: str
    email: str
    currency: str
    plan: str | None
    works: Mapping[str, float]


_CUSTOMERS = (
    _Customer("Acme Robotics", "company", "billing@acme.example", "USD", "support", {"ticket": 20, "page": 3}),
    _Customer("Bluebird Health", "company", "accounts@bluebird.example", "USD", "support", {"ticket": 8}),
    _Customer("Cobalt Legal", "company", "finance@cobalt.example", "USD", "research", {"report": 2, "page": 9}),
    _Customer("Delft Logistics", "company", "rekening@delft.example", "USD", "documents", {"page": 13, "ticket": 1.5}),
    _Customer("Edith Moreau", "individual", "edith@moreau.example", "USD", None, {"report": 0.6, "page": 3}),
)


def load_demo(service: Service, requests: RequestLog) -> None:
    """Fill the tenant of `DEMO_KEY` with the demo data, now and after each reset.

    A file that has the data already does not get them twice. `requests` gets the batch whose events
    are rejected.
    """
    tenant = tenant_of(f"Bearer {DEMO_KEY}")

    def fill(cleared: str | None) -> None:
        if cleared in (None, tenant):
            _Demo(service, requests, tenant).fill()

    fill(None)
    service.on_reset = fill


class _Demo:
    """The calls that make the demo data."""

    def __init__(self, service: Service, requests: RequestLog, tenant: str) -> None:
        self._service = service
        self._requests = requests
        self._tenant = tenant
        self._now = service.clock.now()
        self._first = self._now.date() - timedelta(_DAYS)
        self._random = Random("coobird")  # noqa: S311 (believable numbers, no secrets)
        self._events = 0
        self._agents: dict[str, str] = {}
        self._customers: dict[str, str] = {}
        self._contracts: dict[str, str] = {}
        self._invoices: dict[str, JsonObject] = {}
        self._period_end = self._first
        self._wallet = ""

    def fill(self) -> None:
        mark = self._tenant, "demo", ""
        if self._service.store.stored_answer(*mark) is not None:
            return
        with self._moved_clock():
            self._set_up()
            for day in range(_DAYS + 1):
                self._live(self._first + timedelta(day))
            self._reject()
        with self._service.store.transaction():
            self._service.store.store_answer(*mark, fingerprint="", status=200, answer=b"")

    # ------------------------------------------------------------------------------------- the offer

    def _set_up(self) -> None:
        self._at(datetime.combine(self._first, time(7), UTC))
        llm = self._call("create_signal", _signal("Model calls", "llm_cost", "calls", signal_type="cost"))
        scan = self._call("create_signal", _signal("Page scan", "page_scan", "pages", signal_type="cost"))
        with self._service.store.transaction():
            cost = {"cost_type": "fixed", "cost_per_unit": 0.0015, "category": "api"}
            set_signal_cost(self._data(), scan["id"], cost)
            set_signal_cost(self._data(), llm["id"], {"category": "llm"})
        support = self._agent("support", "Support Agent", "Resolve ticket", "Tickets resolved", "tickets")
        research = self._agent("research", "Research Agent", "Write report", "Reports written", "reports")
        documents = self._agent("documents", "Document Agent", "Read page", "Pages read", "pages")
        tiers = [
            {"tier_order": 1, "start_unit": 1, "end_unit": 200, "price_per_unit": 95},
            {"tier_order": 2, "start_unit": 201, "end_unit": 400, "price_per_unit": 80},
            {"tier_order": 3, "start_unit": 401, "price_per_unit": 60},
        ]
        tiered = {"agent_action_id": support, "pricing_model": "tiered", "tiers": tiers}
        per_unit = {"agent_action_id": research, "pricing_model": "per_unit", "unit_price": 690, "included_units": 5}
        packages = {"agent_action_id": documents, "pricing_model": "package", "package_size": 50, "package_price": 600}
        plans = {
            "support": self._plan("Support Pro", "support_pro", "USD", 24_900, tiered, packages),
            "research": self._plan("Research Team", "research_team", "USD", 9_900, per_unit, packages),
            "documents": self._plan(
                "Documents", "documents", "USD", 4_900, {**packages, "minimum_commitment": 15_000}, tiered
            ),
        }
        for customer in _CUSTOMERS:
            options = {"name": customer.name, "type": customer.kind, "email": customer.email}
            made = self._call("create_customer", {**options, "currency": customer.currency})
            self._customers[customer.name] = made["id"]
            if customer.plan is not None:
                bound = {"plan_id": plans[customer.plan], "customer_id": made["id"], "name": f"{customer.name} 2026"}
                self._contract(customer.name, {**bound, "start_date": self._first.isoformat()})
        offer = {"plan_id": plans["research"], "customer_id": self._customers["Edith Moreau"], "name": "Offer"}
        self._call("create_contract", {**offer, "start_date": (self._now.date() + timedelta(14)).isoformat()})
        prepaid = {"customer_id": self._customers["Edith Moreau"], "name": "Prepaid", "currency": "USD"}
        self._wallet = self._call("create_wallet", {**prepaid, "conversion_rate": _CREDITS_PER_USD})["id"]
        bought = {"amount": 20, "credit_type": "purchased", "description": "Prepaid by card"}
        self._call("top_up_wallet", bought, wallet_id=self._wallet)
        team = {"customer_id": self._customers["Acme Robotics"], "name": "Team credits", "initial_credits": 5_000}
        self._call("create_wallet", {**team, "currency": "USD", "conversion_rate": _CREDITS_PER_USD})

    def _agent(self, key: str, name: str, action: str, signal: str, unit: str) -> str:
        """Make an agent with one action, and return the id of the action."""
        work = next(work for work in _WORK.values() if work.agent == key)
        actions = [
            {
                "action_name": action,
                "action_type": work.action_type,
                "billable_signal": _signal(signal, work.code, unit),
            }
        ]
        made = self._call(
            "create_agent_with_actions", {"agent": {"name": name, "status": "active"}, "actions": actions}
        )
        self._agents[key] = made["id"]
        return str(made["actions"][0]["id"])

    def _plan(self, name: str, code: str, currency: str, fee: int, *prices: JsonObject) -> str:
        plan = self._call("create_plan", {"name": name, "code": code, "currency": currency})["id"]
        charge = {"charge_name": "Platform fee", "charge_code": f"{code}_fee", "charge_type": "recurring"}
        self._call("create_plan_charge", {**charge, "amount": fee, "billing_frequency": "monthly"}, plan_id=plan)
        for price in prices:
            self._call("create_plan_agent_action", price, plan_id=plan)
        return str(plan)

    def _contract(self, customer: str, options: JsonObject) -> None:
        made = self._call("create_contract", {**options, "payment_terms": 7 if customer == "Bluebird Health" else 30})
        active = self._call("activate_contract", {"activation_date": options["start_date"]}, contract_id=made["id"])
        self._period_end = date.fromisoformat(active["current_period_end"])
        self._contracts[customer] = made["id"]

    # -------------------------------------------------------------------------------------- the days

    def _live(self, day: date) -> None:
        """Send the events of one day, hour by hour, and do the day's billing."""
        weekend, growth = day.weekday() >= 5, 0.75 + 0.5 * (day - self._first).days / _DAYS
        busy = self._random.uniform(0.8, 1.2) * growth * (0.25 if weekend else 1)
        hours: dict[int, list[JsonObject]] = {}
        for customer in _CUSTOMERS:
            for kind, usual in customer.works.items():
                for _ in range(self._about(usual * busy)):
                    hour = min(max(int(self._random.gauss(13, 3.4)), 0), 23)
                    hours.setdefault(hour, []).extend(self._work(customer.name, kind, day, hour))
        for hour in sorted(hours):
            # The present hour is not over yet.
            ended = min(datetime.combine(day, time(hour), UTC) + timedelta(hours=1), self._now)
            sent = sorted(hours[hour], key=lambda event: str(event["timestamp"]))
            if sent := [event for event in sent if event["timestamp"] < instant_text(ended)]:
                self._at(ended)
                self._call("track_events", {"events": sent})
        self._bill(day)

    def _about(self, usual: float) -> int:
        """A whole number that is `usual` on average."""
        drawn = max(self._random.gauss(usual, usual**0.5 / 2), 0)
        return int(drawn + self._random.random())

    def _work(self, customer: str, kind: str, day: date, hour: int) -> Iterator[JsonObject]:
        """Events of one work: each model call with its cost, then the result, which is billed."""
        work = _WORK[kind]
        at = datetime.combine(day, time(hour), UTC) + timedelta(seconds=self._random.uniform(0, 3_300))
        task = f"{kind}-{self._random.randrange(16**6):06x}"
        for model in work.calls:
            tokens_in, tokens_out = (int(usual * self._random.lognormvariate(0, 0.35)) for usual in work.tokens)
            price_in, price_out = _MODELS[model]
            cost_usd = (tokens_in * price_in + tokens_out * price_out) / 1_000_000
            attributes: JsonObject = {
                "model": model,
                "input_tokens": tokens_in,
                "output_tokens": tokens_out,
                "task": task,
            }
            attributes["cost_usd"] = float(cost_usd.quantize(Decimal("0.000001")))
            yield self._event(customer, work, at, signal_code="llm_cost", attributes=attributes)
            at += timedelta(seconds=self._random.uniform(2, 40))
        if kind == "page":
            scanned = {"cost_usd": 0.0015, "task": task}
            yield self._event(customer, work, at, signal_code="page_scan", attributes=scanned)
        # A result belongs to its model only if there was one model.
        result = {"task": task} | ({"model": work.calls[0]} if len(work.calls) == 1 else {})
        yield self._event(customer, work, at, signal_code=work.code, attributes=result)

    def _event(self, customer: str, work: _Work, at: datetime, **fields: Any) -> JsonObject:
        self._events += 1
        return {
            "event_id": f"demo-{self._events:06d}",
            "customer_id": self._customers[customer],
            "agent_id": self._agents[work.agent],
            "action_type": work.action_type,
            "timestamp": instant_text(at),
            **fields,
        }

    def _bill(self, day: date) -> None:
        """Do what follows the events of a day: wallets, invoices and payments."""
        self._at(min(datetime.combine(day, time(23, 30), UTC), self._now))
        spent = round(self._random.uniform(30, 60), 2)
        if self._balance() > spent:
            self._call("deduct_wallet", {"amount": spent, "description": f"Usage of {day}"}, wallet_id=self._wallet)
        if day == self._period_end + timedelta(1):
            for customer in self._contracts:
                self._invoice(customer)
        if day == self._period_end + timedelta(4):
            self._pay("Acme Robotics", "completed")
            self._pay("Cobalt Legal", "pending")

    def _invoice(self, customer: str) -> None:
        body = {"day": self._period_end.isoformat(), "auto_finalize": True}
        if customer == "Delft Logistics":
            body |= {"tax_rate": 0.21}
        with self._service.store.transaction():
            bills, contract_id = self._service.bills, self._contracts[customer]
            invoice = invoice_contract(self._service.spec, self._data(), bills, contract_id, body)
        self._invoices[customer] = invoice

    def _pay(self, customer: str, status: str) -> None:
        invoice = self._invoices[customer]
        paid = {"customer_id": invoice["customer_id"], "invoice_id": invoice["id"], "amount": invoice["total_cents"]}
        payment = self._call("create_payment", {**paid, "payment_method": "bank_transfer"})
        if status != "pending":
            self._call("update_payment", {"status": status}, payment_id=payment["id"])

    def _balance(self) -> Decimal:
        return Decimal(self._data().need("wallet", self._wallet)["credits_balance"])

    def _reject(self) -> None:
        """Send a batch with two mistakes that programs make: a cost as text, and a negative one."""
        self._at(self._now)
        events = [
            self._event("Acme Robotics", _WORK["ticket"], self._now, signal_code="llm_cost", attributes=attributes)
            for attributes in ({"model": "gpt-4o", "cost_usd": "n/a"}, {"model": "gpt-4o-mini", "cost_usd": -0.0021})
        ]
        operation, body = self._service.spec.operations["track_events"], json_text.encode({"events": events})
        answer = self._service.answer(self._tenant, operation, {}, "", _JSON, body)
        logged = LoggedRequest(
            at=instant_text(self._now),
            method=operation.method,
            path=f"{self._service.spec.base_path}{operation.path}",
            query="",
            operation=operation.id,
            tenant=self._tenant,
            key=redacted(f"Bearer {DEMO_KEY}"),
            idempotency_key=None,
            body=body,
            status=answer.status,
            code=None,
            detail=None,
            fields=[],
            request_id="req_demo",
            milliseconds=0.0,
            results=results_of(answer.content),
        )
        self._requests.add(logged)
        self._requests.add_rejected(logged, body)

    # ------------------------------------------------------------------------------------- the server

    @contextmanager
    def _moved_clock(self) -> Generator[None]:
        """Return the clock to its present setting at the end."""
        clock = self._service.clock
        setting = clock.as_text()
        try:
            yield
        finally:
            clock.restore(setting)

    def _at(self, moment: datetime) -> None:
        self._service.clock.freeze(moment)

    def _data(self) -> TenantData:
        return self._service.data(self._tenant)

    def _call(self, name: str, values: JsonObject, **path: str) -> Any:
        operation = self._service.spec.operations[name]
        answer = self._service.answer(self._tenant, operation, path, "", _JSON, json_text.encode(values))
        return json.loads(answer.content)


def _signal(name: str, code: str, unit: str, **fields: str) -> JsonObject:
    return {"signal_name": name, "signal_code": code, "aggregation_type": "count", "unit_label": unit, **fields}
