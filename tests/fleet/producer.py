"""A program that publishes: `python -m tests.fleet.producer URL JOURNAL NAME SECONDS`.

It tracks without a pause of its own, forks now and then, and ends as a program does. The journal
has a line for each event: `t` before it is tracked, `l` if it is reported as lost.
"""

from __future__ import annotations

import os
import random
import sys
import time

from coobird import Coomon
from coobird.errors import CoobirdError, DroppedEventsError, InvalidEventError

POISONED = 500
"""One event in so many is refused by the server."""


def main(url: str, journal: str, name: str, seconds: float) -> None:
    # Never closed: the exit reports what it could not send. One write to a file that is opened for
    # appending is complete, whatever thread or process makes it.
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(error: CoobirdError) -> None:
        events = error.events if isinstance(error, DroppedEventsError) else []
        if isinstance(error, InvalidEventError):
            events = [error.event]
        if events:
            os.write(descriptor, "".join(f"l {event['event_id']}\n" for event in events).encode())

    client = Coomon(transport=url, on_error=note, max_queue_size=20_000, request_timeout=3.0, flush_interval=0.5)

    def track(prefix: str, until: float) -> None:
        number = 0
        while time.monotonic() < until:
            for _ in range(20):
                number += 1
                event_id = f"{prefix}-{number}"
                customer = "poison" if random.random() < 1 / POISONED else f"c{number % 20}"
                os.write(descriptor, f"t {event_id} {customer}\n".encode())
                client.track_task(customer_id=customer, agent_id="a", event_id=event_id, attributes={"n": number})
            time.sleep(0.05)

    end = time.monotonic() + seconds
    track(f"{name}.0", time.monotonic() + seconds / 2)
    if os.fork() == 0:
        # The child ends as a program does, too.
        track(f"{name}.1", end)
        sys.exit(0)
    track(f"{name}.2", end)
    os.wait()
    client.shutdown(timeout=30)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
