"""Every Python example of the documents runs against a local server and prints as stated."""

import code
import inspect
import re
from pathlib import Path

import pytest

from coobird import AsyncCoomon, Coomon
from tests.support import ROOT
from tests.support.documents import DOCUMENTS, examples, needs_an_integration, run_document


@pytest.mark.parametrize(
    "document",
    [each for each in DOCUMENTS if not needs_an_integration(each)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_the_examples_of_a_document_run_in_order_and_print_what_they_say(document: Path) -> None:
    run_document(document)


def test_the_documents_show_every_method() -> None:
    shown = "\n".join(block for document in DOCUMENTS for _, block in examples(document))
    methods = [name for name in dir(Coomon) if not name.startswith("_") and callable(getattr(Coomon, name))]
    # Once or twice is enough for `iter_*`: they all do the same.
    assert [name for name in methods if not name.startswith("iter_") and f"coomon.{name}(" not in shown] == []


@pytest.mark.parametrize(("document", "least"), [("README.md", 3), ("docs/clients.md", 8)])
def test_a_table_of_settings_states_the_real_defaults(document: str, least: int) -> None:
    table = re.findall(r"^\| `(\w+)` \| (`?[\w.]+`?) \|", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE)
    stated = {name: value.strip("`") for name, value in table}
    parameters = inspect.signature(Coomon).parameters
    defaults = {name: str(parameters[name].default) for name in stated}
    assert len(stated) >= least
    assert stated == defaults


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_example_works_when_pasted_at_the_prompt(document: Path) -> None:
    refused = []

    class Prompt(code.InteractiveConsole):
        def runcode(self, code: object) -> None:
            """Run nothing: only the syntax is asked about."""

        def showsyntaxerror(self, filename: str | None = None, **_: object) -> None:
            refused.append(f"line {self.first_line}")

    for first_line, block in examples(document):
        prompt = Prompt()
        prompt.first_line = first_line  # type: ignore[attr-defined]
        for line in [*block.splitlines(), ""]:
            prompt.push(line)
    assert refused == []


def test_documents_and_docstrings_agree_that_a_time_without_a_zone_is_local() -> None:
    events = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert re.search(r"^\| `timestamp` \| .*without a time zone it is local time", events, re.MULTILINE)
    for client in Coomon, AsyncCoomon:
        methods = [name for name in dir(client) if name.startswith("track_")] + ["track"]
        assert len(methods) == 8
        for name in methods:
            text = " ".join(inspect.getdoc(getattr(client, name)).split())  # type: ignore[union-attr]
            assert re.search(r"timestamp: .{,150}Without a time zone it is local time\.", text), name


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (document.parent / target).exists(), f"{document.name}: {target}"
