"""HTTP library in use: httpx, or httpx2 where httpx is not installed. Loads it, so import it late.

Both have the same classes. A client that the program gave may be of the other one. It makes its own
requests, and raises its own errors. Each brings a network layer of its own, httpcore or httpcore2.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    import httpcore as httpcore  # noqa: PLC0414 - for type checkers, a name that others may import
    import httpx as httpx  # noqa: PLC0414
else:
    try:
        import httpcore
        import httpx
    except ModuleNotFoundError:
        import httpcore2 as httpcore
        import httpx2 as httpx

_NAMES = ("httpx", "httpx2")

_NETWORK_ERRORS = ("TimeoutException", "NetworkError", "ProtocolError", "UnsupportedProtocol", "ConnectionNotAvailable")
"""Errors of the network layer. The last one is of a connection that another thread has closed."""


def library_of(thing: object) -> ModuleType:
    """Return the library of a client; the one in use if it is of neither."""
    roots = (kind.__module__.partition(".")[0] for kind in type(thing).__mro__)
    return sys.modules[next((name for name in roots if name in _NAMES), httpx.__name__)]


def http_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """Return the errors of a call, of each library that is loaded, and `others`."""
    loaded = [sys.modules[name] for name in _NAMES if name in sys.modules]
    errors = [error for library in loaded for error in (library.HTTPError, library.InvalidURL)]
    return *others, *errors, *(getattr(httpcore, name) for name in _NETWORK_ERRORS)
