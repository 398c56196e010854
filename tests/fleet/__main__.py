"""`python -m tests.fleet`: chaos of a fleet on Kafka's protocol and on Postgres, three minutes.

With `--long` it takes 15 minutes, and writes the counts into docs/reliability.md. The short run
writes them with `--write`, into a section of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.document import DOCUMENT, enter, stamped
from tests.fleet.chaos import Result, run

SHORT_SECONDS, LONG_SECONDS = 35.0, 400.0
"""Time with faults, for each engine."""

NAMES = {"kafka": "Kafka's protocol, in memory", "postgres": "Postgres"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--long", action="store_true", help="15 minutes, and write the counts")
    parser.add_argument("--seconds", type=float, help="time with faults for each engine, to try the command")
    parser.add_argument("--document", type=Path, default=DOCUMENT, help="another document to write into")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="seed of the faults")
    parser.add_argument("--write", action="store_true", help="write the counts of a short run, too")
    options = parser.parse_args()
    seconds = options.seconds or (LONG_SECONDS if options.long else SHORT_SECONDS)
    began, results = time.monotonic(), []
    for engine in NAMES:
        with tempfile.TemporaryDirectory(prefix="coobird-fleet-") as folder:
            results.append(run(engine, seconds, Path(folder), options.seed))
        print(results[-1], flush=True)
    text = table(results, time.monotonic() - began)
    print(text)
    failed = [each for each in results if each.missing or each.misplaced]
    if failed:
        print(f"FAILED with --seed {options.seed}", file=sys.stderr)
        return 1
    if options.long or options.write:
        section, option = ("fleet-long", "--long") if options.long else ("fleet", "--write")
        enter(section, stamped(f"make fleet ARGS={option}", text), options.document)
    return 0


def table(results: list[Result], seconds: float) -> str:
    """Return the counts as a table of Markdown."""
    lines = [
        "| engine | tracked | on the server | dead letters | written twice | reported as lost | missing | sent again | relays killed | engine stopped / killed | faults of the server |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for each in results:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(each.faults.items()) if count)
        lines.append(
            f"| {NAMES[each.engine]} | {each.tracked:,} | {each.stored:,} | {each.dead:,} | {each.dead_twice:,} | "
            f"{each.reported:,} | {len(each.missing)} | {each.sent_again:,} | {each.relays_killed} | "
            f"{each.engine_stopped} / {each.engine_killed} | {faults} |"
        )
    lines.append(f"\nBoth runs took {seconds / 60:.1f} minutes.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
