"""The public surface as type checkers see it. Never run: mypy and pyright read it.

Mistakes that must be refused are marked with an ignore. Both checkers complain about an ignore that
is not needed.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar, assert_type

import httpx

import coobird
from coobird import (
    UNSET,
    APIError,
    APIStatusError,
    AsyncCoomon,
    BatchTrackResponse,
    BillableSignalOptions,
    BillableSignalOptionsDict,
    ContractStatus,
    CoobirdError,
    Coomon,
    CoomonOptions,
    CreateAgentActionOptions,
    CreateAgentActionOptionsDict,
    CreateAgentOptions,
    CreateInvoiceLineItemOptionsDict,
    CustomerListResponse,
    CustomerResponse,
    DroppedEventsError,
    InvalidEventError,
    ListCustomersQuery,
    ListQuery,
    NotFoundError,
    PaginatedResponse,
    PlanChargeResponse,
    RateLimitError,
    Stats,
    TrackOptions,
    TrackTaskOptions,
    WalletBalanceResponse,
)


def report(error: CoobirdError) -> None:
    if isinstance(error, DroppedEventsError):
        assert_type(error.events, list[dict[str, Any]])
    if isinstance(error, InvalidEventError):
        assert_type(error.event, dict[str, Any])


def build(options: CoomonOptions, anything: Any) -> None:
    Coomon()
    Coomon("sk_1", host="https://api.coobird.ai", flush_interval=0, on_error=report, http_client=httpx.Client())
    Coomon(**options)
    AsyncCoomon("sk_1", async_http_client=httpx.AsyncClient())
    Coomon("sk_1", anything)  # type: ignore[call-arg]
    AsyncCoomon("sk_1", anything)  # type: ignore[call-arg]
    AsyncCoomon(**options, flush_att=20)  # type: ignore[call-arg]
    Coomon("sk_1", flush_att=20)  # type: ignore[call-arg]
    Coomon("sk_1", flush_at="20")  # type: ignore[arg-type]


def track(coomon: Coomon, options: TrackOptions, task: TrackTaskOptions) -> None:
    coomon.track(customer_id="c", agent_id="a", action_type="task", quantity=Decimal("0.5"), attributes={"model": "m"})
    coomon.track(**options)
    coomon.track_task(**task)
    coomon.track_task(customer_id="c", agent_id="a", timestamp=dt.datetime.now(dt.UTC))
    assert_type(coomon.track_outcome_immediate(customer_id="c", agent_id="a"), BatchTrackResponse)
    assert_type(coomon.flush(), BatchTrackResponse | None)
    assert_type(coomon.stats(), Stats)
    coomon.track(customer_id="c", agent_id="a", action_type="chore")  # type: ignore[arg-type]
    coomon.track_task(customer_id="c")
    coomon.track_task("c", "a")  # type: ignore[call-arg]
    coomon.track_task(customer_id="c", agent_id="a", model="m")  # type: ignore[call-arg]


def resources(coomon: Coomon, query: ListCustomersQuery, paging: ListQuery) -> None:
    customer = coomon.create_customer(name="Acme", type="company", metadata={"tier": "gold"}, idempotency_key="k")
    assert_type(customer, CustomerResponse)
    assert_type(customer.id, str)
    assert_type(customer.type, str)
    assert_type(customer.email, str | None)
    assert_type(customer.metadata, dict[str, Any])
    assert_type(customer.created_at, dt.datetime)
    coomon.update_customer(customer.id, name=UNSET, email=None)
    page = coomon.list_customers(**query)
    assert_type(page, CustomerListResponse)
    assert_type(page.data, list[CustomerResponse])
    assert_type(coomon.iter_customers(status="active"), Iterator[CustomerResponse])
    assert_type(first_of(page), CustomerResponse)
    coomon.list_agents(**paging)
    coomon.create_contract(customer_id="c", plan_id="p", name="n", start_date=dt.date(2026, 4, 1))
    coomon.create_contract(customer_id="c", plan_id="p", name="n", start_date="2026-04-01")
    assert_type(coomon.list_plan_charges("plan_1"), list[PlanChargeResponse])
    assert_type(coomon.get_wallet_balance("w_1"), WalletBalanceResponse)
    assert_type(coomon.with_options(max_retries=8), Coomon)
    with coomon as same:
        assert_type(same, Coomon)
    answers_nothing: Callable[[str], None] = coomon.delete_customer
    answers_nothing("c")
    coomon.create_customer(name="Acme", type="firm")  # type: ignore[arg-type]
    coomon.create_customer(name="Acme")  # type: ignore[call-arg]
    coomon.create_customer(name=None, type="company")  # type: ignore[arg-type]
    coomon.get_customer(customer_id=7)  # type: ignore[arg-type]
    coomon.create_customers()  # type: ignore[attr-defined]


def nested(coomon: Coomon, anything: dict[str, Any]) -> None:
    signal: BillableSignalOptionsDict = {"signal_name": "s", "signal_code": "s", "aggregation_type": "sum"}
    action: CreateAgentActionOptionsDict = {"action_name": "x", "action_type": "task", "billable_signal": signal}
    coomon.create_agent_with_actions(agent={"name": "A"}, actions=[action])
    coomon.create_agent_with_actions(
        agent=CreateAgentOptions(name="A"),
        actions=[
            CreateAgentActionOptions(action_name="x", action_type="task", billable_signal=signal),
            {"action_name": "y", "action_type": "task", "billable_signal": BillableSignalOptions(**signal)},
            {
                "action_name": "z",
                "action_type": "outcome",
                "billable_signal": BillableSignalOptions.from_dict(anything),
            },
        ],
    )
    coomon.create_agent_action("a", **action)
    coomon.update_agent_action("a", "b", billable_signal={"unit_label": "calls"}, value={"fte_equivalent": None})
    line: CreateInvoiceLineItemOptionsDict = {
        "description": "d",
        "quantity": 1,
        "unit_price_cents": 2.5,
        "subtotal_cents": 3,
        "total_cents": 3,
    }
    coomon.update_invoice("i", line_items=(line,))
    # Left out, misspelled, of another type, of another value, and a dict that may hold anything.
    coomon.create_agent_with_actions(agent={}, actions=[])  # type: ignore[arg-type]
    coomon.update_agent_action("a", "b", billable_signal={"signal_kode": "s"})  # type: ignore[arg-type]
    coomon.update_agent_action("a", "b", billable_signal={"signal_code": 7})  # type: ignore[arg-type]
    coomon.update_agent_action("a", "b", billable_signal={"aggregation_type": "mean"})  # type: ignore[arg-type]
    coomon.update_agent_action("a", "b", billable_signal=anything)  # type: ignore[arg-type]
    coomon.update_invoice("i", line_items=(line,), taxes=[{"tax_name": "VAT"}])  # type: ignore[list-item]


def filters(coomon: Coomon) -> None:
    coomon.list_customers(status="active", type="company", search="a", sort="anything", order="desc")
    coomon.list_plans(status="archived", type="hybrid")
    status: ContractStatus = "draft"
    coomon.iter_contracts(status=status)
    coomon.list_agents(status="archived", has_external_id=True)
    coomon.list_agent_actions("a", action_type="outcome")
    coomon.list_signals(signal_type="cost", status="inactive")
    coomon.list_payments(status="partially_refunded")
    coomon.list_invoices(status="void")
    query: ListCustomersQuery = {"status": "actve"}  # type: ignore[typeddict-item]
    coomon.list_customers(**query)
    coomon.list_customers(status="actve")  # type: ignore[arg-type]
    coomon.iter_contracts(status="done")  # type: ignore[arg-type]
    coomon.list_invoices(status="paid")  # type: ignore[arg-type]


T = TypeVar("T")


def first_of(page: PaginatedResponse[T]) -> T:
    assert_type(page.pagination.total_pages, int)
    return page.data[0]


async def awaited(coomon: AsyncCoomon) -> None:
    coomon.track_task(customer_id="c", agent_id="a")
    assert_type(await coomon.track_task_immediate(customer_id="c", agent_id="a"), BatchTrackResponse)
    assert_type(await coomon.get_customer("c"), CustomerResponse)
    assert_type(coomon.iter_customers(), AsyncIterator[CustomerResponse])
    async for customer in coomon.iter_customers(limit=10):
        assert_type(customer, CustomerResponse)
    assert_type(await coomon.flush(), BatchTrackResponse | None)
    assert_type(coomon.stats(), Stats)
    async with coomon as same:
        assert_type(same, AsyncCoomon)
    assert_type(coomon.with_options(request_timeout=60), AsyncCoomon)


def failures(coomon: Coomon) -> None:
    try:
        coomon.get_customer("c")
    except NotFoundError as error:
        assert_type(error.status_code, int)
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except APIStatusError as error:
        assert_type(error.response, httpx.Response | None)
    except APIError as error:
        assert_type(error.status_code, int | None)
        assert_type(error.request_id, str | None)
        assert_type(error.code, str | None)
        assert_type((error.method, error.path), tuple[str, str])


def version() -> None:
    assert_type(coobird.__version__, str)
