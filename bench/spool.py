"""`python -m bench.spool`: measure the cost of a spool, and print a table to stdout.

Ends by itself in about half a minute.

track     one thread, idle senders: microseconds a call without a spool, with a spool, and with
          a spool that syncs
insert    the same event stored in other ways: alternatives to the spool
deliver   events tracked in a tight loop and delivered to a local sink: events a second
drain     delivery of many spooled events that an ended process left: events a second, and
          growth of memory
"""

import argparse
import gc
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path

from bench import rounds
from bench.scenarios import resident_bytes
from bench.subjects import AGENT, CUSTOMER, KEY, SIGNAL, attributes

EVENT = (
    b'{"event_id":"e1ebc35a-2a7c-4c9c-97c0-6a9a0c7d1e9a","customer_id":"cust_1042","agent_id":"agent_7",'
    b'"action_type":"task","signal_code":"api_call","quantity":1,"attributes":{"model":"gpt-4o","input_tokens":1200,'
    b'"output_tokens":350,"cached":false,"run_id":"run-12345"},"timestamp":"2026-11-24T07:46:12.123Z"}'
)


def percentiles(call: Callable[[int], object], count: int) -> tuple[float, float]:
    took = array("q", bytes(8 * count))
    clock = time.perf_counter_ns
    gc.collect()
    for number in range(count):
        begin = clock()
        call(number)
        took[number] = clock() - begin
    ordered = sorted(took)
    return ordered[count // 2] / 1e3, ordered[count * 99 // 100] / 1e3


def tracker(**options: object) -> Callable[[int], object]:
    from coobird import Coomon

    # No batch is due, so the senders are idle, and the figure covers the call alone.
    client = Coomon(
        KEY,
        host="http://127.0.0.1:9",
        flush_at=10**7,
        flush_interval=0,
        max_queue_size=10**7,
        shutdown_timeout=0,
        **options,
    )
    client.track(customer_id=CUSTOMER, agent_id=AGENT, action_type="task")
    return lambda number: client.track(
        customer_id=CUSTOMER,
        agent_id=AGENT,
        action_type="task",
        signal_code=SIGNAL,
        attributes=attributes(f"run-{number}"),
    )


def inserter(path: Path, page_bytes: int, each: int) -> Callable[[int], object]:
    """Function that inserts an event, with a commit after `each` events.

    1 is a transaction for each event. Events that are not committed yet are lost in a crash.
    """
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA page_size = {page_bytes}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, event BLOB)")
    execute = db.cursor().execute

    def insert(number: int) -> None:
        if each > 1 and number % each == 0:
            if db.in_transaction:
                execute("COMMIT")
            execute("BEGIN")
        execute("INSERT INTO events VALUES (?, ?)", (number, EVENT))

    return insert


def appender(path: Path) -> Callable[[int], object]:
    descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    return lambda _: os.write(descriptor, EVENT + b"\n")


def deliver(url: str, path: str, events: int) -> dict[str, float]:
    from coobird import Coomon

    # Full requests. With the defaults, a request holds at most a hundred events, and most of the
    # time would be the time of the requests.
    client = Coomon(
        KEY,
        host=url,
        spool=path or None,
        flush_at=1000,
        max_batch_size=1000,
        max_queue_size=10**6,
        shutdown_timeout=80,
    )
    began = time.monotonic()
    for number in range(events):
        client.track(
            customer_id=CUSTOMER,
            agent_id=AGENT,
            action_type="task",
            signal_code=SIGNAL,
            attributes=attributes(f"run-{number}"),
        )
    client.shutdown()
    assert client.stats().delivered == events, client.stats()
    return {"seconds": time.monotonic() - began}


def leave(path: str, events: int) -> None:
    """Fill a spool as a process that is killed leaves it, and end this process."""
    from coobird._delivery.spool import format as form
    from coobird._delivery.spool.spool import Spool
    from coobird._settings.api_key import ApiKey

    spool = Spool(path, ApiKey(KEY))
    spool.append(EVENT.replace(b"run-12345", b"run-0"))
    with sqlite3.connect(path) as db:
        start = form.first_id(1)
        rows = ((start + number, EVENT.replace(b"run-12345", b"run-%d" % number)) for number in range(1, events))
        db.executemany("INSERT INTO events VALUES (?, ?)", rows)
    os._exit(0)


