"""Meters the tool calls of an MCP server: one event for each call, with the customer who pays.

def payer(call):
    return {"customer_id": account_of(call.headers["authorization"]), "agent_id": "tools"}

server = FastMCP("search", middleware=[CoobirdMiddleware(coomon, run=payer)])      # fastmcp
server = MCPServer("search", middleware=[CoobirdMiddleware(coomon, run=payer)])    # mcp >= 2
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
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


class CoobirdMiddleware:
    """Makes each tool call a run with its payer, and tracks one event for each that ends well.

    Calls, results and errors pass through unchanged. A call that raises, or whose result is marked
    as an error, is not metered. What the tool tracks by itself, and model calls in it, take the
    payer from the same run. Other messages of the protocol are not touched.
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
        call = None
        with self._report_errors:
            call = _call_of(context)
        if call is None:
            return await call_next(context)
        with await self._opener.open_async(call):
            result = await call_next(context)
            if not _is_error(result):
                with self._report_errors:
                    event = self._event(call, result)
                    if event is not None:
                        self._coomon.track_task(**event)
        return result


def _call_of(context: Any) -> ToolCall:
    # mcp has the parameters as they arrived, fastmcp as an object.
    params = getattr(context, "params", None)
    if params is None:
        message = context.message
        params = {"name": message.name, "arguments": message.arguments}
    return ToolCall(str(params["name"]), params.get("arguments") or {}, _headers_of(context), context)


def _headers_of(context: Any) -> Mapping[str, str]:
    headers = getattr(context, "headers", None)
    if headers is None and hasattr(context, "fastmcp_context"):
        from fastmcp.server.dependencies import get_http_headers

        headers = get_http_headers(include_all=True)
    return {name.lower(): value for name, value in (headers or {}).items()}


def _is_error(result: Any) -> bool:
    if isinstance(result, Mapping):
        return bool(cast("Mapping[str, Any]", result).get("isError"))
    return bool(getattr(result, "is_error", False) or getattr(result, "isError", False))
