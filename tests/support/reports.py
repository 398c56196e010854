"""A program that meets one fault and writes logs, reprs and tracebacks with variables.

    python -m tests.support.reports FAULT ENDING

Only its environment holds the API key. The tests search its output for the key.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import logging
import os
import pickle
import signal
import sys
import traceback
from typing import Any

from rich.console import Console
from rich.traceback import Traceback

from coobird import AsyncCoomon, CoobirdError, Coomon
from tests.support.retries import quicken_retries

# A server that has the key in its own headers: the HTTP library logs those as they come.
SILENT = {"redirect", "echo", "echo as a success", "echo as reasons"}


def report(error: BaseException) -> None:
    """In every way that a program, or a service that collects crashes, shows an error."""
    print(repr(error), str(error), error.args, vars(error))
    print("".join(traceback.format_exception(error)))
    print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
    if error.__traceback__ is not None:
        shown = Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=None
        )
        Console(file=sys.stdout, width=200).print(shown)
    if isinstance(error, CoobirdError):
        print(pickle.dumps(error))
        response = getattr(error, "response", None)
        if response is not None:
            print(response.headers.raw, response.request.headers.raw, response.text)
        if error.__cause__ is not None:
            report(error.__cause__)


def attempt(call: Any) -> None:
    try:
        print("answered", type(call()))  # what a server answers is its own to word
    except Exception as error:  # noqa: BLE001 - whatever it is, it is to be shown
        report(error)


def main(fault: str, ending: str) -> None:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    if fault in SILENT:
        logging.getLogger("httpcore").setLevel(logging.INFO)
    faulthandler.enable(sys.stderr)
    quicken_retries()
    options: dict[str, Any] = {"max_retries": 1, "request_timeout": 0.3, "shutdown_timeout": 1, "debug": True}
    client = Coomon(spool="usage.db", on_error=report, **options)
    for number in range(3):
        client.track_task(customer_id="cust_1", agent_id="agent_1", attributes={"number": number})
    client.track_task(customer_id="", agent_id="agent_1")
    client.flush(timeout=1)
    attempt(lambda: client.get_customer("cus_1"))
    attempt(lambda: client.get_customer("\x00"))
    attempt(lambda: client.track_task_immediate(customer_id="cust_1", agent_id="agent_1"))
    attempt(lambda: Coomon(host="nonsense"))

    async def awaited() -> None:
        other = AsyncCoomon(on_error=report, **options)
        print(repr(other), vars(other))
        try:
            print("answered", type(await other.get_customer("cus_1")))
        except Exception as error:  # noqa: BLE001 - as above
            report(error)
        await other.shutdown(timeout=0.1)

    asyncio.run(awaited())
    print(
        repr(client), vars(client), repr(vars(client._settings)), client.stats(), json.dumps(client.stats()._asdict())
    )
    sys.stdout.flush()
    end(ending, client)


def at_crash(_: object, error: BaseException, __: object) -> None:
    report(error)


def end(ending: str, client: Coomon) -> None:
    faulthandler.dump_traceback(sys.stderr, all_threads=True)
    if ending == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if ending == "abort":
        os.kill(os.getpid(), signal.SIGABRT)
    if ending == "crash":
        sys.excepthook = at_crash
        raise RuntimeError(f"the program of {client!r} has a bug")


if __name__ == "__main__":
    main(*sys.argv[1:])
