"""Clients whose metrics are exported together, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from weakref import ref

from coobird.errors import ConfigurationError
from coobird.integrations._checks import check_coomon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird import Stats
    from coobird.errors import CoobirdError

    class Client(Protocol):
        """Methods that metrics use of `Coomon` or `AsyncCoomon`."""

        def stats(self) -> Stats: ...
        def report(self, error: CoobirdError) -> None: ...


class Clients:
    """Clients by name. They are held weakly: metrics keep no client alive.

    Needs no lock, which a thread could hold during a fork: each change is one step of a dictionary.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, ref[Client]] = {}

    def add(self, name: str, client: Client) -> None:
        """Add a client.

        Raises:
            ConfigurationError: It is no client, or another client has this name.
        """
        check_coomon(client)
        if not isinstance(name, str) or not name:  # pyright: ignore[reportUnnecessaryIsInstance] - callers without types
            raise ConfigurationError(f"name must be a text that tells clients apart, not {name!r}.")
        known = self._by_name.get(name)
        if known is not None and known() not in (None, client):
            raise ConfigurationError(
                f"Metrics of another client are named {name!r}, and both would be mixed up: give each client a "
                f'name of its own, for example name="{name}-2".'
            )
        self._by_name[name] = ref(client)

    def existing(self) -> Iterator[tuple[str, Client]]:
        """Yield name and client, of each client that exists."""
        for name, reference in list(self._by_name.items()):
            if (client := reference()) is not None:
                yield name, client
