"""Matrix of every way to call a model and every reporter, and pair of reporters in both orders.

python -m tests.support.integrations.matrix            # write docs/llm-matrix.md
python -m tests.support.integrations.matrix --check    # exit with 1 if it would change
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from tests.support import ROOT
from tests.support.integrations.emitters import EMITTERS, NATIVE, OPENINFERENCE, OPENLLMETRY, OTEL, WRAPPER
from tests.support.integrations.fake_usage import FIRST_OUTPUT_TOKENS
from tests.support.integrations.llm_calls import Row, rows

PAGE = ROOT / "docs" / "llm-matrix.md"
LETTERS = {NATIVE: "N", OTEL: "O", OPENINFERENCE: "I", OPENLLMETRY: "L", WRAPPER: "W"}
TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_write_input_tokens",
    "reasoning_output_tokens",
)
SHOWN = {
    "exact": "✓",
    "parts": "✓ᵖ",
    "input": "in",
    "reported": "err",
    "late": "end",
    "none": "0",
    "off": "+1",
    "absent": "—",
    "wrong": "WRONG",
}
PACKAGES = (
    "openai",
    "anthropic",
    "opentelemetry-sdk",
    "opentelemetry-instrumentation-genai-openai",
    "opentelemetry-instrumentation-genai-anthropic",
    "openinference-instrumentation-openai",
    "openinference-instrumentation-anthropic",
    "opentelemetry-instrumentation-openai",
    "opentelemetry-instrumentation-anthropic",
)

Column = tuple[str, ...]


def columns() -> list[list[Column]]:
    """Single reporters, then pairs, each in all orders of setup that can differ."""
    single: list[list[Column]] = [[(name,)] for name in EMITTERS]
    pairs: list[list[Column]] = []
    for one, other in itertools.combinations(EMITTERS, 2):
        # Only instrumentations patch the SDKs, so the order matters only for two of them.
        both = not {one, other} & {NATIVE, WRAPPER}
        pairs.append([(one, other), (other, one)] if both else [(one, other)])
    return single + pairs


def run_column(column: Column, **environment: str) -> list[str]:
    """Result of each row, as a key of `SHOWN`."""
    command = [sys.executable, "-m", "tests.support.integrations.emitters", "+".join(column)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr[-4000:]
    *results, end = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["row"] for result in results] == [str(row) for row in rows()]
    found = [judge(row, column, result) for row, result in zip(rows(), results, strict=True)]
    # Reports at shutdown name no call, so they can only be counted.
    silent = [kind for kind in found if kind == "silent"]
    late = "late" if len(silent) <= len(end["late"]) else "wrong"
    return [late if kind == "silent" else kind for kind in found]


def judge(row: Row, column: Column, result: dict[str, Any]) -> str:
    """Compare the tracked events and reported errors with the usage of the provider."""
    calls, events, errors = result["calls"], result["events"], result["errors"]
    if row.scenario == "error":
        return "none" if not (calls or events or errors) else "wrong"
    ((_, *truth),) = calls
    is_reported = any(kind == "UsageMissingError" for kind, _ in errors)
    if not events:
        if set(column) == {NATIVE} and row.api != "messages" and not errors:
            return "absent"
        return "reported" if is_reported else "silent"
    if len(events) > 1:
        return "wrong"
    _, attributes, _ = events[0]
    got = [attributes.get(name) for name in TOKENS]
    parts = all(part is None or part == true for part, true in zip(got[2:], truth[2:], strict=True))
    if got[0] != truth[0] or not parts:
        return "wrong"
    if got[1] is None:
        return "input" if is_reported and attributes["usage_incomplete"] else "wrong"
    if got[1] == truth[1] + FIRST_OUTPUT_TOKENS:
        return "off" if attributes["usage_inexact"] else "wrong"
    if got[1] != truth[1] or attributes["total_tokens"] != truth[0] + truth[1]:
        return "wrong"
    return "parts" if [part or 0 for part in got[2:]] != truth[2:] else "exact"


def expected(row: Row, column: Column) -> set[str]:
    """Allowed results of a cell.

    They are what the reporters can know. The processor must make neither less nor more of it.
    """
    sources = [name for name in column if name != NATIVE or row.api == "messages"]
    if row.scenario == "error":
        return {"none"}
    if not sources:
        return {"absent"}
    is_broken = row.cancel or row.scenario in ("cut", "failed")
    # OpenLLMetry's stream of Anthropic ends no span if it is not read to its end, and hides the
    # stream from other instrumentations.
    only_openllmetry = row.api == "messages" and row.stream and OPENLLMETRY in sources
    only_openllmetry = only_openllmetry and set(sources) <= {OPENLLMETRY, OPENINFERENCE}
    if is_broken:
        if row.api != "messages" or sources == [OPENLLMETRY]:
            return {"reported", "late"} if row.api == "messages" else {"reported"}
        return {"input", "reported", "late"} if only_openllmetry else {"input"}
    if row.api == "chat" and row.stream and not row.asks and WRAPPER not in sources:
        return {"reported"}
    if only_openllmetry and sources[-1] == OPENLLMETRY:
        return {"off"}
    # OpenLLMetry does not report reasoning tokens everywhere; the totals include them.
    return {"exact", "parts"} if row.scenario == "reasoning" and OPENLLMETRY in sources else {"exact"}


def run_all() -> dict[Column, list[str]]:
    """Run every column in a process of its own, two at a time."""
    wanted = [column for group in columns() for column in group]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(wanted, pool.map(run_column, wanted), strict=True))


def render(found: dict[Column, list[str]]) -> str:
    """Page made of the results."""
    groups = columns()
    heads = ["+".join(LETTERS[name] for name in group[0]) for group in groups]
    lines = [f"| call | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for place, row in enumerate(rows()):
        cells = [cell(found[column][place] for column in group) for group in groups]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    pins = "\n".join(f"- {name} {version(name)}" for name in PACKAGES)
    return TEXT.replace("{table}", "\n".join(lines)).replace("{versions}", pins)


def cell(kinds: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(SHOWN[kind] for kind in kinds))


def without_versions(page: str) -> str:
    """Page up to its list of versions, which may change without a change of any cell."""
    return page.partition(VERSIONS)[0]


VERSIONS = "## Versions"

TEXT = """# One call, one event

