"""`python -m tests.faults.child OPTIONS`: tracks on command, and notes each promise of the client.

Its journal is a file that outlives it, however it ends. Each line begins with one sign:

    ?  the event of this id is about to be tracked
    +  `track` has returned
    -  `on_error` was called, because this event is lost or refused: kind of error and reason
    *  `on_error` was called for another reason
    .  the forked child of this name has ended as it should
    >  the answer to a command
    !  a promise is broken
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import signal
import sys
import threading
import warnings
from itertools import count
from typing import Any

STUCK_SECONDS = 50

faulthandler.register(signal.SIGALRM, chain=True)  # shows where every thread was, and then ends it
signal.alarm(STUCK_SECONDS)

from coobird import Coomon, flush_on_signals  # noqa: E402 - it may be what is stuck
from coobird._delivery.spool import upkeep  # noqa: E402 - it may be what is stuck
from coobird.errors import CoobirdError  # noqa: E402
from tests.support.retries import quicken_retries  # noqa: E402

upkeep.ADOPT_SECONDS = 0.1

# This program forks while it has threads, on purpose.
warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)


class Journal:
    """File of lines. Each is one write to a file opened for appending: complete, or not there."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, sign: str, text: str) -> None:
        os.write(self._descriptor, f"{sign} {text}\n".encode())

    def report(self, error: CoobirdError) -> None:
        """Callback `on_error` of the client."""
        events = getattr(error, "events", None) or ([error.event] if getattr(error, "event", None) else [])
        kind = " ".join(filter(None, [type(error).__name__, getattr(error, "reason", "")]))
        for event in events:
            self.write("-", f"{event['event_id']} {kind}")
        if not events:
            self.write("*", f"{type(error).__name__}: {error}")


class Log(logging.Handler):
    """Standard error without a buffer.

    A buffer has a lock. Another thread may hold it during a fork, and the child would wait forever.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def emit(self, record: logging.LogRecord) -> None:
        os.write(self._descriptor, f"{self.format(record)}\n".encode())


class Tracker:
    """Client of one process. The ids of its events begin with `name`."""

    def __init__(self, client: Coomon, journal: Journal, name: str) -> None:
        self.client, self.journal, self.name = client, journal, name
        self._numbers = count()
        self._forks = count(1)
        self._returned: list[int] = []

    def track(self, number: int, threads: int = 1) -> dict[str, Any]:
        """Track so many events. Every 40th cannot be sent."""
        if threads == 1:
            self._track(number)
        else:
            workers = [threading.Thread(target=self._track, args=(number // threads,)) for _ in range(threads)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        return {}

    def _track(self, number: int) -> None:
        for _ in range(number):
            n = next(self._numbers)
            event_id = f"{self.name}-{n}"
            self.journal.write("?", event_id)
            self.client.track_task(
                customer_id="cust_1",
                agent_id="agent_1",
                signal_code="api_call",
                event_id=event_id,
                quantity=-1 if n % 40 == 39 else 1,
                attributes={"n": n},
            )
            self.journal.write("+", event_id)
            self._returned.append(n)

    def stats(self) -> dict[str, Any]:
        stats = self.client.stats()
        return {**stats._asdict(), "returned": len(self._returned)}

    def flush(self, seconds: float) -> dict[str, Any]:
        answer = self.client.flush(seconds)
        return {"answer": answer is not None, **self.stats()}

    def fork(self, number: int, end: str) -> dict[str, Any]:
        """Fork a child that tracks and ends in the given way, while another thread tracks."""
        name = f"{self.name}f{next(self._forks)}"
        worker = threading.Thread(target=self._track, args=(number,))
        worker.start()
        pid = os.fork()
        if pid == 0:
            signal.alarm(STUCK_SECONDS // 2)  # so that it shows where it is stuck before its parent ends
            child = Tracker(self.client, self.journal, name)
            if inherited := self.client.stats().tracked:
                self.journal.write("!", f"{name} begins with {inherited} events")
            child.track(number)
            if (tracked := self.client.stats().tracked) < number:
                self.journal.write("!", f"{name} tracked {number} events and counts {tracked}")
            if end == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if end == "_exit":
                os._exit(0)
            sys.exit(0)
        worker.join()
        _, status = os.waitpid(pid, 0)
        if end == "exit":
            self.journal.write(*((".", name) if status == 0 else ("!", f"{name} ended with status {status}")))
        return {"name": name}

    def shutdown(self) -> dict[str, Any]:
        self.client.shutdown()
        return self.stats()


def main() -> None:
    options = json.loads(sys.argv[1])
    path = options.pop("journal")
    if options.pop("is_quick"):
        quicken_retries()  # the same schedules, many times faster
    logging.basicConfig(handlers=[Log(f"{path}.log")], level=logging.INFO)
    journal = Journal(path)
    name, is_graceful = options.pop("name"), options.pop("is_graceful")
    client = Coomon(on_error=journal.report, **options)
    if is_graceful:
        flush_on_signals()
    tracker = Tracker(client, journal, name)
    journal.write(">", "{}")
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        signal.alarm(STUCK_SECONDS)
        journal.write(">", json.dumps(getattr(tracker, command)(*arguments)))
        signal.alarm(0)  # the next command may come much later
    signal.alarm(STUCK_SECONDS)


if __name__ == "__main__":
    main()
