"""Table of costs: each kind of call, reported in each way.

python -m tests.support.integrations.costs            # write docs/costs.md
python -m tests.support.integrations.costs --check    # exit with 1 if it would change
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from tests.support import ROOT
from tests.support.integrations.cost_calls import LANGCHAIN, LITELLM, WAYS, WRAP
from tests.support.integrations.cost_kinds import KINDS, Kind
from tests.support.integrations.emitters import NATIVE, OPENINFERENCE, OPENLLMETRY, OTEL

PAGE = ROOT / "docs" / "costs.md"
LETTERS = {WRAP: "W", LANGCHAIN: "C", LITELLM: "T", NATIVE: "N", OTEL: "O", OPENINFERENCE: "I", OPENLLMETRY: "L"}
SHOWN = {"exact": "✓", "stated": "✓ˢ", "withheld": "out", "absent": "—", "wrong": "WRONG"}
VERSIONS = "## Versions"
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
    "genai-prices",
    "langchain-core",
    "langchain-openai",
    "langchain-anthropic",
    "langchain-xai",
    "litellm",
)


def run_way(way: str) -> list[str]:
    """Result of each kind, as a key of `SHOWN`."""
    command = [sys.executable, "-m", "tests.support.integrations.cost_calls", way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"kind"')]
    assert [each["kind"] for each in found] == [kind.name for kind in KINDS]
    return [judge(kind, each) for kind, each in zip(KINDS, found, strict=True)]


def judge(kind: Kind, found: dict[str, Any]) -> str:
    """Compare the cost of the event with the right one."""
    if not found["events"]:
        return "wrong" if found["errors"] else "absent"
    if len(found["events"]) > 1:
        return "wrong"
    ((attributes, metadata),) = found["events"]
    cost = attributes.get("cost_usd")
    if cost is None:
        is_told = len(found["errors"]) == 1 and "without cost_usd, because" in found["errors"][0]
        is_told |= bool(attributes.get("usage_inexact")) and any("without cost_usd" in each for each in found["errors"])
        return "withheld" if is_told else "wrong"
    if kind.right is None or Decimal(cost) != Decimal(kind.right):
        return "wrong"
    is_stated = metadata["cost_source"] == "provider"
    return "wrong" if is_stated is not kind.stated else "stated" if is_stated else "exact"


def without_versions(page: str) -> str:
    """Page up to its list of versions, which may change without a change of any cell."""
    return page.partition(VERSIONS)[0]


def run_all() -> dict[str, list[str]]:
    """Run every way in a process of its own, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(WAYS, pool.map(run_way, WAYS), strict=True))


def render(found: dict[str, list[str]]) -> str:
    """Page made of the results."""
    lines = [f"| call | {' | '.join(LETTERS[way] for way in WAYS)} |", f"|---|{'---|' * len(WAYS)}"]
    for place, kind in enumerate(KINDS):
        lines.append(f"| {kind.name} | {' | '.join(SHOWN[found[way][place]] for way in WAYS)} |")
    pins = "\n".join(f"- {name} {version(name)}" for name in PACKAGES)
    return TEXT.replace("{table}", "\n".join(lines)).replace("{versions}", f"{VERSIONS}\n\n{pins}")


TEXT = """# Costs, call by call

`cost_usd` is what the provider charges for one call, as far as the call tells it: the amount that
the provider states in its answer, or else the list price of each part of it. It is left out, and
reported to `on_error`, if anything that may change the price was not understood. It is no invoice:
discounts, committed spend, free tiers, credits and taxes of your account are in no answer, and
neither is what a provider charges apart from calls. [Costs](integrations.md#costs) says how to turn
it on, where the price list is from, and how to add prices of your own.

This page shows which calls have their cost, for each way of reporting them. `python -m
tests.support.integrations.costs` writes it: it makes each call with the real packages, against a
server that answers in the provider's documented shape. CI checks that the page is still true.

Ways of reporting a call, all with `cost=True`:

- **W**: `wrap(client)`
- **C**: `CoobirdCallbackHandler` of LangChain
- **T**: `CoobirdLogger` of LiteLLM
- **N**: `CoobirdSpanProcessor`, with the spans that Anthropic's SDK emits by itself
- **O**: the same, with OpenTelemetry's GenAI instrumentations
- **I**: the same, with OpenInference
- **L**: the same, with OpenLLMetry

| cell | meaning |
|---|---|
| ✓ | the cost is exact, to the last digit |
| ✓ˢ | the cost is the one that the provider states |
| out | the event has no cost, and `on_error` gets a `PriceMissingError` with the reason |
| — | does not exist: no callback, no span or no such provider |

{table}

Some calls have no cost in any way: no answer says enough about them. Others have none because the
reporter does not see what decides the price:

- Spans rarely say all of it. Those of O and L do for chats, completions and embeddings of OpenAI.
  None does for Anthropic, whose searches, speed and place are in no attribute. I keeps the whole
  answer, and so what a provider states, but not the address of the server, on which the price
  depends. A span has only the counts that its instrumentation knows: a part that a provider adds to
  its usage is missing from spans until the instrumentation is renewed.
- LangChain and LiteLLM leave the tier of a streamed answer of Claude out.

For costs use `wrap`. If `wrap` and spans see the same call, the cost is that of `wrap`.

{versions}
"""


def main() -> None:
    page = render(run_all())
    if "--check" in sys.argv:
        sys.exit(without_versions(page) != without_versions(PAGE.read_text(encoding="utf-8")))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
