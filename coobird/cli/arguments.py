"""Parts that commands share: common options, the question for the API key, the client."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from coobird._http.environment import usable_network
from coobird._settings.api_key import API_KEY_VARIABLE
from coobird._settings.host import HOST_VARIABLE
from coobird._settings.settings import SPOOL_VARIABLE, TRANSPORT_VARIABLE
from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator

    import httpx

    from coobird import Coomon
    from coobird.cli.parser import Parser

    Commands = argparse._SubParsersAction[Parser]  # pyright: ignore[reportPrivateUsage]


def add_host(parser: argparse.ArgumentParser) -> None:
    """Add the option `--host`."""
    parser.add_argument("--host", help=f"URL of Coobird (default: {HOST_VARIABLE}, else the development environment)")


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option `--json`; `what` names the output."""
    parser.add_argument("--json", action="store_true", help=f"for programs: {what}")


def ask_for_key() -> None:
    """Ask for the API key on the terminal, and put it into the environment, unless it is there.

    Raises:
        ConfigurationError: There is no terminal to ask at, or no key was given.
    """
    if os.environ.get(API_KEY_VARIABLE):
        return
    advice = f"set {API_KEY_VARIABLE}, or run this in a terminal to be asked for it."
    # `sys.stdin` is None if a shell has closed it.
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigurationError(f"No API key: {advice}")
    from getpass import getpass

    try:
        os.environ[API_KEY_VARIABLE] = getpass("API key (it is not shown): ", stream=sys.stderr).strip()
    except EOFError:
        raise ConfigurationError(f"No API key was given: {advice}") from None


def http_client() -> httpx.Client:
    """Return an HTTP client. Built before anything is sent, to refuse a proxy that cannot work.

    Raises:
        ConfigurationError: The client cannot be built. The message names the variables that are
            set.
    """
    from coobird._http.http_library import httpx

    with usable_network():
        return httpx.Client()


@contextmanager
def connect(options: argparse.Namespace, **settings: Any) -> Generator[Coomon]:
    """Yield a client with the key and host of environment and arguments. Prints its warnings."""
    ask_for_key()
    with http_client() as http:
        client, notes = build(None, host=options.host, http_client=http, **settings)
        for note in notes:
            print(f"coobird: {note}", file=sys.stderr)
        with client:
            yield client


def build(api_key: str | None, **settings: Any) -> tuple[Coomon, list[str]]:
    """Return a client, and its warnings.

    It has no spool and no transport: a command must not send other events, and must see the answer
    of the server.
    """
    from coobird import Coomon

    hidden = {name: os.environ.pop(name) for name in (SPOOL_VARIABLE, TRANSPORT_VARIABLE) if name in os.environ}
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return Coomon(api_key, **settings), [str(warning.message) for warning in caught]
    finally:
        os.environ.update(hidden)
