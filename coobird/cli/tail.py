"""Command `coobird tail`: shows usage events as they arrive, from the stream of a local server."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from coobird._http.environment import usable_network
from coobird._settings.api_key import ApiKey, resolve_key
from coobird._settings.host import is_loopback, resolve_host
from coobird.cli.arguments import add_host, add_json, ask_for_key
from coobird.cli.show import cell, json_line
from coobird.errors import APIConnectionError, CoobirdError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    import httpx

    from coobird.cli.arguments import Commands

# The server sends a comment after 15 seconds without an event.
_SILENCE_SECONDS = 40.0
_RECONNECT_DELAY_SECONDS = 1.0


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "tail",
        help="show usage events as they arrive at a local server",
        description="Show usage events as they arrive, and in red the events that were rejected, with the reason. "
        "This needs the local server (coobird mock): the service has no stream.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("--customer-id", metavar="CUSTOMER_ID", help="only the events of this customer")
    parser.add_argument("--agent-id", metavar="AGENT_ID", help="only the events of this agent")
    parser.add_argument("--all", action="store_true", help="events of all API keys")
    parser.add_argument("--from-start", action="store_true", help="begin with the events that have arrived before")
    add_host(parser)
    add_json(parser, "one line of JSON for each event; a rejected event has an `error`")


def run(options: Namespace) -> int:
    """Print events until Ctrl-C."""
    in_color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    wanted = {name: value for name in ("customer_id", "agent_id") if (value := getattr(options, name)) is not None}
    host, key = resolve_host(options.host), None
    if not options.all:
        ask_for_key()
        key = resolve_key(ApiKey(None))
        if host.startswith("http://") and not is_loopback(host):
            print(f"coobird: {host} is not encrypted: others on the network can read the API key.", file=sys.stderr)
    for event in follow(host, key, after=0 if options.from_start else None):
        if all(event[name] == value for name, value in wanted.items()):
            print(json_line(event) if options.json else event_line(event, in_color=in_color), flush=True)
    return 0


def follow(host: str, key: ApiKey | None, *, after: int | None) -> Iterator[dict[str, Any]]:
    """Yield the events after this number, or from now on. It never ends, and reconnects if needed.

    An event that the server rejected has an `error` and no `seq`. With `after=0`, those that the
    server still has come first.

    Raises:
        APIConnectionError: The first connection failed.
        CoobirdError: The server has no stream.
    """
    from coobird._http.http_library import httpx

    connected, last, rejected_after = False, None, after
    with usable_network():
        client = httpx.Client(timeout=httpx.Timeout(10.0, read=_SILENCE_SECONDS))
    if key is not None:
        client.headers["Authorization"] = f"Bearer {key.reveal()}"
    with client as http:
        while True:
            try:
                if last is not None and not _has(http, host, last):
                    after = rejected_after = 0  # a server that was started again counts from 1 again
                numbers = {"after": after, "rejected_after": rejected_after}
                query = {name: number for name, number in numbers.items() if number is not None}
                with http.stream("GET", f"{host}/_mock/stream", params=query) as response:
                    kind = response.headers.get("content-type", "")
                    if response.status_code != 200 or not kind.startswith("text/event-stream"):
                        raise CoobirdError(
                            f"{host} has no stream of events (it answered {response.status_code}): `tail` is for the "
                            "local server. Start it with `coobird mock`, and set COOBIRD_HOST=http://localhost:4444."
                        )
                    connected = True
                    for event in read(response.iter_lines()):
                        if "error" in event:
                            rejected_after = event["number"]
                        else:
                            after, last = event["seq"], event
                        yield event
            except httpx.HTTPError as error:
                if not connected:
                    raise APIConnectionError(
                        f"No answer from {host}: {error}", hint="Start the local server with `coobird mock`."
                    ) from error
            print("coobird: the connection was lost; trying again ...", file=sys.stderr)
            time.sleep(_RECONNECT_DELAY_SECONDS)


def _has(http: httpx.Client, host: str, event: dict[str, Any]) -> bool:
    """True if the server still has this event under its number."""
    answer = http.get(f"{host}/_mock/events", params={"after": event["seq"] - 1, "limit": 1})
    found: list[dict[str, Any]] = answer.json()["events"] if answer.status_code == 200 else []
    return [each["event_id"] for each in found] == [event["event_id"]]


def read(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the events of a stream of server-sent events: one line of data each."""
    for text in lines:
        if text.startswith("data:"):
            yield json.loads(text[5:])


def event_line(event: dict[str, Any], *, in_color: bool = False) -> str:
    """Return an event as a line for people: time, ids, action, quantity, cost, attributes.

    A rejected event has the reason instead of the cost and the attributes, `in_color` in red.
    """
    if "error" in event:
        line = f"{event['at'][11:19]}  rejected  {event['customer_id']}  {event['agent_id']}  {event['error']}"
        return f"\x1b[31m{cell(line)}\x1b[0m" if in_color else cell(line)
    who = f"{event['customer_id']}  {event['agent_id']}"
    what = "  ".join(filter(None, (event["action_type"], event["signal_code"])))
    cost = "" if event["cost_usd"] is None else f"  ${event['cost_usd']}"
    more = "".join(f"  {name}={cell(value)}" for name, value in event["attributes"].items() if name != "cost_usd")
    return cell(f"{event['received_at'][11:19]}  {who}  {what}  x{event['quantity']}{cost}{more}")
