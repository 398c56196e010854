"""Stops of web servers, each with the snippets of docs/frameworks.md as they stand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ingest import Ingest
from tests.support.loopback import LoopbackServer
from tests.support.programs import Programs
from tests.support.server_matrix import CELLS, Cell, serve_and_stop

STOPS = 3
"""Number of times that each server is stopped with each framework."""


@dataclass
class Row:
    """Figures of one server."""

    frameworks: list[str] = field(default_factory=list)
    stops: int = 0
    answered: int = 0
    delivered: int = 0


def run(folder: Path) -> str:
    """Stop all servers, two at a time. Returns the table. Raises if an event is lost."""
    jobs = [(cell, stop) for cell in CELLS for stop in range(STOPS)]
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda job: _stop(job[0], folder / f"{CELLS.index(job[0])}-{job[1]}"), jobs))
    rows: dict[str, Row] = {}
    for (cell, _), (answered, delivered) in zip(jobs, counts, strict=True):
        row = rows.setdefault(cell.server, Row())
        name = cell.framework.title().replace("api", "API")
        row.frameworks += [name] if name not in row.frameworks else []
        row.stops += 1
        row.answered += answered
        row.delivered += delivered
    return "\n".join(
        [
            "| server | with | stops | requests answered | events delivered |",
            "|---|---|--:|--:|--:|",
            *(
                f"| {server} | {', '.join(row.frameworks)} | {row.stops} | {row.answered} | {row.delivered} |"
                for server, row in rows.items()
            ),
        ]
    )


def _stop(cell: Cell, folder: Path) -> tuple[int, int]:
    """Stop one server. Returns the requests that it answered, and their events that arrived."""
    folder.mkdir()
    ingest = Ingest()
    with LoopbackServer(ingest) as server:
        answered, log = serve_and_stop(cell, Programs(folder, server.url))
    assert len(ingest.stored) >= answered, f"{cell}: {len(ingest.stored)} of {answered} events arrived; {log}"
    return answered, min(answered, len(ingest.stored))
