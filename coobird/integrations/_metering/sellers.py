"""Sellers of model calls, recognized by the base URL of a client (tables, pure).

The same SDK talks to many servers. A name is given only to those that are known: a server of one's
own, a proxy or a gateway has prices of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.usage import field


class Seller(NamedTuple):
    """Server of a client.

    Attributes:
        provider: Name of the provider, as in an event's `provider`; empty if the host is unknown.
        region: Region of the endpoint; `None` if its host has none.
    """

    provider: str = ""
    region: str | None = None


_HOSTS = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "api.deepseek.com": "deepseek",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral_ai",
    "api.perplexity.ai": "perplexity",
    "api.x.ai": "x_ai",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "openrouter.ai": "openrouter",
    "api.together.xyz": "together",
    "api.together.ai": "together",
}

# Hosts with a name for each region in front of them: `eu.api.openai.com`.
_REGIONAL_HOSTS = ("api.openai.com", "api.x.ai", "openrouter.ai")

# Hosts with a name for each customer in front of them.
_CUSTOMER_HOSTS = {
    "openai.azure.com": "azure.ai.openai",
    "cognitiveservices.azure.com": "azure.ai.openai",
    "services.ai.azure.com": "azure.ai.inference",
    "models.ai.azure.com": "azure.ai.inference",
}

_VERTEX = "aiplatform.googleapis.com"

# Place of the amount that a provider charged, by its documented host.
_STATED = {
    "openrouter": ("cost",),
    "perplexity": ("cost", "total_cost"),
    "x_ai": ("cost_in_usd_ticks",),
}
_DOLLARS_PER_TICK = Decimal("1e-10")


def seller_of(base_url: object) -> Seller:
    """Return the seller that a base URL belongs to."""
    return _seller_at(str(base_url))


# A program has few servers, and calls them many times.
@lru_cache
def _seller_at(address: str) -> Seller:
    url = urlsplit(address)
    host = (url.hostname or "").rstrip(".")
    if host in _HOSTS:
        return Seller(_HOSTS[host])
    before, _, parent = host.partition(".")
    if parent in _REGIONAL_HOSTS:
        return Seller(_HOSTS[parent], before)
    for end, provider in _CUSTOMER_HOSTS.items():
        if host.endswith(f".{end}"):
            return Seller(provider)
    if host == _VERTEX or host.endswith((f"-{_VERTEX}", ".rep.googleapis.com")):
        return Seller("gcp.vertex_ai", _location(url.path) or host.removesuffix(_VERTEX).rstrip("-") or None)
    parts = host.split(".")
    if parts[0] in ("bedrock-runtime", "bedrock-runtime-fips") and parts[2:] == ["amazonaws", "com"]:
        return Seller("aws.bedrock", parts[1])
    if parts[0] == "bedrock-mantle" and parts[2:] == ["api", "aws"]:
        return Seller("aws.bedrock", parts[1])
    return Seller()


class Claim(NamedTuple):
    """Seller of a call as a reporter names it, held against the address of the server.

    Attributes:
        provider: Name of the provider; empty if the server is not the one of the named provider.
        region: Region of the endpoint, if its address has one.
        host: Seller by the address, whose own figures are believed.
        doubts: Reasons why the seller is not known for certain.
    """

    provider: str
    region: str | None
    host: Seller
    doubts: tuple[str, ...] = ()


Providers = Mapping[str, str]
"""Name of the provider by host, or by host and port; `*` stands for the one that the SDK names."""


NO_NAMES: Providers = MappingProxyType({})


def claimed_seller(name: object, address: object, reporter: str, providers: Providers) -> Claim:
    """Return the seller of a call, from the provider's name and the server's address.

    The SDK of a provider, and so all that observe it, name the provider whatever server it talks
    to.

    Args:
        name: Name of the provider as the reporter gives it.
        address: Host or URL of the server; empty if the reporter does not give it.
        reporter: Reporter of the call, for the doubt.
        providers: Names that the caller gives to servers.
    """
    provider = canonical_provider(name)
    if not isinstance(address, str) or not address:
        return Claim(provider, None, Seller(), (f"{reporter} does not say which server answered",))
    url = address if "//" in address else f"//{address}"
    host, parts = seller_of(url), urlsplit(url)
    named = next((providers[key] for key in (parts.netloc, parts.hostname or "") if key in providers), None)
    if named is not None:
        return Claim(provider if named == "*" else canonical_provider(named), host.region, host)
    if host.provider:
        return Claim(host.provider, host.region, host)
    if provider in _HOSTS.values():
        return Claim(
            "", None, host, (f"its server is none of {provider}, so its provider is unknown (name it: providers=...)",)
        )
    is_cloud = provider in (*_CUSTOMER_HOSTS.values(), "aws.bedrock", "gcp.vertex_ai")
    if not provider:
        return Claim("", None, host)
    if is_cloud:
        return Claim(provider, None, host, ("its server is none whose region is known",))
    return Claim(provider, None, host, (f"its server is not known to be that of {provider} (name it: providers=...)",))


def stated_cost(host: Seller, usage: Any) -> Decimal | None:
    """Return the cost in US dollars that the provider states in its `usage`, if it is believed.

    Args:
        host: Seller by the base URL. A provider that is only named is not believed: a proxy may put
            anything there.
    """
    path = _STATED.get(host.provider)
    if path is None or field(usage, "is_byok") or field(usage, "cost", "currency") not in (None, "USD"):
        return None  # with a key of one's own, another provider charges as well
    amount = field(usage, *path)
    if isinstance(amount, bool) or not isinstance(amount, (int, float, Decimal)):
        return None
    exact = amount if isinstance(amount, Decimal) else Decimal(repr(amount))
    if not exact.is_finite() or exact < 0:
        return None
    return exact * _DOLLARS_PER_TICK if host.provider == "x_ai" else exact


def _location(path: str) -> str | None:
    names = path.split("/")
    return names[names.index("locations") + 1] if "locations" in names[:-1] else None
