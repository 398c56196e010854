"""The calls of a world, followed in a model: the expected answer of each.

A step is a dict of `do`, the name of the thing that it makes (`as`) and its options. It names other
things by their names. A step that names a thing that was never made is skipped, so a world stays
valid when steps are left out.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from tests.support.oracle import pricing
from tests.support.oracle.pricing import Charge, Contract, Event, Line, Price, Signal, Tier
from tests.support.oracle.term import DAY, Period, Term, period_of
from tests.support.oracle.values import is_refused, number

Step = dict[str, Any]
NAMING = ("plan", "customer", "contract", "signal", "action", "price")
"""Fields of a step that name something that an earlier step made."""
MEASURING = ("sum", "max", "min", "average")


@dataclass(frozen=True)
class Expected:
    """The answer to a step. What is `None` is not compared."""

    status: int
    lines: list[tuple[str, Line]] | None = None
    """Each with the contract that it comes from."""
    period: Period | None = None
    results: dict[str, int] | None = None
    contract: dict[str, Any] | None = None


@dataclass
class Plan:
    interval: str
    trial_days: int
    prices: list[Price] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)


@dataclass
class Invoice:
    contract: str
    period: Period
    cents: dict[str, int]
    is_void: bool = False


@dataclass
class Action:
    agent: str
    action_type: str
    signal: str


class Tenant:
    """Everything that one API key owns, as the page and the contract describe it."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.now = datetime(2020, 1, 1, tzinfo=UTC)
        self.signals: dict[str, Signal] = {}
        self.actions: dict[str, Action] = {}
        self.plans: dict[str, Plan] = {}
        self.customers: set[str] = set()
        self.agents: set[str] = set()
        self.external_ids: dict[str, str] = {}
        self.contracts: dict[str, Contract] = {}
        self.states: dict[str, str] = {}
        self.events: dict[str, Event] = {}
        self.invoices: list[Invoice] = []
        self._arrival = 0

    def knows(self, step: Step) -> bool:
        """True if all things that a step names were made."""
        named = [step[key] for key in NAMING if step.get(key) is not None]
        if step["do"] == "void":
            return any(invoice.contract == step["contract"] and not invoice.is_void for invoice in self.invoices)
        return all(name in self.made for name in named)

    def apply(self, step: Step) -> Expected:
        """Follow a step whose names are known."""
        self._arrival += 1
        expected: Expected = getattr(self, f"_{step['do']}")(step)
        if expected.status < 300 and "as" in step:
            self.made.add(step["as"])
        return expected

    @property
    def today(self) -> date:
        return self.now.date()

    # The things that a tenant makes.

    def _clock(self, step: Step) -> Expected:
        self.now = datetime.fromisoformat(step["at"])
        return Expected(200)

    def _signal(self, step: Step) -> Expected:
        if self._is_taken(step["code"]):
            return Expected(409)
        self._add_signal(step["as"], step)
        return Expected(201)

    def _add_signal(self, name: str, options: Step) -> None:
        codes = [(self._arrival, options["code"])]
        self.signals[name] = Signal(name, options["aggregation"], options.get("value_field"), codes)
        self.made.add(name)

    def _is_taken(self, code: str) -> bool:
        return any(signal.code == code for signal in self.signals.values())

    def _agent(self, step: Step) -> Expected:
        if any(self._is_taken(action["code"]) for action in step["actions"]):
            return Expected(409)
        self.agents.add(step["as"])
        if step.get("external"):
            self.external_ids[f"ext:{step['as']}"] = step["as"]
        for action in step["actions"]:
            self._add_signal(action["signal"], action)
            self.actions[action["as"]] = Action(step["as"], action["action_type"], action["signal"])
            self.made.add(action["as"])
        return Expected(201)

    def _customer(self, step: Step) -> Expected:
        self.customers.add(step["as"])
        if step.get("external"):
            self.external_ids[f"ext:{step['as']}"] = step["as"]
        return Expected(201)

    def _plan(self, step: Step) -> Expected:
        self.plans[step["as"]] = Plan(step["interval"], step.get("trial_days", 0) if step.get("trial") else 0)
        return Expected(201)

    def _price(self, step: Step) -> Expected:
        action = self.actions[step["action"]]
        options = step["options"]
        tiers = tuple(
            Tier(
                tier["tier_order"],
                tier["start_unit"],
                tier.get("end_unit"),
                _fraction(tier["price_per_unit"]),
                tier.get("flat_fee", 0),
            )
            for tier in options.get("tiers", ())
        )
        price = Price(
            name=step["as"],
            action=step["action"],
            agent=action.agent,
            action_type=action.action_type,
            signal=step.get("signal") or action.signal,
            model=options["pricing_model"],
            unit_price=_fraction(options.get("unit_price", 0)),
            package_size=options.get("package_size", 1),
            package_price=_fraction(options.get("package_price", 0)),
            included=_fraction(options.get("included_units", 0)),
            commitment=options.get("minimum_commitment", 0),
            overage=options.get("overage_allowed", True),
            tiers=tiers,
        )
        self.plans[step["plan"]].prices.append(price)
        return Expected(201)

    def _charge(self, step: Step) -> Expected:
        charge = Charge(step["as"], step["code"], step["type"], step["amount"], step.get("frequency"))
        self.plans[step["plan"]].charges.append(charge)
        return Expected(201)

    def _edit(self, step: Step) -> Expected:
        """A price of the plan changes; contracts keep their copies."""
        options = step["options"]
        for plan in self.plans.values():
            plan.prices = [
                replace(price, included=_fraction(options["included_units"]), commitment=options["minimum_commitment"])
                if price.name == step["price"]
                else price
                for price in plan.prices
            ]
        return Expected(200)

    # Changes of signals.

    def _rename(self, step: Step) -> Expected:
        signal = self.signals[step["signal"]]
        if signal.code != step["code"]:
            if self._is_taken(step["code"]):
                return Expected(409)
            signal.codes.append((self._arrival, step["code"]))
        return Expected(200)

    def _measure(self, step: Step) -> Expected:
        signal = self.signals[step["signal"]]
        signal.aggregation = step.get("aggregation", signal.aggregation)
        signal.value_field = step.get("value_field", signal.value_field)
        return Expected(200)

    def _status(self, step: Step) -> Expected:
        signal = self.signals[step["signal"]]
        if signal.is_active and step["status"] == "inactive":
            signal.inactive.append([self._arrival, None])
        elif not signal.is_active and step["status"] == "active":
            signal.inactive[-1][1] = self._arrival
        return Expected(200)

    def _delete(self, step: Step) -> Expected:
        del self.signals[step["signal"]]
        self.made.discard(step["signal"])
        return Expected(204)

    # Contracts.

    def _contract(self, step: Step) -> Expected:
        plan = self.plans[step["plan"]]
        term = Term(date.fromisoformat(step["start"]), _day(step.get("end")), plan.trial_days)
        interval = step.get("interval") or plan.interval
        name = step["as"]
        self.contracts[name] = Contract(name, step["customer"], term, interval, tuple(plan.prices), tuple(plan.charges))
        self.states[name] = "draft"
        return Expected(201)

    def _activate(self, step: Step) -> Expected:
        name = step["contract"]
        if self._state(name) not in ("draft", "suspended"):
            return Expected(409)
        term = self.contracts[name].term
        day = _day(step.get("day")) or self.today
        if term.activated is None:
            term.activated = day
        if term.pauses and term.pauses[-1][1] is None:
            term.pauses[-1] = (term.pauses[-1][0], day)
        self.states[name] = "active"
        return Expected(200)

    def _suspend(self, step: Step) -> Expected:
        name = step["contract"]
        if self._state(name) != "active":
            return Expected(409)
        self.contracts[name].term.pauses.append((self.today, None))
        self.states[name] = "suspended"
        return Expected(200)

    def _cancel(self, step: Step) -> Expected:
        name = step["contract"]
        if self._state(name) == "cancelled":
            return Expected(409)
        contract = self.contracts[name]
        day = _day(step.get("day"))
        if day is None:
            day = self.today
            if step["type"] == "end_of_period":
                day = period_of(contract.term.start, contract.interval, day).last + DAY
                if contract.term.end is not None:
                    day = min(day, max(contract.term.end + DAY, self.today))
        if self.states[name] == "draft":
            self.states[name] = "cancelled"
        contract.term.cancelled = day
        return Expected(200)

    def _end(self, step: Step) -> Expected:
        name = step["contract"]
        if self._state(name) == "cancelled":
            return Expected(409)
        self.contracts[name].term.end = _day(step["day"])
        return Expected(200)

    def _look(self, step: Step) -> Expected:
        name = step["contract"]
        contract = self.contracts[name]
        state = self._state(name)
        facts: dict[str, Any] = {"status": state}
        if state != "active":
            facts |= {"current_period_start": None, "current_period_end": None}
        else:
            day = max(contract.term.start, min(self.today, contract.term.end or self.today))
            period = period_of(contract.term.start, contract.interval, day)
            facts |= {
                "current_period_start": period.first.isoformat(),
                "current_period_end": period.last.isoformat(),
            }
        return Expected(200, contract=facts)

    def _state(self, name: str) -> str:
        cancelled = self.contracts[name].term.cancelled
        return "cancelled" if cancelled is not None and cancelled <= self.today else self.states[name]

    # Events.

    def _events(self, step: Step) -> Expected:
        counts = {"accepted": 0, "duplicate": 0, "rejected": 0}
        for event in step["events"]:
            self._arrival += 1
            counts[self._take(event)] += 1
        return Expected(200, results=counts)

    def _take(self, event: Step) -> str:
        if event["id"] in self.events:
            return "duplicate"
        stored = Event(
            arrival=self._arrival,
            customer=self._resolve(event["customer"], self.customers),
            agent=self._resolve(event["agent"], self.agents),
            action_type=event["action_type"],
            code=event.get("code"),
            quantity=_fraction(event.get("quantity", 1)),
            attributes=event.get("attributes", {}),
            timestamp=datetime.fromisoformat(event["at"]),
        )
        measured = {signal.value_field for signal in self._measuring(stored) if signal.value_field}
        if any(is_refused(stored.attributes.get(attribute)) for attribute in measured):
            return "rejected"
        self.events[event["id"]] = stored
        return "accepted"

    def _resolve(self, text: str, existing: set[str]) -> str | None:
        name = self.external_ids.get(text, text)
        return name if name in existing else None

    def _measuring(self, event: Event) -> list[Signal]:
        """Active signals that measure a number in one of the event's attributes."""
        if event.code is not None:
            having = [signal for signal in self.signals.values() if signal.code == event.code]
            had = [signal for signal in self.signals.values() if any(code == event.code for _, code in signal.codes)]
            found = having or had
        else:
            actions = {
                name
                for name, action in self.actions.items()
                if (action.agent, action.action_type) == (event.agent, event.action_type)
            }
            named = {self.actions[name].signal for name in actions}
            for plan in self.plans.values():
                named |= {
                    price.signal
                    for price in plan.prices
                    if (price.agent, price.action_type) == (event.agent, event.action_type)
                }
            found = [self.signals[name] for name in named]
        return [signal for signal in found if signal.is_active and signal.aggregation in MEASURING]

    # Bills.

    def _preview(self, step: Step) -> Expected:
        named = step.get("contract")
        lines: list[tuple[str, Line]] = []
        periods = []
        for name, contract in self.contracts.items():
            if contract.customer != step["customer"] or named not in (None, name):
                continue
            billed = self._bill(contract, self.today)
            if billed is None:
                continue
            lines += [(name, line) for line in billed]
            periods.append(pricing.stated_period(contract, self.today))
        period = Period(min(p.first for p in periods), max(p.last for p in periods)) if periods else None
        return Expected(200, lines=lines, period=period)

    def _run(self, step: Step) -> Expected:
        contract = self.contracts[step["contract"]]
        day = _day(step.get("day")) or self.today
        billed = self._bill(contract, day)
        if contract.term.activated is None:
            return Expected(409)
        if billed is None:
            return Expected(422)
        period = pricing.stated_period(contract, day)
        earlier = [
            invoice
            for invoice in self.invoices
            if invoice.contract == contract.name
            and not invoice.is_void
            and invoice.period.first <= period.last
            and period.first <= invoice.period.last
        ]
        if step.get("mode") == "difference" and earlier:
            billed = self._difference(billed, earlier)
        elif earlier and step.get("mode") != "again":
            return Expected(409)
        if not billed:
            return Expected(409)
        totals: dict[str, int] = {}
        for line in billed:
            totals[line.source] = totals.get(line.source, 0) + line.cents
        self.invoices.append(Invoice(contract.name, period, totals))
        return Expected(201, lines=[(contract.name, line) for line in billed], period=period)

    def _void(self, step: Step) -> Expected:
        open_ones = [i for i in self.invoices if i.contract == step["contract"] and not i.is_void]
        open_ones[-1].is_void = True
        return Expected(200)

    def _bill(self, contract: Contract, day: date) -> list[Line] | None:
        return pricing.bill(contract, day, list(self.events.values()), self.signals)

    def _difference(self, billed: list[Line], earlier: list[Invoice]) -> list[Line]:
        totals: dict[str, int] = {}
        for line in billed:
            totals[line.source] = totals.get(line.source, 0) + line.cents
        lines = []
        for source, cents in totals.items():
            before = sum(invoice.cents.get(source, 0) for invoice in earlier)
            more = cents - before
            if more > 0 and not before:
                lines += [line for line in billed if line.source == source]
            elif more > 0:
                first = next(line for line in billed if line.source == source)
                lines.append(Line(source, more, Fraction(1), action=first.action, period=first.period))
        return lines


def _fraction(value: float) -> Fraction:
    stated = number(value)
    assert stated is not None
    return stated


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
