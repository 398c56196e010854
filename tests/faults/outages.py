"""Outages that are longer than the retries, and the end of the first process of a container.

Servers fail as a whole here, and clients have the retries that they have outside of tests.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any

from tests.faults.ledger import QUEUE_SIZE, Life, flaws, is_bad, unbalanced
from tests.faults.process import DEADLINE, Process, wait_until
from tests.support.ingest import Fault, Ingest, ServerAt, problem, refused_port
from tests.support.loopback import Answer, LoopbackServer
from tests.support.namespaces import has_namespaces

KEY = "sk_test_0123456789abcdef"
EVENTS = QUEUE_SIZE - 100
"""Events that are tracked during an outage. The queue has room for all of them."""
AT_ONCE = 200
"""Number of those that are tracked before the retries are used up."""
SHORT_SECONDS, LONG_SECONDS = 9.0, 120.0
"""Length of an outage. The retries of a client take 7 seconds."""
MOMENTS = (0, 40, 250)
"""Number of events after which the first process of a container gets a signal."""

_REFUSED = "connections refused"
OUTAGES: dict[str, Callable[[Ingest], Fault]] = {
    "connections reset": lambda _: Answer(reset=True),
    "requests that are never answered": lambda _: Answer(wait=Event()),
    "answers lost": lambda ingest: ingest.store_but_lose_the_answer,
    "answers cut": lambda ingest: ingest.store_but_cut_the_answer,
    "a proxy's page with status 502": lambda _: Answer(502, "<html>Bad Gateway</html>"),
    **{f"status {status}": lambda _, status=status: problem(status) for status in (401, 408, 429, 500, 503)},
}


class Upstream:
    """Server that is away until `heal`, in a `with` block."""

    def __init__(self, outage: str | None = None) -> None:
        self.ingest = Ingest()
        self._outage = outage
        self._stack = ExitStack()

    def __enter__(self) -> Upstream:
        if self._outage == _REFUSED:
            self._port = self._stack.enter_context(refused_port())
            self.url = f"http://127.0.0.1:{self._port}"
        else:
            self.url = self._stack.enter_context(LoopbackServer(self.ingest)).url
            if self._outage is not None:
                self.ingest.otherwise = OUTAGES[self._outage](self.ingest)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def heal(self) -> None:
        """End the outage."""
        if self._outage == _REFUSED:
            self._stack.close()
            self._stack.enter_context(ServerAt(self._port, self.ingest))
        self.ingest.otherwise = self.ingest.store

    def events(self) -> list[Mapping[str, Any]]:
        """Stored events."""
        return list(self.ingest.stored.values())

    def sent_again(self) -> int:
        """Number of stored events that arrived more than once."""
        sent = [event_id for batch in self.ingest.batches for event_id in batch if event_id in self.ingest.stored]
        return len(sent) - len(set(sent))


@dataclass
class Outlasted:
    """Figures of one outage."""

    outage: str
    seconds: float
    tracked: int
    delivered: int
    sent_again: int
    seconds_until_delivered: float


def outlast(outage: str, folder: Path, seconds: float, number: int) -> Outlasted:
    """Track through an outage, in a process without a spool. Raises if a promise is broken."""
    with Upstream(outage) as upstream:
        process = Process(
            f"outage{number}", folder, is_quick=False, api_key=KEY, host=upstream.url, request_timeout=0.5
        )
        journal, began = process.life.journal, time.monotonic()
        process.ask("track", AT_ONCE)
        begin, end = ("AuthenticationError", None) if outage == "status 401" else ("OutageError", "DeliveryResumed")

        def is_reported(kind: str) -> bool:
            process.look()
            return journal.other[kind] > 0

        wait_until(lambda: is_reported(begin), f"no report of the outage: {outage}")
        process.ask("track", EVENTS - AT_ONCE)
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        upstream.heal()
        healed = time.monotonic()
        good = {event_id for event_id in journal.accepted if not is_bad(event_id)}
        wait_until(lambda: good <= upstream.ingest.stored.keys(), f"events are missing after: {outage}", 2 * DEADLINE)
        delivered = time.monotonic()
        if end is not None:
            wait_until(lambda: is_reported(end), f"no report of the recovery: {outage}")
        stats = process.ask("flush", 30.0)
        process.end()
        found = flaws([process.life], upstream.events(), may_refuse=False) + unbalanced(stats, None, has_spool=False)
        found += [f"{stats['dropped']} events were dropped"] if stats["dropped"] else []
        wanted = {begin: 1, **({end: 1} if end else {})}
        found += [f"reported: {dict(journal.other)}"] if journal.other != wanted else []
        _require(found, outage, folder)
        return Outlasted(
            outage, healed - began, len(good), len(upstream.ingest.stored), upstream.sent_again(), delivered - healed
        )


@dataclass
class Ended:
    """Figures of first processes that a signal ended."""

    situation: str
    tried: int = 0
    tracked: int = 0
    delivered: int = 0


def end_first(situation: str, folder: Path, number: int) -> Ended:
    """End first processes by `SIGTERM` while they track. Raises if a promise is broken.

    With an outage in its name, the situation needs the next process to deliver the events.
    """
    row = Ended(situation)
    for moment in MOMENTS:
        name = f"{number}at{moment}"
        outage = "status 503" if "outage" in situation else None
        spool = {"spool": str(folder / f"first{name}.db")} if "spool" in situation else {}
        options = {"is_quick": False, "api_key": KEY, "flush_interval": 3600, **spool}
        with Upstream(outage) as upstream:
            process = Process(f"first{name}", folder, is_graceful=True, is_first=True, host=upstream.url, **options)
            process.say("track", 300)
            process.wait_until_tried(moment)
            process.kill(signal.SIGTERM, code=128 + signal.SIGTERM)
            process.life.ended_well = True
            lives = [process.life]
            if outage is not None:
                upstream.heal()
                lives.append(_deliver_rest(folder, name, host=upstream.url, **options))
            _require(flaws(lives, upstream.events(), may_refuse=False), situation, folder)
            good = {event_id for event_id in process.life.journal.accepted if not is_bad(event_id)}
            row.tried += 1
            row.tracked += len(good)
            row.delivered += len(good & upstream.ingest.stored.keys())
    return row


def _deliver_rest(folder: Path, name: str, **options: Any) -> Life:
    process = Process(f"next{name}", folder, **options)
    process.ask("flush", 30.0)
    process.end()
    return process.life


SITUATIONS = ("without a spool", "with a spool", "with a spool, in an outage")
LEFT_OUT = "Left out: first processes of a container, because this machine does not let us use `unshare`."


def run(folder: Path, *, is_long: bool) -> str:
    """Try all outages and all first processes at once. Returns the tables."""
    seconds = LONG_SECONDS if is_long else SHORT_SECONDS
    outages, situations = [_REFUSED, *OUTAGES], SITUATIONS if has_namespaces() else ()
    with ThreadPoolExecutor(len(outages) + len(situations)) as pool:
        outlasted = [pool.submit(outlast, outage, folder, seconds, number) for number, outage in enumerate(outages)]
        ended = [pool.submit(end_first, situation, folder, number) for number, situation in enumerate(situations)]
    rows = [future.result() for future in outlasted]
    text = [
        "| outage, without a spool | seconds | tracked | delivered | sent again | dropped | seconds until delivered |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {row.outage} | {row.seconds:.1f} | {row.tracked:,} | {row.delivered:,} | {row.sent_again:,} | 0 | "
            f"{row.seconds_until_delivered:.1f} |"
            for row in rows
        ),
        "",
    ]
    if not situations:
        return "\n".join([*text, LEFT_OUT])
    text += [
        "| first process of a container, ended by SIGTERM | tried | ended with 143 | tracked | delivered |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {row.situation} | {row.tried} | {row.tried} | {row.tracked:,} | {row.delivered:,} |"
            for row in (future.result() for future in ended)
        ),
    ]
    return "\n".join(text)


def _require(found: list[str], what: str, folder: Path) -> None:
    assert not found, "\n".join([f"{what}: see {folder}", *found[:20], f"{len(found)} in all"])
