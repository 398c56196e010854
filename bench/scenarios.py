"""The scenarios. Each runs one subject in a fresh process and prints one JSON object of figures.

Usage: python -m bench.scenarios SCENARIO SUBJECT URL EVENTS
"""

import gc
import json
import os
import sys
import time
from array import array

from bench.subjects import SUBJECTS, Track

PACED_PER_SECOND = 5_000
WARM_UP = 2_000


class CollectorPauses:
    """Context manager that records the number of garbage collections and the longest pause."""

    def __enter__(self) -> "CollectorPauses":
        self.longest_ms, self.count, self._began = 0.0, 0, 0
        gc.callbacks.append(self._on_collection)
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._on_collection)

    def _on_collection(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter_ns()
        else:
            self.count += 1
            self.longest_ms = max(self.longest_ms, (time.perf_counter_ns() - self._began) / 1e6)


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settle() -> None:
    """Wait until memory is stable for half a second.

    The first events start threads and connections, and in some SDKs load the HTTP library.
    """
    before, still = 0, 0
    for _ in range(100):
        time.sleep(0.05)
        before, still = resident_bytes(), still + 1 if resident_bytes() == before else 0
        if still == 10:
            return


def timed(track: Track, run_ids: list[str], took: "array[int]", offset: int = 0) -> None:
    clock = time.perf_counter_ns
    for at, run_id in enumerate(run_ids, offset):
        begin = clock()
        track(run_id)
        took[at] = clock() - begin


def call_figures(took: "array[int]") -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50_us": ordered[len(ordered) // 2] / 1e3,
        "p99_us": ordered[len(ordered) * 99 // 100] / 1e3,
        "worst_ms": ordered[-1] / 1e6,
    }


def pile(subject: str, url: str, events: int) -> dict[str, float]:
    """Queue events while the server never answers: time of a call, and memory of an event."""
    track, _ = SUBJECTS[subject](url, True)
    for number in range(WARM_UP):
        track(f"run-{number}")
        if number % 500 == 0:
            settle()
    # Memory for the measurement itself is allocated before the first reading.
    run_ids = [f"run-{WARM_UP + number}" for number in range(events)]
    first, second = run_ids[: events // 2], run_ids[events // 2 :]
    took = array("q", bytes(8 * events))
    objects, before = len(gc.get_objects()), resident_bytes()
    with CollectorPauses() as pauses:
        timed(track, first, took)
        grown = resident_bytes() - before
        timed(track, second, took, len(first))
    return {
        **call_figures(took),
        "bytes_per_event": grown / len(first),
        "gc_longest_ms": pauses.longest_ms,
        "gc_objects_per_event": (len(gc.get_objects()) - objects) / events,
        "gc_count": pauses.count,
    }


def deliver(subject: str, url: str, events: int) -> dict[str, float]:
    """Track in a tight loop, then deliver all events: rate, CPU, time of a call meanwhile."""
    track, close = SUBJECTS[subject](url, True)
    # Another scenario measures cold start. The sink answers these events and does not count them.
    for _ in range(WARM_UP // 4):
        track("run-warm-up")
    settle()
    run_ids = [f"run-{number}" for number in range(events)]
    took = array("q", bytes(8 * events))
    began, cpu = time.monotonic(), time.process_time()
    timed(track, run_ids, took)
    close()
    return {**call_figures(took), "began": began, "cpu_s": time.process_time() - cpu}


def paced(subject: str, url: str, events: int) -> dict[str, float]:
    """Track 5,000 events/s in steps of a millisecond, with default settings and slow answers."""
    track, close = SUBJECTS[subject](url, False)
    run_ids = [f"run-{number}" for number in range(events)]
    took = array("q", bytes(8 * events))
    step = PACED_PER_SECOND // 1000
    began = time.monotonic()
    for at in range(0, events, step):
        wait = began + at / PACED_PER_SECOND - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        timed(track, run_ids[at : at + step], took, at)
    ended = time.monotonic()
    close()
    return {**call_figures(took), "produced_in_s": ended - began, "ended": ended}


SCENARIOS = {"pile": pile, "deliver": deliver, "paced": paced}


if __name__ == "__main__":
    scenario, subject, url, events = sys.argv[1:]
    print(json.dumps(SCENARIOS[scenario](subject, url, int(events))), flush=True)
    # Exit handlers are not measured here. With a server that never answers, some never end.
    os._exit(0)
