"""Examples of frameworks for agents in the older environment: they bill each call once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.integrations.examples import AGENTS, TWO_CALLS, lines, run

PRINTED = {
    "autogen_agents": TWO_CALLS,
    "instructor_objects": """\
name='robin' eggs=5
name='robin' eggs=5
acme pays: 100 in, 20 out
blue_heron pays: 100 in, 20 out
""",
    "llama_index_agents": TWO_CALLS,
}


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_is_billed_to_whom(name: str, tmp_path: Path) -> None:
    # LlamaIndex asks pydantic in a way that is deprecated.
    ignored = "DeprecationWarning" if name == "llama_index_agents" else ""
    code, output, errors = run(tmp_path, AGENTS / f"{name}.py", ignored=ignored)
    assert (code, errors) == (0, "")
    assert lines(output) == PRINTED[name]
