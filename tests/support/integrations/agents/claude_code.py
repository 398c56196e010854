"""Claude Code as a program without a model: the messages of its stream, with known usage.

    claude = ClaudeCode(tmp_path)
    options = ClaudeAgentOptions(cli_path=claude.path)
    async for message in query(prompt="About cust_a", options=options): ...
    assert claude.turns()[0].used == {"claude-sonnet-4-6": ..., "claude-haiku-4-5": ...}

The program speaks the protocol of version 2.1.332, whose messages it imitates. Each turn uses two
models, each turn other counts. Totals are those of the session: a resumed or forked session goes on
from them, and they are kept in the folder. Words of a prompt pick another turn:
    crash     the process ends after an answer, without a result
    refused   a result that is an error, of a turn that used nothing
    clear     the conversation is reset, which zeroes the totals, before the turn
    tool      the tool `search` of the caller's server `tools` is called in the turn
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

MAIN, HELPER = "claude-sonnet-4-6", "claude-haiku-4-5"


class Turn(NamedTuple):
    """One turn: its result's id, its prompt, and what each model used in it."""

    uuid: str
    session_id: str
    prompt: str
    used: dict[str, dict[str, int]]


class ClaudeCode:
    """Program in a folder, which keeps its sessions there."""

    def __init__(self, folder: Path, version: str = "2.1.332") -> None:
        self.folder = folder
        self.path = folder / "claude"
        self.path.write_text(f"#!{sys.executable}\nFOLDER, VERSION = {str(folder)!r}, {version!r}\n{PROGRAM}")
        self.path.chmod(0o755)

    def turns(self) -> list[Turn]:
        """Return all turns that ended with a result, in the order of their ends."""
        file = self.folder / "turns.jsonl"
        return [Turn(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def totals_of(used: dict[str, int]) -> tuple[int, int, int, int, int, int]:
    """Return input with the cache, output, cache read, cache write, thoughts, web searches."""
    fresh, read, written = (used[name] for name in ("inputTokens", "cacheReadInputTokens", "cacheCreationInputTokens"))
    return (
        fresh + read + written,
        used["outputTokens"],
        read,
        written,
        used["thinkingTokens"],
        used["webSearchRequests"],
    )


def billed_totals(attributes: dict[str, Any]) -> tuple[Any, ...]:
    """Return the same counts of an event."""
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens")
    more = ("reasoning_output_tokens", "web_search_requests")
    return (*(attributes[name] for name in names), *(attributes.get(name, 0) for name in more))


PROGRAM = r"""
import json, os, sys, uuid
from pathlib import Path

folder, arguments = Path(FOLDER), sys.argv[1:]


def option(name):
    return next((text.partition("=")[2] for text in arguments if text.startswith(f"{name}=")), None)


def say(**message):
    print(json.dumps(message), flush=True)


earlier = option("--resume")
if "--continue" in arguments:
    earlier = max(folder.glob("*.session"), key=lambda path: path.stat().st_mtime_ns).stem
session_id = str(uuid.uuid4()) if earlier is None or "--fork-session" in arguments else earlier
continues = tuple(map(int, VERSION.split("."))) >= (2, 1, 277)
totals = json.loads((folder / f"{earlier}.session").read_text()) if earlier and continues else {}
NAMES = (
    "inputTokens outputTokens cacheReadInputTokens cacheCreationInputTokens webSearchRequests thinkingTokens"
    " cacheCreationEphemeral5mInputTokens cacheCreationEphemeral1hInputTokens"
).split()


def usage_of(number):
    def counts(scale):
        written = 40 * scale + number
        made = (100 * scale + number, 20 * scale + number, 300 * scale, 2 * written, number % 2, 3 * scale, written, written)
        return dict(zip(NAMES, made))

    return {"claude-sonnet-4-6": counts(10), "claude-haiku-4-5": counts(1)}


def add(used):
    for model, counts in used.items():
        entry = totals.setdefault(model, dict.fromkeys(NAMES, 0) | {"costUSD": 0.0})
        for name, count in counts.items():
            entry[name] += count
        entry["costUSD"] = round(entry["costUSD"] + 0.001 * counts["outputTokens"], 9)
        entry |= {"contextWindow": 200000, "maxOutputTokens": 64000, "canonicalModel": model}
        entry |= {"provider": "firstParty", "costBasis": "list"}


def tell_server(**message):
    request = {"subtype": "mcp_message", "server_name": "tools", "message": {"jsonrpc": "2.0"} | message}
    say(type="control_request", request_id=str(uuid.uuid4()), request=request)
    while json.loads(next(sys.stdin))["type"] != "control_response":
        pass


def answer(prompt):
    global session_id, totals
    if "clear" in prompt:
        say(type="conversation_reset", new_conversation_id=str(uuid.uuid4()), uuid=str(uuid.uuid4()), session_id=session_id)
        session_id, totals = str(uuid.uuid4()), {}
    say(
        type="system", subtype="init", uuid=str(uuid.uuid4()), session_id=session_id, claude_code_version=VERSION,
        apiKeySource="ANTHROPIC_API_KEY", cwd=os.getcwd(), tools=[], mcp_servers=[], model="claude-sonnet-4-6",
        permissionMode="default", slash_commands=[], output_style="default", skills=[], plugins=[],
    )
    refused = "refused" in prompt
    if not refused:
        # Two messages of one answer: both restate what the answer knew at its start.
        message = {"id": f"msg_{uuid.uuid4().hex}", "type": "message", "role": "assistant", "model": "claude-sonnet-4-6"}
        message |= {"content": [{"type": "text", "text": "Fine."}], "usage": {"input_tokens": 1000, "output_tokens": 1}}
        for parent in (None, "toolu_1"):
            say(type="assistant", message=message, parent_tool_use_id=parent, session_id=session_id, uuid=str(uuid.uuid4()))
    if "crash" in prompt:
        os._exit(1)
    if "tool" in prompt:
        client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "claude", "version": VERSION}}
        tell_server(id=1, method="initialize", params=client)
        tell_server(method="notifications/initialized")
        tell_server(id=2, method="tools/call", params={"name": "search", "arguments": {}})
    used = {} if refused else usage_of(sum(map(ord, prompt)) % 97)
    add(used)
    (folder / f"{session_id}.session").write_text(json.dumps(totals))
    result = str(uuid.uuid4())
    with (folder / "turns.jsonl").open("a") as file:
        file.write(json.dumps({"uuid": result, "session_id": session_id, "prompt": prompt, "used": used}) + "\n")
    say(
        type="result", subtype="success", is_error=refused, duration_ms=5, duration_api_ms=4, num_turns=1,
        result="Fine.", session_id=session_id, uuid=result, stop_reason="end_turn", terminal_reason="completed",
        total_cost_usd=sum(entry["costUSD"] for entry in totals.values()), modelUsage=totals,
        usage={"input_tokens": 1000, "output_tokens": 200}, permission_denials=[],
    )


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "control_request":
        say(type="control_response", response={"subtype": "success", "request_id": message["request_id"], "response": {}})
    elif message["type"] == "user":
        answer(message["message"]["content"])
"""
