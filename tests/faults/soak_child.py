"""`python -m tests.faults.soak_child OPTIONS`: tracks at a steady rate, and prints its state.

The events are called `soak-0`, `soak-1`, ...; each line that it prints is JSON. Nothing about the
SDK is made faster or slower.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from coobird import Coomon
from coobird.errors import CoobirdError

SAMPLE_SECONDS = 5.0
TICK_SECONDS = 0.01
REST_SECONDS = 12.0
"""Time after which senders that are not needed have ended: they do after five seconds."""


class Soak:
    def __init__(self, rate: int, **options: Any) -> None:
        self._rate = rate
        self._spool = Path(options["spool"])
        self._reported: Counter[str] = Counter()
        self._began = time.monotonic()
        self.tracked = 0
        self.client = Coomon(on_error=self._report, **options)

    def track(self, seconds: float, *, is_sampled: bool = True) -> None:
        """Track at the given rate, and make up for pauses of the machine."""
        began, before, sample_at = time.monotonic(), self.tracked, time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            for _ in range(self.tracked, before + int(elapsed * self._rate)):
                self._track_one()
            if is_sampled and time.monotonic() >= sample_at:
                sample_at += SAMPLE_SECONDS
                self.sample("running")
            time.sleep(TICK_SECONDS)

    def _track_one(self) -> None:
        number = self.tracked
        self.client.track_task(
            customer_id=f"cust_{number % 50}",
            agent_id="agent_1",
            signal_code="api_call",
            event_id=f"soak-{number}",
            attributes={"model": "gpt-4o", "input_tokens": 1200, "output_tokens": 350, "run_id": f"run-{number}"},
        )
        self.tracked = number + 1

    def rest(self) -> None:
        """Wait until all is delivered, and unneeded senders and connections have ended."""
        self.client.flush(120.0)
        time.sleep(REST_SECONDS)
        self._track_one()  # idle connections are closed with the next request
        self.client.flush(120.0)

    def sample(self, phase: str) -> None:
        stats = self.client.stats()
        places = stats.delivered + stats.queued + stats.in_flight + stats.dropped + stats.rejected
        print(
            json.dumps(
                {
                    "phase": phase,
                    "seconds": round(time.monotonic() - self._began, 1),
                    "adds_up": self.tracked == stats.tracked == places,
                    "tracked": self.tracked,
                    "delivered": stats.delivered,
                    "waiting": stats.queued + stats.in_flight,
                    "lost": stats.dropped + stats.rejected,
                    "memory_mb": round(resident_bytes() / 1e6, 1),
                    "descriptors": len(os.listdir("/proc/self/fd")),
                    "threads": threading.active_count(),
                    "spool_mb": round(sum(path.stat().st_size for path in self._files()) / 1e6, 1),
                    "reported": dict(self._reported),
                }
            ),
            flush=True,
        )

    def _files(self) -> list[Path]:
        return [path for path in (self._spool, Path(f"{self._spool}-wal")) if path.exists()]

    def _report(self, error: CoobirdError) -> None:
        self._reported[type(error).__name__] += 1


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    options = json.loads(sys.argv[1])
    seconds = options.pop("seconds")
    soak = Soak(**options)
    soak.track(5.0, is_sampled=False)
    soak.rest()
    soak.sample("at rest before")
    print(json.dumps({"phase": "begin"}), flush=True)
    soak.track(seconds)
    print(json.dumps({"phase": "end"}), flush=True)
    assert sys.stdin.readline() == "heal\n"  # so that the SDK alone is measured at rest
    soak.rest()
    soak.sample("at rest after")
    soak.client.shutdown(60.0)
    soak.sample("shut down")


if __name__ == "__main__":
    main()
