"""HTTP clients of a session, built on first use: one per process, or one per event loop."""

from __future__ import annotations

import sys
from _thread import allocate_lock

from coobird._encoding import process_mark
from coobird._http import fork_guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    import weakref
    from collections.abc import AsyncGenerator

    import httpx

    from coobird._http.transport import DirectClient

    Guarded = tuple[httpx.AsyncClient, AsyncGenerator[None]]


class Pool:
    """Connections for threads. Safe to use from any thread. After a fork the child opens its own.

    A client that the program gave is used as it is and never closed. After `close` the next call
    builds a new one. All requests go to `host`, or to any host if it is `None`.
    """

    def __init__(self, given: httpx.Client | None = None, *, host: str | None = None) -> None:
        self._given = given
        self._host = host
        self._forget()
        fork_guard.reset_in_child(self)
        if "httpx2" in sys.modules:
            # The SDKs of OpenAI and Anthropic look up httpx in `sys.modules`. They fail if a sender
            # thread is still importing it, so it is imported here, completely.
            import coobird._http.http_library  # noqa: F401  # pyright: ignore[reportUnusedImport]

    def _forget(self) -> None:
        self._lock = allocate_lock()
        self._client: httpx.Client | DirectClient | None = None
        self._closer: weakref.finalize[..., Pool] | None = None

    def client(self) -> httpx.Client | DirectClient:
        """Return the HTTP client of this process."""
        if self._given is not None:
            return self._given
        fork_guard.notice_fork()  # two processes must not write to one connection
        if (client := self._client) is not None:
            return client
        with fork_guard.loading, self._lock:
            if self._client is None:
                process_mark.mark()
                import weakref

                from coobird._http.environment import usable_network
                from coobird._http.transport import new_client

                with usable_network():
                    self._client = new_client(_limits(), self._host)
                self._closer = weakref.finalize(self, _close, self._client)
                # Not at the exit of the interpreter: events are still delivered then.
                self._closer.atexit = False
            return self._client

    def close(self) -> None:
        """Close the connections. A call in progress in another thread is retried over new ones."""
        with self._lock:
            client, closer, self._client, self._closer = self._client, self._closer, None, None
        if client is not None and closer is not None:
            # Calling the finalizer would do nothing at the exit of the interpreter.
            closer.detach()
            _close(client)

    def reset_after_fork(self) -> None:
        """Drop the parent's client and lock, in the child of a fork.

        The parent still uses the connections, and one of its threads may hold the lock.
        """
        if self._closer is not None:
            self._closer.detach()
        _inherited.append(self._client)
        self._forget()


def _close(client: httpx.Client | DirectClient) -> None:
    try:
        client.close()
    except OSError:
        pass  # the program has closed their descriptors, as a daemon closes all that it finds


def _limits() -> httpx.Limits:
    from coobird._http.http_library import httpx

    # httpx also allows 100 connections, but keeps only 20 of them alive. With more than 20 calls at
    # a time, each further call would open and close a connection.
    return httpx.Limits(max_connections=100, max_keepalive_connections=100)


# Clients of the parent, kept forever. Closing one would take the parent's locks; dropping the last
# reference would close its socket, with a warning. Also kept by `importlib.reload`, which runs this
# module again in the same namespace.
_inherited: list[httpx.Client | DirectClient | None] = globals().get("_inherited", [])


class AsyncPool:
    """Connections for event loops, one client for each. It is closed with its loop.

    All requests go to `host`, or to any host if it is `None`.
    """

    def __init__(self, given: httpx.AsyncClient | None = None, *, host: str | None = None) -> None:
        self._given = given
        self._host = host
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Guarded] | None = None

    async def client(self) -> httpx.AsyncClient:
        """Return the HTTP client of the running loop."""
        if self._given is not None:
            return self._given
        import asyncio

        loop = asyncio.get_running_loop()
        if self._clients is None:
            import weakref

            self._clients = weakref.WeakKeyDictionary()
        if loop in self._clients:
            return self._clients[loop][0]
        from coobird._http.environment import usable_network
        from coobird._http.transport import new_async_client

        # The client refers to its loop, so the weak key alone never removes the entry.
        for closed in [other for other in list(self._clients) if other.is_closed()]:
            self._clients.pop(closed, None)
        with usable_network():
            client = new_async_client(_limits(), self._host)
        guard = _until_loop_ends(client)
        self._clients[loop] = client, guard
        await anext(guard)
        return client

    async def aclose(self) -> None:
        """Close the connections of the running loop. Those of another loop close when it ends."""
        import asyncio

        loop = asyncio.get_running_loop()
        if self._clients is not None and loop in self._clients:
            _, guard = self._clients.pop(loop)
            await guard.aclose()


async def _until_loop_ends(client: httpx.AsyncClient) -> AsyncGenerator[None]:
    """Close the client at the end of the loop, when `asyncio.run` closes its open generators."""
    try:
        yield
    finally:
        await client.aclose()
