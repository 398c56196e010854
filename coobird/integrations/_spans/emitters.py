"""Emitters of spans: known deviations of each one's token counts from the provider's (data, pure).

An emitter is an instrumentation scope, for a family of providers, up to a version. A row states
for each part of the tokens whether the total that the emitter gives includes it.

- `WITHIN`: the total includes the part.
- `ON_TOP`: the total leaves the part out, and the span has the part's count if there is one.
- `MISSING`: the total leaves the part out, and most spans have no count of it.
- `UNKNOWN`: not known. The sums decide. If they cannot, the counts are inexact.
- `PRESUMED`: as `WITHIN`, unless the sums prove the contrary.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from coobird.integrations._metering.cohere_usage import OWN_PROMPT

WITHIN, ON_TOP, MISSING, UNKNOWN, PRESUMED = "within", "on top", "missing", "unknown", "presumed"

GEMINI, BEDROCK, ANTHROPIC, XAI, OTHER = "gemini", "bedrock", "anthropic", "xai", ""
"""Families of providers, each with its own rule. Gemini's prompt and candidates leave out the
tokens of its tools and its thoughts. The input tokens of Bedrock and Anthropic leave out the cached
tokens; all emitters that say nothing else add those of Anthropic. The completion tokens of xAI
leave out the reasoning."""

_FAMILIES = {
    "gcp.gemini": GEMINI,
    "gcp.vertex_ai": GEMINI,
    "gcp.gen_ai": GEMINI,
    "gcp.vertex.agent": GEMINI,
    "aws.bedrock": BEDROCK,
    "anthropic": ANTHROPIC,
    "x_ai": XAI,
}
_HOSTS = {"generativelanguage.googleapis.com": GEMINI, "api.x.ai": XAI}


class Emitter(NamedTuple):
    """Known deviations of one emitter.

    Attributes:
        scope: Start of the name of the instrumentation scope.
        family: Family of providers; `None` for all.
        before: First version for which the row is no longer true; empty if there is none. A scope
            without a version counts as older.
        methods: Methods of the API, as in `rpc.method` or in the name of the span; empty for all.
        models: Pattern that the name of the model matches; empty for all.
        cache, tool_use: Parts of the input.
        thoughts: Part of the output.
        estimates: True if the emitter counts words, so that the numbers are not the provider's.
        counts_twice: True if the emitter adds the first count of a stream to the last one.
        adds_up: True if the total is the emitter's own sum of its counts, which proves nothing.
        flaw: Further deviation, in words that follow the emitter's name; empty if there is none.
        tells_end: True if the span of each whole answer has the reason for its end.
        nests: True if the span of a call stays open while the next call is made, so that a span
            inside it is another call.
        hides_rounds: True if one span stands for all requests between which the SDK calls functions
            of the program, and has the tokens of the last one.
    """

    scope: str
    family: str | None = None
    before: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    models: str = ""
    cache: str = WITHIN
    tool_use: str = WITHIN
    thoughts: str = WITHIN
    estimates: bool = False
    counts_twice: bool = False
    adds_up: bool = False
    flaw: str = ""
    tells_end: bool = False
    nests: bool = False
    hides_rounds: bool = False


_BOTOCORE = "opentelemetry.instrumentation.botocore"
_INVOKE = ("InvokeModel", "InvokeModelWithResponseStream", "invoke_model")
_ADDS_UP_STREAMS = "adds the first counts of a stream of Claude to the last ones"

_OF_COHERE = r"^(command|c4ai)"
"""Models that Cohere itself serves. Bedrock has a name in front of them, and counts as it bills."""

# The first row that fits is the one that counts.
EMITTERS = (
    # Counts of `invoke_model` are AWS's own, except for the bodies that have none.
    Emitter(_BOTOCORE, methods=("Converse", "ConverseStream"), cache=ON_TOP),
    Emitter(_BOTOCORE, models=r"(^|\.|/)(cohere\.command|mistral\.)", estimates=True),
    Emitter(_BOTOCORE, models=r"claude|nova", methods=_INVOKE, cache=MISSING),
    Emitter(_BOTOCORE, cache=ON_TOP),
    # Nova's bodies of `invoke_model` have other names for the cached tokens than Converse.
    Emitter("opentelemetry.instrumentation.genai.bedrock", models="nova", cache=MISSING),
    Emitter("opentelemetry.instrumentation.genai.bedrock", cache=ON_TOP),
    Emitter("opentelemetry.instrumentation.bedrock", models="claude", methods=_INVOKE, cache=MISSING, adds_up=True),
    Emitter("opentelemetry.instrumentation.bedrock", models="nova", cache=MISSING, adds_up=True),
    Emitter(
        "opentelemetry.instrumentation.bedrock",
        models="llama",
        adds_up=True,
        flaw="takes the output of the first part of a stream for all of it",
    ),
    Emitter("opentelemetry.instrumentation.bedrock", cache=ON_TOP, adds_up=True),
    Emitter("openinference.instrumentation.bedrock", models="nova", methods=_INVOKE, cache=ON_TOP),
    Emitter("openinference.instrumentation.bedrock"),
    Emitter("opentelemetry.instrumentation.google_genai", tool_use=MISSING),
    Emitter("opentelemetry.instrumentation.google_generativeai", tool_use=MISSING, thoughts=MISSING, hides_rounds=True),
    Emitter("opentelemetry.instrumentation.vertexai", tool_use=MISSING, thoughts=MISSING),
    Emitter("openinference.instrumentation.google_genai"),
    Emitter("openinference.instrumentation.google_adk", nests=True),
    Emitter("openinference.instrumentation.llama_index", GEMINI, tool_use=MISSING, thoughts=MISSING),
    Emitter("gcp.vertex.agent", before=(2,), cache=WITHIN, tool_use=MISSING, thoughts=MISSING),
    Emitter("gcp.vertex.agent", before=(2, 5), tool_use=MISSING, thoughts=ON_TOP),
    Emitter("gcp.vertex.agent"),
    Emitter("opentelemetry.instrumentation.anthropic", counts_twice=True),
    # Cohere gives the tokens that it bills, and those that it has read with a prompt of its own.
    Emitter("openinference.instrumentation.cohere", flaw=OWN_PROMPT),
    Emitter("pydantic-ai", tells_end=True),
    # Agent Framework takes the counts of the APIs as they are, and adds up those of a stream.
    Emitter("agent_framework", ANTHROPIC, cache=ON_TOP, flaw=_ADDS_UP_STREAMS),
    Emitter("agent_framework", BEDROCK, models="claude", cache=MISSING, flaw=_ADDS_UP_STREAMS),
    Emitter("agent_framework", BEDROCK, cache=MISSING),
    Emitter("agent_framework", GEMINI, tool_use=MISSING, thoughts=MISSING),
    Emitter("openinference.instrumentation.langchain", models=_OF_COHERE, flaw=OWN_PROMPT),
    Emitter("openinference.instrumentation.langchain"),
    Emitter("opentelemetry.instrumentation.langchain", models=_OF_COHERE, flaw=OWN_PROMPT),
    Emitter("opentelemetry.instrumentation.langchain"),
    Emitter("opentelemetry.instrumentation.genai.langchain", models=_OF_COHERE, flaw=OWN_PROMPT),
    Emitter("opentelemetry.instrumentation.genai.langchain"),
    Emitter("openinference.instrumentation.litellm"),
    Emitter("opentelemetry.instrumentation.litellm"),
    Emitter("litellm"),
)

_HELPERS = {
    "openinference.instrumentation.llama_index": (
        "_prepare_chat_with_tools",
        "write_response_to_history",
        "awrite_response_to_history",
    ),
}
"""Methods that ask no model, although the spans that an emitter makes of them look like calls."""

_ON_LITELLM = re.compile(
    r"(^|\.)(agno|autogen_agentchat|beeai|crewai|dspy|google_adk|haystack|langchain|llama_?index|openai_agents"
    r"|smolagents|strands)(\.|$)|^gcp\.vertex\.agent$"
)
"""Scopes of frameworks that can call LiteLLM, of their instrumentations and their own."""

_UNTOLD_AT_START = frozenset({"openinference.instrumentation.bedrock", "openinference.instrumentation.langchain"})
"""Scopes of spans that have no attributes until they end, so that any may stand for a call."""

_UNLISTED = {
    GEMINI: Emitter("", tool_use=UNKNOWN, thoughts=UNKNOWN),
    BEDROCK: Emitter("", cache=UNKNOWN, thoughts=PRESUMED),
    ANTHROPIC: Emitter("", cache=PRESUMED, thoughts=PRESUMED),
    XAI: Emitter("", cache=WITHIN, thoughts=UNKNOWN),
    OTHER: Emitter("", cache=PRESUMED, thoughts=PRESUMED),
}


def family_of(provider: str, model: str, host: str) -> str:
    """Return the family whose rule counts for an answer.

    Args:
        provider: Today's name of the provider.
        model: Name of the model. Google's cloud also hosts models that are not Google's.
        host: Address of the server; empty if unknown. One SDK serves many providers.
    """
    family = _HOSTS.get(host) or _FAMILIES.get(provider, OTHER)
    if family == GEMINI and model and not re.search(r"gemini|gemma|learnlm", model):
        return OTHER
    return GEMINI if not provider and model.startswith("gemini") else family


def emitter_of(scope: str, version: str, family: str, model: str, method: str) -> Emitter:
    """Return the row of an emitter; for an unlisted one, the row of its provider's family.

    Args:
        scope, version: Name and version of the instrumentation scope.
        method: Method of the API; empty if unknown.
    """
    numbers = tuple(int(digits) for digits in re.findall(r"\d+", version)[:2])
    for row in EMITTERS:
        fits = _is_scope(row.scope, scope) and row.family in (None, family)
        fits = fits and (not row.before or numbers < row.before)
        fits = fits and (not row.methods or not method or method in row.methods)
        if fits and re.search(row.models, model):
            return row
    return _UNLISTED[family]


def is_of_helper(scope: str, name: str) -> bool:
    """True for the span of a method that asks no model, whatever the span's kind.

    Args:
        scope: Name of the instrumentation scope.
        name: Name of the span, which ends with that of the method.
    """
    return name.rpartition(".")[2] in _HELPERS.get(scope, ())


def is_untold_at_start(scope: str) -> bool:
    """True for a span that tells only at its end whether it stands for a call."""
    return scope in _UNTOLD_AT_START


def can_call_litellm(scope: str) -> bool:
    """True for the spans of a framework that can call LiteLLM, whose cache may then answer."""
    return _ON_LITELLM.search(scope) is not None


def _is_scope(name: str, scope: str) -> bool:
    return scope == name or scope.startswith(f"{name}.")
