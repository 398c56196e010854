"""Command `coobird doctor`: checks if events would be delivered, and says what to correct."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from coobird import __version__
from coobird._settings.api_key import API_KEY_VARIABLE, ApiKey, resolve_key
from coobird._settings.host import HOST_VARIABLE, is_loopback, resolve_host
from coobird._settings.settings import SPOOL_VARIABLE, resolve_spool
from coobird.cli.arguments import add_host, add_json, build, http_client
from coobird.cli.parser import without_keys
from coobird.cli.show import json_line
from coobird.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    ConfigurationError,
    CoobirdError,
    PermissionDeniedError,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    import httpx

    from coobird.cli.arguments import Commands

MAX_SKEW_SECONDS = 30.0
"""Less does no harm: billing periods change at midnight only, and delivery takes as long."""


class Finding(NamedTuple):
    """Result of one check: its name, True if all is well, what was found, and how to correct it."""

    check: str
    ok: bool
    text: str
    fix: str = ""


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor",
        help="check settings, server, API key, clock and spool, and say what to correct",
        description="Check if events would be delivered from here. It changes nothing, and asks the server for one customer.",
    )
    parser.set_defaults(run=run)
    add_host(parser)
    add_json(parser, "one line of JSON for each check: check, ok, text, fix")


def run(options: Namespace) -> int:
    """Print the result of each check. The exit code is 0 if all is well."""
    all_ok = True
    for each in examine(options.host):
        found = each._replace(text=without_keys(each.text), fix=without_keys(each.fix))
        all_ok = all_ok and found.ok
        if options.json:
            print(json_line(found._asdict()), flush=True)
            continue
        print(f"{'ok' if found.ok else 'PROBLEM':8} {found.check:8} {found.text}", flush=True)
        if not found.ok:
            print(f"{'':17} -> {found.fix}", flush=True)
    return 0 if all_ok else 1


def examine(host: str | None) -> Iterator[Finding]:
    """Yield the result of each check that can be made."""
    yield Finding("version", True, f"coobird {__version__}, Python {platform.python_version()}")
    key = ApiKey(os.environ.get(API_KEY_VARIABLE) or None)
    resolved: str | None = None
    try:
        resolved = resolve_host(host)
        yield _host(resolved, host)
    except ConfigurationError as error:
        yield Finding("host", False, str(error), f"Set {HOST_VARIABLE}, or give --host.")
    try:
        if key.reveal() is not None:
            resolve_key(key)
        yield _key_is_set(key)
    except ConfigurationError as error:
        yield Finding("key", False, str(error), f"Correct {API_KEY_VARIABLE}.")
        key = ApiKey(None)
    if resolved is not None:
        yield from _server(key, resolved)
    yield spool()


def _host(resolved: str, given: str | None) -> Finding:
    source = "--host" if given else HOST_VARIABLE if os.environ.get(HOST_VARIABLE) else "nothing else is set"
    text = f"{resolved} ({source})"
    if resolved.startswith("http://") and not is_loopback(resolved):
        return Finding(
            "host", False, f"{text} is not encrypted: others on the network can read the API key", "Write https://."
        )
    return Finding("host", True, text)


def _key_is_set(key: ApiKey) -> Finding:
    if key.reveal() is None:
        return Finding(
            "key", False, f"{API_KEY_VARIABLE} is not set", "Make a key in the dashboard under Settings > API Keys."
        )
    return Finding("key", True, f"{API_KEY_VARIABLE} is set")


def _server(key: ApiKey, host: str) -> Iterator[Finding]:
    """Yield what one request shows about the server, the key and the clock.

    Without a key the server refuses the request. That also shows that it answers, and its clock.
    """
    try:
        http = http_client()
    except ConfigurationError as error:
        text, verb, rest = str(error).partition(" Correct ")
        yield Finding("server", False, text, verb.lstrip() + rest)
        return
    answers: list[tuple[httpx.Response, float]] = []
    outcome: APIError | None = None

    def record(answer: httpx.Response) -> None:
        answers.append((answer, time.time()))

    http.event_hooks = {"response": [record]}
    with http:
        client, _ = build(key.reveal() or "none", host=host, max_retries=0, http_client=http)
        began = time.time()
        try:
            client.list_customers(limit=1)
        except APIError as error:
            outcome = error
        finally:
            client.shutdown()
    if isinstance(outcome, APIConnectionError) and not answers:
        yield Finding("server", False, _without_hint(outcome), _way_to(host, outcome))
        return
    answer, arrived = answers[-1]
    if outcome is not None and not isinstance(outcome, APIStatusError):
        yield Finding("server", False, _without_hint(outcome), outcome.hint)
    else:
        yield Finding("server", True, f"answers in {(arrived - began) * 1000:.0f} ms")
        if key.reveal() is not None:
            yield _key_is_accepted(outcome)
    yield clock(answer.headers.get("date"), (began + arrived) / 2)


def _way_to(host: str, outcome: APIConnectionError) -> str:
    """Return what to do about a server that did not answer."""
    from urllib.request import getproxies, proxy_bypass

    scheme, _, address = host.partition("://")
    name = address.rpartition(":")[0] or address
    if "CERTIFICATE_VERIFY_FAILED" in str(outcome):
        return "Set SSL_CERT_FILE to the certificate of the authority that signed the server's, or correct this machine's clock."
    if {scheme, "all"} & getproxies().keys() and not proxy_bypass(name):
        return f"The environment names a proxy: correct {scheme.upper()}_PROXY or ALL_PROXY, or add {name} to NO_PROXY."
    if scheme == "https" and "SSL" in str(outcome):
        return f"Write http://{address} if that server does not encrypt; the local server does not."
    if is_loopback(host) and not isinstance(outcome, APITimeoutError):
        return "Start it: coobird mock."
    return outcome.hint


def _key_is_accepted(outcome: APIStatusError | None) -> Finding:
    if outcome is None:
        return Finding("access", True, "the server accepts it")
    text = _without_hint(outcome)
    if isinstance(outcome, PermissionDeniedError):
        return Finding("access", True, "the server knows it; it may not list customers")
    if isinstance(outcome, AuthenticationError):
        return Finding("access", False, text, outcome.hint)
    return Finding(
        "access", False, f"the server did not say if it accepts it: {text}", outcome.hint or "Try again later."
    )


def _without_hint(error: APIError) -> str:
    return str(error).removesuffix(f" {error.hint}")


def clock(date: str | None, now: float) -> Finding:
    """Compare this machine's clock with the server's.

    Args:
        date: Header `Date` of an answer, in whole seconds; `None` if it had none.
        now: Unix time in seconds at which the answer was made, by this machine's clock.
    """
    try:
        skew = now - parsedate_to_datetime(date or "").timestamp() - 0.5
    except ValueError:
        return Finding("clock", True, "not checked: the server does not send its time")
    if abs(skew) <= MAX_SKEW_SECONDS:
        return Finding("clock", True, f"within {MAX_SKEW_SECONDS:.0f} s of the server's")
    text = f"{abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} the server's: events would get wrong timestamps"
    return Finding("clock", False, text, "Set this machine's clock, for example with NTP.")


def spool() -> Finding:
    """Check that the spool can be used, and that a running process will send the events in it."""
    from coobird._delivery.spool import inspection

    try:
        path = resolve_spool(None)
        if path is None:
            return Finding("spool", True, f"none ({SPOOL_VARIABLE} is not set): events wait in memory")
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            return Finding("spool", False, f"the folder {folder} does not exist", "Make it, or name another file.")
        if not os.access(path if os.path.exists(path) else folder, os.W_OK):
            return Finding(
                "spool",
                False,
                f"{path} cannot be written",
                "Give this user the right to write it, or name another file.",
            )
        if not os.path.exists(path):
            return Finding("spool", True, f"{path} will be created")
        with closing(inspection.look_into(path)) as db:
            report = inspection.report(db, path)
    except (CoobirdError, OSError, sqlite3.Error) as error:
        return Finding("spool", False, str(error), f"Name another file in {SPOOL_VARIABLE}.")
    text = f"{path}: {report.waiting:,} events waiting"
    if orphans := report.waiting - report.at_work:
        text += f", {orphans:,} of them of processes that ended; the oldest is of {report.oldest}"
        return Finding("spool", False, text, f"Send them: coobird spool drain {path}")
    return Finding("spool", True, text)
