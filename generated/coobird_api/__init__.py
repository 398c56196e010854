# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The API as openapi/coobird.yaml describes it.

`api` has the methods, `models` the types, and `client` a low-level client for the functions of the
modules below `api`, one for each operation.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import client

        return getattr(client, name)
