"""Examples for frameworks: they run with the real frameworks, and connect only to this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.integrations.examples import lines, run

EXAMPLES = ROOT / "examples" / "frameworks"

PRINTED = {
    "celery_tasks": """\
A long text
A long text
acme pays: summarize
blue_heron pays: summarize
""",
    "django_service": """\
42
Page 1. Page 2.
acme pays: answer
blue_heron pays: page 1
blue_heron pays: page 2
""",
    "fastapi_service": """\
42
Page 1. Page 2.
401
acme pays: answer
acme pays: in the background
blue_heron pays: page 1
blue_heron pays: page 2
""",
    "flask_service": """\
42
Page 1. Page 2.
acme pays: answer
blue_heron pays: page 1
blue_heron pays: page 2
""",
    "lambda_function": """\
A long text
failed: nothing to summarize
acme pays: read
blue_heron pays: read
""",
    "langchain_agent": """\
Birds sing.
acme pays: gpt-4o, 1000 tokens in, 800 of them cached, 50 out
""",
    "litellm_calls": """\
Birds sing.
acme pays: gpt-4o, 10 in, 20 out
""",
    "model_sdks": """\
Birds sing.
Birds sing.
Birds sing.
Birds sing.
Birds sing.
Birds sing.
gemini: gemini-2.5-flash, 10 in, 23 out
nova: amazon.nova-lite-v1:0, 10 in, 3 out
mistral_large: mistral-large-latest, 10 in, 3 out
gpt_oss: openai/gpt-oss-120b, 10 in, 3 out
command: command-a-03-2025, 10 in, 3 out
llama: llama3.2, 10 in, 3 out
""",
    "starlette_service": """\
Page 1. Page 2.
Page 1. Page 2.
acme pays: page 1
acme pays: page 2
blue_heron pays: page 1
blue_heron pays: page 2
""",
}


def test_every_example_is_run_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_is_billed_to_whom(name: str, tmp_path: Path) -> None:
    code, output, errors = run(tmp_path, EXAMPLES / f"{name}.py")
    assert (code, errors) == (0, "")
    assert lines(output) == PRINTED[name]


def test_a_program_that_asks_for_another_machine_is_noticed(tmp_path: Path) -> None:
    program = tmp_path / "phones.py"
    program.write_text("import socket; socket.getaddrinfo('telemetry.example', 443)")
    assert run(tmp_path, program) == (70, "", "asks for 'telemetry.example'")
