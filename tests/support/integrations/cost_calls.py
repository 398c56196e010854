"""Calls of every kind, reported in one way, each way in its own process: it patches packages.

python -m tests.support.integrations.cost_calls wrap

It prints one line of JSON for each kind: attributes and metadata of the events, and the errors.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.integrations.cost_kinds import KINDS, Kind
from tests.support.integrations.emitters import NATIVE, OPENINFERENCE, OPENLLMETRY, OTEL, instrument
from tests.support.integrations.recorder import Recorder

WRAP, LANGCHAIN, LITELLM = "wrap", "LangChain", "LiteLLM"
WAYS = (WRAP, LANGCHAIN, LITELLM, NATIVE, OTEL, OPENINFERENCE, OPENLLMETRY)
ASK = [{"role": "user", "content": "Hi"}]
LATE_SECONDS = 20.0
"""Longest time that LiteLLM's report is waited for."""

ID = "0123456789"
"""Part of the ids of all answers that is replaced."""

Call = Callable[[Kind, Recorder], None]


class Proxy:
    """HTTP proxy that answers for all hosts, with `answer`, and with an id of its own each time."""

    answer: Any = None
    answered = 0

    def __init__(self) -> None:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                kind, body = "application/json", json.dumps(proxy.answer)
                if isinstance(proxy.answer, list):
                    kind, body = "text/event-stream", "".join(map(_event, proxy.answer))
                    body += "" if "type" in proxy.answer[0] else "data: [DONE]\n\n"
                proxy.answered += 1
                raw = body.replace(ID, f"{proxy.answered:010d}").encode()
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


def _event(item: dict[str, Any]) -> str:
    return (f"event: {item['type']}\n" if "type" in item else "") + f"data: {json.dumps(item)}\n\n"


def by_sdk(*, wraps: bool) -> Call:
    """Call the SDKs themselves, wrapped or not."""
    import anthropic
    import openai

    from coobird.integrations.anthropic import wrap as wrap_anthropic
    from coobird.integrations.openai import wrap as wrap_openai

    def call(kind: Kind, coomon: Recorder) -> None:
        if kind.api == "messages":
            messages = anthropic.Anthropic(api_key="k", base_url=kind.base_url, max_retries=0)
            if wraps:
                wrap_anthropic(messages, coomon, cost=True)
            made: Any = messages.messages.create(model=kind.model, max_tokens=9, messages=ASK, stream=kind.is_stream)
        else:
            client = openai.OpenAI(api_key="k", base_url=kind.base_url, max_retries=0)
            if wraps:
                wrap_openai(client, coomon, cost=True)
            if kind.api == "chat":
                options: Any = {"stream": True, "stream_options": {"include_usage": True}} if kind.is_stream else {}
                made = client.chat.completions.create(model=kind.model, messages=ASK, **options)
            elif kind.api == "embeddings":
                made = client.embeddings.create(model=kind.model, input="Hi", encoding_format="float")
            else:
                made = client.responses.create(model=kind.model, input="Hi")
        if kind.is_stream:
            list(made)

    return call


def by_langchain() -> Call:
    from langchain_anthropic import ChatAnthropic
    from langchain_openai import ChatOpenAI
    from langchain_xai import ChatXAI

    from coobird.integrations.langchain import CoobirdCallbackHandler

    def call(kind: Kind, coomon: Recorder) -> None:
        if kind.api == "embeddings":
            return  # LangChain has no callbacks for them
        model: Any
        if kind.api == "messages":
            model = ChatAnthropic(model=kind.model, base_url=kind.base_url, api_key="k", max_retries=0)  # type: ignore[call-arg, arg-type]
        elif kind.litellm == "xai":
            model = ChatXAI(model=kind.model, xai_api_base=kind.base_url, api_key="k", max_retries=0)  # type: ignore[call-arg, arg-type]
        else:
            model = ChatOpenAI(
                model=kind.model,
                base_url=kind.base_url,
                api_key="k",  # type: ignore[arg-type]
                max_retries=0,
                use_responses_api=kind.api == "responses",
                stream_usage=True,
            )
        config: Any = {"callbacks": [CoobirdCallbackHandler(coomon, cost=True)]}
        if kind.is_stream:
            list(model.stream("Hi", config=config))
        else:
            model.invoke("Hi", config=config)

    return call


