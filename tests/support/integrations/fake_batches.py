"""Batches at OpenAI, Anthropic and Gemini: a server that answers in their documented shapes.

    with BatchServer() as server:
        server.openai_batch([openai_line("a", ...)])
        meter_batch(openai.OpenAI(base_url=f"{server.url}/v1", api_key="x"), coomon, OPENAI_ID)

`gets` has the paths that were asked for.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.integrations.served import Served

OPENAI_ID = "batch_67ef0c1d2a3b4c5d6e7f8091"
ANTHROPIC_ID = "msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d"
GEMINI_ID = "batches/q1w2e3r4t5y6u7i8o9p0"
ENDED_SECONDS = 1_795_168_800
ENDED_TEXT = "2026-11-20T10:00:00Z"


class BatchServer(Served):
    """Serves what was put into `files` until the block ends."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.gets: list[str] = []
        super().__init__(_Handler)
        self.url = self.root

    def put(self, path: str, value: Any) -> None:
        self.files[path] = ("application/json", json.dumps(value).encode())

    def put_lines(self, path: str, lines: list[Any]) -> None:
        self.files[path] = ("application/x-jsonl", b"".join(json.dumps(line).encode() + b"\n" for line in lines))

    def openai_batch(
        self,
        answered: list[Any],
        unanswered: list[Any] | None = None,
        requests: list[Any] | None = None,
        **changes: Any,
    ) -> None:
        """Serve a batch with its files; `requests` is its input file."""
        batch = {
            "id": OPENAI_ID,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "created_at": ENDED_SECONDS - 3600,
            "completed_at": ENDED_SECONDS,
            "input_file_id": "file-in",
            "output_file_id": "file-out" if answered else None,
            "error_file_id": "file-err" if unanswered else None,
            "status": "completed",
            "request_counts": {
                "completed": len(answered),
                "failed": len(unanswered or ()),
                "total": len(answered) + len(unanswered or ()),
            },
        }
        self.put(f"/v1/batches/{OPENAI_ID}", batch | changes)
        self.put_lines("/v1/files/file-out/content", answered)
        self.put_lines("/v1/files/file-err/content", unanswered or [])
        if requests is not None:
            self.put_lines("/v1/files/file-in/content", requests)

    def anthropic_batch(self, results: list[Any], **changes: Any) -> None:
        kinds = [result["result"]["type"] for result in results]
        batch = {
            "id": ANTHROPIC_ID,
            "type": "message_batch",
            "processing_status": "ended",
            "request_counts": {
                "processing": 0,
                **{kind: kinds.count(kind) for kind in ("succeeded", "errored", "canceled", "expired")},
            },
            "created_at": ENDED_TEXT,
            "expires_at": ENDED_TEXT,
            "ended_at": ENDED_TEXT,
            "results_url": f"{self.url}/v1/messages/batches/{ANTHROPIC_ID}/results",
        }
        self.put(f"/v1/messages/batches/{ANTHROPIC_ID}", batch | changes)
        self.put_lines(f"/v1/messages/batches/{ANTHROPIC_ID}/results", results)

    def gemini_job(self, output: dict[str, Any] | None, lines: list[Any] | None = None, **changes: Any) -> None:
        """Serve a job; `output` is that of its metadata, `lines` is its file `files/out`."""
        metadata = {
            "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
            "model": "models/gemini-2.5-flash",
            "displayName": "a job",
            "createTime": ENDED_TEXT,
            "endTime": ENDED_TEXT,
            "updateTime": ENDED_TEXT,
            "state": "BATCH_STATE_SUCCEEDED",
            "name": GEMINI_ID,
        }
        metadata |= {} if output is None else {"output": output}
        self.put(f"/v1beta/{GEMINI_ID}", {"name": GEMINI_ID, "metadata": metadata | changes, "done": True})
        self.put_lines("/v1beta/files/out:download", lines or [])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: BatchServer

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self._answer(f"POST {self.path}")

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.fake.gets.append(path)
        self._answer(path)

    def _answer(self, path: str) -> None:
        missing = ("application/json", json.dumps({"error": {"message": "not found", "code": 404}}).encode())
        status = 200 if path in self.fake.files else 404
        kind, content = self.fake.files.get(path, missing)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def openai_line(custom_id: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    """Line of an output file, or of an error file for a refused request."""
    response = {"status_code": status, "request_id": f"req_{custom_id}", "body": body}
    return {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": response, "error": None}


def openai_expired(custom_id: str) -> dict[str, Any]:
    error = {"code": "batch_expired", "message": "This request could not be executed before the completion window."}
    return {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": None, "error": error}


def openai_request(custom_id: str, **body: Any) -> dict[str, Any]:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]} | body
    return {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": body}


def completion(answer_id: str, input_tokens: int = 1000, output_tokens: int = 50, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": "Hello", "refusal": None}
    return {
        "id": answer_id,
        "object": "chat.completion",
        "created": ENDED_SECONDS - 60,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": input_tokens,
            "completion_tokens": output_tokens,
            "total_tokens": input_tokens + output_tokens,
        },
    } | more


def anthropic_result(custom_id: str, usage: dict[str, Any] | None = None, **message: Any) -> dict[str, Any]:
    whole = {
        "id": f"msg_0123456789abcdef{custom_id}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [{"type": "text", "text": "Hello"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 50, "service_tier": "batch"} | (usage or {}),
    }
    return {"custom_id": custom_id, "result": {"type": "succeeded", "message": whole | message}}


def anthropic_problem(custom_id: str, kind: str) -> dict[str, Any]:
    result: dict[str, Any] = {"type": kind}
    if kind == "errored":
        error = {"type": "invalid_request_error", "message": "max_tokens: must be positive"}
        result["error"] = {"type": "error", "error": error, "request_id": "req_1"}
    return {"custom_id": custom_id, "result": result}


def gemini_answer(response_id: str, **more: Any) -> dict[str, Any]:
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": "Hello"}]}, "finishReason": "STOP", "index": 0}
        ],
        "modelVersion": "gemini-2.5-flash",
        "responseId": response_id,
        "usageMetadata": {
            "promptTokenCount": 1000,
            "candidatesTokenCount": 50,
            "totalTokenCount": 1050,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1000}],
        },
    } | more
