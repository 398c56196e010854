"""Documents that show SDKs and frameworks: every Python example runs and prints as stated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.documents import DOCUMENTS, needs_an_integration, run_document


@pytest.mark.parametrize(
    "document",
    [each for each in DOCUMENTS if needs_an_integration(each)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_the_examples_of_a_document_run_in_order_and_print_what_they_say(document: Path) -> None:
    run_document(document)
