"""Calls of each SDK that wait for their answer while the span processor is shut down.

python -m tests.support.integrations.open_calls OpenInference     # a line of JSON for each report
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import warnings
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.emitters import INSTRUMENTORS, instrument, say
from tests.support.integrations.providers.sdks import Bedrock, Cohere, Google, Groq, Mistral, Ollama
from tests.support.integrations.recorder import Recorder

SDKS: dict[str, Any] = {
    "google.genai": Google(),
    "boto3": Bedrock(),
    "mistralai": Mistral(),
    "groq": Groq(),
    "cohere": Cohere(),
    "ollama": Ollama(),
}
ACCEPT_SECONDS = 60


def packages_of(emitter: str) -> list[str]:
    """Return the packages that an emitter instruments."""
    return [package for package in SDKS if (package, emitter) in INSTRUMENTORS]


def main(emitter: str) -> None:
    coomon, provider = Recorder(), TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon))
    trace.set_tracer_provider(provider)
    packages = packages_of(emitter)
    instrument(emitter, *packages)
    kept = []
    for package in packages:
        sdk = SDKS[package]
        for is_stream in (False, True):
            silent = socket.create_server(("127.0.0.1", 0))
            silent.settimeout(ACCEPT_SECONDS)
            client = sdk.open(f"http://127.0.0.1:{silent.getsockname()[1]}")
            threading.Thread(target=call, args=(coomon, sdk, client, is_stream), daemon=True).start()
            connection, _ = silent.accept()
            connection.recv(1)
            kept += [silent, connection]
    provider.shutdown()
    for error in coomon.errors:
        say(source=error.call["source"], message=str(error))
    os._exit(0)  # the calls still wait


def call(coomon: Recorder, sdk: Any, client: Any, is_stream: bool) -> None:
    with coomon.run(customer_id="cust", agent_id="agent"):
        if is_stream:
            list(sdk.stream(client))
        else:
            sdk.create(client)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
