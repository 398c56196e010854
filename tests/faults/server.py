"""`python -m tests.faults.server DUPLICATES [DB]`: the local Coobird in a process of its own.

The first line of its output is its URL. It writes a line into the file DUPLICATES for each event
that arrives again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing

from coobird.mock.server import listen, make_server, url_of
from coobird.mock.state.event_log import NewEvent


def main(path: str, db: str | None = None) -> None:
    listener = listen("127.0.0.1", 0)
    server, service = make_server(db=db)
    add = service.events.add
    duplicates = open(path, "a", buffering=1, encoding="utf-8")  # noqa: SIM115 - closed below

    def add_and_note(tenant: str, events: Sequence[NewEvent]) -> set[str]:
        before = add(tenant, events)
        duplicates.writelines(f"{event_id}\n" for event_id in before)
        return before

    service.events.add = add_and_note  # type: ignore[method-assign]
    print(url_of(listener), flush=True)
    with listener, closing(service), duplicates:
        server.run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
