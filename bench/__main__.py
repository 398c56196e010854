"""`python -m bench`: measure and write docs/benchmarks.md, with progress on stderr.

Ends by itself in about 12 minutes.
"""

import argparse
import os
import sys
from pathlib import Path

from bench import fleet, report, rounds
from bench.subjects import SUBJECTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, help="number of rounds; default 5, or 2 with --quick")
    parser.add_argument("--quick", action="store_true", help="a tenth of the events; the report goes to stdout")
    parser.add_argument("--only", nargs="+", metavar="SUBJECT", choices=list(SUBJECTS), default=list(SUBJECTS))
    parser.add_argument("--scenarios", nargs="+", metavar="SCENARIO", choices=["cold", "pile", "deliver", "paced"])
    parser.add_argument("--output", type=Path, help="file of the report; default docs/benchmarks.md for a full run")
    options = parser.parse_args()

    plan = [step for step in rounds.steps(options.quick) if not options.scenarios or step.scenario in options.scenarios]
    count = options.rounds or (2 if options.quick else 5)
    load = os.getloadavg()[0]
    results = rounds.run(plan, options.only, count)
    text = report.markdown(results, plan, load)

    full = not (options.quick or options.scenarios or options.only != list(SUBJECTS))
    output = options.output or (rounds.ROOT / "docs/benchmarks.md" if full else None)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text + fleet.kept(output))
        print(f"wrote {output}", file=sys.stderr)


if __name__ == "__main__":
    main()
