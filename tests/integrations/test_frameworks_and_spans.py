"""LangChain or LiteLLM together with an instrumentation: one event for each call."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support import ROOT
from tests.support.integrations.emitters import EMITTERS, NATIVE, WRAPPER
from tests.support.integrations.framework_calls import MANNERS


@pytest.mark.parametrize("emitter", [name for name in EMITTERS if name not in (NATIVE, WRAPPER)])
def test_a_call_that_a_framework_and_an_instrumentation_report_is_one_event(emitter: str) -> None:
    command = [sys.executable, "-m", "tests.support.integrations.framework_calls", emitter]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    calls = [f"{way} {manner}" for manner in MANNERS for way in ("chat", "responses", "litellm")]
    events = [event for event in printed if event["call"] != "error"]
    assert sorted((event["call"], event["tokens"]) for event in events) == [
        (call, [1000, 50, 800]) for call in sorted(calls)
    ]
    assert [event for event in printed if event["call"] == "error"] == []
