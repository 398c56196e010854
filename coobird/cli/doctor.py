"""Command `coobird doctor`: checks if events would be delivered, and says what to correct."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import time
from contextlib import closing
from email.utils import parsedate_to_datetime
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from coobird import __version__
from coobird._settings.api_key import API_KEY_VARIABLE, QUOTES, ApiKey, resolve_key
from coobird._settings.host import HOST_VARIABLE, is_loopback, resolve_host
from coobird._settings.settings import (
    LOG_LEVELS,
    LOG_VARIABLE,
    SPOOL_VARIABLE,
    TRANSPORT_VARIABLE,
    resolve_spool,
    resolve_transport,
)
from coobird._settings.testing import TESTING_VARIABLE, limits_in_tests
from coobird._settings.transport import PostgresPlace
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
    TransportError,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    import httpx

    from coobird import Coomon
    from coobird._delivery.relay.source import Backlog
    from coobird._settings.transport import Place
    from coobird.cli.arguments import Commands

MAX_SKEW_SECONDS = 30.0
"""Less does no harm: billing periods change at midnight only, and delivery takes as long."""

MIN_FREE_BYTES = 16 * 1024 * 1024
"""Free space of a disk below which it counts as full. SQLite's log of a spool takes up to 16 MB."""

MAX_WAIT_SECONDS = 900.0
"""Age of an event in a table from which no relay seems to run."""

TEST_NAME = "coobird-doctor"
"""Customer and agent of the test event. Its quantity is 0, so that it is worth nothing anywhere."""


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
        description="Check if events would be delivered from here. It asks the server for one customer, and changes "
        "nothing unless --send is given.",
    )
    parser.set_defaults(run=run)
    add_host(parser)
    parser.add_argument(
        "--send",
        action="store_true",
        help=f"send one test event of customer and agent {TEST_NAME}, with quantity 0",
    )
    add_json(parser, "one line of JSON for each check: check, ok, text, fix")


def run(options: Namespace) -> int:
    """Print the result of each check. The exit code is 0 if all is well."""
    all_ok = True
    for each in examine(options.host, send=options.send):
        found = each._replace(text=without_keys(each.text), fix=without_keys(each.fix))
        all_ok = all_ok and found.ok
        if options.json:
            print(json_line(found._asdict()), flush=True)
            continue
        print(f"{'ok' if found.ok else 'PROBLEM':8} {found.check:8} {found.text}", flush=True)
        if not found.ok:
            print(f"{'':17} -> {found.fix}", flush=True)
    return 0 if all_ok else 1


def examine(host: str | None, *, send: bool = False) -> Iterator[Finding]:
    """Yield the result of each check that can be made. With `send`, a test event is sent."""
    yield Finding("version", True, f"coobird {__version__}, Python {platform.python_version()}")
    key = ApiKey(os.environ.get(API_KEY_VARIABLE) or None)
    resolved: str | None = None
    can_build = True
    if os.environ.get(TESTING_VARIABLE, "0") not in ("", "0"):
        can_build = limits_in_tests() is not None
        yield _testing(is_valid=can_build)
    level = os.environ.get(LOG_VARIABLE, "")
    if level and level.lower() not in LOG_LEVELS:
        can_build = False
        levels = " or ".join(LOG_LEVELS)
        yield Finding(
            "log",
            False,
            f"{LOG_VARIABLE} is {level!r}: no client starts",
            f"Write {LOG_VARIABLE}={levels}, or unset it.",
        )
    try:
        resolved = resolve_host(host)
        yield _host(resolved, host)
    except ConfigurationError as error:
        yield Finding("host", False, str(error), f"Write {HOST_VARIABLE}=https://..., or give --host.")
    try:
        if key.reveal() is not None:
            resolve_key(key)
        yield _key_is_set(key)
    except ConfigurationError as error:
        yield Finding(
            "key", False, str(error), f"Write {API_KEY_VARIABLE}=sk_..., with nothing before or after the key."
        )
        key = ApiKey(None)
    if resolved is not None and can_build:
        yield from _server(key, resolved, send=send)
    yield spool()
    yield from transport()


def _testing(*, is_valid: bool) -> Finding:
    harm = "retries and the last delivery are cut short, so an outage loses events" if is_valid else "no client starts"
    text = f"{TESTING_VARIABLE} is {os.environ[TESTING_VARIABLE]!r}: {harm}"
    return Finding("testing", False, text, f"Unset {TESTING_VARIABLE}; it is for test suites.")


