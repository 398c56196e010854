"""Host of a client: the URL of Coobird without a path, checked once; and paths of its API."""

from __future__ import annotations

import os

from coobird._settings.api_key import QUOTES
from coobird.errors import ConfigurationError

HOST_VARIABLE = "COOBIRD_HOST"

# Source: openapi/coobird.yaml servers.
BASE_PATH = "/api/v1"
# Source: openapi/coobird.yaml track_events.
BATCH_PATH = "/events/batch"

# The development environment: a program that forgets to name a host must not reach production.
DEFAULT_HOST = "https://api.dev.coobird.ai"

# Addresses on which the local server listens for other machines, and names of this machine inside
# of its containers. The key may travel through a network to them, so they are no loopback.
_NEAR = frozenset(("0.0.0.0", "[::]", "host.docker.internal", "host.containers.internal"))  # noqa: S104 # nosec B104 - nothing listens


def resolve_host(given: object) -> str:
    """Return scheme, name and port of the server: as given, from the environment, or by default.

    Raises:
        ConfigurationError: It is not such a URL. The message says what to write instead.
    """
    host, source = given, "host"
    if host is None:
        host, source = os.environ.get(HOST_VARIABLE) or DEFAULT_HOST, HOST_VARIABLE
    if not isinstance(host, str):
        raise ConfigurationError(f'host must be a text such as "{DEFAULT_HOST}", not {type(host).__name__}.')
    bare = host.strip(QUOTES)
    if bare.startswith("sk_"):
        raise ConfigurationError(f'{source} is an API key; it must be a URL such as "{DEFAULT_HOST}".')
    if bare != host:
        scheme, _, rest = bare.partition("://")
        place = _suggestion(rest or bare, scheme.lower() if rest else None)
        raise ConfigurationError(
            f"{source} is in quotes, which docker --env-file takes as part of the value: write {place} without them."
        )
    if host.strip() != host:
        scheme, _, rest = host.strip().partition("://")
        place = _suggestion(rest or scheme, scheme.lower() if rest else None)
        raise ConfigurationError(f'{source} begins or ends with white space or a line break: write "{place}".')
    scheme, separator, rest = host.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in ("http", "https"):
        place = _suggestion(rest) if separator else _suggestion(*_without_broken_scheme(host))
        raise ConfigurationError(f'{source} must begin with https:// (or http://): write "{place}".')
    # Browsers copy an address with a slash at its end. It names the same server.
    authority = rest.removesuffix("/")
    place = _suggestion(authority, scheme)
    if "@" in authority:
        raise ConfigurationError(f'{source} must not have a user name or password in it: write "{place}".')
    if any(mark in authority for mark in "/?#\\"):
        raise ConfigurationError(
            f'{source} must not have a path, query or fragment (the client adds /api/v1 itself): write "{place}".'
        )
    name, port = _split_port(authority)
    if not _is_name(name):
        raise ConfigurationError(f'{source} has no valid host name in {authority!r}: write for example "{place}".')
    if not _is_port(port):
        raise ConfigurationError(
            f'{source} has the port {port!r}; ports are 1 to 65535: write for example "{_suggestion(name, scheme)}".'
        )
    return f"{scheme}://{authority.lower()}"


def _without_broken_scheme(text: str) -> tuple[str, str | None]:
    """Return text that lacks `://` without what may be meant as a scheme, and the scheme.

    `http:4444` may be a machine called http, so a port is none of it.
    """
    for scheme in ("https", "http"):
        rest = text[len(scheme) :]
        if text.lower().startswith(scheme) and rest.startswith((":", "//")) and not rest[1:2].isdigit():
            return rest.lstrip(":/"), scheme
    return text, None


def _suggestion(text: str, scheme: str | None = None) -> str:
    """Return the host that a message suggests: `text` without user, password, path, query or
    fragment, or the default if that is no host.

    Without a scheme, this machine gets http, because a server under development rarely has TLS.
    So it does by the names under which a container sees it. Others get https.
    """
    authority = text.lstrip("/")
    for mark in "/?#\\":
        authority = authority.partition(mark)[0]
    authority = authority.rpartition("@")[2].strip()
    name, port = _split_port(authority)
    if not _is_name(name) or not _is_port(port):
        # An IPv6 address without brackets looks like a name with a port.
        name, authority = f"[{authority}]", f"[{authority}]"
        if not _is_name(name):
            return DEFAULT_HOST
    is_near = _is_this_machine(name) or name.lower() in _NEAR
    return f"{scheme or ('http' if is_near else 'https')}://{authority}"


def _split_port(authority: str) -> tuple[str, str | None]:
    name, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return authority, None
    return name, port


def _is_name(name: str) -> bool:
    if name.startswith("[") and name.endswith("]"):
        import ipaddress

        try:
            return ipaddress.IPv6Address(name[1:-1]).scope_id is None
        except ValueError:
            return False
    labels = name.removesuffix(".").split(".")
    return name.isascii() and all(
        0 < len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() for label in labels
    )


def _is_port(port: str | None) -> bool:
    return port is None or (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535)


def is_loopback(host: str) -> bool:
    """True if a checked host is this machine, where no other machine can read plain http."""
    return _is_this_machine(_split_port(host.partition("://")[2])[0])


def _is_this_machine(name: str) -> bool:
    """True if a valid name means this machine wherever it is resolved."""
    if name.startswith("["):
        import ipaddress

        address = ipaddress.IPv6Address(name[1:-1])
        return (address.ipv4_mapped or address).is_loopback
    labels = name.lower().removesuffix(".").split(".")
    # `127.example.com` begins like an address, but names a server elsewhere.
    return labels[-1] == "localhost" or (labels[0] == "127" and all(label.isdigit() for label in labels))
