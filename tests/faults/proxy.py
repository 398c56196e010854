"""TCP proxy on 127.0.0.1 with the faults of networks: it delays, resets, cuts, and loses answers.

    with Proxy(host, port) as proxy:
        # For every connection, also those that are open, until it is replaced.
        proxy.trouble = Trouble(cut_answer=10)

It knows nothing of HTTP. It passes on pieces of bytes, "up" to the server and "down" to the client.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

Direction = Literal["up", "down"]

_PIECE_BYTES = 65_536


@dataclass(frozen=True)
class Trouble:
    """Fault of each connection.

    Attributes:
        latency: Seconds before a piece is passed on.
        reset: True to reset every connection.
        black_hole: True to take everything and pass nothing on.
        cut_request: Bytes that are still passed up before the connection is reset.
        cut_answer: Bytes that are still passed down before the connection is reset.
        lose_answer: True to pass the whole request on, and reset instead of passing the answer.
    """

    latency: float = 0.0
    reset: bool = False
    black_hole: bool = False
    cut_request: int | None = None
    cut_answer: int | None = None
    lose_answer: bool = False

    def allowance(self, direction: Direction) -> int | None:
        """Number of bytes that pass before the connection is reset; `None` for any number."""
        if self.reset:
            return 0
        if direction == "down" and self.lose_answer:
            return 0
        return self.cut_request if direction == "up" else self.cut_answer


class Proxy:
    """Proxy that runs in a thread of its own in a `with` block. Safe to use from any thread."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._trouble = Trouble()
        self._connections: set[_Connection] = set()
        self._passed = {"up": 0, "down": 0}
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def trouble(self) -> Trouble:
        """Fault of connections at the moment."""
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: Trouble) -> None:
        async def change() -> None:
            self._trouble = trouble
            for connection in list(self._connections):
                # Swallowed bytes are missing, so no later answer could make sense.
                if trouble.reset or connection.has_swallowed:
                    connection.reset()

        asyncio.run_coroutine_threadsafe(change(), self._loop).result(10)

    def passed(self, direction: Direction) -> int:
        """Number of bytes that were passed on so far."""
        return self._passed[direction]

    def wait_for_bytes(self, direction: Direction, total: int, seconds: float) -> bool:
        """Wait until so many bytes were passed on in all. False if they were not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._passed[direction] >= total, seconds)

    def __enter__(self) -> Proxy:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._accepted, sock=self._listener)

    async def _stop(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.reset()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer)
        self._connections.add(connection)
        try:
            if self._trouble.reset:
                return
            upstream, connection.upstream = await asyncio.open_connection(*self._target)
            pumps = [
                asyncio.ensure_future(self._pump(connection, reader, connection.upstream, "up")),
                asyncio.ensure_future(self._pump(connection, upstream, writer, "down")),
            ]
            # The end of one direction ends the connection, as these clients and servers close both.
            _, rest = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in rest:
                pump.cancel()
            await asyncio.wait(pumps)
        except OSError:
            pass
        finally:
            connection.reset()
            self._connections.discard(connection)

    async def _pump(
        self, connection: _Connection, source: asyncio.StreamReader, sink: asyncio.StreamWriter, direction: Direction
    ) -> None:
        try:
            while piece := await source.read(_PIECE_BYTES):
                trouble = self._trouble
                if trouble.latency:
                    await asyncio.sleep(trouble.latency)
                if trouble.black_hole:
                    connection.has_swallowed = True
                    continue
                left = connection.left(trouble, direction)
                piece = piece if left is None else piece[:left]
                with self._changed:  # first: the receiver of the piece may ask for the count
                    self._passed[direction] += len(piece)
                    self._changed.notify_all()
                sink.write(piece)
                await sink.drain()
                if connection.spend(direction, len(piece)):
                    return
        except OSError:
            pass


class _Connection:
    """Both ends of a connection, and the number of bytes that may still pass."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.upstream: asyncio.StreamWriter | None = None
        self.has_swallowed = False
        self._trouble = Trouble()
        self._left: dict[Direction, int | None] = {"up": None, "down": None}

    def left(self, trouble: Trouble, direction: Direction) -> int | None:
        if trouble is not self._trouble:
            self._trouble = trouble
            self._left = {"up": trouble.allowance("up"), "down": trouble.allowance("down")}
        return self._left[direction]

    def spend(self, direction: Direction, number: int) -> bool:
        """Count bytes that were passed on. True if no more may follow."""
        left = self._left[direction]
        if left is None:
            return False
        self._left[direction] = left - number
        return left <= number

    def reset(self) -> None:
        for writer in filter(None, (self.client, self.upstream)):
            end = writer.get_extra_info("socket")
            if end is not None and not writer.transport.is_closing():
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
