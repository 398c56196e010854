"""docs/reliability.md: the full runs write their results between marks; the rest is by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from bench.report import machine, wrapped
from tests.support import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"


def stamped(command: str, text: str) -> str:
    """Return the results with the command, the time and the machine of the run."""
    stamp = f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {machine()}."
    return f"{wrapped(stamp)}\n\n{text}"


def enter(section: str, text: str, document: Path = DOCUMENT) -> None:
    """Replace the text between the marks of a section."""
    before, begin, after, end = _marks(section, document.read_text("utf-8"))
    document.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")


def _marks(section: str, text: str) -> tuple[str, str, str, str]:
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    found = re.fullmatch(f"(.*){re.escape(begin)}.*{re.escape(end)}(.*)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"there are no marks of {section}")
    return found[1], begin, found[2], end
