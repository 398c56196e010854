"""`python -m tests.faults`: outages and the state machine, a minute and a half at most.

With `--long` it takes up to 20 minutes, and kills at least 200 processes. It prints the counts of
events by fault; the long profile writes them into docs/reliability.md. A chunk of examples is made
from a seed, so that it can be run again. `--servers` stops real web servers instead.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.report import wrapped
from tests.faults.document import enter, stamped
from tests.faults.machine import Faults
from tests.faults.outages import run as outlast_all
from tests.faults.world import World

SHORT_SECONDS, LONG_SECONDS = 35.0, 15 * 60.0
"""Time after which no further examples begin."""
KILLS = 200
"""Processes that the long profile kills at least, if its time allows."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--long", action="store_true", help="the long profile")
    parser.add_argument("--seed", type=int, help="only the examples of this seed")
    parser.add_argument("--outages", action="store_true", help="only the outages of the long profile")
    parser.add_argument("--servers", action="store_true", help="only web servers, which it stops")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="coobird-faults-"))
    if options.servers:
        from tests.faults.servers import run as stop_servers  # needs the packages of the integrations

        print(text := stop_servers(folder))
        enter("servers", stamped("make faults ARGS=--servers", text))
        return 0
    if options.seed is None:
        print(text := outlast_all(folder, is_long=options.long or options.outages))
        if options.long or options.outages:
            enter("outages", stamped(f"make faults ARGS={'--long' if options.long else '--outages'}", text))
        if options.outages:
            return 0
        print()
    seconds = LONG_SECONDS if options.long else SHORT_SECONDS
    with World(folder) as world:
        seed = options.seed or 0
        try:
            while True:
                run(world, seed, examples=10 if options.long else 4, steps=30 if options.long else 15)
                if options.long:
                    print(f"seed {seed}: {world.examples} examples, {world.kills} kills", file=sys.stderr, flush=True)
                seed += 1
                if options.seed is not None or time.monotonic() - world.began > seconds:
                    break
        except BaseException:
            print(f"Failed with --seed {seed}; journals, standard errors and spools are in {folder}", file=sys.stderr)
            raise
        text = report(world)
    print(text)
    if options.long and options.seed is None:
        enter("faults", stamped("make faults ARGS=--long", text))
    shutil.rmtree(folder)
    if options.long and options.seed is None and world.kills < KILLS:
        print(f"Only {world.kills} kills in the time there was.", file=sys.stderr)
        return 1
    return 0


def run(world: World, seed: int, *, examples: int, steps: int) -> None:
    """Run examples made from a seed. Processes and networks may still behave differently."""

    class Seeded(Faults):
        pass

    Seeded.world = world
    run_state_machine_as_test(
        hypothesis.seed(seed)(Seeded),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # shrinking would take hours, and the failure may depend on time
            suppress_health_check=list(HealthCheck),
        ),
    )


def report(world: World) -> str:
    minutes, seconds = divmod(round(time.monotonic() - world.began), 60)
    twice = sum(row.duplicated for row in world.while_tracked.rows.values())
    return "\n\n".join(
        [
            world.while_tracked.markdown("while the events were tracked"),
            world.by_end.markdown("the process that tracked them ended by"),
            wrapped(
                f"{world.examples} examples, {world.kills} kills, {world.forks} forks, {world.flushes} flushes "
                f"and {world.observations} checks of `stats()` in {minutes} min {seconds} s. "
                f"{twice:,} events were sent twice, and the server kept each of them once."
            ),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
