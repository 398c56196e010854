"""Tenants and their API keys (pure).

A tenant's name and number are a hash of the key, so they do not reveal it.
"""

import hashlib

from coobird.mock.contract.problems import Problem

_PREFIX = "tenant_"


def tenant_of(authorization: str | None) -> str:
    """Tenant of an `Authorization` header. 401 unless the header is `Bearer sk_…`."""
    scheme, _, key = (authorization or "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key.startswith("sk_") or len(key) < 4 or not key.isprintable():
        detail = "Send the API key as 'Authorization: Bearer sk_…'; this server takes any key that starts with 'sk_'."
        raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
    return _PREFIX + hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


def number_of(tenant: str) -> int:
    """Number of a tenant, which takes less space than its name in a table of many rows."""
    return int(tenant.removeprefix(_PREFIX), 16)


def name_of(number: int) -> str:
    """Name of the tenant with this number."""
    return f"{_PREFIX}{number:012x}"


def redacted(authorization: str | None) -> str | None:
    """Key of an `Authorization` header with its middle removed.

    Enough to tell two keys apart in a log, too little to use the key.
    """
    if not authorization:
        return None
    key = authorization.partition(" ")[2].strip() or authorization
    return f"{key[:3]}…{key[-2:]}" if len(key) >= 10 else "…"
