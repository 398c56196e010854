"""OpenAI's API on 127.0.0.1 with answers that a test decides, for frameworks that call it in turns.

    def say(body):
        return use("get_weather", city="Oslo") if not is_tool_told(body) else text("Sunny.")

    with ScriptedLLM(say) as fake:
        client = openai.OpenAI(api_key="sk-test", base_url=fake.url)
        ...
        assert [call.customer for call in fake.calls] == ["acme", "acme"]

No two answers have the same usage. A prompt names the customer who asks, as `customer=acme`, so
each call tells which payer is the right one. `/v1/chat/completions`, `/v1/responses` and
`/v1/embeddings` are served, the first two with and without streaming.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from tests.support.integrations import fake_openai
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.served import Served

Json = dict[str, Any]

CUSTOMER = re.compile(r"customer=(\w+)")


class Said(NamedTuple):
    """An answer.

    Attributes:
        text: The words of the message.
        tools: Names and arguments of the tools to call.
        status: Status of the answer; 400 and above refuse the call.
        without_usage: True for an answer that does not state its tokens.
    """

    text: str = ""
    tools: tuple[tuple[str, Json], ...] = ()
    status: int = 200
    without_usage: bool = False


class Call(NamedTuple):
    """A call that was answered: who asked, and what the answer says that it cost."""

    customer: str
    usage: Usage
    stream: bool


def text(words: str) -> Said:
    return Said(words)


def use(name: str, **arguments: Any) -> Said:
    return Said(tools=((name, arguments),))


def tools_told(body: Json) -> int:
    """Return the number of results of tools that the caller has sent along."""
    told = [message for message in body.get("messages", ()) if message.get("role") == "tool"]
    inputs = body.get("input", ())
    told += [item for item in inputs if isinstance(item, dict) and item.get("type") == "function_call_output"]
    return len(told)


def customer_of(body: Json) -> str:
    """Return the customer that a prompt names."""
    found = CUSTOMER.search(json.dumps(body))
    return found[1] if found else ""


class ScriptedLLM(Served):
    """Serves until the block ends.

    Attributes:
        calls: The calls that were answered with usage, in the order of their arrival.
        bodies: All requests.
        url: Base URL for a client of the OpenAI SDK.
    """

    def __init__(self, say: Callable[[Json], Said]) -> None:
        self.say = say
        self.calls: list[Call] = []
        self.bodies: list[Json] = []
        self._customers: dict[str, str] = {}
        self._lock = threading.Lock()
        super().__init__(_Handler)
        self.url = f"{self.root}/v1"

    def record(self, body: Json) -> None:
        with self._lock:
            self.bodies.append(body)

    def charge(self, body: Json, answer_id: str) -> Usage:
        """Record a call that will be answered, and return its usage."""
        with self._lock:
            number = len(self.calls)
            usage = Usage(1000 + 7 * number, 50 + number, cache_read=800 + number, reasoning=10 + number)
            # A request that continues a stored response does not repeat its prompt.
            earlier = self._customers.get(str(body.get("previous_response_id")), "")
            customer = self._customers[answer_id] = customer_of(body) or earlier
            self.calls.append(Call(customer, usage, body.get("stream") is True))
        return usage

    def charge_embedding(self, body: Json) -> Usage:
        """Record an embedding that will be answered, and return its usage."""
        with self._lock:
            usage = Usage(20 + len(self.calls), 0)
            self.calls.append(Call(customer_of(body), usage, stream=False))
        return usage


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: ScriptedLLM

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.fake.record(body)
        path = self.path.partition("?")[0]
        if path == "/v1/embeddings":
            return self._json(200, _embeddings(body, self.fake.charge_embedding(body)))
        said = self.fake.say(body)
        if said.status >= 400:
            error = {"message": "Not acceptable.", "type": "invalid_request_error", "param": None, "code": None}
            return self._json(said.status, {"error": error})
        is_chat = path == "/v1/chat/completions"
        answer_id = f"{'chatcmpl-' if is_chat else 'resp_'}{uuid.uuid4().hex}"
        usage = None if said.without_usage else self.fake.charge(body, answer_id)
        answer = (_chat if is_chat else _response)(answer_id, body, said, usage)
        if body.get("stream") is not True:
            return self._json(200, answer)
        return self._stream(_chat_stream(body, answer) if is_chat else _response_stream(answer))

    def _json(self, status: int, value: object) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, events: Iterator[str]) -> None:
        content = "".join(events).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _chat(answer_id: str, body: Json, said: Said, usage: Usage | None) -> Json:
    answer = fake_openai.chat(answer_id, body, "basic", usage)
    calls = [
        {
            "id": f"call_{uuid.uuid4().hex}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(given)},
        }
        for name, given in said.tools
    ]
    message: Json = {"role": "assistant", "content": said.text or None, "refusal": None}
    answer["choices"][0]["message"] = message | ({"tool_calls": calls} if calls else {})
    answer["choices"][0]["finish_reason"] = "tool_calls" if calls else "stop"
    return answer


def _chat_stream(body: Json, answer: Json) -> Iterator[str]:
    """Make chunks of the whole answer. The last has the usage, if it is asked for."""
    message, usage = answer["choices"][0]["message"], answer.get("usage")
    wants_usage = (body.get("stream_options") or {}).get("include_usage") is True
    whole = answer | {"object": "chat.completion.chunk"}
    del whole["choices"]
    whole.pop("usage", None)

    def chunk(delta: Json, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data(whole | {"choices": [choice]} | ({"usage": None} if wants_usage else {}))

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for index, call in enumerate(message.get("tool_calls", ())):
        function = call["function"]
        begun = {"name": function["name"], "arguments": ""}
        yield chunk({"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": begun}]})
        yield chunk({"tool_calls": [{"index": index, "function": {"arguments": function["arguments"]}}]})
    for part in re.findall(r"\S+\s*|\s+", message["content"] or ""):
        yield chunk({"content": part})
    yield chunk({}, answer["choices"][0]["finish_reason"])
    if wants_usage and usage:
        yield _data(whole | {"choices": [], "usage": usage})
    yield "data: [DONE]\n\n"


def _response(answer_id: str, body: Json, said: Said, usage: Usage | None) -> Json:
    answer = fake_openai.response(answer_id, body, "basic", usage)
    calls = [
        {
            "id": f"fc_{uuid.uuid4().hex}",
            "type": "function_call",
            "status": "completed",
            "call_id": f"call_{uuid.uuid4().hex}",
            "name": name,
            "arguments": json.dumps(given),
        }
        for name, given in said.tools
    ]
    answer["output"][0]["content"][0]["text"] = said.text
    answer["output"] = calls or answer["output"]
    return answer


def _response_stream(answer: Json) -> Iterator[str]:
    number = 0

    def event(kind: str, **fields: Any) -> str:
        nonlocal number
        number += 1
        return f"event: {kind}\n" + _data({"type": kind, "sequence_number": number - 1, **fields})

    begun = answer | {"status": "in_progress", "output": [], "usage": None}
    yield event("response.created", response=begun)
    yield event("response.in_progress", response=begun)
    for index, item in enumerate(answer["output"]):
        where = {"item_id": item["id"], "output_index": index}
        if item["type"] == "function_call":
            yield event(
                "response.output_item.added", output_index=index, item=item | {"arguments": "", "status": "in_progress"}
            )
            yield event("response.function_call_arguments.delta", delta=item["arguments"], **where)
            yield event(
                "response.function_call_arguments.done", arguments=item["arguments"], name=item["name"], **where
            )
        else:
            part = item["content"][0]
            where["content_index"] = 0
            yield event(
                "response.output_item.added", output_index=index, item=item | {"content": [], "status": "in_progress"}
            )
            yield event("response.content_part.added", part=part | {"text": ""}, **where)
            yield event("response.output_text.delta", delta=part["text"], logprobs=[], **where)
            yield event("response.output_text.done", text=part["text"], logprobs=[], **where)
            yield event("response.content_part.done", part=part, **where)
        yield event("response.output_item.done", output_index=index, item=item)
    yield event("response.completed", response=answer)


def _embeddings(body: Json, usage: Usage) -> Json:
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    return {
        "object": "list",
        "data": [{"object": "embedding", "index": index, "embedding": [0.25, -0.5]} for index in range(len(inputs))],
        "model": body["model"],
        "usage": {"prompt_tokens": usage.input, "total_tokens": usage.input},
    }


def _data(value: Json) -> str:
    return f"data: {json.dumps(value)}\n\n"
