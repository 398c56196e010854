"""A fleet with faults: programs that publish, relays that are killed, an engine and a server that
fail. At the end each event is on the server, among the dead letters, or reported as lost.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.fleet.broker import Broker
from tests.support.fleet.postgres import Postgres
from tests.support.fleet.relay import RelayProcess
from tests.support.ingest import Ingest, problem
from tests.support.loopback import Answer, LoopbackServer, Request

PRODUCERS = 2
DRAIN_SECONDS = 90.0


@dataclass
class Result:
    """Counts of one run."""

    engine: str
    tracked: int = 0
    stored: int = 0
    dead: int = 0
    dead_twice: int = 0
    reported: int = 0
    sent_again: int = 0
    relays_killed: int = 0
    engine_stopped: int = 0
    engine_killed: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    missing: list[str] = field(default_factory=list[str])
    misplaced: list[str] = field(default_factory=list[str])


class Server(Ingest):
    """A server that fails in turns, for a moment each."""

    def __init__(self, random_source: random.Random) -> None:
        super().__init__()
        self._random = random_source
        self._changed_at = 0.0
        self.is_well = False
        self.mode = "well"
        self.faults: Counter[str] = Counter()
        self.received = 0
        self.lock = threading.Lock()
        self.reject = lambda event: "unknown customer" if event["customer_id"] == "poison" else None
        self.otherwise = self._answer

    def __call__(self, request: Request) -> Answer:
        with self.lock:
            return super().__call__(request)

    def _answer(self, request: Request) -> Answer:
        if self.is_well:
            self.mode = "well"
        elif time.monotonic() > self._changed_at + 1.5:
            self._changed_at = time.monotonic()
            self.mode = self._random.choice(["well", "well", "429", "503", "stored, then 500", "slow"])
            self.faults[self.mode] += self.mode != "well"
        self.received += len(self.batches[-1])
        self.batches.clear()
        self.bodies.clear()
        if self.mode == "429":
            return Answer(429, "{}", {"Retry-After": "1"})
        if self.mode == "503":
            return problem(503)
        answer = self.store(request)
        if self.mode == "stored, then 500":
            return problem(500)
        if self.mode == "slow":
            time.sleep(0.05)
        return answer


def run(engine_name: str, seconds: float, folder: Path, seed: int) -> Result:
    """Run a fleet on one engine with faults for so many seconds, and account for each event."""
    source = random.Random(seed)
    result = Result(engine_name)
    server = Server(source)
    engine: Any = (Broker(folder) if engine_name == "kafka" else Postgres()).start()
    relays: list[RelayProcess] = []
    producers: list[subprocess.Popen[bytes]] = []
    try:
        with LoopbackServer(server) as listening:
            if engine_name == "kafka":
                engine.make_topic("events", 6)
                engine.make_topic("events.dead", 1)
                url = f"kafka://{engine.address}/events"
            else:
                url = engine.url("events")

            def relay() -> RelayProcess:
                return RelayProcess(url, listening.url, "--batch", "100", "--timeout", "5")

            relays += [relay(), relay()]
            for number in range(PRODUCERS):
                command = [sys.executable, "-m", "tests.fleet.producer", url, str(folder / f"journal-{number}")]
                producers.append(subprocess.Popen([*command, f"p{number}", str(seconds)], stderr=subprocess.DEVNULL))
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                time.sleep(source.uniform(2.0, 4.0))
                if source.random() < 0.35:
                    _break_engine(engine, source, result)
                else:
                    number = source.randrange(len(relays))
                    relays[number].kill()
                    relays[number] = relay()
                    result.relays_killed += 1
            for process in producers:
                assert process.wait(60) == 0, "a program did not end"
            server.is_well = True
            _account(result, server, engine, folder)
            result.sent_again = server.received - len(server.stored)
            result.faults = server.faults
            for each in relays:
                each.wait_for("started")  # before that a signal ends it as any program
                each.stop()
    finally:
        for each in relays:
            each.kill()
        for process in producers:
            process.kill()
        engine.close()
    return result


def _break_engine(engine: Any, source: random.Random, result: Result) -> None:
    if isinstance(engine, Postgres) and source.random() < 0.6:
        result.engine_killed += 1
        engine.kill()
        engine.start()
        return
    result.engine_stopped += 1
    engine.pause()
    time.sleep(source.uniform(1.0, 4.0))
    engine.resume()


def _account(result: Result, server: Server, engine: Any, folder: Path) -> None:
    tracked: dict[str, str] = {}
    reported: set[str] = set()
    for journal in folder.glob("journal-*"):
        for line in journal.read_text().splitlines():
            kind, event_id, *customer = line.split()
            if kind == "t":
                tracked[event_id] = customer[0]
            else:
                reported.add(event_id)
    poison = {event_id for event_id, customer in tracked.items() if customer == "poison"}
    wanted = tracked.keys() - poison - reported
    give_up_at = time.monotonic() + DRAIN_SECONDS
    while wanted - server.stored.keys() and time.monotonic() < give_up_at:
        time.sleep(0.2)
    while True:
        dead = Counter(json.loads(event)["event_id"] for event in _dead(engine))
        if not poison - dead.keys() - reported or time.monotonic() >= give_up_at:
            break
    result.tracked, result.stored, result.dead = len(tracked), len(server.stored), len(dead)
    result.dead_twice = sum(dead.values()) - len(dead)
    result.reported = len(reported)
    result.missing = sorted(tracked.keys() - server.stored.keys() - dead.keys() - reported)
    known = set(tracked)
    result.misplaced = sorted(
        (dead.keys() ^ (dead.keys() & poison)) | (server.stored.keys() & poison) | (server.stored.keys() - known)
    )


def _dead(engine: Any) -> list[bytes]:
    if isinstance(engine, Broker):
        return [message.value() for message in engine.messages("events.dead")]
    return [event for (event,) in engine.run("select event from events_dead")]