def drain(url: str, path: str, events: int) -> dict[str, float]:
    from coobird import Coomon

    with Coomon(KEY, host=url, max_batch_size=1000) as warm:
        warm.track(customer_id=CUSTOMER, agent_id=AGENT, action_type="task", attributes=attributes("run-0"))
    before = highest = resident_bytes()
    began = time.monotonic()
    client = Coomon(KEY, host=url, spool=path, max_batch_size=1000, spool_max_bytes=1 << 33)
    while client.stats().delivered < events and time.monotonic() < began + 85:
        time.sleep(0.05)
        highest = max(highest, resident_bytes())
    assert client.stats().delivered == events, client.stats()
    seconds = time.monotonic() - began
    client.shutdown()
    return {"seconds": seconds, "grown_mb": (highest - before) / 1e6}


def measure(step: str, path: Path | str, events: int) -> dict[str, float]:
    with rounds.sink() as (url, _):
        done = subprocess.run(
            [sys.executable, "-m", "bench.spool", "--step", step, url, str(path), str(events)],
            check=False, cwd=rounds.ROOT, env=rounds.environment(), capture_output=True, text=True,
            timeout=rounds.DEADLINE_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
        figures: dict[str, float] = json.loads(done.stdout or "{}")
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.spool", description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--deliver", type=int, default=60_000)
    parser.add_argument("--drain", type=int, default=200_000)
    parser.add_argument("--folder", help="folder for the files; on a disk, not in a file system in memory")
    parser.add_argument("--step", nargs=4, metavar=("STEP", "URL", "PATH", "EVENTS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step, url, path, events = options.step
        if step == "leave":
            leave(path, int(events))
        print(json.dumps({"deliver": deliver, "drain": drain}[step](url, path, int(events))), flush=True)
        os._exit(0)

    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        print("| one thread | p50 µs | p99 µs |\n|---|--:|--:|")
        calls: dict[str, tuple[Callable[[int], object], int]] = {
            "`track`, no spool": (tracker(), options.calls),
            "`track`, spool": (tracker(spool=folder / "a.db"), options.calls),
            '`track`, spool, `spool_sync="full"`': (tracker(spool=folder / "b.db", spool_sync="full"), 500),
            "INSERT, pages of 1,024": (inserter(folder / "c.db", 1024, 1), options.calls),
            "INSERT, pages of 2,048": (inserter(folder / "d.db", 2048, 1), options.calls),
            "INSERT, pages of 4,096": (inserter(folder / "e.db", 4096, 1), options.calls),
            "INSERT, one commit for 20": (inserter(folder / "f.db", 2048, 20), options.calls),
            "append to a journal": (appender(folder / "g"), options.calls),
        }
        found = {what: percentiles(call, count) for what, (call, count) in calls.items()}
        for what, (median, high) in found.items():
            print(f"| {what} | {median:.1f} | {high:.1f} |")
        median = {what: figures[0] for what, figures in found.items()}
        print(f"\n`track` with a spool / without: {median['`track`, spool'] / median['`track`, no spool']:.1f}")
        for path in ("", folder / "h.db"):
            seconds = measure("deliver", path, options.deliver)["seconds"]
            print(f"delivered {'with' if path else 'without'} a spool: {options.deliver / seconds:,.0f} events/s")
        measure("leave", folder / "i.db", options.drain)
        figures = measure("drain", folder / "i.db", options.drain)
        print(
            f"drained {options.drain:,}: {options.drain / figures['seconds']:,.0f} events/s, "
            f"memory grew by {figures['grown_mb']:.0f} MB"
        )
        os._exit(0)  # events of the first table's clients are not to be delivered


if __name__ == "__main__":
    main()
