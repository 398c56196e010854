"""What all commands share: the options of each, and the client that the settings ask for."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from coobird._settings.api_key import API_KEY_VARIABLE
from coobird._settings.host import HOST_VARIABLE
from coobird._settings.settings import SPOOL_VARIABLE
from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse

    from coobird.cli.parser import Parser
    from coobird.client.coomon import Coomon

    Commands = argparse._SubParsersAction[Parser]  # pyright: ignore[reportPrivateUsage]


def add_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help=f"where Coobird is (default: {HOST_VARIABLE}, else the development environment)")


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--json", action="store_true", help=f"for programs: {what}")


def ask_for_key() -> None:
    """See to it that the environment of this process has an API key: ask for one if somebody is there to answer."""
    if os.environ.get(API_KEY_VARIABLE):
        return
    advice = f"set {API_KEY_VARIABLE}, or run this in a terminal to be asked for it."
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):  # None, if a shell has closed it
        raise ConfigurationError(f"No API key: {advice}")
    from getpass import getpass

    try:
        os.environ[API_KEY_VARIABLE] = getpass("API key (it is not shown): ", stream=sys.stderr).strip()
    except EOFError:
        raise ConfigurationError(f"No API key was given: {advice}") from None


def connect(options: argparse.Namespace, **settings: Any) -> Coomon:
    """A client with the key and host of the environment and the arguments."""
    ask_for_key()
    client, notes = build(None, host=options.host, **settings)
    client._session.prepare()  # pyright: ignore[reportPrivateUsage]
    for note in notes:
        print(f"coobird: {note}", file=sys.stderr)
    return client


def build(api_key: str | None, **settings: Any) -> tuple[Coomon, list[str]]:
    """A client, and what it warns of. It has no spool: a command waits for its answers, and sends nobody else's events."""
    from coobird.client.coomon import Coomon

    spool = os.environ.pop(SPOOL_VARIABLE, None)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return Coomon(api_key, **settings), [str(warning.message) for warning in caught]
    finally:
        if spool is not None:
            os.environ[SPOOL_VARIABLE] = spool
