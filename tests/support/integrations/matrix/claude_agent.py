"""Section of the Claude Agent SDK. It runs Claude Code, a program of its own, which is imitated."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.support.integrations.agents.claude_code import ClaudeCode, totals_of
from tests.support.integrations.emitters import WRAPPER
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.frameworks import PAYERS, in_tasks
from tests.support.integrations.matrix.section import Answered, Column, Session

NO_RESULT = Answered("a turn without a result", (0, 0, 0, 0, 0))
"""Turn of which no message states the usage."""


class ClaudeSession:
    """Turns of Claude Code. Each model of a turn counts as a call, with all that it used."""

    def __init__(self, claude: ClaudeCode, coomon: Any, column: Column) -> None:
        self._sdk: Any = import_module("claude_agent_sdk")
        self._claude, self._coomon, self._is_wrapped = claude, coomon, WRAPPER in column
        self._numbers = itertools.count()
        self._broken: list[Answered] = []

    def answered(self) -> list[Answered]:
        turns = [
            Answered(f"{turn.uuid} {model}", totals_of(used)[:5])
            for turn in self._claude.turns()
            for model, used in turn.used.items()
        ]
        return turns + self._broken

    async def perform(self, row: Row) -> None:
        words = {"error": "refused", "cut": "crash"}.get(row.scenario, "")
        with suppress(Exception) if words else nullcontext():
            if row.payers:
                await in_tasks(self._ask, self._coomon)
            elif row.api == "client with three turns":
                await self._talk()
            elif row.api == "resumed session":
                await self._ask(earlier=await self._ask())
            else:
                await self._ask(words)
        if row.scenario == "cut":
            self._broken.append(NO_RESULT)

    async def _ask(self, words: str = "", *, earlier: Any = None) -> Any:
        """Ask once, and return the result; in the session of an earlier result if there is one."""
        known = {} if earlier is None else {earlier.session_id: earlier.model_usage}
        query, result = self._metered(self._sdk.query, earlier_usage=known.get), None
        options = self._options(resume=None if earlier is None else earlier.session_id)
        async for message in query(prompt=self._prompt(words), options=options):
            result = message
        return result

    async def _talk(self) -> None:
        async with self._metered(self._sdk.ClaudeSDKClient(self._options())) as client:
            for _ in range(3):
                await client.query(self._prompt())
                async for _ in client.receive_response():
                    pass

    def _metered(self, query_or_client: Any, **options: Any) -> Any:
        metering: Any = import_module("coobird.integrations.claude_agent")
        return metering.wrap(query_or_client, self._coomon, **options) if self._is_wrapped else query_or_client

    def _prompt(self, words: str = "") -> str:
        return f"Question {next(self._numbers)} {words}"

    def _options(self, **more: Any) -> Any:
        return self._sdk.ClaudeAgentOptions(cli_path=self._claude.path, cwd=self._claude.folder, **more)


class ClaudeSection:
    """Turns of Claude Code."""

    name, title = "claude_agent_sdk", "Claude Agent SDK"
    packages, distributions = ("claude_agent_sdk",), ("claude-agent-sdk",)
    emitters: tuple[str, ...] = (WRAPPER,)
    hidden: tuple[Column, ...] = ()
    limits_of_wrap: tuple[str, ...] = ()
    is_warmed_by_calls = True
    ends_at_exit = False
    doubts_refusals: tuple[str, ...] = ()
    environment = "agents"
    notes = """
Each model of a turn counts as a call: its event is the sum of all its requests, those of sub-agents
included. A turn that is cut has no result. Claude Code makes no spans in this process.
"""

    def rows(self) -> list[Row]:
        made = [Row("query"), Row("client with three turns"), Row("resumed session")]
        return [*made, Row("query parallel payers", payers=PAYERS), Row("query", "error"), Row("query", "cut")]

    def warm(self) -> None:
        for module in ("claude_agent_sdk", "coobird.integrations.claude_agent"):
            import_module(module)

    @asynccontextmanager
    async def open(self, coomon: Any, column: Column) -> AsyncIterator[Session]:
        with tempfile.TemporaryDirectory() as folder:
            yield ClaudeSession(ClaudeCode(Path(folder)), coomon, column)


CLAUDE_AGENT = ClaudeSection()
