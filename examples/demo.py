"""Meter a log of LLM requests with a local Coobird, bill the usage, and check the bill.

Usage: python examples/demo.py [LOG.csv]        (or: make demo [TRACE=LOG.csv])
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from usage_log import MODELS_BY_CUSTOMER, LLMRequest, LogError, read_requests, total_cost_usd

from coobird import CoobirdError, Coomon

API_KEY = "sk_test_demo"
SIGNAL_CODE = "llm_request"
PRICE_CENTS = 2

# One credit is one cent. Prices in cents per million tokens give costs with at most six decimals of
# a credit. Wallets keep six decimals too.
CREDITS_PER_USD = 100
PREPAID_USD = 100

# The log is read faster than real traffic arrives. A flush after this number of events keeps the
# queue far below its limit. At the limit the oldest events would be dropped.
EVENTS_PER_FLUSH = 2_000
MAX_QUEUE_SIZE = 10_000
MAX_BATCH_SIZE = 500


class DemoError(Exception):
    """The demo cannot go on, or the bill is wrong. The message says what differs."""


@contextmanager
def local_coobird() -> Iterator[str]:
    """Run a local Coobird on a free port of this machine until the block ends; yields its URL."""
    command = [sys.executable, "-m", "coobird.mock", "--port", "0"]
    # A new session, so that Ctrl-C does not end the server before the client has sent its last
    # events.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            assert server.stdout is not None
            first_line = server.stdout.readline().split()
            if not first_line:
                raise DemoError("the local server did not start")
            yield first_line[-1]
        finally:
            server.terminate()


class Progress:
    """Progress as one line that is rewritten on a terminal, and as about ten lines elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._rewrites = sys.stdout.isatty()
        self._every = 500 if self._rewrites else -(-total // 10)

    def show(self, done: int, cost_usd: Decimal) -> None:
        if done % self._every == 0 or done == self._total:
            line = f"  {done:,} of {self._total:,} requests metered, {cost_usd:,.2f} USD so far"
            is_last = done == self._total
            print(
                f"\r{line}" if self._rewrites else line, end="" if self._rewrites and not is_last else "\n", flush=True
            )


def set_up(coomon: Coomon) -> tuple[str, str, dict[str, str], dict[str, str]]:
    """Create an agent with a priced action, and for each customer a wallet with credits.

    Returns:
        The ids of the agent and of the plan, the customers' ids by name and the wallets' ids by
        name.
    """
    agent = coomon.create_agent_with_actions(
        agent={"name": "Assistant", "status": "active"},
        actions=[
            {
                "action_name": "Answer request",
                "action_type": "task",
                "billable_signal": {
                    "signal_name": "Requests",
                    "signal_code": SIGNAL_CODE,
                    "aggregation_type": "count",
                    "unit_label": "requests",
                },
            }
        ],
    )
    plan = coomon.create_plan(name="Pay per request", code="pay_per_request")
    action = agent.actions[0].id
    coomon.create_plan_agent_action(
        plan.id, agent_action_id=action, pricing_model="per_unit", unit_price=PRICE_CENTS, included_units=50
    )
    customers, wallets = {}, {}
    for name in MODELS_BY_CUSTOMER:
        customer = coomon.create_customer(name=name, type="company", currency="USD")
        wallet = coomon.create_wallet(
            customer_id=customer.id, name="Prepaid", currency="USD", conversion_rate=CREDITS_PER_USD
        )
        coomon.top_up_wallet(wallet.id, amount=PREPAID_USD, credit_type="purchased", idempotency_key=f"prepay-{name}")
        customers[name], wallets[name] = customer.id, wallet.id
    return agent.id, plan.id, customers, wallets


def meter(coomon: Coomon, requests: list[LLMRequest], agent_id: str, customers: dict[str, str]) -> None:
    """Track one event for each request, with its known cost.

    No event is dropped: see EVENTS_PER_FLUSH.
    """
    progress = Progress(len(requests))
    cost_usd = Decimal(0)
    for done, request in enumerate(requests, 1):
        coomon.track_task(
            customer_id=customers[request.customer],
            agent_id=agent_id,
            signal_code=SIGNAL_CODE,
            event_id=request.event_id,
            timestamp=request.timestamp,
            attributes={
                "model": request.model,
                "input_tokens": request.input_tokens,
                "output_tokens": request.output_tokens,
                "cost_usd": request.cost_usd,
            },
        )
        cost_usd += request.cost_usd
        if done % EVENTS_PER_FLUSH == 0:
            coomon.flush()
        progress.show(done, cost_usd)
    coomon.flush()


def stored_events(url: str) -> list[dict[str, Any]]:
    """All events that the server holds, with numbers as Decimals."""
    answer = httpx.get(f"{url}/_mock/events", headers={"Authorization": f"Bearer {API_KEY}"}, timeout=60)
    answer.raise_for_status()
    events: list[dict[str, Any]] = json.loads(answer.content, parse_float=Decimal)["events"]
    return events


def check_events(events: list[dict[str, Any]], requests: list[LLMRequest], customers: dict[str, str]) -> None:
    """Compare the server's events with the log.

    Raises:
        DemoError: A request is not stored exactly once, or not as the log has it.
    """
    times_stored = Counter(event["event_id"] for event in events)
    wrong = [request.event_id for request in requests if times_stored.pop(request.event_id, 0) != 1]
    if wrong or times_stored:
        raise DemoError(f"not stored exactly once: {wrong[:5]}; stored, but not in the log: {list(times_stored)[:5]}")
    stored = {event["event_id"]: event for event in events}
    for request in requests:
        event = stored[request.event_id]
        got = (event["customer_id"], *(event["attributes"][k] for k in ("input_tokens", "output_tokens", "cost_usd")))
        sent = (customers[request.customer], request.input_tokens, request.output_tokens, request.cost_usd)
        if got != sent:
            raise DemoError(f"{request.event_id} was sent as {sent} and stored as {got}")
    cost_usd = sum((event["attributes"]["cost_usd"] for event in events), Decimal(0))
    if cost_usd != total_cost_usd(requests):
        raise DemoError(f"the events cost {cost_usd} USD, the log {total_cost_usd(requests)} USD")


def balance_of(coomon: Coomon, wallet_id: str) -> Decimal:
    # repr() of a float returns the digits that the server sent, up to fifteen of them.
    return Decimal(repr(coomon.get_wallet_balance(wallet_id).credits_balance))


def bill(coomon: Coomon, wallet_id: str, name: str, cost_usd: Decimal) -> Decimal:
    """Deduct the cost from the wallet, and top the wallet up first if it holds too little.

    Returns:
        The credits that are left.
    """
    credits_due, balance = cost_usd * CREDITS_PER_USD, balance_of(coomon, wallet_id)
    if balance < credits_due:
        usd = (credits_due - balance) // (PREPAID_USD * CREDITS_PER_USD) * PREPAID_USD + PREPAID_USD
        coomon.top_up_wallet(wallet_id, amount=float(usd), credit_type="purchased", idempotency_key=f"recharge-{name}")
        balance += usd * CREDITS_PER_USD
    coomon.deduct_wallet(wallet_id, amount=float(credits_due), description="LLM usage", idempotency_key=f"usage-{name}")
    left = balance_of(coomon, wallet_id)
    if left != balance - credits_due:
        raise DemoError(f"{name}: the wallet holds {left} credits, not {balance} - {credits_due}")
    return left


def bill_everybody(
    coomon: Coomon, events: list[dict[str, Any]], customers: dict[str, str], wallets: dict[str, str]
) -> None:
    """Bill each customer for the events that the server holds.

    Prints a line for each customer, and one with the totals.
    """
    row = "{:<20}{:>9}{:>15}{:>15}{:>16}{:>18}".format
    print(row("customer", "events", "input tokens", "output tokens", "cost USD", "credits left"))
    by_customer = defaultdict(list)
    for event in events:
        by_customer[event["customer_id"]].append(event["attributes"])
    total: Counter[str] = Counter()
    total_usd = Decimal(0)
    for name, customer_id in customers.items():
        usage = by_customer[customer_id]
        tokens = {key: sum(attributes[key] for attributes in usage) for key in ("input_tokens", "output_tokens")}
        cost_usd = sum((attributes["cost_usd"] for attributes in usage), Decimal(0))
        left = bill(coomon, wallets[name], name, cost_usd) if cost_usd else balance_of(coomon, wallets[name])
        print(row(name, f"{len(usage):,}", *(f"{n:,}" for n in tokens.values()), f"{cost_usd:,.8f}", f"{left:,.6f}"))
        total.update(tokens, events=len(usage))
        total_usd += cost_usd
    counts = (f"{total[key]:,}" for key in ("events", "input_tokens", "output_tokens"))
    print(row("total", *counts, f"{total_usd:,.8f}", ""))


def invoice(coomon: Coomon, url: str, plan_id: str, customer_id: str, requests: list[LLMRequest]) -> None:
    """Bind the customer to the plan, and print the invoice of the first month.

    `requests` are those of the customer.

    Raises:
        DemoError: The invoice counts another number of requests than the log.
    """
    first = min(request.timestamp for request in requests).astimezone(UTC).date()
    contract = coomon.create_contract(
        plan_id=plan_id, customer_id=customer_id, name="Pay per request", start_date=first
    )
    coomon.activate_contract(contract.id, activation_date=first)
    # The real service makes invoices after each period, the local one when it is asked to.
    answer = httpx.post(
        f"{url}/_mock/contracts/{contract.id}/invoice",
        headers={"Authorization": f"Bearer {API_KEY}"},
        json={"day": first.isoformat()},
        timeout=60,
    )
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()
    last = date.fromisoformat(made["billing_period_to"])
    due = sum(first <= request.timestamp.astimezone(UTC).date() <= last for request in requests)
    if made["line_items"][0]["quantity"] != due:
        raise DemoError(f"the invoice counts {made['line_items'][0]['quantity']} requests, the log has {due}")
    print(f"\nInvoice {made['invoice_number']}, {first} to {last}:")
    for line in made["line_items"]:
        print(f"  {line['description']:<74}{line['total_cents'] / 100:>10,.2f} {made['currency']}")
    print(f"  {'total':<74}{made['total_cents'] / 100:>10,.2f} {made['currency']}")


def run(log: Path) -> None:
    requests = read_requests(log)
    errors: list[Exception] = []
    with (
        local_coobird() as url,
        Coomon(
            API_KEY, host=url, max_queue_size=MAX_QUEUE_SIZE, max_batch_size=MAX_BATCH_SIZE, on_error=errors.append
        ) as coomon,
    ):
        print(f"A local Coobird runs at {url}")
        agent_id, plan_id, customers, wallets = set_up(coomon)
        print(f"Created {len(customers)} customers with a prepaid wallet each, an agent and a plan. Metering {log}:")
        started = time.monotonic()
        meter(coomon, requests, agent_id, customers)
        print(f"Delivered in {time.monotonic() - started:.2f} s. Reading back what the server holds:\n")
        if errors:
            raise DemoError(f"the SDK reported {len(errors)} errors, the first one: {errors[0]}")
        events = stored_events(url)
        check_events(events, requests, customers)
        bill_everybody(coomon, events, customers, wallets)
        name = requests[0].customer
        invoice(coomon, url, plan_id, customers[name], [each for each in requests if each.customer == name])
    print("\nOK: every request was billed exactly once, and the cost equals the cost of the log to the last digit.")
    print("This server has ended. To look around: make mock ARGS=--demo, then open http://127.0.0.1:4444")


def main() -> int:
    # Without this handler, SIGTERM would end the demo and leave the server running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return 0
    log = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("trace.csv")
    try:
        run(log)
    except (CoobirdError, DemoError, LogError, httpx.HTTPError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
