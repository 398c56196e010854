"""Command `coobird track`: sends one event, or a file of events."""

from __future__ import annotations

import inspect
import json
import logging
import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any

from coobird._encoding.conversions import instant_of
from coobird.cli.arguments import add_host, add_json, connect
from coobird.cli.show import json_line
from coobird.errors import ConfigurationError, InvalidEventError, quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from coobird import Coomon
    from coobird.cli.arguments import Commands
    from coobird.errors import CoobirdError

_CHUNK = 1000
# Options of one event. With `--file` each line has them.
_ONE_EVENT = ("customer_id", "agent_id", "signal_code", "quantity", "attribute", "metadata", "event_id", "timestamp")


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "track",
        help="send a usage event, or a file of events",
        description="Send a usage event now and show the server's answer; with --file, send many.",
        epilog="Each line of a file is a JSON object, with the names of these options as keys: customer_id, ...",
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("--customer-id", metavar="CUSTOMER_ID", help="customer to whom it is billed")
    add("--agent-id", metavar="AGENT_ID", help="agent that acted")
    add("--action-type", choices=("task", "workflow", "outcome"), default="task", help="kind of action (default: task)")
    add("--signal-code", metavar="CODE", help="signal that it counts towards")
    add("--quantity", type=_number, metavar="N", help="number of units (default: 1)")
    for name, what in (("attribute", "fact for pricing"), ("metadata", "note of your own")):
        add(
            f"--{name}",
            type=_pair,
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help=f"{what}; may be repeated. A value is read as JSON, or as text if it is not JSON",
        )
    add("--event-id", metavar="EVENT_ID", help="id of the event: sent twice, it counts once")
    add(
        "--timestamp",
        type=_instant,
        metavar="TIME",
        help="time of the action, in ISO 8601; local time without an offset (default: now)",
    )
    add("--file", metavar="FILE", help="send the events of this file; - for the standard input")
    add_host(parser)
    add_json(parser, "the server's answer as one line of JSON")


def run(options: Namespace) -> int:
    """Send the event or the file. The exit code is 0 if the server has taken everything."""
    if options.file is not None:
        return _run_file(options)
    for name in ("customer_id", "agent_id"):
        if getattr(options, name) is None:
            raise ConfigurationError(f"--{name.replace('_', '-')} is missing: give it, or send a file with --file.")
    event = {
        name: getattr(options, name)
        for name in ("customer_id", "agent_id", "action_type", "signal_code", "event_id", "timestamp")
    }
    if options.quantity is not None:
        event["quantity"] = options.quantity
    with connect(options) as client:
        answer = client.track_immediate(
            **event, attributes=dict(options.attribute) or None, metadata=dict(options.metadata) or None
        )
    if options.json:
        print(json_line(answer.to_dict()))
    elif answer.accepted:
        print("accepted")
    else:
        print("; ".join(f"{each.status}: {each.error}" if each.error else str(each.status) for each in answer.results))
    return 1 if answer.rejected else 0


def _run_file(options: Namespace) -> int:
    if given := [name for name in _ONE_EVENT if getattr(options, name)]:
        raise ConfigurationError(
            f"--{given[0].replace('_', '-')} is for one event: with --file, write it into each line instead."
        )
    # Problems are printed by this command; without a handler, logging would print them once more.
    logging.getLogger("coobird").addHandler(logging.NullHandler())
    problems: list[CoobirdError] = []
    with (
        _opened(options.file) as stream,
        connect(
            options, flush_at=_CHUNK, max_queue_size=_CHUNK, max_batch_size=_CHUNK, on_error=problems.append
        ) as client,
    ):
        bad_line = _send(client, stream, problems)
        _flush(client, problems)
    _report(problems)
    stats = client.stats()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    lost = stats.rejected + stats.dropped
    print(
        json_line({"sent": stats.delivered, "refused": lost})
        if options.json
        else f"{stats.delivered:,} events sent, {lost:,} refused"
    )
    if bad_line is not None:
        raise bad_line
    return 1 if lost else 0


def _opened(file: str) -> BinaryIO:
    """Return the stream to read, in bytes: JSON is UTF-8, whatever the terminal uses."""
    if file != "-":
        return open(file, "rb")
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - a shell has closed it
        raise ConfigurationError("There is no standard input to read: give a file.")
    return sys.stdin.buffer


def _send(client: Coomon, lines: Iterable[bytes], problems: list[CoobirdError]) -> InvalidEventError | None:
    """Send the events of the lines, until the end or a bad line, whose error is returned."""
    try:
        for count, event in enumerate(_events(lines), 1):
            client.track(**event)
            # A full queue would drop its oldest event, so it is emptied before.
            if count % _CHUNK == 0:
                _flush(client, problems)
    except InvalidEventError as error:
        return error
    return None


def _flush(client: Coomon, problems: list[CoobirdError]) -> None:
    client.flush()
    _report(problems)
    if sys.stderr.isatty():
        print(f"\r{client.stats().delivered:,} events sent", end="", file=sys.stderr, flush=True)


def _report(problems: list[CoobirdError]) -> None:
    for problem in problems:
        event = problem.event if isinstance(problem, InvalidEventError) else {}
        which = json_line({name: value for name, value in event.items() if value is not None}) if event else ""
        print(f"coobird: {problem} {quote(which)}".rstrip(), file=sys.stderr)
    problems.clear()


def _events(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    from coobird import Coomon

    known = inspect.signature(Coomon.track).parameters.keys() - {"self"}
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            event = {"action_type": "task", **json.loads(text)}
            if unknown := sorted(event.keys() - known):
                raise ValueError(f"an event has no field {unknown[0]!r}")
            if event.get("timestamp") is not None:
                event["timestamp"] = instant_of(event["timestamp"])
        except (ValueError, TypeError, RecursionError) as error:
            raise InvalidEventError(
                f"line {number} is no event: {error}. Nothing from that line on was sent: correct it, and send the rest."
            ) from error
        yield event


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ArgumentTypeError("must be NAME=VALUE")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value


def _number(text: str) -> Any:
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation:
        raise ArgumentTypeError("must be a number") from None


def _instant(text: str) -> datetime:
    try:
        return instant_of(text)
    except ValueError:
        raise ArgumentTypeError("must be a time such as 2026-04-01T12:00:00Z") from None
