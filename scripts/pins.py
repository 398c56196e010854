"""Print pins of all packages that some requirements bring, as this environment has them installed.

python scripts/pins.py GROUP ... [EXTRA ...]
    GROUP is a dependency group of pyproject.toml, EXTRA an extra of coobird in brackets: [mock]
python scripts/pins.py --extras
    all extras of coobird
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT: dict[str, Any] = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))


def group(name: str) -> Iterator[str]:
    """Requirements of a dependency group, with those of the groups that it includes."""
    for entry in PYPROJECT["dependency-groups"][name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from group(entry["include-group"])


def pins(requirements: list[str]) -> Iterator[str]:
    """`name==version` of each package that the requirements need, without coobird itself."""
    wanted = [Requirement(text) for text in requirements]
    waiting = [(canonicalize_name(each.name), extra) for each in wanted for extra in ["", *each.extras]]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for needed in map(Requirement, distribution(name).requires or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(needed.name), inner) for inner in ["", *needed.extras]]
    for package in sorted({name for name, _ in seen} - {"coobird"}):
        yield f"{package}=={distribution(package).version}"


def main(arguments: list[str]) -> None:
    if arguments == ["--extras"]:
        extras = list(PYPROJECT["project"]["optional-dependencies"])
        print("\n".join(pins([f"coobird[{','.join(extras)}]"])))
        return
    extras = [name.strip("[]") for name in arguments if name.startswith("[")]
    groups = [name for name in arguments if not name.startswith("[")]
    print("\n".join(pins([f"coobird[{','.join(extras)}]", *(line for name in groups for line in group(name))])))


if __name__ == "__main__":
    main(sys.argv[1:])
