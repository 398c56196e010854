"""Tool calls of MCP servers, by the real packages `mcp` and `fastmcp`."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any

import fastmcp
import mcp
import pytest
import uvicorn
from fastmcp.client.transports import SSETransport, StreamableHttpTransport
from mcp.server.mcpserver import MCPServer, Resolve
from mcp.server.mcpserver.resolve import Elicit
from mcp_types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from pydantic import BaseModel

from coobird import CoobirdError, Coomon
from coobird.integrations.mcp import CoobirdMiddleware, ToolCall
from coobird.mock import MockCoobird


class Meter:
    def __init__(self, mock: MockCoobird) -> None:
        self._mock = mock
        self.errors: list[CoobirdError] = []
        self.coomon = Coomon("sk_test_mcp", host=mock.url, on_error=self.errors.append)

    def events(self) -> list[dict[str, Any]]:
        self.coomon.flush()
        return self._mock.events()


@pytest.fixture
def meter() -> Iterator[Meter]:
    with MockCoobird() as mock:
        made = Meter(mock)
        with made.coomon:
            yield made


def payer(call: ToolCall) -> Any:
    return {"customer_id": call.arguments.get("customer", "cust_none"), "agent_id": "agent_tools"}


def server_of(library: str, middleware: CoobirdMiddleware, coomon: Coomon) -> Any:
    make: Any = fastmcp.FastMCP if library == "fastmcp" else MCPServer
    server = make("search", middleware=[middleware])

    @server.tool()
    async def search(customer: str, query: str = "birds") -> str:
        await asyncio.sleep(0)
        coomon.track_task(signal_code="inside")
        return f"found {query}"

    @server.tool()
    async def fail(customer: str) -> str:
        raise ValueError("no such index")

    return server


async def call(library: str, server: Any, name: str, arguments: dict[str, Any]) -> Any:
    client: Any = fastmcp.Client(server) if library == "fastmcp" else mcp.Client(server)
    async with client as connected:
        await connected.list_tools()
        options = {"raise_on_error": False} if library == "fastmcp" else {}
        return await connected.call_tool(name, arguments, **options)


LIBRARIES = pytest.mark.parametrize("library", ["fastmcp", "mcp"])


@LIBRARIES
def test_a_tool_call_is_one_event_of_its_payer(library: str, meter: Meter) -> None:
    server = server_of(library, CoobirdMiddleware(meter.coomon, run=payer), meter.coomon)
    result = asyncio.run(call(library, server, "search", {"customer": "cust_1"}))
    assert "found birds" in str(result.content)
    events = meter.events()
    assert [(event["customer_id"], event["signal_code"]) for event in events] == [
        ("cust_1", "inside"),
        ("cust_1", None),
    ]
    assert events[1]["attributes"] == {"tool": "search"}
    assert meter.errors == []


@LIBRARIES
def test_a_tool_call_that_fails_is_not_metered(library: str, meter: Meter) -> None:
    server = server_of(library, CoobirdMiddleware(meter.coomon, run=payer), meter.coomon)
    result = asyncio.run(call(library, server, "fail", {"customer": "cust_1"}))
    assert result.is_error
    assert meter.events() == []


@LIBRARIES
def test_calls_at_once_are_billed_to_their_own_customers(library: str, meter: Meter) -> None:
    server = server_of(library, CoobirdMiddleware(meter.coomon, run=payer), meter.coomon)

    async def main() -> None:
        await asyncio.gather(
            *(call(library, server, "search", {"customer": f"cust_{number % 3}"}) for number in range(9))
        )

    asyncio.run(main())
    billed = [event["customer_id"] for event in meter.events() if event["signal_code"] is None]
    assert sorted(billed) == sorted(f"cust_{number % 3}" for number in range(9))


@LIBRARIES
def test_the_event_may_follow_the_call_and_its_result(library: str, meter: Meter) -> None:
    def event(call: ToolCall, result: Any) -> Any:
        if call.arguments["query"] == "free":
            return None
        return {"signal_code": call.name, "quantity": len(call.arguments["query"])}

    server = server_of(library, CoobirdMiddleware(meter.coomon, run=payer, event=event), meter.coomon)
    for query in ("free", "bird"):
        asyncio.run(call(library, server, "search", {"customer": "cust_1", "query": query}))
    billed = [event for event in meter.events() if event["signal_code"] != "inside"]
    assert [(event["signal_code"], event["quantity"]) for event in billed] == [("search", 4)]


@LIBRARIES
def test_functions_that_fail_are_reported_and_the_call_goes_on(library: str, meter: Meter) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("account")

    middleware = CoobirdMiddleware(meter.coomon, run=broken, event=broken)
    result = asyncio.run(call(library, server_of(library, middleware, meter.coomon), "search", {"customer": "c"}))
    assert "found birds" in str(result.content)
    texts = [str(error) for error in meter.errors]
    assert any("payer" in text for text in texts), texts
    assert any("tool call could not be metered" in text for text in texts), texts


@pytest.mark.parametrize("has_request", [True, False], ids=["request", "direct"])
def test_a_call_of_a_mounted_server_is_one_event_if_both_servers_have_the_middleware(
    meter: Meter, has_request: bool
) -> None:
    def server_with_middleware(name: str) -> Any:
        return fastmcp.FastMCP(name, middleware=[CoobirdMiddleware(meter.coomon, run=payer)])

    server, child, grandchild = map(server_with_middleware, ["parent", "child", "grandchild"])
    child.tool(lambda customer: "found", name="search")
    grandchild.tool(lambda customer: "found", name="search")
    child.mount(grandchild, namespace="deep")
    server.mount(child, namespace="child")
    ask = partial(call, "fastmcp", server) if has_request else server.call_tool
    asyncio.run(ask("child_search", {"customer": "cust_1"}))
    asyncio.run(ask("child_deep_search", {"customer": "cust_2"}))
    assert [(event["customer_id"], event["attributes"]["tool"]) for event in meter.events()] == [
        ("cust_1", "child_search"),
        ("cust_2", "child_deep_search"),
    ]
    assert meter.errors == []


def test_a_tool_that_calls_a_tool_of_another_server_is_two_events(meter: Meter) -> None:
    middleware = CoobirdMiddleware(meter.coomon, run=payer)
    inner, outer = fastmcp.FastMCP("inner", middleware=[middleware]), fastmcp.FastMCP("outer", middleware=[middleware])
    inner.tool(lambda customer: "found", name="search")

    @outer.tool
    async def ask(customer: str) -> str:
        await call("fastmcp", inner, "search", {"customer": customer})
        return "answered"

    asyncio.run(call("fastmcp", outer, "ask", {"customer": "cust_1"}))
    assert sorted(event["attributes"]["tool"] for event in meter.events()) == ["ask", "search"]


DEADLINE = 60


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Base URL of uvicorn in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join(DEADLINE)


def app_of(library: str, server: Any, transport: str) -> Any:
    options: Any = {"stateless_http": True} if transport == "stateless" else {}
    if library == "fastmcp":
        return server.http_app(transport="sse" if transport == "sse" else "http", **options)
    return server.sse_app() if transport == "sse" else server.streamable_http_app(**options)


@LIBRARIES
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("transport", ["http", "stateless", "sse"])
def test_the_headers_of_each_http_request_name_its_payer(library: str, transport: str, mode: str, meter: Meter) -> None:
    def of_headers(call: ToolCall) -> Any:
        return {"customer_id": call.headers["x-account"], "agent_id": "agent_tools"}

    async def search_as(root: str, account: str) -> None:
        path, make = ("sse", SSETransport) if transport == "sse" else ("mcp", StreamableHttpTransport)
        headers = {"X-Account": account}
        async with fastmcp.Client(make(f"{root}/{path}", headers=headers), mode=mode) as connected:
            for _ in range(3):
                await connected.call_tool("search", {"customer": "ignored"})

    async def both(root: str) -> None:
        await asyncio.gather(search_as(root, "cust_1"), search_as(root, "cust_2"))

    server = server_of(library, CoobirdMiddleware(meter.coomon, run=of_headers), meter.coomon)
    with served(app_of(library, server, transport)) as root:
        asyncio.run(both(root))
    billed = sorted((event["customer_id"], event["signal_code"] or "") for event in meter.events())
    assert billed == [(customer, signal) for customer in ("cust_1", "cust_2") for signal in [""] * 3 + ["inside"] * 3]
    assert meter.errors == []


class Answer(BaseModel):
    ok: bool


def ask_for_it() -> Elicit[Answer]:
    return Elicit("Sure?", Answer)


def asking_server(library: str, middleware: CoobirdMiddleware) -> Any:
    """Server with a tool that asks the person at the client before it works."""
    if library == "mcp":
        server: Any = MCPServer("asking", middleware=[middleware])

        @server.tool()
        def book(customer: str, answer: Annotated[Answer, Resolve(ask_for_it)]) -> str:
            return f"booked {answer.ok}"
    else:
        server = fastmcp.FastMCP("asking", middleware=[middleware])

        @server.tool(name="book")
        def book_or_ask(customer: str, ctx: fastmcp.Context) -> Any:
            if not ctx.input_responses:
                params = ElicitRequestFormParams(message="Sure?", requested_schema=Answer.model_json_schema())
                return InputRequiredResult(input_requests={"sure": ElicitRequest(params=params)})
            return "booked True"

    return server


@LIBRARIES
def test_a_call_that_asks_the_client_back_is_one_event(library: str, meter: Meter) -> None:
    async def accept(*_: Any) -> Any:
        return ElicitResult(action="accept", content={"ok": True})

    async def main() -> Any:
        server = asking_server(library, CoobirdMiddleware(meter.coomon, run=payer))
        async with mcp.Client(getattr(server, "_mcp_server", server), elicitation_callback=accept) as client:
            return await client.call_tool("book", {"customer": "cust_1"})

    result = asyncio.run(main())
    assert "booked True" in str(result.content)
    assert [event["customer_id"] for event in meter.events()] == ["cust_1"]
    assert meter.errors == []
