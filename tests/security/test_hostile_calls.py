"""Calls to a hostile server: each ends in an error of ours, in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support import ROOT
from tests.support.direct import CUSTOMER
from tests.support.hostile import HARM, REFUSALS
from tests.support.loopback import Answer, LoopbackServer, Request

NAMES = [*HARM, *REFUSALS]

# Says after each call what came of it, and the most memory that the process has used so far, in kB.
PROGRAM = """
import asyncio, json, resource, sys
from coobird import AsyncCoomon, Coomon

names = json.loads(sys.argv[3])
options = dict(host=sys.argv[1], max_retries=0, request_timeout=2.0)

def say(name, error):
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([name, type(error).__name__, len(str(error)), used]), flush=True)

def in_threads():
    client = Coomon("sk_test_0123456789", **options)
    say("good", client.get_customer("good"))
    for name in names:
        try: client.get_customer(name)
        except Exception as error: say(name, error)

async def in_a_loop():
    client = AsyncCoomon("sk_test_0123456789", **options)
    say("good", await client.get_customer("good"))
    for name in names:
        try: await client.get_customer(name)
        except Exception as error: say(name, error)

in_threads() if sys.argv[2] == "sync" else asyncio.run(in_a_loop())
"""


def answer(request: Request) -> Answer:
    from urllib.parse import unquote

    name = unquote(request.path.rpartition("/")[2])
    return {**HARM, **REFUSALS, "good": Answer(200, CUSTOMER)}[name]


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(answer) as running:
        yield running


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_whatever_a_server_does_a_call_ends_in_an_error_of_ours_and_in_bounded_memory(
    server: LoopbackServer, flavour: str
) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, server.url, flavour, json.dumps(NAMES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (_, kind, _, before), *said = map(json.loads, done.stdout.splitlines())
    assert kind == "CustomerResponse"
    assert [name for name, *_ in said] == NAMES
    expected = {"APIConnectionError", "APITimeoutError", "ResponseShapeError", "InternalServerError"}
    assert {kind for _, kind, *_ in said} == expected
    assert max(length for _, _, length, _ in said) < 2000
    # JSON of a megabyte, all of it brackets, is some 30 MB of objects; the largest body is 8 MB.
    assert said[-1][3] - before < 120_000, said
