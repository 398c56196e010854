"""Command line `coobird`, also `python -m coobird.cli`: its commands and their exit codes.

Exit codes: 0 done · 1 a problem, named on the standard error · 2 wrong arguments or settings ·
130 interrupted by Ctrl-C
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from coobird import __version__
from coobird.cli.parser import Parser, without_keys
from coobird.cli.show import MissingTablesError
from coobird.errors import ConfigurationError, CoobirdError

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, PROBLEM, USAGE, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """The API key is read from COOBIRD_API_KEY, or asked for; it is never an argument, which other users of the machine
could see. Exit codes: 0 done, 1 a problem, 2 wrong arguments or settings, 130 interrupted."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Some terminals and pipes cannot take every letter.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(given)
        if sys.stdout:
            sys.stdout.flush()
        return code
    except ConfigurationError as error:
        return _fail(error, USAGE)
    except (CoobirdError, MissingTablesError, OSError) as error:
        _flush_or_discard_output()
        # A reader such as `head` closes the pipe when it has enough.
        return OK if isinstance(error, BrokenPipeError) else _fail(error, PROBLEM)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(given: list[str]) -> int:
    # `mock`, `spool` and `relay` have command lines of their own.
    if given[:1] == ["mock"]:
        from coobird.mock.cli import main as mock

        return mock(given[1:])
    if given[:1] == ["spool"]:
        from coobird.cli.spool import main as spool

        return spool(given[1:])
    if given[:1] == ["relay"]:
        from coobird.cli.relay import main as relay

        return relay(given[1:])
    options = _parser().parse(given)
    code: int = options.run(options)
    return code


def _parser() -> Parser:
    from coobird.cli import doctor, reads, tail, track

    parser = Parser(prog="coobird", description="Use Coobird from a terminal.", epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"coobird {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    doctor.add_to(commands)
    track.add_to(commands)
    tail.add_to(commands)
    for name, what in (
        ("mock", "run a local Coobird"),
        ("spool", "show, send or export the events that wait in a spool"),
        ("relay", "send events that programs have published to a topic or a table"),
    ):
        commands.add_parser(name, help=f"{what}; more: coobird {name} --help", add_help=False)
    reads.add_to(commands)
    return parser


def _flush_or_discard_output() -> None:
    """Write the buffered output, or discard it: at exit it would fail once more."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(error: BaseException, code: int) -> int:
    print(f"coobird: {without_keys(str(error))}", file=sys.stderr)
    return code
