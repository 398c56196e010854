#!/usr/bin/env bash
# Checks all packages that an installation with every extra brings, in the pinned versions, against
# the Python Packaging Advisory Database.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python - > "$work/pins.txt" <<'PY'
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

seen = set()
waiting = [("coobird", extra) for extra in ["", *distribution("coobird").metadata.get_all("Provides-Extra")]]
while waiting:
    name, extra = waiting.pop()
    if (name, extra) in seen:
        continue
    seen.add((name, extra))
    for requirement in map(Requirement, distribution(name).requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            waiting += [(canonicalize_name(requirement.name), wanted) for wanted in ["", *requirement.extras]]
for name in sorted({name for name, _ in seen} - {"coobird"}):
    print(f"{name}=={distribution(name).version}")
PY
.venv/bin/python -m venv "$work/venv"
"$work/venv/bin/python" -m pip -qq --disable-pip-version-check install pip-audit==2.10.1
# Strict: a package that could not be checked, for example because the network is down, is an error.
"$work/venv/bin/pip-audit" --strict --no-deps --disable-pip --progress-spinner off -r "$work/pins.txt"
