"""Whose request it is (pure). A tenant's name and number follow from its key but do not give it away."""

import hashlib

from coobird.mock.contract.problems import Problem

_PREFIX = "tenant_"


def tenant_of(authorization: str | None) -> str:
    """The tenant of a header `Authorization`. 401 for anything but `Bearer sk_…`."""
    scheme, _, key = (authorization or "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key.startswith("sk_") or len(key) < 4 or not key.isprintable():
        detail = "Send the API key as 'Authorization: Bearer sk_…'; this server takes any key that starts with 'sk_'."
        raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
    return _PREFIX + hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


def number_of(tenant: str) -> int:
    """The tenant as a number, which is what a table of many rows should hold."""
    return int(tenant.removeprefix(_PREFIX), 16)


def name_of(number: int) -> str:
    return f"{_PREFIX}{number:012x}"


def redacted(authorization: str | None) -> str | None:
    """Enough of a key to tell two keys apart in a log, too little to use one."""
    if not authorization:
        return None
    key = authorization.partition(" ")[2].strip() or authorization
    return f"{key[:3]}…{key[-2:]}" if len(key) >= 10 else "…"
