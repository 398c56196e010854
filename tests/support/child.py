"""Common parts of the programs that tests start. The environment holds the server's address."""

from __future__ import annotations

import faulthandler
import os
import signal
from typing import Any


def end_if_stuck() -> None:
    """End before the waiting test gives up, so that nothing keeps running, and show all threads."""
    signal.alarm(int(os.environ["COOBIRD_TEST_DEADLINE"]))


faulthandler.register(signal.SIGALRM, chain=True)
end_if_stuck()
os.register_at_fork(after_in_child=end_if_stuck)

from coobird import Coomon  # noqa: E402 - it may be what is stuck
from tests.support.retries import quicken_retries  # noqa: E402 - it may be what is stuck

KEY = "sk_test_0123456789abcdef"
URL = os.environ["COOBIRD_TEST_URL"]

quicken_retries()


def new_client(**options: Any) -> Coomon:
    """A client with room for all events, without a timer that would send forgotten events.

    It has time at the end: how fast a loaded machine sends them is no claim of a test.
    """
    return Coomon(
        KEY, **{"host": URL, "max_queue_size": 20_000, "flush_interval": 0, "shutdown_timeout": 30, **options}
    )


def track(client: Any, count: int, name: str = "event") -> None:
    """Track `count` events with the ids `<name>-0`, `<name>-1`, …"""
    for number in range(count):
        client.track_task(customer_id="cust_1", agent_id="agent_1", event_id=f"{name}-{number}")
