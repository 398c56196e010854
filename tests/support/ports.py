"""Ports for servers that tests start."""

from __future__ import annotations

import random
import socket

# Below the ports that the system gives to connections and to servers that ask for any port. Linux
# begins with 32768. So nothing takes the port before its server starts, or while it is stopped.
_PORTS = range(20_000, 32_000)

_given: set[int] = set()
# The global generator may be seeded, and then the processes of a run would take the same ports.
_random = random.SystemRandom()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing uses, and that was not returned before."""
    while True:
        port = _random.choice(_PORTS)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
