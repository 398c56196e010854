"""The snippets of docs/frameworks.md, as they stand, under each web server: its stop delivers all
events.
"""

from __future__ import annotations

import pytest

from tests.support.server_matrix import CELLS, serve_and_stop


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_the_stop_of_the_server_delivers_all_events(ingest, programs, cell) -> None:
    answered, log = serve_and_stop(cell, programs)
    assert len(ingest.stored) >= answered, log
    assert {event["customer_id"] for event in ingest.stored.values()} == {"cust"}, log
