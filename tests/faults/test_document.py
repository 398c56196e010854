"""Results of full runs in the document: they replace their own section, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.document import DOCUMENT, enter


def test_a_section_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    document = tmp_path / "reliability.md"
    document.write_text("Words.\n<!-- soak: begin -->\nold\n<!-- soak: end -->\nMore words.\n", "utf-8")
    for _ in range(2):
        enter("soak", "| new |\n", document)
    assert document.read_text("utf-8") == (
        "Words.\n<!-- soak: begin -->\n\n| new |\n\n<!-- soak: end -->\nMore words.\n"
    )


@pytest.mark.parametrize("section", ["outages", "servers", "faults", "soak", "fleet", "fleet-long"])
def test_the_document_has_a_place_for_each_run(section: str) -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text.index(f"<!-- {section}: begin -->") < text.index(f"<!-- {section}: end -->")