This page shows which calls of a model are metered, and how exactly, for each reporter and each pair
of reporters. `python -m tests.support.integrations.matrix` writes it: it makes every call with the
real packages against local servers that know the true usage. CI checks that the page is still true.

Columns:

- **N**: the spans that Anthropic's SDK emits by itself
- **O**: OpenTelemetry's GenAI instrumentations
- **I**: OpenInference
- **L**: OpenLLMetry
- **W**: `wrap(client)`

All but W go through `CoobirdSpanProcessor`. In a pair, both are active. If the order in which they
were set up changes the result, the cell shows both results.

| cell | meaning |
|---|---|
| ✓ | exactly one event, and every number is the provider's |
| ✓ᵖ | exactly one event with the right totals; the instrumentation does not report how many of the output tokens were reasoning |
| in | the stream broke off: one event with the input tokens, which are known, marked `usage_incomplete`; the missing output is reported to `on_error` |
| err | the provider or the instrumentation gives no usage: no event, and a report to `on_error` |
| end | the instrumentation never ends its span: no event, and a report to `on_error` when the processor is shut down |
| 0 | the call was refused: no event, and nothing is missing |
| +1 | exactly one event, but the instrumentation adds the stream's first output count (1 here) to its last: marked `usage_inexact`, and reported to `on_error` |
| — | does not exist: OpenAI's SDK emits no spans by itself |

Chat streams have no usage unless the request has `stream_options={"include_usage": True}`. `wrap`
adds that, and hides the extra chunk from a caller who did not ask. With spans alone, add it
yourself.

For exact numbers use `wrap`, or spans of N, O or I. The Anthropic streams of L are exact together
with N, O or W, whose reports take precedence.

{table}

## Versions

{versions}
"""


def main() -> None:
    page = render(run_all())
    if "--check" in sys.argv:
        sys.exit(without_versions(page) != without_versions(PAGE.read_text(encoding="utf-8")))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
