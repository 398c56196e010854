"""The command line `coobird`, also `python -m coobird.cli`: what there is to ask for, and how each of it ends.

Exit codes: 0 it is done · 1 a problem, told on the standard error · 2 wrong arguments or settings · 130 Ctrl-C
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from coobird._version import __version__
from coobird.cli.parser import Parser, without_keys
from coobird.cli.show import MissingExtraError
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
            stream.reconfigure(errors="backslashreplace")  # not every terminal and pipe can take every letter
    try:
        code = _run(given)
        if sys.stdout:
            sys.stdout.flush()
        return code
    except ConfigurationError as error:
        return _fail(error, USAGE)
    except (CoobirdError, MissingExtraError, OSError) as error:
        _let_go_of_output()
        # Whoever read the output has seen enough.
        return OK if isinstance(error, BrokenPipeError) else _fail(error, PROBLEM)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(given: list[str]) -> int:
    # These two have command lines of their own.
    if given[:1] == ["mock"]:
        from coobird.mock.cli import main as mock

        return mock(given[1:])
    if given[:1] == ["spool"]:
        from coobird.cli.spool import main as spool

        return spool(given[1:])
    options = _parser().parse(given)
    code: int = options.run(options)
    return code


def _parser() -> Parser:
    from coobird.cli import doctor, reads, tail, track

    parser = Parser(prog="coobird", description="Look at Coobird from a terminal.", epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"coobird {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    doctor.add_to(commands)
    track.add_to(commands)
    tail.add_to(commands)
    for name, what in (("mock", "run a local Coobird"), ("spool", "look after a file of events that wait to be sent")):
        commands.add_parser(name, help=f"{what}; more: coobird {name} --help", add_help=False)
    reads.add_to(commands)
    return parser


def _let_go_of_output() -> None:
    """See to it that what is still buffered does not fail once more at exit."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(error: BaseException, code: int) -> int:
    print(f"coobird: {without_keys(str(error))}", file=sys.stderr)
    return code
