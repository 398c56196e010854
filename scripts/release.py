"""Prepare a release: version, changelog and tag, in one commit. The tag's workflow publishes it.

    python scripts/release.py VERSION        (or: make release VERSION=0.2.0)

The work tree must be clean. The public names are compared with those of the last tag: a change that
breaks code needs a new major version, or before 1.0 a new minor version.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNRELEASED = re.compile(r"^## (?P<version>\d+\.\d+\.\d+) - unreleased$", re.MULTILINE)

Version = tuple[int, int, int]


class ReleaseError(Exception):
    """A release that cannot be made, and what to do about it."""


def main(arguments: list[str], root: Path = ROOT) -> int:
    if len(arguments) != 1:
        print("Name the version: make release VERSION=0.2.0", file=sys.stderr)
        return 2
    try:
        release(arguments[0], root)
    except ReleaseError as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    print(f"v{arguments[0]} is committed and tagged. Publish it: git push --atomic origin main v{arguments[0]}")
    return 0


def release(text: str, root: Path) -> None:
    version = parsed(text)
    if git(root, "status", "--porcelain"):
        raise ReleaseError("the work tree has changes. Commit them first.")
    tags = [tag for tag in git(root, "tag", "--list", "v*", "--sort=-v:refname").split() if is_version(tag[1:])]
    last = tags[0] if tags else None
    check_order(version, last)
    changelog = root / "CHANGELOG.md"
    dated = released(changelog.read_text(encoding="utf-8"), text, datetime.now(UTC).date())
    if last is not None and breaks(root, last) and not may_break(version, parsed(last[1:])):
        raise ReleaseError(
            f"public names changed since {last}, as shown above. Raise the major version, or before 1.0 the minor one."
        )
    changelog.write_text(dated, encoding="utf-8")
    (root / "coobird" / "_version.py").write_text(f'__version__ = "{text}"\n', encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message", f"Release {text}")
    git(root, "tag", "--annotate", f"v{text}", "--message", f"coobird {text}")


def parsed(text: str) -> Version:
    if not is_version(text):
        raise ReleaseError(f"{text!r} is no version. Write three numbers: 0.2.0")
    major, minor, patch = map(int, text.split("."))
    return major, minor, patch


def is_version(text: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+", text) is not None


def check_order(version: Version, last: str | None) -> None:
    if last is not None and version <= parsed(last[1:]):
        raise ReleaseError(f"{last} is released already. Name a higher version.")


def released(changelog: str, version: str, day: date) -> str:
    """Return the changelog with the day of this release in its heading."""
    heading = UNRELEASED.search(changelog)
    if heading is None or heading["version"] != version:
        raise ReleaseError(f'CHANGELOG.md has no heading "## {version} - unreleased". Write what users see.')
    return changelog.replace(heading[0], f"## {version} - {day.isoformat()}", 1)


def may_break(version: Version, last: Version) -> bool:
    """True if code that used `last` may have to change for `version`."""
    return version[0] > last[0] or (version[0] == 0 and version[1] > last[1])


def breaks(root: Path, last: str) -> bool:
    """True if public names differ from the last tag's, which griffe prints."""
    griffe = Path(sys.executable).with_name("griffe")
    checked = subprocess.run([griffe, "check", "coobird", "--against", last], cwd=root, check=False)
    return checked.returncode != 0


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
