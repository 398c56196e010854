"""Clients whose counts must add up at each moment, and that have no event left at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from coobird import Coomon
from coobird.errors import CoobirdError
from tests.support.ingest import KEY, finish, unequal
from tests.support.loopback import LoopbackServer

MakeClient = Callable[..., Coomon]


@pytest.fixture
def errors() -> list[CoobirdError]:
    """Errors that `on_error` was called with."""
    return []


@pytest.fixture
def make_client(server: LoopbackServer, errors: list[CoobirdError], quick_retries: None) -> Iterator[MakeClient]:
    """Make clients without a timer, so that events are sent only when the test says so."""
    watched: list[tuple[Coomon, Callable[[], None]]] = []

    def make(**options: Any) -> Coomon:
        defaults: dict[str, Any] = {"host": server.url, "on_error": errors.append, "flush_interval": 0}
        client = Coomon(KEY, **{**defaults, **options})
        watched.append((client, watch(client)))
        return client

    yield make
    for client, stop in watched:
        finish(lambda client=client: (client.shutdown(timeout=10), True), "shutdown()")
        stop()
        stats = client.stats()
        assert (stats.queued, stats.in_flight) == (0, 0), stats


@pytest.fixture
def client(make_client: MakeClient) -> Coomon:
    return make_client()


def watch(client: Coomon) -> Callable[[], None]:
    """Read the client's counts in another thread until the returned function checks them."""
    stopping = threading.Event()
    unbalanced: list[object] = []

    def look() -> None:
        while not stopping.wait(0.001):
            stats = client.stats()
            if unequal(stats):
                unbalanced.append(stats)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()

    def stop() -> None:
        stopping.set()
        thread.join()
        assert not unbalanced, f"the counts did not add up {len(unbalanced)} times, first {unbalanced[0]}"
        assert not unequal(client.stats()), client.stats()

    return stop
