"""Command line `coobird-spool`: shows, sends or exports the events that wait in a spool."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from argparse import ArgumentTypeError
from contextlib import closing
from math import nan
from typing import TYPE_CHECKING

from coobird._delivery.spool import inspection
from coobird._settings.api_key import API_KEY_VARIABLE, ApiKey, resolve_key
from coobird._settings.host import HOST_VARIABLE, resolve_host
from coobird.cli.parser import Parser, without_keys
from coobird.errors import AuthenticationError, ConfigurationError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from coobird import Stats
    from coobird.errors import CoobirdError

_BAR = 30

_LINE_SECONDS = 30.0
"""Time between two lines about the progress."""

_TIMEOUT_SECONDS = 60.0
"""Time without progress after which `drain` stops: it must not run for ever as a job of cron."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit code is 0 if it did everything that was asked for."""
    options = _parser().parse(sys.argv[1:] if arguments is None else arguments)
    path = os.path.abspath(options.file)
    try:
        if options.command == "status":
            return _status(path)
        if options.command == "export":
            return _export(path)
        return _drain(path, host=options.host, any_key=options.any_key, timeout=options.timeout)
    except ConfigurationError as error:
        print(f"coobird-spool: {without_keys(str(error))}", file=sys.stderr)
        return 1
    except sqlite3.Error as error:
        print(f"coobird-spool: {without_keys(path)} cannot be read: {error}.", file=sys.stderr)
        return 1
    except BrokenPipeError:  # a reader such as `head` closes the pipe when it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> Parser:
    parser = Parser(prog="coobird-spool", description="Show, send or export the events that wait in a spool.")
    commands = parser.add_subparsers(dest="command", required=True)
    status = commands.add_parser("status", help="show how many events wait, and since when")
    drain = commands.add_parser("drain", help="send the events that no running process will send")
    export = commands.add_parser(
        "export", help="write all events to the standard output, as lines of JSON; they stay in the spool"
    )
    for command in (status, drain, export):
        command.add_argument("file", metavar="FILE", help="path of the spool, as given to the client")
    drain.add_argument("--host", help=f"URL of Coobird (default: {HOST_VARIABLE}, else the development environment)")
    drain.add_argument(
        "--any-key",
        action="store_true",
        help="also send events that were tracked with another API key, for example before it was renewed",
    )
    drain.add_argument(
        "--timeout",
        type=_seconds,
        default=_TIMEOUT_SECONDS,
        metavar="SECONDS",
        help=f"stop after this time in which no event could be sent (default: {_TIMEOUT_SECONDS:g})",
    )
    drain.epilog = f"The API key is read from {API_KEY_VARIABLE}."
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = nan
    if not seconds >= 0.0:  # NaN fails every comparison
        raise ArgumentTypeError("must be a number of seconds, 0 or more")
    return seconds


def _status(path: str) -> int:
    with closing(inspection.look_into(path, is_read_only=True)) as db:
        found = inspection.report(db, path)
    print(f"{found.waiting:,} events waiting, {found.used_bytes / 1e6:,.1f} MB")
    if found.waiting:
        print(f"oldest: {found.oldest}")
        print(f"{found.at_work:,} of them belong to running processes")
    return 0


def _export(path: str) -> int:
    with closing(inspection.look_into(path, is_read_only=True)) as db:
        for event in inspection.events(db):
            sys.stdout.buffer.write(event + b"\n")
    sys.stdout.flush()
    return 0


def _drain(path: str, *, host: str | None, any_key: bool, timeout: float) -> int:
    from coobird import Coomon

    # Settings that cannot work are refused here, before the file is changed.
    key = resolve_key(ApiKey(None))
    resolve_host(host)
    with closing(inspection.look_into(path)) as db:
        if any_key:
            inspection.give_to(db, path, key)
    problems: list[CoobirdError] = []
    client = Coomon(host=host, spool=path, max_batch_size=1000, on_error=problems.append)
    progress, patience = Progress(sys.stderr), Patience(timeout)
    try:
        while not _is_done(stats := client.stats()):
            now = time.monotonic()
            if any(isinstance(problem, AuthenticationError | PermissionDeniedError) for problem in problems):
                break  # the log has the error
            if patience.is_over(_settled(stats), now):
                reason = stats.last_error or f"{resolve_host(host)} has not answered."
                progress.say(
                    f"Stopped: no event was sent for {timeout:g} seconds. {reason} The rest stays; run it again later."
                )
                break
            progress.show(_settled(stats), stats.tracked, now)
            time.sleep(0.1)
    except KeyboardInterrupt:
        pass
    finally:
        client.shutdown(timeout=None if _is_done(client.stats()) else 0.0)
    stats = client.stats()
    progress.end(_settled(stats), stats.tracked)
    with closing(inspection.look_into(path)) as db:
        found = inspection.report(db, path)
    # Events of a request in flight belong to this process until it ends, although they may be left.
    left = max(found.waiting - found.at_work, stats.queued)
    print(f"{stats.delivered:,} events sent, {stats.rejected + stats.dropped:,} refused, {left:,} left")
    return 0 if stats.delivered == stats.tracked and not left else 1


def _is_done(stats: Stats) -> bool:
    return _settled(stats) >= stats.tracked


def _settled(stats: Stats) -> int:
    return stats.delivered + stats.rejected + stats.dropped


class Patience:
    """Time without progress after which to stop. The clock is passed in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._count: int | None = None
        self._since = 0.0

    def is_over(self, count: int, now: float) -> bool:
        """True if the count has stayed the same for too long."""
        if count != self._count:
            self._count, self._since = count, now
            return False
        return now - self._since >= self._seconds


class Progress:
    """Number of events that are done: a bar on a terminal, else a line now and then.

    A log that a service writes would be full of bars.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._line_at: float | None = None

    def show(self, count: int, total: int, now: float) -> None:
        """Show the progress, if it is time."""
        if self._is_terminal:
            self._draw(count, total)
        elif self._line_at is None:
            self._line_at = now + _LINE_SECONDS  # a short drain writes one line, at its end
        elif now >= self._line_at:
            self._line_at = now + _LINE_SECONDS
            self._write(count, total)

    def end(self, count: int, total: int) -> None:
        """Show the progress for the last time."""
        if self._is_terminal:
            self._draw(count, total)
            print(file=self._stream)
        else:
            self._write(count, total)

    def say(self, text: str) -> None:
        """Write a line of its own."""
        print(f"\n{text}" if self._is_terminal else text, file=self._stream, flush=True)

    def _draw(self, count: int, total: int) -> None:
        bar = "#" * int(count / total * _BAR if total else _BAR)
        print(f"\r[{bar:<{_BAR}}] {count:,} of {total:,}", end="", file=self._stream, flush=True)

    def _write(self, count: int, total: int) -> None:
        print(f"{count:,} of {total:,} events", file=self._stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
