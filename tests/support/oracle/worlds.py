"""Random worlds: what a vendor sells, and months of events and changes.

The same seed makes the same world.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any

from tests.support.oracle.tenant import Step

KINDS = ("task", "workflow", "outcome")
AGGREGATIONS = ("count", "count", "sum", "sum", "max", "min", "average", "unique_count")
INTERVALS = ("daily", "weekly", "monthly", "monthly", "monthly", "quarterly", "semi_annual", "annual")
FREQUENCIES = (None, None, "daily", "weekly", "monthly", "monthly", "quarterly", "semi_annual", "annual")
FIELDS = ("ms", "tokens")
QUANTITIES = (1, 1, 1, 2, 3, 0, 0.5, 7, 10, 25, 0.1, 33.333, 1.005, 1e-7, 120, 12345.678, 0.1 + 0.2)
PRICES = (0, 0.5, 0.001, 1, 2, 2.5, 10, 33.335, 0.1 + 0.2, 150, 1999)
NUMBERS: tuple[Any, ...] = (
    0, 1, 3, 7, 7.0, 7.5, 30, 230, -3, 0.1, 0.1 + 0.2, 1e-9, 12345.678, 10**15, -0.0, 0.12345678901234567,
    "7", " 7 ", "+7", "07", "7.", "7.0", "0.7e1", ".5", "-2.5", "120.5", "1E2", "0.1234567890123456789",
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    "slow", "SLOW", "", ".", "e5", "true", "0x10", None, True, False, [7], ["7"], {"a": 1, "b": "x"}, {"b": "x", "a": 1},
)  # fmt: skip
REFUSED: tuple[Any, ...] = (
    10**15 + 1,
    1e16,
    -(10**15) - 1,
    "1e16",
    "1000000000000001",
    1234567890123456781,
    1234567890123456782,
    "1,000",
    "1 000",
    "$5",
    "5 %",
)
ZONES = (0, 0, 0, 2, -5, 14, -12)


def world(seed: int) -> list[Step]:
    """The steps of one tenant."""
    return _World(Random(seed)).steps


class _World:
    def __init__(self, random: Random) -> None:
        self.steps: list[Step] = []
        self._random = random
        self._codes: list[str] = []
        """Every code that events may name."""
        self._code: dict[str, str] = {}
        """The code that each signal has now."""
        self._spare: list[str] = []
        """Signals that nothing uses."""
        self._actions: list[tuple[str, str, str]] = []
        self._plans: list[str] = []
        self._prices: list[str] = []
        self._customers: list[str] = []
        self._contracts: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self._starts: list[date] = []
        self._sent = 0
        month = random.randrange(12)
        day = random.choice((1, 2, 15, 27, 28, 28))
        self._now = datetime(random.choice((2024, 2025, 2027)), month + 1, day, random.randrange(24), tzinfo=UTC)
        self._sell()
        for _ in range(random.randint(2, 5)):
            self._live()

    def _chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def _do(self, do: str, **options: Any) -> None:
        self.steps.append({"do": do, **options})

    # The vendor's side.

    def _sell(self) -> None:
        self._do("clock", at=self._now.isoformat())
        for number in range(self._random.randint(1, 2)):
            self._agent(f"agent{number}")
        if self._chance(50):
            self._signal()
        for number in range(self._random.choice((1, 1, 1, 2))):
            self._plan(f"plan{number}")
        for number in range(self._random.choice((1, 1, 2))):
            name = f"customer{number}"
            self._do("customer", **{"as": name}, external=self._chance(40))
            self._customers.append(name)
        if self._chance(15):
            self._change_of_a_signal()
        for _ in range(self._random.choice((1, 1, 1, 2))):
            self._contract()

    def _measure(self) -> Step:
        measure: Step = {"aggregation": self._random.choice(AGGREGATIONS)}
        if self._chance(65):
            measure["value_field"] = self._random.choice(FIELDS)
        return measure

    def _new_code(self, signal: str) -> str:
        code = f"{signal}_code"
        self._code[signal] = code
        self._codes.append(code)
        return code

    def _agent(self, name: str) -> None:
        actions = []
        for number in range(self._random.randint(1, 3)):
            action, signal, kind = f"{name}_{number}", f"{name}_{number}_signal", self._random.choice(KINDS)
            actions.append(
                {"as": action, "action_type": kind, "signal": signal, "code": self._new_code(signal), **self._measure()}
            )
            self._actions.append((action, name, kind))
        self._do("agent", **{"as": name}, external=self._chance(40), actions=actions)

    def _signal(self) -> None:
        name = f"signal{len(self._code)}"
        code = self._new_code(name)
        self._do("signal", **{"as": name}, code=code, **self._measure())
        self._spare.append(name)

    def _plan(self, name: str) -> None:
        trial = (
            {"trial": self._chance(80), "trial_days": self._random.choice((0, 1, 7, 14))} if self._chance(20) else {}
        )
        self._do("plan", **{"as": name}, interval=self._random.choice(INTERVALS), **trial)
        self._plans.append(name)
        used = []
        for number in range(self._random.randint(0 if self._chance(10) else 1, 3)):
            action = self._random.choice(self._actions)[0]
            if action in used and self._chance(70):
                continue
            used.append(action)
            price = f"{name}_price{number}"
            other = {"signal": self._spare.pop()} if self._spare and self._chance(40) else {}
            self._do("price", **{"as": price}, plan=name, action=action, **other, options=self._price())
            self._prices.append(price)
        for number in range(self._random.choice((0, 0, 1, 1, 2))):
            self._charge(name, number)

    def _charge(self, plan: str, number: int) -> None:
        kind = self._random.choice(("recurring", "recurring", "one_time", "usage_based", "seat_based"))
        code = f"{plan}_charge{number}"
        if self._code and self._chance(20) and number == 0:
            code = self._random.choice(list(self._code.values()))
        if kind in ("usage_based", "seat_based"):
            self._codes.append(code)
        self._do(
            "charge",
            **{"as": f"{plan}_charge{number}"},
            plan=plan,
            code=code,
            type=kind,
            amount=self._random.choice((0, 1, 10, 333, 9900)),
            frequency=self._random.choice(FREQUENCIES),
        )

    def _price(self) -> Step:
        random = self._random
        model = random.choice(("per_unit", "tiered", "tiered", "package"))
        options: Step = {"pricing_model": model}
        if model == "per_unit":
            options["unit_price"] = random.choice(PRICES)
        elif model == "package":
            options |= {"package_size": random.choice((1, 3, 10, 1000)), "package_price": random.choice(PRICES)}
        else:
            options["tiers"] = self._tiers()
        if self._chance(35):
            options["included_units"] = random.choice((1, 2, 5, 10, 0.5, 100))
        if self._chance(15):
            options["overage_allowed"] = False
        if self._chance(20):
            options["minimum_commitment"] = random.choice((1, 50, 500, 10000))
        return options

    def _tiers(self) -> list[Step]:
        tiers = []
        start = self._random.choice((0, 1, 1, 3))
        count = self._random.choice((0, 1, 1, 1, 2, 2, 3, 4))
        for _ in range(count):
            end = start + self._random.choice((0, 1, 4, 9, 99))
            tier: Step = {"start_unit": start, "price_per_unit": self._random.choice(PRICES)}
            if self._chance(75) or end == 0:
                tier["end_unit"] = end
            else:
                end = max(end, 1)
            if self._chance(40):
                tier["flat_fee"] = self._random.choice((1, 200))
            tiers.append(tier)
            start = end + self._random.choice((1, 1, 1, 5))
        if tiers and self._chance(75):
            tiers[-1]["end_unit"] = None
        orders = list(range(1, count + 1))
        if self._chance(20):
            self._random.shuffle(orders)
        for order, tier in zip(orders, tiers, strict=True):
            tier["tier_order"] = order
        if self._chance(20):
            self._random.shuffle(tiers)
        return tiers

    def _contract(self) -> None:
        random = self._random
        name = f"contract{len(self._contracts)}"
        today = self._now.date()
        start = today - timedelta(days=random.choice((0, 0, 1, 10, 29, 31, 45, 60, 120, 400)))
        if self._chance(30):
            start = start.replace(day=1) - timedelta(days=random.choice((1, 1, 2)))
        if self._chance(10):
            start = today + timedelta(days=random.randint(1, 20))
        customer = random.choice(self._customers)
        options: Step = {}
        if self._chance(20):
            options["end"] = (max(start, today) + timedelta(days=random.randint(0, 70))).isoformat()
        if self._chance(30):
            options["interval"] = random.choice(("daily", "weekly", "monthly", "quarterly", "annual"))
        self._do(
            "contract",
            **{"as": name},
            plan=random.choice(self._plans),
            customer=customer,
            start=start.isoformat(),
            **options,
        )
        self._contracts[name] = customer
        self._states[name] = "draft"
        self._starts.append(start)
        if self._chance(85):
            self._activate(name)

    def _activate(self, name: str) -> None:
        day = {}
        if self._chance(40):
            day = {
                "day": (
                    self._now.date() + timedelta(days=self._random.choice((-400, -31, -20, -10, -1, 1, 5)))
                ).isoformat()
            }
        self._do("activate", contract=name, **day)
        self._states[name] = "active"

    # Time passes.

    def _live(self) -> None:
        random = self._random
        self._pass_time()
        for _ in range(random.choice((0, 1, 1, 2))):
            self._change()
        self._events()
        if self._chance(30):
            self._change()
        self._bills()

    def _pass_time(self) -> None:
        gap = self._random.choice((0, 0, 1, 3600, 86400, 5 * 86400, 20 * 86400, 31 * 86400))
        if gap:
            self._now += timedelta(seconds=gap)
            if self._chance(10):
                self._now = datetime.combine(self._now.date(), time(0), UTC)
            self._do("clock", at=self._now.isoformat())

    def _change(self) -> None:
        pick = self._random.randrange(100)
        if pick < 45:
            self._change_of_a_signal()
        elif pick < 85:
            self._change_of_a_contract()
        elif pick < 90 and self._prices:
            self._do(
                "edit", price=self._random.choice(self._prices), options={"included_units": 3, "minimum_commitment": 77}
            )
        elif pick < 95:
            self._contract()
        else:
            self._signal()

    def _change_of_a_signal(self) -> None:
        random = self._random
        signal = random.choice(list(self._code))
        pick = random.randrange(100)
        if pick < 50:
            free = [code for code in self._codes if code not in self._code.values()]
            code = random.choice(free) if free and self._chance(60) else f"code{len(self._codes)}"
            self._code[signal] = code
            self._codes.append(code)
            self._do("rename", signal=signal, code=code)
        elif pick < 75:
            self._do("status", signal=signal, status=random.choice(("inactive", "active")))
        elif pick < 90 or not self._spare:
            self._do("measure", signal=signal, **self._measure())
        else:
            signal = self._spare.pop()
            del self._code[signal]
            self._do("delete", signal=signal)

    def _change_of_a_contract(self) -> None:
        random = self._random
        name = random.choice(list(self._contracts))
        state = self._states[name]
        if state in ("draft", "suspended"):
            if self._chance(75):
                self._activate(name)
            elif self._chance(50):
                self._cancel(name)
        elif state == "active":
            if self._chance(60):
                self._do("suspend", contract=name)
                self._states[name] = "suspended"
            elif self._chance(50):
                end = max(self._starts[int(name.removeprefix("contract"))], self._now.date())
                end += timedelta(days=random.randint(0, 40))
                self._do("end", contract=name, day=None if self._chance(30) else end.isoformat())
            else:
                self._cancel(name)

    def _cancel(self, name: str) -> None:
        begun = self._starts[int(name.removeprefix("contract"))] <= self._now.date()
        day = {}
        if self._chance(40):
            day = {"day": (self._now.date() + timedelta(days=self._random.choice((0, 1, 10)))).isoformat()}
        kind = "end_of_period" if begun and self._chance(50) else "immediate"
        self._do("cancel", contract=name, type=kind, **day)
        self._states[name] = "cancelled"

    # The customers' side.

    def _events(self) -> None:
        events = [self._event() for _ in range(self._random.choice((3, 8, 15, 25)))]
        self._do("events", events=events)

    def _event(self) -> Step:
        random = self._random
        _, agent, kind = random.choice(self._actions)
        customer = random.choice(self._customers)
        self._sent += 1
        event: Step = {
            "id": f"event{random.randint(1, self._sent) if self._chance(4) else self._sent}",
            "customer": random.choice((customer,) * 5 + (f"ext:{customer}", "ext:stranger")),
            "agent": random.choice((agent,) * 6 + (f"ext:{agent}", "agent9")),
            "action_type": kind if self._chance(85) else random.choice(KINDS),
            "at": self._moment(),
        }
        if self._chance(75):
            event["code"] = random.choice(self._codes) if self._chance(97) else "unheard_of"
        if self._chance(70):
            event["quantity"] = random.choice(QUANTITIES)
        attributes = {field: self._value() for field in FIELDS if self._chance(70)}
        if attributes:
            event["attributes"] = attributes
        return event

    def _value(self) -> Any:
        pick = self._random.randrange(100)
        return self._random.choice(NUMBERS if pick < 80 else OTHERS if pick < 96 else REFUSED)

    def _moment(self) -> str:
        random = self._random
        day = self._now.date() - timedelta(days=random.choice((0, 0, 0, 1, 2, 5, 12, 25, 31, 45, 90, -1, -9)))
        if self._chance(15):
            day = random.choice(self._starts) + timedelta(days=random.choice((-1, 0, 1, 30)))
        at = random.choice((time(0), time(23, 59, 59, 999000), time(12), time(random.randrange(24), 30)))
        zone = timezone(timedelta(hours=random.choice(ZONES)))
        return datetime.combine(day, at, UTC).astimezone(zone).isoformat(timespec="milliseconds")

    def _bills(self) -> None:
        random = self._random
        for name, customer in self._contracts.items():
            if self._chance(30):
                self._do("look", contract=name)
            if self._chance(30):
                self._do("preview", customer=customer, contract=name)
        for customer in self._customers:
            self._do("preview", customer=customer)
        for _ in range(random.choice((0, 0, 1, 2))):
            name = random.choice(list(self._contracts))
            options: Step = {}
            if self._chance(60):
                day = self._now.date() - timedelta(days=random.choice((0, 1, 10, 30, 31, 60, -10, -31)))
                options["day"] = day.isoformat()
            if self._chance(40):
                options["mode"] = random.choice(("again", "difference", "difference"))
            self._do("run", contract=name, **options)
        if self._chance(10):
            self._do("void", contract=random.choice(list(self._contracts)))
