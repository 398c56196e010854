"""Runs of sections, each in a warmed process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from tests.support import ROOT
from tests.support.integrations.matrix.judge import Found, judge
from tests.support.integrations.matrix.section import MAIN, Column, Section, columns

MAX_SECONDS = 900
OFFLINE = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
}
"""Variables that keep frameworks from calling their makers."""


def python_of(section: Section) -> str:
    """Path of the Python that has the packages of a section."""
    return sys.executable if section.environment == MAIN else str(ROOT / f".venv-{section.environment}/bin/python")


def run_section(
    section: Section, wanted: list[Column] | None = None, python: str = sys.executable, **environment: str
) -> dict[Column, Found]:
    """Make all calls of a section with each column of reporters.

    Args:
        wanted: Columns; by default all.
        python: Python that has the packages of the section.
        environment: Further variables of the process.
    """
    chosen = [column for group in columns(section) for column in group] if wanted is None else wanted
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-m", "tests.support.integrations.matrix.process", section.name],
            cwd=ROOT,
            input="".join(f"{json.dumps(column)}\n" for column in chosen),
            capture_output=True,
            text=True,
            timeout=MAX_SECONDS,
            env={**os.environ, **OFFLINE, "DSPY_CACHEDIR": folder, "CREWAI_STORAGE_DIR": folder, **environment},
        )
    assert done.returncode == 0, done.stderr[-6000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    rows = section.rows()
    doubting = set(section.doubts_refusals)
    return {
        column: judge(rows, column, result, may_doubt=doubting.issuperset(column))
        for column, result in zip(chosen, results, strict=True)
    }
