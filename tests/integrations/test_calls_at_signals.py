"""Calls in progress when SIGTERM comes, with `flush_on_signals`: each is billed or reported."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.ingest import wait_until
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.ports import free_port

PROGRAM = """
import asyncio, contextvars, os, sys, threading
import coobird

def tell(error):
    os.write(1, f"{type(error).__name__} {error}\\n".encode())

coomon = coobird.Coomon("sk_test_signal", host=os.environ["HOST"], on_error=tell)
coobird.flush_on_signals()
FRAMEWORK

def wait():
    # In steps: a signal that comes just as a thread begins to wait is handled when it goes on.
    while True:
        threading.Event().wait(0.1)

def in_this_thread():
    call("silent")

def in_a_thread():
    threading.Thread(target=contextvars.copy_context().run, args=(call, "silent"), daemon=True).start()

def in_a_stream():
    global kept
    kept = stream()
    next(iter(kept))
    os.write(1, b"begun\\n")
    wait()

def in_a_task():
    asyncio.run(acall("silent"))

async def serve(scope, receive, send):
    if scope["type"] == "http":
        await acall("held")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

def in_a_request():
    import uvicorn
    in_a_thread()
    uvicorn.run(serve, port=int(os.environ["PORT"]), lifespan="off", log_level="warning")

os.write(1, b"ready\\n")
with coomon.run(customer_id="cust", agent_id="agent"):
    globals()[sys.argv[1]]()
wait()
"""

LANGCHAIN = """
from langchain_openai import ChatOpenAI
from coobird.integrations.langchain import CoobirdCallbackHandler

def model(scenario):
    return ChatOpenAI(model="gpt-4o", base_url=os.environ["FAKE"] + "/v1", api_key="x", max_retries=0,
                      callbacks=[CoobirdCallbackHandler(coomon)], default_headers={"x-scenario": scenario})

def call(scenario):
    model(scenario).invoke("hello")

def stream():
    return model("basic").stream("hello")

async def acall(scenario):
    await model(scenario).ainvoke("hello")
"""

LITELLM = """
import litellm
from coobird.integrations.litellm import CoobirdLogger

litellm.callbacks = [CoobirdLogger(coomon)]

def request(scenario):
    return {"model": "openai/gpt-4o", "api_base": os.environ["FAKE"] + "/v1", "api_key": "x", "max_retries": 0,
            "messages": [{"role": "user", "content": "hello"}], "extra_headers": {"x-scenario": scenario}}

def call(scenario):
    litellm.completion(**request(scenario))

def stream():
    return litellm.completion(**request("basic"), stream=True)

async def acall(scenario):
    await litellm.acompletion(**request(scenario))
"""

WRAP = """
import openai
from coobird.integrations.openai import wrap

def request(scenario):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}],
            "extra_headers": {"x-scenario": scenario}}

def options():
    return {"base_url": os.environ["FAKE"] + "/v1", "api_key": "x", "max_retries": 0}

def call(scenario):
    wrap(openai.OpenAI(**options()), coomon).chat.completions.create(**request(scenario))

def stream():
    return wrap(openai.OpenAI(**options()), coomon).chat.completions.create(**request("basic"), stream=True)

async def acall(scenario):
    await wrap(openai.AsyncOpenAI(**options()), coomon).chat.completions.create(**request(scenario))
"""

FRAMEWORKS = pytest.mark.parametrize("framework", [LANGCHAIN, LITELLM, WRAP], ids=["langchain", "litellm", "wrap"])
LOST = "UsageMissingError A call of gpt-4o: its usage is unknown, because the program ended"


@contextmanager
def running(
    framework: str, where: str, fake: FakeLLM, server: MockCoobird, port: int = 0
) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM.replace("FRAMEWORK", framework), where]
    surroundings = os.environ | {"FAKE": fake.root, "HOST": server.url, "PORT": str(port)}
    surroundings["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=surroundings) as process:
        try:
            # Imports may take longer than any deadline below.
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@FRAMEWORKS
@pytest.mark.parametrize("where", ["in_this_thread", "in_a_thread", "in_a_task"])
def test_a_call_in_progress_is_reported_before_the_signal_ends_the_process(framework: str, where: str) -> None:
    with FakeLLM() as fake, MockCoobird() as server, running(framework, where, fake, server) as process:
        wait_until(lambda: fake.bodies or process.poll() is not None, "the request is there")
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGTERM
        assert [line.startswith(LOST) for line in printed.splitlines()] == [True]
        assert server.events("sk_test_signal") == []


@FRAMEWORKS
def test_an_open_stream_is_reported_before_the_signal_ends_the_process(framework: str) -> None:
    with FakeLLM() as fake, MockCoobird() as server, running(framework, "in_a_stream", fake, server) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
        assert [line.split()[0] for line in printed.splitlines()] == ["UsageMissingError"]
        assert server.events("sk_test_signal") == []


@FRAMEWORKS
def test_a_server_bills_its_last_requests_and_reports_only_what_is_in_progress_at_its_end(framework: str) -> None:
    port = free_port()

    def is_open() -> bool:
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", port)) == 0

    with FakeLLM() as fake, MockCoobird() as server, running(framework, "in_a_request", fake, server, port) as process:
        wait_until(lambda: len(fake.bodies) == 1 and is_open(), "the thread has called, and the server is up")
        request = threading.Thread(target=httpx.get, args=[f"http://127.0.0.1:{port}/"], kwargs={"timeout": 60})
        request.start()
        wait_until(lambda: len(fake.bodies) == 2, "the request has called")
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: not is_open(), "the server takes no more requests")
        fake.held.set()
        printed, _ = process.communicate(timeout=60)
        request.join()
        assert process.returncode == -signal.SIGTERM
        assert [line.startswith(LOST) for line in printed.splitlines()] == [True]
        assert [event["customer_id"] for event in server.events("sk_test_signal")] == ["cust"]
