"""Sections of OpenAI and Anthropic: the clients of `llm_calls`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.integrations.emitters import EMITTERS, NATIVE, OPENINFERENCE, OPENLLMETRY, WRAPPER
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients, Row, perform, rows
from tests.support.integrations.matrix.section import MAIN, Answered, Column, Session


class ClientsSession:
    """The four clients, and their one server."""

    def __init__(self, fake: FakeLLM, clients: Clients) -> None:
        self._fake, self._clients = fake, clients

    async def perform(self, row: Row) -> None:
        await perform(self._clients, row)

    def answered(self) -> list[Answered]:
        return [Answered(call.id, tuple(call.usage)) for call in self._fake.calls]


class ClientsSection:
    """Calls of some APIs."""

    limits_of_wrap = ()
    ends_at_exit = False
    doubts_refusals: tuple[str, ...] = ()
    environment = MAIN
    is_warmed_by_calls = True

    def __init__(
        self,
        name: str,
        title: str,
        apis: tuple[str, ...],
        emitters: tuple[str, ...],
        notes: str,
        hidden: tuple[Column, ...] = (),
    ) -> None:
        self.name, self.title, self.notes = name, title, notes
        self.packages, self.emitters, self.hidden = (name,), emitters, hidden
        self.distributions = (name,)
        self._apis = apis

    def rows(self) -> list[Row]:
        return [row for row in rows() if row.api in self._apis]

    def warm(self) -> None:
        from coobird.integrations.anthropic import wrap as _  # noqa: F401 - the import is all
        from coobird.integrations.openai import wrap  # noqa: F401

    @asynccontextmanager
    async def open(self, coomon: Any, column: Column) -> AsyncIterator[Session]:
        with FakeLLM() as fake:
            clients = Clients(fake.openai_url, fake.anthropic_url)
            if WRAPPER in column:
                clients.wrap(coomon)
            yield ClientsSession(fake, clients)
            await clients.close()


OPENAI = ClientsSection(
    "openai",
    "OpenAI",
    ("chat", "responses"),
    tuple(emitter for emitter in EMITTERS if emitter != NATIVE),
    """
Chat streams have no usage unless the request has `stream_options={"include_usage": True}`. `wrap`
adds that, and hides the extra chunk from a caller who did not ask. With spans alone, add it
yourself. OpenAI's SDK emits no spans by itself.
""",
)

ANTHROPIC = ClientsSection(
    "anthropic",
    "Anthropic",
    ("messages",),
    EMITTERS,
    """
L adds the first output count of a stream (1 here) to its last. Its streams are exact together with
N, O or W, whose reports take precedence. It hides a stream from I if I was set up before it.
""",
    hidden=((OPENINFERENCE, OPENLLMETRY), (OPENLLMETRY, OPENINFERENCE)),
)
