"""Every Python example of the documents runs, against a real local server, and prints what its comments say."""

import inspect
import re
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coobird import Coomon
from coobird.mock import MockCoobird
from tests.support import ROOT

DOCUMENTS = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if "```python" in path.read_text("utf-8")
]
WRITTEN_URL = "http://localhost:4444"


def examples(document: Path) -> Iterator[tuple[int, str]]:
    """Each Python example and the line of the document that it begins on."""
    text = document.read_text(encoding="utf-8")
    for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, block.start(1)), block.group(1)


def promised_output(code: str, first_line: int) -> dict[int, str]:
    """What each `print(...)  # text` says that it prints, by the line of the document."""
    lines = enumerate(code.splitlines(), first_line + 1)
    return {number: found.group(1) for number, line in lines if (found := re.match(r" *print\(.*\)  # (.+)$", line))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_examples_of_a_document_run_in_order_and_print_what_they_say(document: Path) -> None:
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


def test_the_readme_shows_every_method() -> None:
    code = "\n".join(code for _, code in examples(ROOT / "README.md"))
    methods = [name for name in dir(Coomon) if not name.startswith("_") and callable(getattr(Coomon, name))]
    # What an `iter_*` does is shown once or twice: they all do the same.
    assert [name for name in methods if not name.startswith("iter_") and f"coomon.{name}(" not in code] == []


def test_the_readme_states_the_real_defaults() -> None:
    table = re.findall(
        r"^\| `(\w+)` \| (`?[\w.]+`?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    stated = {name: value.strip("`") for name, value in table}
    parameters = inspect.signature(Coomon).parameters
    defaults = {name: str(parameters[name].default) for name in stated}
    assert len(stated) >= 8
    assert stated == defaults


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (document.parent / target).exists(), f"{document.name}: {target}"
