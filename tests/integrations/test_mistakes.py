"""Wrong arguments of integrations are refused at once, and the error says what to write instead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

from coobird.errors import ConfigurationError
from coobird.integrations.anthropic import wrap as wrap_anthropic
from coobird.integrations.asgi import CoobirdMiddleware as ASGIMiddleware
from coobird.integrations.aws_lambda import metered
from coobird.integrations.fastapi import in_run
from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.integrations.openai import wrap as wrap_openai
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from coobird.integrations.wsgi import CoobirdMiddleware as WSGIMiddleware
from tests.support.integrations.llm_calls import Clients
from tests.support.integrations.recorder import Recorder


def refused_for_openai(clients: Clients) -> list[Any]:
    return [None, "client", openai, openai.OpenAI, clients.openai.chat.completions, clients.anthropic, Recorder()]


def test_wrap_refuses_what_it_could_not_meter_and_touches_nothing(plain: Clients, coomon: Recorder) -> None:
    before = dict(vars(openai.OpenAI))
    for given in refused_for_openai(plain):
        with pytest.raises(ConfigurationError, match=r"wrap\(openai.OpenAI\(\), coomon\)"):
            wrap_openai(given, coomon)
    for given in (plain.openai, anthropic.Anthropic):
        with pytest.raises(ConfigurationError, match=r"wrap\(anthropic.Anthropic\(\), coomon\)"):
            wrap_anthropic(given, coomon)
    assert dict(vars(openai.OpenAI)) == before
    assert not hasattr(plain.anthropic, "_coobird_meters")


@pytest.mark.parametrize(
    "build",
    [
        lambda client: wrap_openai(openai.OpenAI(api_key="x"), client),
        CoobirdSpanProcessor,
        CoobirdCallbackHandler,
        lambda client: ASGIMiddleware(None, client, run=dict),  # type: ignore[arg-type]
        lambda client: WSGIMiddleware(None, client, run=dict),  # type: ignore[arg-type]
        lambda client: in_run(client, dict),
        metered,
    ],
)
@pytest.mark.parametrize("given", [None, "sk_test_1", Recorder, object(), lambda event, context: None])
def test_what_is_no_client_of_coobird_is_refused_before_it_can_lose_a_call(
    build: Callable[..., Any], given: Any
) -> None:
    with pytest.raises(ConfigurationError, match="must be a Coomon or an AsyncCoomon, not "):
        build(given)


WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, *_):
        if name.startswith(sys.argv[1]):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
try:
    __import__(f"coobird.integrations.{sys.argv[2]}")
except ModuleNotFoundError as error:
    assert error.name.startswith(sys.argv[1])
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "module", "extra"),
    [
        ("opentelemetry", "opentelemetry", "otel"),
        ("opentelemetry.sdk", "opentelemetry", "otel"),
        ("fastapi", "fastapi", "fastapi"),
        ("langchain_core", "langchain", "langchain"),
        ("litellm", "litellm", "litellm"),
    ],
)
def test_without_its_package_an_integration_says_what_to_install(package: str, module: str, extra: str) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT, package, module], capture_output=True, text=True, timeout=60)
    assert f"No module named '{package}" in done.stdout, done.stderr
    assert f"pip install 'coobird[{extra}]'" in done.stdout
