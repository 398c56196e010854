"""Examples of frameworks for agents: they run with the real ones, and bill each call once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.integrations.examples import AGENTS, TWO_CALLS, lines, run

PRINTED = {
    "agent_framework_agents": TWO_CALLS,
    "claude_agents": """\
They are fine.
They are fine.
acme pays: claude-sonnet-4-6, 400 in, 40 out
acme pays: claude-haiku-4-5, 100 in, 20 out
blue_heron pays: claude-sonnet-4-6, 400 in, 40 out
blue_heron pays: claude-haiku-4-5, 100 in, 20 out
""",
    "dspy_programs": """\
They are fine.
They are fine.
They are fine.
They are fine.
acme pays: 10 in, 20 out
blue_heron pays: 10 in, 20 out
blue_heron pays: 10 in, 20 out
""",
    "google_adk_agents": TWO_CALLS,
    "haystack_agents": TWO_CALLS,
    "openai_agents": TWO_CALLS,
    "pydantic_ai_agents": TWO_CALLS,
    "smolagents_agents": TWO_CALLS,
    "strands_agents": TWO_CALLS,
}

# Those that run in the older environment.
OLDER = {"autogen_agents", "instructor_objects", "llama_index_agents"}


def test_every_example_is_run() -> None:
    assert {path.stem for path in AGENTS.glob("*.py")} == PRINTED.keys() | OLDER | {"crewai_crews"}


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_is_billed_to_whom(name: str, tmp_path: Path) -> None:
    code, output, errors = run(tmp_path, AGENTS / f"{name}.py")
    assert (code, errors) == (0, "")
    assert lines(output) == PRINTED[name]
