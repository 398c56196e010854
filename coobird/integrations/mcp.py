"""Meters the tool calls of an MCP server: one event for each call, with the customer who pays.

def payer(call):
    return {"customer_id": account_of(call.headers["authorization"]), "agent_id": "tools"}

server = FastMCP("search", middleware=[CoobirdMiddleware(coomon, run=payer)])      # fastmcp
server = MCPServer("search", middleware=[CoobirdMiddleware(coomon, run=payer)])    # mcp >= 2
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.errors import ReportErrors
from coobird.integrations._run_opener import RunOpener

if TYPE_CHECKING:
    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import AnyPayerFunction

    CallNext = Callable[[Any], Awaitable[Any]]
    EventFunction = Callable[["ToolCall", Any], Mapping[str, Any] | None]


class ToolCall(NamedTuple):
    """Call of a tool, as it arrived.

    Attributes:
        name: Name of the tool.
        arguments: Arguments of the call.
        headers: Headers of the HTTP request, with names in lower case; empty on stdio.
        context: The server's own context of the call.
    """

    name: str
    arguments: Mapping[str, Any]
    headers: Mapping[str, str]
    context: Any


def _standard_event(call: ToolCall, _: Any) -> Mapping[str, Any]:
    return {"attributes": {"tool": call.name}}


class _Place(NamedTuple):
    """Request of a client, the server that has it at the moment, and the client to track with.

    A program that calls a tool of its own server makes no request. The package mcp names no server.
    """

    request: Any
    server: Any
    coomon: Any

    def is_passed_on_from(self, other: _Place | None) -> bool:
        return (
            other is not None
            and None not in (self.server, other.server)
            and self.request is other.request
            and self.server is not other.server
            and self.coomon is other.coomon
        )


_metered: ContextVar[_Place | None] = ContextVar("coobird_tool_call", default=None)


class CoobirdMiddleware:
    """Makes each tool call a run with its payer, and tracks one event for each that ends well.

    Calls, results and errors pass through unchanged. A call that raises, or whose result is marked
    as an error, is not metered. A tool that asks the client for input is called again with the
    answers, and only the call that ends is metered. What the tool tracks by itself, and model calls
    in it, take the payer from the same run. Other messages of the protocol are not touched.

    With fastmcp, a server and servers that are mounted in it may all have the middleware. A call
    that one passes on to another is metered by the first one.
    """

    def __init__(
        self, coomon: Coomon | AsyncCoomon, *, run: AnyPayerFunction, event: EventFunction = _standard_event
    ) -> None:
        """Make the middleware. It imports neither `mcp` nor `fastmcp`.

        Args:
            coomon: The client to track with.
            run: Payer function. It is called with each `ToolCall`, and returns `RunOptions`, or
                `None` for no payer. It may be a coroutine function. An error of it is reported to
                `on_error`, and the call goes on without a run.
            event: Function of a `ToolCall` and its result that returns the arguments of
                `track_task`, or `None` for a call that is not billed. If left out, an event has the
                attribute `tool`, and the signal of the run. An error of it is reported to
                `on_error`, and no event is tracked.
        """
        self._coomon = coomon
        self._opener = RunOpener(coomon, run)
        self._event = event
        self._report_errors = ReportErrors(coomon, "A tool call could not be metered")

    async def __call__(self, context: Any, call_next: CallNext) -> Any:
        """Pass one message on; meter it if it calls a tool."""
        if context.method != "tools/call":
            return await call_next(context)
        call = place = None
        with self._report_errors:
            call, place = _call_of(context), self._place_of(context)
        if call is None or place is None or place.is_passed_on_from(_metered.get()):
            return await call_next(context)
        with await self._opener.open_async(call):
            token = _metered.set(place)
            try:
                result = await call_next(context)
            finally:
                _metered.reset(token)
            if _has_ended_well(result):
                with self._report_errors:
                    event = self._event(call, result)
                    if event is not None:
                        self._coomon.track_task(**event)
        return result

    def _place_of(self, context: Any) -> _Place:
        # Only fastmcp has servers in servers.
        inner = getattr(context, "fastmcp_context", None)
        if inner is None:
            return _Place(None, None, self._coomon)
        return _Place(inner.request_context, inner.fastmcp, self._coomon)


def _call_of(context: Any) -> ToolCall:
    # mcp has the parameters as they arrived, fastmcp as an object.
    params = getattr(context, "params", None)
    if params is None:
        message = context.message
        params = {"name": message.name, "arguments": message.arguments}
    return ToolCall(str(params["name"]), params.get("arguments") or {}, _headers_of(context), context)


def _headers_of(context: Any) -> Mapping[str, str]:
    return {name.lower(): value for name, value in _received_headers(context).items()}


def _received_headers(context: Any) -> Mapping[str, str]:
    if hasattr(context, "fastmcp_context"):
        from fastmcp.server.dependencies import get_http_headers

        return get_http_headers(include_all=True)
    return getattr(context.request, "headers", None) or {}  # on stdio there is no request


def _has_ended_well(result: Any) -> bool:
    """True unless the tool failed, or asks the client for input before it goes on.

    The client answers by making the same call again.
    """
    # mcp has the result as it is sent, fastmcp as an object.
    if isinstance(result, Mapping):
        sent = cast("Mapping[str, Any]", result)
        return not sent.get("isError") and sent.get("resultType") != "input_required"
    return not getattr(result, "is_error", False) and not hasattr(result, "input_required")
