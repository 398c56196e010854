"""Command that makes the matrix.

python -m tests.support.integrations.matrix            # write docs/llm-matrix.md
python -m tests.support.integrations.matrix --check    # exit with 1 if it would change
python -m tests.support.integrations.matrix openai     # print one section, and its faults
python -m tests.support.integrations.matrix --write openai    # write one section of the page
python -m tests.support.integrations.matrix --check openai    # exit with 1 if it would change

Run it in `.venv`. The sections of agents run in the environments that `make test-agents` makes.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from tests.support.integrations.matrix.page import PAGE, is_on, part, render, table
from tests.support.integrations.matrix.runs import python_of, run_section
from tests.support.integrations.matrix.sections import SECTIONS


def main(arguments: list[str]) -> None:
    names = [name for name in arguments if name in SECTIONS] or list(SECTIONS)
    with ThreadPoolExecutor(2) as pool:
        found = dict(
            zip(
                names,
                pool.map(lambda name: run_section(SECTIONS[name], python=python_of(SECTIONS[name])), names),
                strict=True,
            )
        )
    if "--check" in arguments:
        page = PAGE.read_text(encoding="utf-8")
        changed = [name for name in names if not is_on(page, part(SECTIONS[name], found[name]))]
        print(*(f"Changed: {name}" for name in changed), sep="\n")
        sys.exit(bool(changed))
    if "--write" in arguments or len(names) == len(SECTIONS):
        PAGE.write_text(render(found, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    for name in names:
        print(table(SECTIONS[name], found[name]))
        for column, each in found[name].items():
            for cause in (*each.causes, *each.account):
                print("+".join(column), cause)


if __name__ == "__main__":
    main(sys.argv[1:])
