"""Every Python example of the documents runs against a local server and prints as stated."""

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


def test_the_readme_shows_every_method() -> None:
    code = "\n".join(code for _, code in examples(ROOT / "README.md"))
    methods = [name for name in dir(Coomon) if not name.startswith("_") and callable(getattr(Coomon, name))]
    # Once or twice is enough for `iter_*`: they all do the same.
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


def test_readme_and_docstrings_agree_that_a_time_without_a_zone_is_local() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^\| `timestamp` \| .*without a time zone it is local time", readme, re.MULTILINE)
    for client in Coomon, AsyncCoomon:
        methods = [name for name in dir(client) if name.startswith("track_")] + ["track"]
        assert len(methods) == 8
        for name in methods:
            text = " ".join(inspect.getdoc(getattr(client, name)).split())  # type: ignore[union-attr]
            assert re.search(r"timestamp: .{,150}Without a time zone it is local time\.", text), name


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (document.parent / target).exists(), f"{document.name}: {target}"
