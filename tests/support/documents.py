"""Python examples of the documents, run in order, their output compared with the comments."""

import re
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coobird.mock import MockCoobird
from tests.support import ROOT

SKILL = ROOT / "coobird" / ".agents" / "skills" / "coobird" / "SKILL.md"
DOCUMENTS = [
    path
    for path in [ROOT / "README.md", SKILL, *sorted((ROOT / "docs").rglob("*.md"))]
    if "```python" in path.read_text("utf-8")
]
# Packages that `make test` does not install. `make test-integrations` runs examples that use them.
INTEGRATIONS = {"coobird.integrations.prices", "flask", "prometheus_client"}
WRITTEN_URL = "http://localhost:4444"


def examples(document: Path) -> Iterator[tuple[int, str]]:
    """Each Python example and the line of the document that it begins on."""
    text = document.read_text(encoding="utf-8")
    for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, block.start(1)), block.group(1)


def promised_output(code: str, first_line: int) -> dict[int, str]:
    """Text behind each `print(...)  # text`, by the line of the document."""
    lines = enumerate(code.splitlines(), first_line + 1)
    return {number: found.group(1) for number, line in lines if (found := re.match(r" *print\(.*\)  # (.+)$", line))}


def needs_an_integration(document: Path) -> bool:
    """True if an example imports an SDK or a framework that `make test` does not install."""
    imported = {
        found
        for _, code in examples(document)
        for found in re.findall(r"^(?:from|import) ([\w.]+)", code, re.MULTILINE)
    }
    return bool(imported & INTEGRATIONS)


def run_document(document: Path) -> None:
    """Run the examples against a local server, in order. Fails if they do not print as promised."""
    printed: dict[int, list[str]] = defaultdict(list)

    def record(*values: Any) -> None:
        printed[sys._getframe(1).f_lineno].append(" ".join(map(str, values)))

    session: dict[str, Any] = {"__name__": "documentation", "print": record}
    promised: dict[int, str] = {}
    on_sigterm = signal.getsignal(signal.SIGTERM)
    with MockCoobird() as mock:
        try:
            for line, code in examples(document):
                promised |= promised_output(code, line)
                # Compiled with the document's own lines, so that a traceback points into it.
                here = "\n" * line + code.replace(WRITTEN_URL, mock.url)
                exec(compile(here, document.name, "exec", dont_inherit=True), session)
        finally:
            signal.signal(signal.SIGTERM, on_sigterm)
            close(session)
    assert promised
    assert {number: "\n".join(printed[number]) for number in promised} == promised


def close(session: dict[str, Any]) -> None:
    """Stops what the examples leave running, so that it does not outlive the server."""
    for value in list(session.values()):
        if type(value).__name__ == "Coomon":
            value.shutdown()
