"""Page of the matrix, made of what was found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.support import ROOT
from tests.support.integrations.emitters import (
    BOTOCORE,
    HANDLER,
    INSTRUMENTORS,
    NATIVE,
    OPENINFERENCE,
    OPENLLMETRY,
    OTEL,
    SDK_OPENINFERENCE,
    SDK_OTEL,
    WRAPPER,
)
from tests.support.integrations.matrix.judge import SHOWN, Found
from tests.support.integrations.matrix.section import Column, Section, columns
from tests.support.integrations.matrix.sections import SECTIONS

PAGE = ROOT / "docs" / "llm-matrix.md"
LETTERS = {
    NATIVE: "N",
    OTEL: "O",
    BOTOCORE: "B",
    OPENINFERENCE: "I",
    OPENLLMETRY: "L",
    HANDLER: "C",
    WRAPPER: "W",
    SDK_OTEL: "o",
    SDK_OPENINFERENCE: "i",
}
VERSIONS = "## Versions"

Matrix = Mapping[str, Mapping[Column, Found]]


def render(found: Matrix, page: str) -> str:
    """Page made of the results of sections, by their names.

    Args:
        page: Page so far, from which the other sections are taken.
    """
    earlier = {
        title: text for text, title in re.findall(r"^(## (.+?)\n.*?)(?=\n\n## |\Z)", page, re.MULTILINE | re.DOTALL)
    }
    parts = [
        part(section, found[name]) if name in found else earlier.get(section.title, "")
        for name, section in SECTIONS.items()
    ]
    return TEXT.replace("{sections}", "\n\n".join(filter(None, parts))).replace("{versions}", "\n".join(versions()))


def part(section: Section, found: Mapping[Column, Found]) -> str:
    """Part of the page for one section."""
    notes = f"\n\n{section.notes.strip()}" if section.notes else ""
    return f"## {section.title}\n\n{table(section, found)}{notes}"


def table(section: Section, found: Mapping[Column, Found]) -> str:
    """Table of a section: a row for each call, a column for each reporter and pair."""
    groups = columns(section)
    heads = ["+".join(LETTERS[name] for name in group[0]) for group in groups]
    lines = [f"| call | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for place, row in enumerate(section.rows()):
        cells = [" / ".join(dict.fromkeys(SHOWN[found[column].kinds[place]] for column in group)) for group in groups]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


def versions() -> list[str]:
    """Lines of all distributions that the matrix compares, with their versions, without repeats."""
    lines: list[str] = []
    for environment in dict.fromkeys(section.environment for section in SECTIONS.values()):
        names = packages(environment)
        pins = dict(line.split("==") for line in requirements(environment))
        lines += [f"- {name} {pins[name]}" for name in names]
    return list(dict.fromkeys(lines))


def requirements(environment: str) -> list[str]:
    """Pins of the packages in an environment."""
    text = (ROOT / f"requirements-{environment}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if "==" in line]


def packages(environment: str) -> list[str]:
    """Names of the distributions in an environment that the matrix compares, without repeats."""
    sections = [section for section in SECTIONS.values() if section.environment == environment]
    names = [*(name for section in sections for name in section.distributions), "opentelemetry-sdk"]
    for section in sections:
        names += [
            place.partition(":")[0].replace(".", "-").replace("_", "-")
            for (of, emitter), place in INSTRUMENTORS.items()
            if of in section.packages and emitter in section.emitters
        ]
    return list(dict.fromkeys(names))


def is_on(page: str, section: str) -> bool:
    """True if a part is on the page. The list of versions may change without a change of a cell."""
    return f"{section}\n\n## " in page


TEXT = """# One call, one event

This page shows which calls of a model are metered, and how exactly, for each reporter and each pair
of reporters. `python -m tests.support.integrations.matrix` writes it: it makes every call with the
real packages against local servers that know the true usage. CI checks that the page is still true,
and that the accounts add up: each call is one event, or one report to `on_error`.

Columns:

- **N**: the spans that the SDK or the framework emits by itself; of LiteLLM, its callback `otel`
- **O**: OpenTelemetry's GenAI instrumentations
- **B**: OpenTelemetry's instrumentation of botocore
- **I**: OpenInference
- **L**: OpenLLMetry
- **W**: `wrap(client)`
- **C**: the framework's handler, `CoobirdCallbackHandler` or `CoobirdLogger`
- **o**, **i**: O and I for the SDK below a framework; I and L there are those for the framework

The spans go through `CoobirdSpanProcessor`. In a pair, both are active. If the order in which they
were set up changes the result, the cell shows both results.

| cell | meaning |
|---|---|
| ✓ | exactly one event, and every number is the provider's |
| ✓ᵖ | exactly one event with the right totals; a part of them (such as the reasoning) is not reported by the instrumentation |
| ≈ | exactly one event, marked `usage_inexact`, because the instrumentation is known to leave out tokens or to count some twice; this is reported to `on_error` |
| in | the stream broke off: one event with the input tokens, which are known, marked `usage_incomplete`; the missing output is reported to `on_error` |
| err | the provider or the instrumentation gives no usage, or no payer, or does not tell that a call was refused: no event, and a report to `on_error` |
| end | the reporter never ends the call: no event, and a report to `on_error` when the processor is shut down, or the process ends |
| 0 | the call was refused: no event, and nothing is missing |
| — | does not exist: this reporter does not see such calls |

{sections}

## Versions

{versions}
"""
