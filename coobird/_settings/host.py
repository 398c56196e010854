"""Host of a client: the URL of Coobird without a path, checked once."""

from __future__ import annotations

import os

from coobird.errors import ConfigurationError

HOST_VARIABLE = "COOBIRD_HOST"

# The development environment: a program that forgets to name a host must not reach production.
DEFAULT_HOST = "https://api.dev.coobird.ai"


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
    if host.startswith("sk_"):
        raise ConfigurationError(f'{source} is an API key; it must be a URL such as "{DEFAULT_HOST}".')
    scheme, separator, rest = host.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        name = rest if separator else host
        raise ConfigurationError(f'{source} must begin with https:// (or http://): write "https://{_shown(name)}".')
    # Browsers copy an address with a slash at its end. It names the same server.
    authority = rest.removesuffix("/")
    place = f"{scheme.lower()}://{_shown(authority)}"
    if "@" in authority:
        raise ConfigurationError(f'{source} must not have a user name or password in it: write "{place}".')
    if any(mark in authority for mark in "/?#\\"):
        raise ConfigurationError(
            f'{source} must not have a path, query or fragment (the client adds /api/v1 itself): write "{place}".'
        )
    name, port = _split_port(authority)
    if not _is_name(name):
        raise ConfigurationError(
            f'{source} has no valid host name in {authority!r}: write for example "{DEFAULT_HOST}".'
        )
    if port is not None and not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535):
        raise ConfigurationError(
            f'{source} has the port {port!r}; ports are 1 to 65535: write for example "{scheme}://{name}:443".'
        )
    return f"{scheme.lower()}://{authority.lower()}"


def _shown(authority: str) -> str:
    """Return the host that a message suggests: without user, password, path, query or fragment."""
    authority = authority.lstrip("/")
    for mark in "/?#\\":
        authority = authority.partition(mark)[0]
    return authority.rpartition("@")[2].strip() or DEFAULT_HOST.partition("://")[2]


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


def is_loopback(host: str) -> bool:
    """True if a checked host is this machine, where plain http shows the key to nobody else."""
    name = host.partition("://")[2]
    name = name[: name.index("]") + 1] if name.startswith("[") else name.partition(":")[0]
    return name == "localhost" or name.endswith(".localhost") or name.startswith("127.") or name == "[::1]"
