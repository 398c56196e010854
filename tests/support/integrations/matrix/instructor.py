"""Section of Instructor: objects, parts of objects, attempts at an object, and its cache."""

from __future__ import annotations

from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import SDK_OPENINFERENCE, WRAPPER
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import ASKED as TIMES
from tests.support.integrations.matrix.frameworks import (
    BOTH,
    PAYERS,
    FrameworkSection,
    FrameworkSession,
    in_tasks,
    in_threads,
)
from tests.support.integrations.matrix.other_agents import CHAT, RESPONSES, TOGETHER, read
from tests.support.integrations.matrix.section import OLDER_AGENTS, Column
from tests.support.integrations.providers.server import Fake

OBJECT = "object"
"""Run: a model fills in an object (one call)."""
ATTEMPTS = "attempts"
"""Run: the first object is refused (two calls)."""
CACHE = "object cache hit"
"""Run: a client with a cache is asked the same several times (one call)."""
CALLS = {OBJECT: 1, ATTEMPTS: 2, CACHE: 1}
"""Calls of each run."""


class InstructorSession(FrameworkSession):
    """Clients of Instructor."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        self._breaks_streams = SDK_OPENINFERENCE in column
        self._client = client_for(models, coomon, column, "openai_client")
        self._async_client = client_for(models, coomon, column, "async_openai_client")

    async def perform(self, row: Row) -> None:
        api, _, run = row.api.removesuffix(TOGETHER).partition(" ")
        client = self._made(api, run, is_async=row.is_async)
        # Instructor takes the streams of i for those of an async client.
        is_mistaken = self._breaks_streams and row.stream and not row.is_async
        with self.calling(row, CALLS[run], *((TypeError,) if is_mistaken else ())):
            for _ in range(TIMES if run == CACHE else 1):
                if row.payers and row.is_async:
                    await in_tasks(lambda: ask_async(client, arguments(run, row), row), self.coomon)
                elif row.payers:
                    in_threads(lambda: ask(client, arguments(run, row), row), self.coomon)
                elif row.is_async:
                    await ask_async(client, arguments(run, row), row)
                else:
                    ask(client, arguments(run, row), row)

    def _made(self, api: str, run: str, *, is_async: bool) -> Any:
        import instructor
        from instructor.cache import AutoCache

        cache: dict[str, Any] = {"cache": AutoCache()} if run == CACHE else {}
        mode = instructor.Mode.RESPONSES_TOOLS if api == RESPONSES else instructor.Mode.TOOLS
        return instructor.from_openai(self._async_client if is_async else self._client, mode=mode, **cache)

    async def close(self) -> None:
        self._client.close()
        await self._async_client.close()


def arguments(run: str, row: Row) -> dict[str, Any]:
    from pydantic import BaseModel, field_validator

    attempts: list[str] = []

    class Customer(BaseModel):
        """A customer."""

        name: str

        @field_validator("name")
        @classmethod
        def refuse_the_first(cls, value: str) -> str:
            attempts.append(value)
            if run == ATTEMPTS and len(attempts) == 1:
                raise ValueError("Try again.")
            return value

    made = {"model": GPT, "response_model": Customer, "messages": [{"role": "user", "content": QUESTION}]}
    made |= {"stream_options": {"include_usage": True}} if row.asks else {}
    return made | {"max_retries": 2 if run == ATTEMPTS else 0}


def ask(client: Any, asked: dict[str, Any], row: Row) -> None:
    if not row.stream:
        client.create(**asked)
        return
    for _ in client.create_partial(**asked):
        if row.cancel:
            return


async def ask_async(client: Any, asked: dict[str, Any], row: Row) -> None:
    if row.stream:
        await read(client.create_partial(**asked), row)
    else:
        await client.create(**asked)


INSTRUCTOR = FrameworkSection(
    "instructor",
    "Instructor",
    InstructorSession,
    [
        *(Row(f"{api} {OBJECT}", is_async=is_async) for api in (CHAT, RESPONSES) for is_async in BOTH),
        *(Row(f"{CHAT} {OBJECT}", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {OBJECT}", stream=True, is_async=is_async, asks=True) for is_async in BOTH),
        *(Row(f"{RESPONSES} {OBJECT}", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row(f"{api} {ATTEMPTS}", is_async=api == CHAT) for api in (CHAT, RESPONSES)),
        *(Row(f"{CHAT} {CACHE}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {OBJECT}{TOGETHER}", is_async=is_async, payers=PAYERS) for is_async in BOTH),
        Row(f"{CHAT} {ATTEMPTS}{TOGETHER}", is_async=True, payers=PAYERS),
        *(Row(f"{api} {OBJECT}", "error", is_async=api == CHAT) for api in (CHAT, RESPONSES)),
        *(Row(f"{CHAT} {OBJECT}", "cut", stream=True, is_async=is_async) for is_async in BOTH),
        Row(f"{CHAT} {OBJECT}", stream=True, cancel=True, is_async=True),
    ],
    OF_OPENAI,
    """
Spans have the usage of a chat stream if `stream_options` ask for it; `wrap` asks by itself. Of two
attempts, the first object is refused by its own check. In a cache hit, a client with `AutoCache` is
asked three times. Instructor takes the streams of a sync client that i sees for those of an async
one, and fails. It has no spans of its own. OpenInference's instrumentation of it makes none of
calls.
""",
    modules=("instructor", "instructor.cache", "tests.support.integrations.agents.clients", *WRAP),
    environment=OLDER_AGENTS,
    hidden=((SDK_OPENINFERENCE, WRAPPER),),
    server=agent_models,
)
