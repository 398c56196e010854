"""What all commands share: a parser that repeats no secret, and the client that the settings ask for."""

from __future__ import annotations

import argparse
import os
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

from coobird._host import HOST_VARIABLE
from coobird._settings import API_KEY_VARIABLE
from coobird._spool_settings import SPOOL_VARIABLE
from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coobird.client import Coomon

    Commands = argparse._SubParsersAction["Parser"]  # pyright: ignore[reportPrivateUsage]

_KEY = re.compile(r"\bsk_[^\s'\"]+")


def without_keys(text: str) -> str:
    """The text without anything that looks like an API key, such as one given where an id belongs."""
    return _KEY.sub("sk_***", text)


class Parser(argparse.ArgumentParser):
    """A parser whose errors repeat no values: one of them may be an API key."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)

    def parse(self, given: Sequence[str]) -> argparse.Namespace:
        """Parse everything, or say what there is no option for and exit."""
        options, unknown = self.parse_known_args(given)
        if unknown:
            names = [word.partition("=")[0] for word in unknown if word.startswith("-")]
            advice = f": the API key is read from {API_KEY_VARIABLE}" if any("key" in name for name in names) else ""
            self.error(f"there is no option {names[0]}{advice}" if names else "too many arguments")
        return options

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {without_keys(message)}\n")


def add_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help=f"where Coobird is (default: {HOST_VARIABLE}, else the development environment)")


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--json", action="store_true", help=f"for programs: {what}")


def ask_for_key() -> None:
    """See to it that the environment of this process has an API key: ask for one if somebody is there to answer."""
    if os.environ.get(API_KEY_VARIABLE):
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigurationError(f"No API key: set {API_KEY_VARIABLE}, or run this in a terminal to be asked for it.")
    from getpass import getpass

    os.environ[API_KEY_VARIABLE] = getpass("API key (it is not shown): ", stream=sys.stderr).strip()


def connect(options: argparse.Namespace, **settings: Any) -> Coomon:
    """A client with the key and host of the environment and the arguments."""
    ask_for_key()
    client, notes = build(None, host=options.host, **settings)
    for note in notes:
        print(f"coobird: {note}", file=sys.stderr)
    return client


def build(api_key: str | None, **settings: Any) -> tuple[Coomon, list[str]]:
    """A client, and what it warns of. It has no spool: a command waits for its answers, and sends nobody else's events."""
    from coobird.client import Coomon

    spool = os.environ.pop(SPOOL_VARIABLE, None)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return Coomon(api_key, **settings), [str(warning.message) for warning in caught]
    finally:
        if spool is not None:
            os.environ[SPOOL_VARIABLE] = spool
