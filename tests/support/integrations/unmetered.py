"""List of the methods that `wrap` does not meter, compared with the SDKs, and its page.

python -m tests.support.integrations.unmetered            # write docs/unmetered.md
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from importlib.metadata import version
from importlib.resources import files
from typing import NamedTuple

import yaml
from packaging.version import Version

from tests.support import ROOT
from tests.support.integrations.sdk_methods import SDKS, Method, methods_of

PAGE = ROOT / "docs" / "unmetered.md"
FREE = ("costs nothing", "metered elsewhere")
_CALL = re.compile(r"(coomon\.|meter_batch)[^;]*\)")
CHARGED = ("usage is not read", "no usage in the answer", "other units", "not a model call")


class Entry(NamedTuple):
    """Entry of the list.

    Attributes:
        methods: Paths from the client; `*` stands for any text.
        why: Reason, which begins with one of `FREE` or `CHARGED`.
        do: Code to write instead.
        since: First version of the SDK that has them; empty if the pinned version has.
    """

    methods: tuple[str, ...]
    why: str
    do: str
    since: str = ""

    @property
    def kind(self) -> str:
        """First words of the reason."""
        return self.why.partition(":")[0]


def read() -> dict[str, list[Entry]]:
    """Return the list by the names of the integrations."""
    text = (files("coobird.integrations") / "unmetered.yaml").read_text(encoding="utf-8")
    return {
        name: [Entry(tuple(each["methods"]), each["why"], each["do"], each.get("since", "")) for each in entries]
        for name, entries in yaml.safe_load(text).items()
    }


def entry_of(method: Method, entries: list[Entry]) -> tuple[Entry, str] | None:
    """Return the first entry for a method, with its pattern."""
    return next(
        ((each, pattern) for each in entries for pattern in each.methods if fnmatchcase(method.name, pattern)), None
    )


def unlisted(name: str, entries: list[Entry]) -> list[str]:
    """Return the methods of an SDK that are neither metered nor listed."""
    sdk = SDKS[name]
    return [
        method.name for method in methods_of(name) if not method.is_metered(sdk) and entry_of(method, entries) is None
    ]


def useless(name: str, entries: list[Entry]) -> list[str]:
    """Return the patterns that are the first for no method that is not metered."""
    sdk = SDKS[name]
    left = [method for method in methods_of(name) if not method.is_metered(sdk)]
    used = {found[1] for method in left if (found := entry_of(method, entries)) is not None}
    installed = Version(version(sdk.package))
    needed = [each for each in entries if not each.since or installed >= Version(each.since)]
    return [pattern for each in needed for pattern in each.methods if pattern not in used]


def render() -> str:
    """Page made of the list and of the installed SDKs."""
    parts = [TEXT]
    for name, entries in read().items():
        sdk = SDKS[name]
        metered = ", ".join(f"`{each.name}`" for each in methods_of(name) if each.is_metered(sdk))
        rows = [
            f"| {', '.join(f'`{pattern}`' for pattern in each.methods)} | {each.why} | {_code(each.do)} |"
            for each in entries
        ]
        head = "| methods | why they are not metered | write instead |\n|---|---|---|"
        table = "\n".join(["| metered |", "|---|", f"| {metered} |", "", head, *rows])
        parts.append(f"## {sdk.package}\n\n{table}\n")
    return "\n".join(parts)


def _code(text: str) -> str:
    """Return the text with its calls as code."""
    return _CALL.sub(lambda found: f"`{found[0]}`", text)


TEXT = """# Methods that `wrap` does not meter

`wrap` meters the model calls of a client whose answers state their tokens. This page lists all
other methods of each SDK, why they are not metered, and what to write for those that the provider
charges for. The more exact pattern stands before the more general one, and the first one that fits
a method counts. Both kinds of clients, sync and async, are the same here, and
`with_raw_response.create` is `create`.

The list is data: `coobird/integrations/unmetered.yaml` in the package. A test walks the clients of
the installed SDKs. A method that is neither metered nor listed fails it, so that a new version of
an SDK brings no call that is missed in silence. `make check-latest` runs it with the newest
versions. `python -m tests.support.integrations.unmetered` writes this page.
"""


def main() -> None:
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