def _host(resolved: str, given: str | None) -> Finding:
    if not given and not os.environ.get(HOST_VARIABLE):
        return Finding(
            "host",
            False,
            f"{resolved}: no host is set, so events go to the development environment, and nobody is billed",
            f"Write {HOST_VARIABLE}=https://... with the server that bills your customers. "
            f"If development is meant, write {HOST_VARIABLE}={resolved}",
        )
    text = f"{resolved} ({'--host' if given else HOST_VARIABLE})"
    if resolved.startswith("http://") and not is_loopback(resolved):
        return Finding(
            "host",
            False,
            f"{text} is not encrypted: others on the network can read the API key",
            f"Write {resolved.replace('http://', 'https://', 1)}",
        )
    return Finding("host", True, text)


def _key_is_set(key: ApiKey) -> Finding:
    if key.reveal() is None:
        return Finding(
            "key",
            False,
            f"{API_KEY_VARIABLE} is not set",
            f"Make a key in the dashboard under Settings > API Keys, and write {API_KEY_VARIABLE}=sk_...",
        )
    return Finding("key", True, f"{API_KEY_VARIABLE} is set")


def _server(key: ApiKey, host: str, *, send: bool) -> Iterator[Finding]:
    """Yield what one request shows about the server, the key and the clock, and a test event.

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
    events: Finding | None = None

    def record(answer: httpx.Response) -> None:
        answers.append((answer, time.time()))

    http.event_hooks = {"response": [record]}
    with http:
        client, _ = build(key.reveal() or "none", host=host, max_retries=0, http_client=http)
        began = time.time()
        try:
            # Iterated over, so that an answer without a list does not pass for one of a Coobird.
            next(client.iter_customers(limit=1), None)
        except APIError as error:
            outcome = error
        answer, arrived = answers[-1] if answers else (None, 0.0)
        try:
            if send and answer is not None and key.reveal() is not None:
                events = _send_event(client)
        finally:
            client.shutdown()
    if isinstance(outcome, APIConnectionError) and answer is None:
        yield Finding("server", False, _without_hint(outcome), _way_to(host, outcome))
        return
    assert answer is not None
    if outcome is not None and not isinstance(outcome, APIStatusError):
        yield Finding("server", False, _without_hint(outcome), outcome.hint)
    else:
        yield Finding("server", True, f"answers in {(arrived - began) * 1000:.0f} ms")
        if key.reveal() is not None:
            yield _key_is_accepted(outcome)
    if events is not None:
        yield events
    elif key.reveal() is not None:
        yield Finding("events", True, "not tried: --send sends one test event, with quantity 0")
    yield clock(answer.headers.get("date"), (began + arrived) / 2)


def _send_event(client: Coomon) -> Finding:
    """Send one event that is clearly a test, on the way that all events take."""
    try:
        answer = client.track_task_immediate(
            customer_id=TEST_NAME, agent_id=TEST_NAME, quantity=0, attributes={"is_test": True, "sent_by": TEST_NAME}
        )
    except APIError as error:
        fix = error.hint or "Try again later. If it stays, give the request id to the server's operator."
        if isinstance(error, PermissionDeniedError):
            fix = "Make a key that may send events, in the dashboard under Settings > API Keys."
        return Finding("events", False, f"the server did not take a test event: {_without_hint(error)}", fix)
    if answer.accepted or answer.duplicates:
        return Finding("events", True, f"the server took a test event of customer {TEST_NAME}, with quantity 0")
    reasons = "; ".join(str(result.error) for result in answer.results if result.error)
    return Finding(
        "events",
        False,
        f"the server rejected the test event of customer {TEST_NAME}: {reasons or 'it gave no reason'}",
        "If that is because it knows no such customer, try one of yours: "
        "coobird track --customer-id ID --agent-id ID --quantity 0",
    )


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
    return Finding("clock", False, text, "Set this machine's clock, for example: timedatectl set-ntp true")


def _is_full(folder: str) -> bool:
    return shutil.disk_usage(folder).free < MIN_FREE_BYTES


def spool() -> Finding:
    """Check that the spool can be used, and that a running process will send the events in it."""
    from coobird._delivery.spool import inspection

    folder = ""
    try:
        path = resolve_spool(None)
        if path is None:
            return Finding("spool", True, f"none ({SPOOL_VARIABLE} is not set): events wait in memory")
        given = os.environ.get(SPOOL_VARIABLE, "")
        if (bare := given.strip(QUOTES)) != given:
            return Finding(
                "spool",
                False,
                f"{SPOOL_VARIABLE} is in quotes, which docker --env-file takes as part of the value",
                f"Write {SPOOL_VARIABLE}={bare} without them.",
            )
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            return Finding(
                "spool",
                False,
                f"the folder {folder} does not exist",
                f"Make it: mkdir -p {quote(folder)}. Or name another file in {SPOOL_VARIABLE}.",
            )
        if not os.access(path if os.path.exists(path) else folder, os.W_OK):
            return Finding(
                "spool",
                False,
                f"{path} cannot be written",
                f"Give this user the right to write it: chown {os.geteuid()} {quote(path)}. "
                f"Or name another file in {SPOOL_VARIABLE}.",
            )
        if not os.path.exists(path):
            if _is_full(folder):
                return Finding("spool", False, f"{path} cannot be made: the disk is full", f"Make room on {folder}.")
            return Finding("spool", True, f"{path} will be created")
        with closing(inspection.look_into(path, is_read_only=True)) as db:
            report = inspection.report(db, path)
    except (CoobirdError, OSError, sqlite3.Error) as error:
        fix = f"Name another file in {SPOOL_VARIABLE}."
        if folder and isinstance(error.__cause__, sqlite3.Error) and _is_full(folder):
            # Another file would leave the events of this one behind.
            fix = f"Make room on {folder}: the disk is full, and SQLite needs room to read, too."
        return Finding("spool", False, str(error), fix)
    text = f"{path}: {report.waiting:,} events waiting"
    if _is_full(folder):
        return Finding(
            "spool",
            False,
            f"{text}, but the disk is full: new events are kept in memory, and are lost with their process",
            f"Make room on {folder}. If you cannot, take the events to another disk: coobird spool export {quote(path)} "
            "> /another/disk/events.jsonl. Send them from there: coobird track --file /another/disk/events.jsonl",
        )
    if orphans := report.waiting - report.at_work:
        text += f", {orphans:,} of them of processes that ended; the oldest is of {report.oldest}"
        return Finding("spool", False, text, f"Send them: coobird spool drain {quote(path)}")
    return Finding("spool", True, text)


def transport() -> Iterator[Finding]:
    """Yield the results of the checks of a transport: of its topic or table, if there is one."""
    try:
        place = resolve_transport(None)
    except ConfigurationError as error:
        fix = f"Write {TRANSPORT_VARIABLE}=kafka://broker:9092/topic or postgres://user:password@host/database/table."
        yield Finding("transport", False, str(error), fix)
        return
    if place is None:
        return
    try:
        (waiting, oldest), problems = _waiting_and_problems(place)
    except TransportError as error:
        yield Finding("transport", False, _without_hint(error), error.hint)
        return
    yield Finding("transport", True, f"{place.shown}: {waiting:,} events waiting")
    if oldest > MAX_WAIT_SECONDS:
        problems.append(f"{place.shown}: the oldest event waits for {oldest / 3600:,.1f} hours. Start a relay.")
    for problem in problems:
        what, mark, fix = problem.rpartition(". ")
        yield Finding("transport", False, what if mark else problem, fix if mark else "")


def _waiting_and_problems(place: Place) -> tuple[Backlog, list[str]]:
    """Return what waits in a topic or a table, and what is wrong with it."""
    # Loaded with their engines.
    if isinstance(place, PostgresPlace):
        from coobird._delivery.relay.postgres_source import PostgresSource

        table = PostgresSource(place)
        backlog = table.backlog()
        table.close()
        return backlog, []
    from coobird._delivery.relay.checks import retention_problem
    from coobird._delivery.relay.kafka_source import DEAD_SUFFIX, check_topics, waiting_in

    problems, config = check_topics(place, place.topic + DEAD_SUFFIX)
    backlog, lost = waiting_in(place)
    late = retention_problem(place.topic, config, backlog.oldest_seconds)
    return backlog, [*problems, *lost, *([late] if late else [])]
