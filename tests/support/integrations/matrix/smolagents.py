"""Section of smolagents, whose agents run in the thread of their caller."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import PAYERS, FrameworkSection, FrameworkSession, in_threads
from tests.support.integrations.matrix.section import AGENTS, Column
from tests.support.integrations.providers.server import Fake

TOOL, ASKED = "tool", "agent as tool"
"""Runs: an agent uses a tool (two calls), or asks one that does (four calls)."""
CODE, LIMITED = "agent in code", "agent in code with a time limit"
"""Runs: an agent writes code that asks an agent that uses a tool (three calls)."""
TOGETHER = " parallel payers"
"""End of the name of a run that several customers start at once."""
PROGRAM = "<code>final_answer(researcher(task='About cust_a'))</code>"


class SmolagentsSession(FrameworkSession):
    """Agents of smolagents."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        from smolagents import OpenAIModel, tool

        class Writer(OpenAIModel):
            """Takes all that a model says for the program."""

            def generate(self, *args: Any, **options: Any) -> Any:
                said = super().generate(*args, **options)
                said.content = PROGRAM
                return said

        @tool
        def look_up(customer: str) -> str:
            """Look a customer up.

            Args:
                customer: Name of the customer.
            """
            return f"{customer} is known"

        self._client = client_for(models, coomon, column, "openai_client")
        self._model, self._writer = OpenAIModel(GPT, client=self._client), Writer(GPT, client=self._client)
        self._look_up = look_up

    async def perform(self, row: Row) -> None:
        self.fake.scenario = {"basic": "plain"}.get(row.scenario, row.scenario)
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if row.payers:
                in_threads(lambda: self._ask(row), self.coomon)
            else:
                self._ask(row)

    def _ask(self, row: Row) -> None:
        agent = self._agent(row.api.removesuffix(TOGETHER), stream=row.stream)
        if not row.stream:
            agent.run(QUESTION)
            return
        parts = agent.run(QUESTION, stream=True)
        for _ in parts:
            if row.cancel:
                with suppress(RuntimeError):  # it yields its last step before it ends
                    parts.close()
                return

    def _agent(self, run: str, *, stream: bool) -> Any:
        from rich.console import Console
        from smolagents import AgentLogger, CodeAgent, ToolCallingAgent
        from smolagents.monitoring import LogLevel

        # Streams are shown at any level.
        quiet = {"logger": AgentLogger(LogLevel.OFF, Console(quiet=True)), "stream_outputs": stream}
        team = {"name": "researcher", "description": "Knows customers."} if run != TOOL else {}
        researcher = ToolCallingAgent([self._look_up], self._model, **team, **quiet)
        if run == TOOL:
            return researcher
        if run == ASKED:
            return ToolCallingAgent([], self._model, managed_agents=[researcher], **quiet)
        limit = {} if run == LIMITED else {"executor_kwargs": {"timeout_seconds": None}}
        return CodeAgent([], self._writer, managed_agents=[researcher], **limit, **quiet)

    async def close(self) -> None:
        self._client.close()


SMOLAGENTS = FrameworkSection(
    "smolagents",
    "smolagents",
    SmolagentsSession,
    [
        *(Row(run, stream=stream) for run in (TOOL, ASKED) for stream in (False, True)),
        Row(CODE),
        Row(LIMITED),
        *(Row(f"{run}{TOGETHER}", stream=stream, payers=PAYERS) for run, stream in ((ASKED, True), (CODE, False))),
        *(Row(TOOL, "error", stream=stream) for stream in (False, True)),
        Row(TOOL, "cut", stream=True),
        Row(TOOL, stream=True, cancel=True),
    ],
    OF_OPENAI,
    """
The model is `OpenAIModel`. Code with a time limit runs in a thread that inherits nothing, so that
the calls of an agent that it asks have no payer. smolagents has no spans of its own, no async calls
and no cache of answers.
""",
    limits_of_wrap=("reported",),
    modules=("smolagents", "tests.support.integrations.agents.clients", *WRAP),
    environment=AGENTS,
    server=agent_models,
)
