"""Meters the Claude Agent SDK by its result messages, for each model, with sub-agents.

The SDK runs Claude Code as a program of its own, so there is no client that could be wrapped.

import claude_agent_sdk
from coobird.integrations.claude_agent import wrap

query = wrap(claude_agent_sdk.query, coomon)
with coomon.run(customer_id="cust_1", agent_id="agent_1"):
    async for message in query(prompt="Hello"):                  # one event for each model
        ...
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, TypeVar, cast

from coobird.errors import ConfigurationError
from coobird.integrations._checks import check_sdk_client
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._wrapping.attachment import add_meter, override
from coobird.integrations._wrapping.claude_process import ClaudeProcess, metered_messages
from coobird.integrations._wrapping.options import WrapOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from typing import Unpack

    from coobird.integrations._metering.errors import MeteringClient

    EarlierUsage = Callable[[str], Mapping[str, Any] | None]

__all__ = ("WrapOptions", "wrap")

QueryOrClient = TypeVar("QueryOrClient")

_EXAMPLE = "wrap(claude_agent_sdk.query, coomon) or wrap(ClaudeSDKClient(options), coomon)"


def wrap(
    client: QueryOrClient,
    coomon: MeteringClient,
    *,
    earlier_usage: EarlierUsage | None = None,
    provider: str | None = None,
    **options: Unpack[WrapOptions],
) -> QueryOrClient:
    """Meter all that Claude Code does for this client, or for this `query`.

    Each result message makes one event for each model that was used since the result before it:
    by the agent, by its sub-agents and by Claude Code itself. A message that is read twice makes
    no second event. Messages and errors stay the SDK's own. The customer is that of the run in
    which `query`, `receive_response` or `receive_messages` was called.

    A result restates all that its session has used, also if the session was resumed or forked. So
    the first result of a resumed session is billed by the difference to its last result before,
    which `earlier_usage` returns. Without it, that first result is reported to `on_error` and not
    billed; the next ones are. A turn that ends without a result is reported, too.

    The counts are sums of several requests, so no event has a computed cost. The attribute
    `estimated_cost_usd` is Claude Code's own estimate, by the list prices that it knows. It is not
    what Anthropic charges, and not read as a cost.

    Args:
        client: The function `claude_agent_sdk.query`, or a `ClaudeSDKClient` before it connects.
            The client is returned as it is; for the function, one with the same arguments.
        coomon: The `Coomon` or `AsyncCoomon` to track with.
        earlier_usage: Returns `model_usage` of the last `ResultMessage` of a session, by its id;
            `{}` if it had none, `None` if it is unknown.
        provider: Name of the provider, if Claude Code does not state it (a gateway).
        options: Payer, signal, attributes, cost and prices: see `WrapOptions`.

    Raises:
        ConfigurationError: `client` or `coomon` is no such client; or a wrong entry of `prices`.
    """
    query: Any = client if isinstance(client, types.FunctionType) else None
    if query is None:
        check_sdk_client(client, "claude_agent_sdk", _EXAMPLE, has="receive_messages")
    elif not f"{query.__module__}.".startswith("claude_agent_sdk."):
        raise ConfigurationError(f"No function of claude_agent_sdk: {query.__qualname__}. Write {_EXAMPLE}.")
    meter = CallMeter(coomon, **options)

    def process(made_with: Any, *, is_joined: bool = False) -> ClaudeProcess:
        return ClaudeProcess(meter, canonical_provider(provider), made_with, earlier_usage, is_joined=is_joined)

    if query is not None:
        return cast("QueryOrClient", _wrap_query(query, meter, process))
    _wrap_client(client, meter, process)
    return client


def _wrap_query(query: Callable[..., Any], meter: CallMeter, process: Callable[..., ClaudeProcess]) -> Any:
    @functools.wraps(query)
    def metered_query(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        # A transport of the caller's own may lead to a process that has worked before.
        started = process(kwargs.get("options"), is_joined=kwargs.get("transport") is not None)
        return metered_messages(query(*args, **kwargs), started, meter.client.current_run(), is_whole=True)

    return metered_query if add_meter(metered_query, meter) else query


def _wrap_client(client: Any, meter: CallMeter, process: Callable[..., ClaudeProcess]) -> None:
    if not add_meter(client, meter):
        return
    started = process(client.options)

    def connect(connect: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        nonlocal started
        started = process(client.options)
        return connect(*args, **kwargs)

    def receive_messages(receive: Callable[..., Any], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        return metered_messages(receive(*args, **kwargs), started, meter.client.current_run(), is_whole=False)

    async def disconnect(disconnect: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        try:
            return await disconnect(*args, **kwargs)
        finally:
            started.end()

    override(client, "connect", connect)
    override(client, "receive_messages", receive_messages)
    override(client, "disconnect", disconnect)
