"""Usage that Claude Code states: running totals of a session for each model (pure).

Each result message restates all that its session has used so far. A resumed or forked session goes
on from the totals of the session before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.usage import Usage, field

if TYPE_CHECKING:
    from collections.abc import Iterator

DOUBT = "its counts are the sum of several requests, whose sizes, tiers and speeds are not stated"
"""Reason for which these counts have no computed cost."""

FIRST_THAT_CONTINUES = (2, 1, 277)
"""First version of Claude Code in which a resumed session goes on from its earlier totals. Older
ones began at zero."""

# Counts that each entry has, and those that only newer versions state.
_REQUIRED = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens")
_FURTHER = {
    "webSearchRequests": "web_search_requests",
    "cacheCreationEphemeral5mInputTokens": "cache_write_5m_input_tokens",
    "cacheCreationEphemeral1hInputTokens": "cache_write_1h_input_tokens",
}
_REASONING = "thinkingTokens"

# Names of the sellers. A gateway may be anybody.
_PROVIDERS = {
    "firstParty": "anthropic",
    "bedrock": "aws.bedrock",
    "mantle": "aws.bedrock",
    "vertex": "gcp.vertex_ai",
    "foundry": "azure.ai.inference",
}


class ModelTotals(NamedTuple):
    """Running totals of one model.

    Attributes:
        counts: Counts by Claude Code's names, without those that it does not state.
        cost: Claude Code's own estimate in US dollars.
        provider: Name of the seller; empty if unknown.
        model: Name of the model by which it is priced.
    """

    counts: Mapping[str, int]
    cost: Decimal
    provider: str
    model: str

    def usage(self) -> Usage:
        """Return the counts as those of one call."""
        fresh, output, read, written = (self.counts[name] for name in _REQUIRED)
        other = tuple((name, self.counts[theirs]) for theirs, name in _FURTHER.items() if theirs in self.counts)
        return Usage(fresh + read + written, output, read, written, self.counts.get(_REASONING), other)


Totals = Mapping[str, ModelTotals]
"""Running totals of a session, by Claude Code's names of the models."""


def read_totals(model_usage: Any) -> Totals:
    """Return the totals in a result's `model_usage`.

    Raises:
        ValueError: It is no such mapping, or an entry lacks its tokens.
    """
    if not isinstance(model_usage, Mapping):
        raise ValueError("the message has no model_usage")
    entries = cast("Mapping[str, Any]", model_usage)
    return {model: _read(model, entry) for model, entry in entries.items()}


def _read(model: str, entry: Any) -> ModelTotals:
    named = {name: count_of(field(entry, name)) for name in (*_REQUIRED, *_FURTHER, _REASONING)}
    counts = {name: count for name, count in named.items() if count is not None}
    missing = [name for name in _REQUIRED if name not in counts]
    if missing:
        raise ValueError(f"the entry of {model!r} in model_usage has no {missing[0]}")
    cost = field(entry, "costUSD")
    return ModelTotals(
        counts,
        Decimal(str(cost)) if isinstance(cost, (int, float)) else Decimal(0),
        _PROVIDERS.get(str(field(entry, "provider")), ""),
        str(field(entry, "canonicalModel") or model),
    )


def used_since(before: Totals, now: Totals) -> dict[str, ModelTotals] | None:
    """Return the models that were used between two totals, with what they used.

    Returns `None` if the totals went back, so that nobody can know it.
    """
    if not before.keys() <= now.keys():
        return None
    used = {model: _since(before.get(model), totals) for model, totals in now.items()}
    if any(count < 0 for totals in used.values() for count in totals.counts.values()):
        return None
    return {model: totals for model, totals in used.items() if any(totals.counts.values())}


def _since(before: ModelTotals | None, now: ModelTotals) -> ModelTotals:
    if before is None:
        return now
    counts = dict(_differences(before.counts, now.counts))
    return now._replace(counts=counts, cost=max(now.cost - before.cost, Decimal(0)))


def _differences(before: Mapping[str, int], now: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name, count in now.items():
        if name in before:  # a count that only one of the two has is unknown
            yield name, count - before[name]


def continues_totals(version: object) -> bool:
    """True if this version of Claude Code goes on from the totals of a session that it resumes."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", str(version))
    return found is None or tuple(map(int, found.groups())) >= FIRST_THAT_CONTINUES
