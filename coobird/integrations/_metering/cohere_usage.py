"""Reading of Cohere's billed units (pure).

Cohere gives two counts: all tokens, with those of a prompt of its own, and those that it bills.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.known_fields import COUNT, Fields, doubts_about
from coobird.integrations._metering.usage import Usage, field

# Billed units that have the price of tokens. Searches, classifications and images have others.
_UNITS: Fields = {"input_tokens": COUNT, "output_tokens": COUNT}

OWN_PROMPT = "counts tokens of the provider's own prompt, which are not billed,"
"""Deviation of a reporter that takes all tokens, in words that follow its name."""


class CohereUsage(NamedTuple):
    """Usage of an answer.

    Attributes:
        usage: Token counts; `None` if the answer states none that are billed.
        doubts: Facts that may change the price, as in `Terms`.
    """

    usage: Usage | None
    doubts: tuple[str, ...] = ()


def from_cohere(usage: Any) -> CohereUsage:
    """Read the usage of an answer, or the metadata that has it in the first version of the API."""
    units = field(usage, "billed_units")
    input_tokens, output = (count_of(field(units, name)) for name in ("input_tokens", "output_tokens"))
    cached, doubts = count_of(field(usage, "cached_tokens")), [*doubts_about(units, _UNITS, "billed_units")]
    if not input_tokens:
        return CohereUsage(None, tuple(doubts))  # there is no call without input
    if (cached or 0) > input_tokens:
        cached = None
        doubts.append("its cached tokens are also those of a prompt of Cohere's own, which are not billed")
    return CohereUsage(Usage(input_tokens, output, cached), tuple(doubts))
