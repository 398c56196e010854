"""State machine that causes faults of processes, network and server, in any order.

Every example has a key (so a tenant), a spool and a folder of its own. In the end everything heals,
another process opens the spool, and the events of the server are compared with the accepted ones.
"""

from __future__ import annotations

import signal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.faults.choices import COUNTS, KINDS, MOST_PROCESSES, POINTS, SIZES, STATUSES, TROUBLES, WHO
from tests.faults.ledger import flaws, is_bad, process_of, unbalanced
from tests.faults.process import Process
from tests.faults.proxy import Trouble
from tests.faults.world import World, waiting_in

NOTHING = "nothing"
SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM}


def has_processes(machine: Faults) -> bool:
    return bool(machine.running)


def has_room(machine: Faults) -> bool:
    return len(machine.running) < MOST_PROCESSES


class Faults(RuleBasedStateMachine):
    """State machine. Set `world` before it runs."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        number = self.world.new_number()
        self.key = f"sk_test_{number:04d}_0123456789abcdef"
        self.folder = self.world.folder / f"{number:04d}"
        self.folder.mkdir()
        self.spool = self.folder / "usage.db"
        self.running: list[Process] = []
        self.ended: list[Process] = []
        self.fault = NOTHING
        self.fault_of: dict[str, str] = {}  # name of the fault that was in force when an event was tracked
        self.end_of: dict[str, str] = {}
        self.may_refuse = False

    # ------------------------------------------------------------------------------------ processes

    @initialize(kinds=st.lists(KINDS, min_size=1, max_size=2), size=SIZES, is_graceful=st.booleans())
    def begin(self, kinds: list[str], size: dict[str, int], is_graceful: bool) -> None:
        for kind in kinds:
            self._start(kind, is_graceful=is_graceful, **size)

    @precondition(has_room)
    @rule(kind=KINDS, size=SIZES, is_graceful=st.booleans())
    def start(self, kind: str, size: dict[str, int], is_graceful: bool) -> None:
        self._start(kind, is_graceful=is_graceful, **size)

    @precondition(has_processes)
    @rule(who=WHO, number=COUNTS, threads=st.sampled_from([1, 1, 3]))
    def track(self, who: int, number: int, threads: int) -> None:
        process = self._pick(who)
        process.ask("track", number, threads)
        self._note(process)

    @precondition(has_processes)
    @rule(who=WHO, number=COUNTS, end=st.sampled_from(["exit", "_exit", "kill"]))
    def fork(self, who: int, number: int, end: str) -> None:
        process = self._pick(who)
        before = len(process.life.journal.tried)
        answer = process.ask("fork", number, end)
        self._note(process)
        self.world.forks += 1
        self._ended(
            answer["name"], {"exit": "fork, then exit", "_exit": "fork, then _exit", "kill": "fork, then SIGKILL"}[end]
        )
        self.world.kills += end == "kill"
        assert len(process.life.journal.tried) == before + 2 * number

    @precondition(has_processes)
    @rule(who=WHO, seconds=st.sampled_from([0.0, 0.2, 1.0]))
    def flush(self, who: int, seconds: float) -> None:
        process = self._pick(who)
        answer = process.ask("flush", seconds)
        self._balance(process, answer)
        self.world.flushes += 1

    @precondition(has_processes)
    @rule(who=WHO)
    def observe(self, who: int) -> None:
        process = self._pick(who)
        self._balance(process, process.ask("stats"))

    @precondition(has_processes)
    @rule(who=WHO, number=COUNTS, name=st.sampled_from(sorted(SIGNALS)), point=POINTS, is_restarted=st.booleans())
    def kill(self, who: int, number: int, name: str, point: tuple[str, int], is_restarted: bool) -> None:
        """Kill a process while it tracks or sends. Another one may start in its place."""
        process = self.running.pop(who % len(self.running))
        self.ended.append(process)
        process.look()
        where, after = point
        proxy, tried = self.world.proxy, len(process.life.journal.tried)
        bytes_before = 0 if where == "tracked" else proxy.passed(where)  # type: ignore[arg-type]
        process.say("track", number)
        if where == "tracked":
            process.wait_until_tried(tried + after)
        else:
            proxy.wait_for_bytes(where, bytes_before + after, 0.3)  # type: ignore[arg-type]
        late = process.life.journal.other["APITimeoutError"]
        process.kill(SIGNALS[name])
        self._note(process)
        self.world.kills += 1
        is_handled = name == "SIGTERM" and process.is_graceful
        # During a fault the handler may run out of time, and then reports it.
        is_late = self.fault != NOTHING and process.life.journal.other["APITimeoutError"] > late
        process.life.ended_well = is_handled and not is_late
        self._ended(process.life.name, name + (", handled" if is_handled else ""))
        if is_restarted:
            self._start("spool" if process.life.has_spool else "memory", is_graceful=process.is_graceful)

    @precondition(has_processes)
    @rule(who=WHO, how=st.sampled_from(["exit", "shutdown"]))
    def end(self, who: int, how: str) -> None:
        process = self.running.pop(who % len(self.running))
        self.ended.append(process)
        if how == "shutdown":
            self._balance(process, process.ask("shutdown"))
        process.end()
        self._ended(process.life.name, how)

    # --------------------------------------------------------------------------- server and network

    @precondition(has_processes)
    @rule(fault=st.sampled_from([*TROUBLES, *STATUSES]), data=st.data(), who=WHO, number=COUNTS)
    def break_something(self, fault: str, data: st.DataObject, who: int, number: int) -> None:
        """Begin a fault, which lasts until the next one or the end. A process tracks at once."""
        self._heal()
        if fault in TROUBLES:
            self.world.proxy.trouble = data.draw(TROUBLES[fault])
        else:
            always = {"operation": "track_events", "times": None}
            self.world.control("POST", "/faults", {**always, **STATUSES[fault]})
        self.may_refuse = self.may_refuse or fault == "status 422"
        self.fault = fault
        self.world.while_tracked.row(fault).tried += 1
        process = self._pick(who)
        process.ask("track", number)
        self._note(process)
        self._balance(process, process.ask("flush", 0.2))

    @rule()
    def heal(self) -> None:
        self._heal()

    # -------------------------------------------------------------------------------------- the end

    def teardown(self) -> None:
        try:
            self._heal()
            for process in self.running:
                process.end()
                self._ended(process.life.name, "exit")
            self.ended += self.running
            self.running = []
            self._drain()
            self._judge()
        finally:
            for process in self.running:
                process.discard()
            self._heal()

    def _drain(self) -> None:
        """Open the spool once more. That alone must deliver the rest."""
        last = self._start("spool", is_graceful=False)
        stats = last.ask("flush", 30.0)
        self._balance(last, stats)
        assert stats["queued"] == stats["in_flight"] == stats["dropped"] == 0, stats
        assert waiting_in(self.spool) == 0, f"{waiting_in(self.spool)} events are left in the spool"
        self.running.remove(last)
        self.ended.append(last)
        last.end()
        owners = sorted(path.name for path in self.folder.glob("usage.db-owner-*"))
        assert owners == [], owners

    def _judge(self) -> None:
        lives = [process.life for process in self.ended]
        events = self.world.events(self.key)
        found = flaws(lives, events, may_refuse=self.may_refuse)
        found += [
            f"the key is in {path.name}" for path in self.folder.iterdir() if self.key.encode() in path.read_bytes()
        ]
        assert not found, "\n".join([f"see {self.folder}", *found[:20], f"{len(found)} in all"])
        accepted = {event_id for life in lives for event_id in life.journal.accepted if not is_bad(event_id)}
        reported = {event_id for life in lives for event_id in life.journal.reported}
        stored, twice = {event["event_id"] for event in events}, self.world.sent_twice()
        by_end = {event_id: self.end_of[process_of(event_id)] for event_id in accepted}
        faults = {event_id: self.fault_of[event_id] for event_id in accepted}
        self.world.while_tracked.add(faults, stored, twice, reported)
        self.world.by_end.add(by_end, stored, twice, reported)
        self.world.examples += 1

    # ------------------------------------------------------------------------------------- the rest

    def _start(self, kind: str, *, is_graceful: bool, **size: int) -> Process:
        options: dict[str, Any] = {"spool": str(self.spool)} if kind == "spool" else {}
        process = Process(
            f"{kind[0]}{self.world.new_number()}",
            self.folder,
            is_graceful=is_graceful,
            api_key=self.key,
            host=self.world.proxy.url,
            request_timeout=0.5,
            flush_interval=0.05,
            shutdown_timeout=3.0,
            **options,
            **size,
        )
        self.running.append(process)
        return process

    def _pick(self, who: int) -> Process:
        return self.running[who % len(self.running)]

    def _note(self, process: Process) -> None:
        """Note that events tracked since the last call were tracked under the present fault."""
        process.look()
        for event_id in process.life.journal.tried:
            self.fault_of.setdefault(event_id, self.fault)

    def _ended(self, name: str, how: str) -> None:
        self.end_of[name] = f"{'spool' if name.startswith('s') else 'memory'}: {how}"
        self.world.by_end.row(self.end_of[name]).tried += 1

    def _balance(self, process: Process, stats: dict[str, Any]) -> None:
        found = unbalanced(stats, process.stats, has_spool=process.life.has_spool)
        assert not found, f"{process.life.name}: {found}"
        process.stats = stats
        self.world.observations += 1

    def _heal(self) -> None:
        self.fault = NOTHING
        self.world.proxy.trouble = Trouble()
        self.world.control("DELETE", "/faults")