def by_litellm() -> Call:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm
    from litellm.integrations.custom_logger import CustomLogger

    from coobird.integrations.litellm import CoobirdLogger

    class Current(CustomLogger):  # type: ignore[misc]
        """Hands the calls to the logger of this kind: LiteLLM keeps the first one of a class."""

        logger: CoobirdLogger
        lock = threading.Lock()
        """Held while a call is reported: an error and its event come one by one, in a thread."""

        def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:
            self.logger.log_pre_api_call(model, messages, kwargs)

        def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
            with self.lock:
                self.logger.log_success_event(kwargs, response_obj, start_time, end_time)

    current = Current()
    litellm.callbacks = [current]
    litellm.suppress_debug_info = True

    def call(kind: Kind, coomon: Recorder) -> None:
        if not kind.litellm:
            return  # LiteLLM has no such provider
        current.logger = CoobirdLogger(coomon, cost=True)
        base: Any = {
            "model": f"{kind.litellm}/{kind.model}",
            "api_base": kind.base_url,
            "api_key": "k",
            "max_retries": 0,
        }
        made: Any
        if kind.api == "responses":
            made = litellm.responses(input="Hi", **base)
        elif kind.api == "embeddings":
            made = litellm.embedding(input=["Hi"], encoding_format="float", **base)
        else:
            options: Any = {"stream": True, "stream_options": {"include_usage": True}} if kind.is_stream else {}
            made = litellm.completion(messages=ASK, **base, **options)
        if kind.is_stream:
            list(made)
        deadline = time.monotonic() + LATE_SECONDS
        while not (coomon.events or coomon.errors) and time.monotonic() < deadline:
            time.sleep(0.01)
        with current.lock:
            pass  # the report is complete

    return call


def by_spans(way: str) -> Call:
    """Call the SDKs with an instrumentation, and meter its spans."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider

    from coobird.integrations.opentelemetry import CoobirdSpanProcessor

    class Current(SpanProcessor):
        """Hands the spans to the processor of this kind: instrumentations keep their tracer."""

        processor: SpanProcessor

        def on_start(self, span: Span, parent_context: Any = None) -> None:
            self.processor.on_start(span, parent_context)

        def on_end(self, span: ReadableSpan) -> None:
            self.processor.on_end(span)

    current, provider = Current(), TracerProvider()
    provider.add_span_processor(current)
    trace.set_tracer_provider(provider)
    instrument(way)
    send = by_sdk(wraps=False)

    def call(kind: Kind, coomon: Recorder) -> None:
        current.processor = CoobirdSpanProcessor(coomon, cost=True)
        send(kind, coomon)
        current.processor.shutdown()

    return call


def main(way: str) -> None:
    proxy = Proxy()
    os.environ["HTTP_PROXY"] = os.environ["http_proxy"] = proxy.url
    os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "true" if way == NATIVE else "false"
    os.environ["TRACELOOP_METRICS_ENABLED"] = "false"
    if way in (LANGCHAIN, LITELLM):
        call = by_langchain() if way == LANGCHAIN else by_litellm()
    else:
        call = by_sdk(wraps=True) if way == WRAP else by_spans(way)
    for kind in KINDS:
        coomon, proxy.answer = Recorder(), kind.answer
        with coomon.run(customer_id="cust", agent_id="agent"):
            call(kind, coomon)
        found = {
            "kind": kind.name,
            "events": [[event["attributes"], event["metadata"]] for event in coomon.events],
            "errors": [f"{type(error).__name__}: {error}" for error in coomon.errors],
        }
        print(json.dumps(found, default=str), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
