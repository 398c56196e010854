"""The rounds: each measurement is a new process against a new sink, and the subjects take turns."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench import cold

ROOT = Path(__file__).parent.parent
DEADLINE_SECONDS = 90

Figures = dict[str, float]
Results = dict[str, dict[str, list[Figures | None]]]
"""Scenario -> subject -> one entry for each round; None for a process that failed or hung."""


class Step(NamedTuple):
    scenario: str
    events: int
    sink: tuple[str, ...]
    leaves_out: tuple[str, ...] = ()


def steps(quick: bool) -> list[Step]:
    return [
        Step("cold", 0, ()),
        Step("pile", 10_000 if quick else 100_000, ("--hold",)),
        Step("deliver", 5_000 if quick else 50_000, ()),
        # The floor's only sender cannot keep up here, and no goal compares with it.
        Step("paced", 5_000 if quick else 50_000, ("--delay", "0.05"), ("floor",)),
    ]


def run(plan: Sequence[Step], subjects: Sequence[str], rounds: int) -> Results:
    """Measure the rounds. An interrupt ends this early, and keeps the figures until then."""
    results: Results = {step.scenario: {subject: [] for subject in subjects} for step in plan}
    try:
        for number in range(rounds):
            # Another subject goes first in each round: a change of the machine's speed affects all.
            shift = number % len(subjects)
            for step in plan:
                for subject in [*subjects[shift:], *subjects[:shift]]:
                    if subject not in step.leaves_out:
                        results[step.scenario][subject].append(attempt(step, subject))
                print(f"round {number + 1}/{rounds}: {step.scenario} done", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted: the report holds the figures until now", file=sys.stderr)
    return results


def attempt(step: Step, subject: str) -> Figures | None:
    try:
        return measure(step, subject)
    except (subprocess.SubprocessError, ValueError, KeyError) as error:
        print(f"{step.scenario}, {subject}: {error}", file=sys.stderr, flush=True)
        return None


def measure(step: Step, subject: str) -> Figures:
    with sink(*step.sink) as (url, seen):
        if step.scenario == "cold":
            command = ["-c", cold.program(subject, url)]
        else:
            command = ["-m", "bench.scenarios", step.scenario, subject, url, str(step.events)]
        figures: Figures = json.loads(python(command).splitlines()[-1])
    if step.scenario == "deliver":
        figures["events_per_s"] = seen["distinct"] / (seen["last_at"] - figures["began"])
        figures["cpu_ms_per_1000"] = figures["cpu_s"] * 1e6 / seen["distinct"]
    if step.scenario == "paced":
        figures["drained_in_s"] = max(0.0, seen["last_at"] - figures["ended"])
        figures["lost"] = step.events - seen["distinct"]
    return {**figures, **{key: seen[key] for key in ("received", "distinct", "requests", "connections", "wire_bytes")}}


def python(arguments: Sequence[str]) -> str:
    """Run Python to its end, and return its output.

    Log lines of an SDK go to a pipe that is read, as the log lines of a service do.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=DEADLINE_SECONDS,
    )
    if done.returncode:
        raise ValueError(f"exit code {done.returncode}: {done.stderr[-800:]}")
    return done.stdout


@contextmanager
def sink(*arguments: str) -> Iterator[tuple[str, Figures]]:
    """Run a sink: yields its address and its summary, which is filled when the block ends."""
    seen: Figures = {}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", *arguments],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", seen
        answer, _ = process.communicate(timeout=DEADLINE_SECONDS)
        seen.update(json.loads(answer))
    finally:
        process.kill()
        process.wait()


def environment() -> dict[str, str]:
    """Environment without proxies and the SDKs' variables, so that all traffic goes to the sink."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
