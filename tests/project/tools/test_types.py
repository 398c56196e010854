"""The types of the public surface, as mypy sees them."""

import subprocess
import sys

from tests.support import ROOT


def test_a_type_checker_accepts_right_programs_and_refuses_wrong_ones() -> None:
    """`typing/api.py` marks lines that must be refused. A mark that is not needed is an error."""
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", "tests/project/typing/api.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout
