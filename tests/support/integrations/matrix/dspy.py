"""Section of DSPy, which calls LiteLLM and has a cache of its own.

Reporters are those of LiteLLM.
"""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import Any

from tests.support.integrations.emitters import HANDLER, NATIVE
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import OPENAI_MODEL, Row
from tests.support.integrations.matrix.frameworks import ASKED, BOTH, PAYERS, FrameworkSection, in_tasks, in_threads
from tests.support.integrations.matrix.litellm import LiteLLMSession
from tests.support.integrations.matrix.section import AGENTS, Column

QUESTION = {"question": "hello"}


class DspySession(LiteLLMSession):
    """Programs of DSPy."""

    def __init__(self, fake: FakeLLM, coomon: Any, column: Column) -> None:
        super().__init__(fake, coomon, column)
        import dspy

        class Words(dspy.ChatAdapter):
            """Takes all that a model says for the answer."""

            def parse(self, signature: Any, completion: str) -> dict[str, Any]:
                return dict.fromkeys(signature.output_fields, completion)

        self._dspy: Any = dspy
        self._adapter = Words()
        dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=True)

    async def perform(self, row: Row) -> None:
        is_hit = row.api.endswith("cache hit")
        program = self._dspy.Predict("question -> answer")
        program.set_lm(self._model(row.scenario, is_hit=is_hit))
        self._dspy.cache.reset_memory_cache()
        with (
            suppress(Exception) if row.scenario in ("error", "cut") else nullcontext(),
            self._dspy.context(adapter=self._adapter, track_usage=row.stream),
        ):
            if row.payers and row.is_async:
                await in_tasks(lambda: program.acall(**QUESTION), self.coomon)
            elif row.payers:
                in_threads(lambda: program(**QUESTION), self.coomon)
            else:
                for _ in range(ASKED if is_hit else 1):
                    await self._ask_program(program, row)
        await self._settle()

    async def _ask_program(self, program: Any, row: Row) -> None:
        if row.stream:
            async for _ in self._dspy.streamify(program, is_async_program=True)(**QUESTION):
                pass
        elif row.is_async:
            await program.acall(**QUESTION)
        else:
            program(**QUESTION)

    def _model(self, scenario: str, *, is_hit: bool) -> Any:
        return self._dspy.LM(
            f"openai/{OPENAI_MODEL}",
            engine="litellm",
            cache=is_hit,
            num_retries=0,
            api_base=self.fake.openai_url,
            api_key="sk-x",
            extra_headers={"x-scenario": scenario},
        )


DSPY = FrameworkSection(
    "dspy",
    "DSPy",
    DspySession,
    [
        *(Row("program", "cached", is_async=is_async) for is_async in BOTH),
        Row("program", stream=True, is_async=True),
        *(Row("program cache hit", is_async=is_async) for is_async in BOTH),
        *(Row("program parallel payers", is_async=is_async, payers=PAYERS) for is_async in BOTH),
        *(Row("program", "error", is_async=is_async) for is_async in BOTH),
        Row("program", "cut", stream=True, is_async=True),
    ],
    (HANDLER, NATIVE),
    """
The program is a `Predict` with `LM(engine="litellm")`; C and N are those of LiteLLM. A stream has
its usage with `track_usage`. In a cache hit, DSPy's own cache is asked three times.
""",
    modules=("dspy", "coobird.integrations.litellm", "litellm.integrations.opentelemetry"),
    environment=AGENTS,
    hidden=((HANDLER, NATIVE),),
    ends_at_exit=True,
)
