"""Live server on this machine, in the shape of Gemini's. It answers each input as it is told."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import websockets
from google.genai import live

from tests.support.integrations.providers.sdks import Google

SDK = Google()
ASKS = ("client_content", "realtime_input", "tool_response")
CUT: dict[str, Any] = {"cut": True}
"""Stands for a connection that breaks."""


def connect_without_tls(url: str, *, ssl: object = None, **options: Any) -> Any:
    """Connect as the SDK does, which insists on TLS, also to this machine."""
    return websockets.connect(url.replace("wss:", "ws:"), **options)


@asynccontextmanager
async def live_server(answers: Sequence[Sequence[dict[str, Any]]]) -> AsyncGenerator[str]:
    """Serve sessions that answer their inputs one after the other; yields the URL."""

    async def answer(socket: websockets.ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"setupComplete": {}}))
        left = iter(answers)
        async for text in socket:
            sent = json.loads(text)
            content = sent.get("client_content", {"turnComplete": True})
            is_complete = content.get("turnComplete") or content.get("turn_complete")
            if not is_complete or not any(name in sent for name in ASKS):
                continue
            for message in next(left, ()):
                if message is CUT:
                    socket.transport.abort()
                    return
                await socket.send(json.dumps(message))

    async with websockets.serve(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def allow_plain_sockets(monkeypatch: Any) -> None:
    """Let the SDK connect without TLS."""
    monkeypatch.setattr(live, "ws_connect", connect_without_tls)
